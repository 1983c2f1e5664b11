/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/places.h: where a character stands in a short text, as a word with a bit for each
 * place: eight bytes are compared at once, and there is no table to fill and to clear, which for
 * names of seven letters costs more than the comparison. */
#ifndef CDP_RESOLVE_PLACES_H
#define CDP_RESOLVE_PLACES_H

#include "base/short.h"	/* load_four, used inline */
#include "base/span.h"	/* passed by value */
#include <endian.h>	/* le64toh: the first byte is the lowest */
#include <stddef.h>
#include <stdint.h>

enum { PLACES_WORDS = 8, PLACES_MOST = 64 };	/* bytes of a text */

#define PLACES_LOW_BITS		UINT64_C(0x0101010101010101)
#define PLACES_SEVEN_BITS	UINT64_C(0x7f7f7f7f7f7f7f7f)
#define PLACES_GATHER		UINT64_C(0x0102040810204080)	/* bit 8k goes to bit 56 + k */

struct places {
	uint64_t	word[PLACES_WORDS];
	size_t		words;
};

/* The last bytes of a text, at most eight, above them zeros. */
static inline uint64_t
places_rest(struct span s, size_t from)
{
	size_t n = s.len - from;

	if (s.len >= 8)
		return le64toh(span_word(s.p + s.len - 8)) >> 8 * (8 - n);
	if (n >= 4)
		return le32toh(load_four(s.p)) |
		    (uint64_t)le32toh(load_four(s.p + n - 4)) << 8 * (n - 4);
	return (unsigned char)s.p[0] | (uint64_t)(unsigned char)s.p[n / 2] << 8 * (n / 2) |
	    (uint64_t)(unsigned char)s.p[n - 1] << 8 * (n - 1);
}

/* At most PLACES_MOST bytes. */
static inline void
places_make(struct places *p, struct span s)
{
	size_t at = 0;

	p->words = 0;
	for (; at + 8 <= s.len; at += 8)
		p->word[p->words++] = le64toh(span_word(s.p + at));
	if (at < s.len)
		p->word[p->words++] = places_rest(s, at);
}

/* Bit i: byte i is c. Above the text they mean nothing: a NUL is found there. */
static inline uint64_t
places_of(const struct places *p, char c)
{
	uint64_t all = (unsigned char)c * PLACES_LOW_BITS, found = 0;

	for (size_t i = 0; i < p->words; i++) {
		uint64_t x = p->word[i] ^ all;
		uint64_t differs = (((x & PLACES_SEVEN_BITS) + PLACES_SEVEN_BITS) | x) >> 7;

		found |= ((~differs & PLACES_LOW_BITS) * PLACES_GATHER >> 56) << 8 * i;
	}
	return found;
}

/* A bit for each of the first n places. */
static inline uint64_t
places_first(size_t n)
{
	return n >= PLACES_MOST ? UINT64_MAX : (UINT64_C(1) << n) - 1;
}

#endif
