/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/text.h: a short text in a fixed place.
 * Always holds: valid UTF-8 of at most TEXT_MAX bytes; what does not fit is left out whole. */
#ifndef CDP_SYNTH_TEXT_H
#define CDP_SYNTH_TEXT_H

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

static inline void
text_add(struct text *t, struct span s)
{
	if (s.len == 0 || t->len + s.len > TEXT_MAX)
		return;
	memcpy(t->p + t->len, s.p, s.len);
	t->len += (unsigned char)s.len;
}

static inline void
text_set(struct text *t, struct span s)
{
	t->len = 0;
	text_add(t, s);
}

void text_number(struct text *t, uint64_t n, unsigned digits);	/* zeros in front */
/* Two digits at p; returns what follows them. */
static inline char *
digits_two(char *p, unsigned n)
{
	p[0] = (char)('0' + n / 10);
	p[1] = (char)('0' + n % 10);
	return p + 2;
}

/* Appends s without marks on its letters: "é" is "e"; "ä" is "ae" when `german`, else "a". */
void text_plain(struct text *t, struct span s, bool german);
/* Appends the letters and digits of s in lower case, without marks. */
void text_mailbox(struct text *t, struct span s, bool german);

#endif
