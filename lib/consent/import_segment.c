/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/import_segment.c: a call of Segment: context.consent.categoryPreferences. */
#include "base/arena.h"
#include "base/error.h"
#include "consent/import.h"
#include "io/json_write.h"
#include "io/ndjson.h"
#include "model/consent.h"

#include <stdio.h>

enum { NOTICE_MORE = 40 };	/* bytes of "@version/" beside id and language */

/* What a call may know somebody by, in this order. */
static const struct {
	const char	*path;
	struct span	 type;
} places[] = {
	{ "traits.email", SPAN_INIT("email") },
	{ "context.traits.email", SPAN_INIT("email") },
	{ "traits.phone", SPAN_INIT("phone_number") },
	{ "context.traits.phone", SPAN_INIT("phone_number") },
	{ "userId", SPAN_INIT("id.user_id") },
	{ "anonymousId", SPAN_INIT("id.anonymous_id") },
	{ "context.device.id", SPAN_INIT("id.device") },
	{ "context.device.advertisingId", SPAN_INIT("id.maid") },
};

/* The time of the act by the clock of the server: what the device said, and how far its clock was
 * off when it sent the call. Without the two times of sending nobody can say, and the clock is a
 * device's. */
static struct span
act_time(const struct import_line *l, struct span *clock)
{
	struct span told = import_text_at(l, "originalTimestamp"), plain = import_text_at(l, "timestamp");
	struct span sent = import_text_at(l, "sentAt"), received = import_text_at(l, "receivedAt");
	instant at, left, came;
	struct buf text = { 0 };
	struct span s;

	*clock = span_none();
	if (sent.p == NULL || received.p == NULL || !instant_parse(sent, &left) ||
	    !instant_parse(received, &came))
		*clock = SPAN("device");
	if (told.p == NULL || clock->p != NULL || !instant_parse(told, &at))
		return plain.p != NULL ? plain : told;	/* timestamp is put right already */
	at += came - left;
	instant_write(&text, at < came ? at : came);
	s = arena_copy(l->arena, buf_span(&text));
	buf_done(&text);
	return s;
}

static struct span
evidence(const struct import_line *l, struct span message, struct span category, uint32_t value)
{
	struct buf text = { 0 };
	struct json_writer w = json_writer(&text);
	struct span s;

	json_open_object(&w);
	json_member_string(&w, "category", category);
	json_member_string(&w, "message", message);
	json_member_raw(&w, "value", ndjson_raw(l->tape, value));
	json_end(&w);
	s = arena_copy(l->arena, buf_span(&text));
	buf_done(&text);
	return s;
}

/* "id@version/lang" of the importer; absent without. */
static struct span
notice(const struct import_line *l)
{
	const struct policy_importer *m = &l->import->importer;
	size_t room = m->notice_id.len + m->notice_lang.len + NOTICE_MORE;
	char *p;
	int n;

	if (m->notice_id.p == NULL)
		return span_none();
	p = arena_alloc(l->arena, room);
	n = snprintf(p, room, "%.*s@%lld%s%.*s", SPAN_ARG(m->notice_id), (long long)m->notice_version,
	    m->notice_lang.p != NULL ? "/" : "", SPAN_ARG(m->notice_lang));
	return span_make(p, (size_t)n);
}

static void
category(struct import_line *l, const struct import_subject *s, uint32_t key)
{
	enum nd_type value = (enum nd_type)ndjson_nodes(l->tape, NULL)[key + 1].type;
	struct span name = ndjson_text(l->tape, key, l->arena);
	struct span message = import_text_at(l, "messageId");
	struct consent_event c = { .purpose = import_purpose(l, name) };

	if (c.purpose.p == NULL)
		return;
	c.at = act_time(l, &c.clock);
	c.channel = l->import->importer.channel;
	c.type = value == ND_TRUE ? SPAN("grant") : value == ND_FALSE ? SPAN("withdraw") :
	    SPAN("deny");
	c.method = SPAN("import");
	c.evidence = evidence(l, message, name, key + 1);
	if (value == ND_TRUE) {
		c.channel = import_channel(l->import, c.purpose);
		c.notice = notice(l);
		if (c.notice.p != NULL && message.p != NULL)
			c.method = SPAN("api");
	}
	import_events(l, s, &c, message, name);
}

/* Nothing but yes: what cannot be taken of it is no refusal. */
static bool
is_only_yes(const struct import_line *l, uint32_t all)
{
	for (uint32_t key = ndjson_first(l->tape, all); key != 0; key = ndjson_sibling(l->tape, key + 1))
		if (ndjson_nodes(l->tape, NULL)[key + 1].type != ND_TRUE)
			return false;
	return true;
}

static int
line(struct import_line *l, struct error *e)
{
	uint32_t all = import_find(l, "context.consent.categoryPreferences");
	struct import_subject s = { .count = 0 };

	if (all == 0) {
		l->counts->silent++;
		return 0;
	}
	if (ndjson_nodes(l->tape, NULL)[all].type != ND_OBJECT) {
		error_set(e, REFUSED, "E_TYPE", "categoryPreferences is not an object");
		return 1;
	}
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
		import_add(&s, places[i].type, import_text_at(l, places[i].path));
	if (s.count == 0) {
		l->counts->harmless += is_only_yes(l, all);
		error_set(e, REFUSED, "E_SUBJECT", "the call names nobody");
		return 1;
	}
	if (ndjson_first(l->tape, all) == 0)
		l->counts->silent++;
	for (uint32_t key = ndjson_first(l->tape, all); key != 0; key = ndjson_sibling(l->tape, key + 1))
		category(l, &s, key);
	return 0;
}

const struct import_format import_segment = { "segment", true, false, line };
