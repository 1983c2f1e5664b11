/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/consent_plain.c: from the first member to the last, as record_plain.c. An event with a
 * number or with nested data is left to the scanner. */
#include "io/json_write.h"
#include "model/consent.h"
#include "model/consent_plain.h"
#include "model/plain_priv.h"

enum { FLAT = 8 };		/* members of an object of texts */

enum consent_kind { CONSENT_TEXT, CONSENT_IDENTIFIER, CONSENT_OBJECT };

/* In the order of consent_event_write. */
#define MEMBER(kind, name)	{ JSON_KEY_INIT(#name), kind, offsetof(struct consent_event, name) }
static const struct {
	struct span		key;
	enum consent_kind	kind;
	size_t			at;		/* of the text in struct consent_event */
} members[] = {
	MEMBER(CONSENT_TEXT, id), MEMBER(CONSENT_TEXT, type),
	{ JSON_KEY_INIT("identifier"), CONSENT_IDENTIFIER, 0 },
	MEMBER(CONSENT_TEXT, account), MEMBER(CONSENT_TEXT, covers), MEMBER(CONSENT_TEXT, controller),
	MEMBER(CONSENT_TEXT, purpose), MEMBER(CONSENT_TEXT, channel), MEMBER(CONSENT_TEXT, dest),
	MEMBER(CONSENT_TEXT, basis), MEMBER(CONSENT_TEXT, ctype), MEMBER(CONSENT_TEXT, notice),
	MEMBER(CONSENT_TEXT, at), MEMBER(CONSENT_TEXT, clock), MEMBER(CONSENT_TEXT, src),
	MEMBER(CONSENT_TEXT, method), MEMBER(CONSENT_TEXT, auth), MEMBER(CONSENT_TEXT, actor),
	MEMBER(CONSENT_TEXT, jur), MEMBER(CONSENT_TEXT, until), MEMBER(CONSENT_TEXT, ref),
	MEMBER(CONSENT_TEXT, cause), MEMBER(CONSENT_TEXT, by),
	MEMBER(CONSENT_OBJECT, evidence), MEMBER(CONSENT_OBJECT, data),
};

ALWAYS_INLINE bool
take_identifier(struct reading *r, struct consent_event *c)
{
	return take_key(r, SPAN("{\"type\":")) && take_text(r, &c->identifier_type) &&
	    take_key(r, SPAN(",\"value\":")) && take_text(r, &c->identifier_value) &&
	    take_byte(r, '}');
}

/* An object of a few texts, as it is written. */
ALWAYS_INLINE bool
take_flat(struct reading *r, struct span *json)
{
	UNCLEARED struct span name[FLAT], text;
	const char *begin = r->p;
	size_t n = 0;

	if (!take_byte(r, '{'))
		return false;
	do {
		if (n == FLAT || !take_name(r, &name[n]) || !take_text(r, &text))
			return false;
		for (size_t i = 0; i < n; i++)
			if (span_equal(name[i], name[n]))
				return false;
		n++;
	} while (take_byte(r, ','));
	if (!take_byte(r, '}'))
		return false;
	*json = span_make(begin, (size_t)(r->p - begin));
	return true;
}

bool
consent_plain(struct span line, struct consent_event *c)
{
	static const struct span head = SPAN_INIT("{\"kind\":\"consent\"");
	struct reading r = { line.p + head.len, line.p + line.len, line.p, NULL, NULL };

	if (line.len > LINE_PLAIN || !span_starts(line, head))
		return false;
	*c = (struct consent_event){ 0 };
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		struct span *place = (struct span *)(void *)((char *)c + members[i].at);
		bool good;

		if (r.end - r.p < KEY_LEAST)
			break;
		if (!take_key(&r, members[i].key))
			continue;
		if (LIKELY(members[i].kind == CONSENT_TEXT))
			good = take_text(&r, place);
		else
			good = members[i].kind == CONSENT_IDENTIFIER ? take_identifier(&r, c) :
			    take_flat(&r, place);
		if (!good)
			return false;
	}
	return take_byte(&r, '}') && r.p == r.end;
}
