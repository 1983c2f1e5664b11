/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/plain_priv.h: what record_plain.c and profile_plain.c share: steps through a line that has
 * no blanks, escapes or empty values. Each takes what it names and says true, or leaves the reading
 * useless and says false: then the line is for the scanner. */
#ifndef CDP_MODEL_PLAIN_PRIV_H
#define CDP_MODEL_PLAIN_PRIV_H

#include "base/attr.h"
#include "base/short.h"		/* load_four */
#include "base/span.h"		/* passed by value */
#include "io/ndjson_run.h"

struct arena;
struct record;
struct texts;

enum {
	LINE_PLAIN = 16 << 10,	/* bytes of a line; in fewer no limit of the scanner is exceeded */
	NAME_PLAIN = 256,	/* bytes of the name of an identifier or attribute */
	KEY_LEAST = 8		/* bytes that a member has at least, its value included */
};

/* Values that records and profiles have. */
enum plain_kind { PLAIN_TEXT, PLAIN_TEXTS, PLAIN_ADDRESSES, PLAIN_IDENTIFIERS, PLAIN_ATTRIBUTES,
    PLAIN_PURPOSES, PLAIN_TAGS };

/* Who takes several steps takes them with a copy, which then stays in registers. */
struct reading {
	const char	*p, *end, *start;	/* the line */
	struct arena	*arena;
	struct span	*value;			/* where the next one is kept; NULL: nowhere */
};

ALWAYS_INLINE void
keep(struct reading *r, struct span value)
{
	if (r->value != NULL)
		*r->value++ = value;
}

ALWAYS_INLINE bool
take_byte(struct reading *r, char c)
{
	bool there = r->p < r->end && *r->p == c;

	r->p += there;
	return there;
}

/* A key of at least four bytes, which tell most keys apart. */
ALWAYS_INLINE bool
take_key(struct reading *r, struct span key)
{
	if ((size_t)(r->end - r->p) < key.len || load_four(r->p) != load_four(key.p) ||
	    !span_equal(span_make(r->p, key.len), key))
		return false;
	r->p += key.len;
	return true;
}

/* p is at a byte beyond ASCII of a text that began at `begin`: its end, if it is UTF-8; else NULL. */
const char *plain_text_end(const char *start, const char *end, const char *begin, const char *p);

/* What stands between two quotes, at least a byte. */
ALWAYS_INLINE bool
take_text(struct reading *r, struct span *text)
{
	const char *begin = r->p + 1, *p;

	if (!take_byte(r, '"'))
		return false;
	p = (const char *)nd_run((const unsigned char *)r->start, (const unsigned char *)begin,
	    (const unsigned char *)r->end);
	if (UNLIKELY(p == r->end))
		return false;
	if (UNLIKELY(*p != '"')) {
		if ((unsigned char)*p < 0x80)
			return false;
		p = plain_text_end(r->start, r->end, begin, p);
		if (p == NULL || p == r->end || *p != '"')
			return false;
	}
	if (UNLIKELY(p == begin))
		return false;
	*text = span_make(begin, (size_t)(p - begin));
	r->p = p + 1;
	return true;
}

/* The same as a value of the line. */
ALWAYS_INLINE bool
take_value_text(struct reading *r, struct span *text)
{
	if (!take_text(r, text))
		return false;
	keep(r, *text);
	return true;
}

/* The name of a member that may have any. */
ALWAYS_INLINE bool
take_name(struct reading *r, struct span *name)
{
	return take_text(r, name) && name->len <= NAME_PLAIN && take_byte(r, ':');
}

/* A list of texts, at least one. */
bool plain_texts(struct reading *r, struct texts *list);
/* A value of a member: `place` is that of a text or of a list of texts. */
bool plain_value(struct reading *r, enum plain_kind kind, struct record *to, void *place);

#endif
