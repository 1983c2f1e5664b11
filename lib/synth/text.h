/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/text.h: a short text in a fixed place.
 * Always holds: valid UTF-8 of at most TEXT_MAX bytes; what does not fit is left out whole. */
#ifndef CDP_SYNTH_TEXT_H
#define CDP_SYNTH_TEXT_H

#include "base/attr.h"	/* ALWAYS_INLINE */
#include "base/span.h"	/* passed by value */

enum { TEXT_MAX = 79 };

struct text {
	unsigned char	len;
	char		p[TEXT_MAX];
};

/* What there is, or span_none() when it is empty. */
static inline struct span
text_span(const struct text *t)
{
	return t->len == 0 ? span_none() : span_make(t->p, t->len);
}

/* Few bytes, by moves that may overlap: for so few a call takes longer than the work. */
ALWAYS_INLINE void
text_copy(char *to, const char *from, size_t n)
{
	if (n > 16) {
		for (size_t i = 0; i + 16 < n; i += 16)
			memcpy(to + i, from + i, 16);
		memcpy(to + n - 16, from + n - 16, 16);
	} else if (n >= 8) {
		memcpy(to, from, 8);
		memcpy(to + n - 8, from + n - 8, 8);
	} else if (n >= 4) {
		memcpy(to, from, 4);
		memcpy(to + n - 4, from + n - 4, 4);
	} else if (n > 0) {
		to[0] = from[0];
		to[n / 2] = from[n / 2];
		to[n - 1] = from[n - 1];
	}
}

/* The bytes may not be those of the text itself. */
ALWAYS_INLINE void
text_add(struct text *t, struct span s)
{
	if (t->len + s.len > TEXT_MAX)
		return;
	text_copy(t->p + t->len, s.p, s.len);
	t->len += (unsigned char)s.len;
}

static inline void
text_set(struct text *t, struct span s)
{
	t->len = 0;
	text_add(t, s);
}

void text_number(struct text *t, uint64_t n, unsigned digits);	/* zeros in front */
extern const char digit_pairs[];	/* "00" to "99" */
/* Two digits at p; returns what follows them. */
static inline char *
digits_two(char *p, unsigned n)
{
	memcpy(p, digit_pairs + (size_t)2 * n, 2);
	return p + 2;
}

/* Appends s without marks on its letters: "é" is "e"; "ä" is "ae" when `german`, else "a". */
void text_plain(struct text *t, struct span s, bool german);
/* Appends the letters and digits of s in lower case, without marks. */
void text_mailbox(struct text *t, struct span s, bool german);

#endif
