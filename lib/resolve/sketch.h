/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/sketch.h: a text in 14 bytes: enough to say of most pairs that they are not alike
 * without looking at them.
 * Always holds: "may" is true whenever the comparison of the whole texts would be. */
#ifndef CDP_RESOLVE_SKETCH_H
#define CDP_RESOLVE_SKETCH_H

#include "base/span.h"		/* passed by value */
#include "resolve/likeness.h"	/* used inline */
#include <stdbool.h>
#include <stdint.h>

struct sketch {
	uint64_t	letters;	/* bit c: has a letter of class c; bit 32 + c: has two */
	uint32_t	head;		/* the first four bytes, zeros behind a shorter text */
	uint8_t		length;		/* bytes; 0: nothing is known, not ASCII or too long */
	uint8_t		bits;		/* that are set in `letters` */
} __attribute__((packed, aligned(2)));	/* what keeps it has two bytes more in 16 */

struct sketch sketch_make(struct span text);

/* Bits set, without an instruction that not every machine has. */
static inline int
sketch_bits(uint64_t x)
{
	x -= x >> 1 & UINT64_C(0x5555555555555555);
	x = (x & UINT64_C(0x3333333333333333)) + (x >> 2 & UINT64_C(0x3333333333333333));
	x = (x + (x >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	return (int)(x * UINT64_C(0x0101010101010101) >> 56);
}

/* Letters of either, at least, that find no equal one in the other; both lengths are known. */
struct sketch_alone {
	int	a, b;
};

/* What either has alone is together what they differ in, and less the other's as many as it has
 * more. */
static inline struct sketch_alone
sketch_alone(struct sketch a, struct sketch b)
{
	int differ = sketch_bits(a.letters ^ b.letters), only_a = (differ + a.bits - b.bits) >> 1;

	return (struct sketch_alone){ only_a, differ - only_a };
}

/* Equal bytes in front, at most four; more than there are if both texts are shorter. */
static inline unsigned
sketch_prefix(struct sketch a, struct sketch b)
{
	uint64_t differ = (uint64_t)(a.head ^ b.head) | UINT64_C(1) << 8 * LIKENESS_PREFIX;

	return (unsigned)__builtin_ctzll(differ) / 8;
}

/* similar_jw_at_least may hold. Of what is not known all numbers are 0, and 0 is enough. Most pairs have
 * too few letters in common for any prefix: the longest asks for the fewest. */
static inline bool
sketch_may_jw(struct sketch a, struct sketch b, uint32_t permille)
{
	struct likeness_bound bound = likeness_bound(a.length, b.length, LIKENESS_PREFIX, permille);
	int in_both = a.length + b.length - sketch_bits(a.letters ^ b.letters), in_a, in_b;
	struct sketch_alone alone;

	if (in_both * bound.each < 2 * bound.needed)
		return false;
	bound = likeness_bound(a.length, b.length, sketch_prefix(a, b), permille);
	alone = sketch_alone(a, b);
	in_a = a.length - alone.a;
	in_b = b.length - alone.b;
	return (in_a < in_b ? in_a : in_b) * bound.each >= bound.needed;
}

/* similar_osa_at_most_one may hold. */
static inline bool
sketch_may_one_edit(struct sketch a, struct sketch b)
{
	struct sketch_alone alone;

	if (a.length == 0 || b.length == 0)
		return true;
	alone = sketch_alone(a, b);
	return a.length <= b.length + 1 && b.length <= a.length + 1 && alone.a <= 1 && alone.b <= 1;
}

/* What is in a may be found in b after so many edits: each leaves one letter alone at most. */
static inline bool
sketch_may_edit(struct sketch a, struct sketch b, int edits)
{
	return a.length == 0 || b.length == 0 || sketch_alone(a, b).a <= edits;
}

/* A text in four bytes, for slips: each byte sums up every fourth letter, so that one letter in place
 * of another changes one of them, and an exchange of neighbours two. 0: nothing is known. */
uint32_t sketch_slip(struct span text);

/* similar_slip may hold. */
static inline bool
sketch_may_slip(uint32_t a, uint32_t b)
{
	uint32_t differ = a ^ b, equal = 0;

	for (int i = 0; i < 4; i++)
		equal += (differ >> 8 * i & 255) == 0;
	return equal >= 2 || a == 0 || b == 0;
}

/* A text in four bytes, for one edit: bit c, it has a letter of class c. 0: nothing is known. */
uint32_t sketch_letters(struct span text);

/* similar_osa_at_most_one may hold: an edit takes one class away and adds one. */
static inline bool
sketch_may_edit_letters(uint32_t a, uint32_t b)
{
	return sketch_bits(a ^ b) <= 2 || a == 0 || b == 0;
}

#endif
