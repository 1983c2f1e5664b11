/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/characters.h: texts as characters, because a letter with a mark is one letter and
 * not the two or three bytes it is written with. Texts are valid UTF-8. */
#ifndef CDP_RESOLVE_CHARACTERS_H
#define CDP_RESOLVE_CHARACTERS_H

#include "base/short.h"	/* used inline */
#include "base/span.h"	/* passed by value */
#include "base/utf8.h"	/* used inline */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CHARACTERS_FEW = 64,	/* one word has a bit for each */
	CHARACTERS_MOST = 1024	/* of a text that is read at all */
};

struct characters_few {		/* two texts, one byte a character */
	char	of[2][CHARACTERS_FEW];
};

struct characters {
	uint32_t	at[CHARACTERS_MOST];
	size_t		count;
};

/* Without counting more of them than it takes. */
static inline bool
characters_at_least(struct span s, size_t n)
{
	if (s.len >= 4 * n)
		return true;
	for (size_t i = 0; n > 0 && i < s.len; i++)
		n -= ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n == 0;
}

/* Every byte is a character: what most texts are. */
static inline bool
characters_are_bytes(struct span s)
{
	struct short_words w;

	if (s.len > SHORT_MAX)
		return utf8_is_ascii(s);
	w = short_words(s.p, s.len);
	return ((w.first | w.last) & UINT64_C(0x8080808080808080)) == 0;
}

/* Makes both texts such that one byte is one character and equal characters are equal bytes;
 * they point into `room` where they had to change. False, and both as they were, if one has more
 * than CHARACTERS_FEW. */
bool characters_few(struct span *a, struct span *b, struct characters_few *room);
/* At most CHARACTERS_MOST, the first ones. */
void characters_read(struct span s, struct characters *c);

#endif
