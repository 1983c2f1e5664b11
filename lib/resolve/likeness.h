/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/likeness.h: the formula of Jaro and Winkler on counted characters, as an exact test
 * of integers; used with what was counted, and with the most that can still be. */
#ifndef CDP_RESOLVE_LIKENESS_H
#define CDP_RESOLVE_LIKENESS_H

#include <stdbool.h>
#include <stdint.h>

enum { LIKENESS_PREFIX = 4 };	/* equal characters in front that count */

struct likeness {
	uint64_t	shorter, longer;	/* characters, at most SIMILAR_LEN_MAX */
	uint64_t	matches, half;		/* half: half of those out of order */
	uint64_t	prefix;
};

static inline uint64_t
likeness_denominator(const struct likeness *k)
{
	return 3 * k->shorter * k->longer * k->matches;
}

/* Ten times the numerator: Jaro is the mean of the shares of either text that match and of the
 * matches in order; above 7/10 each letter of the prefix takes off a tenth of what lacks. */
static inline uint64_t
likeness_ten_numerators(const struct likeness *k, uint64_t d)
{
	uint64_t n = k->matches * k->matches * (k->shorter + k->longer) +
	    k->shorter * k->longer * (k->matches - k->half);

	return 10 * n + (10 * n > 7 * d ? k->prefix * (d - n) : 0);
}

static inline bool
likeness_reaches(const struct likeness *k, uint64_t permille)
{
	uint64_t d = likeness_denominator(k);

	return k->matches > 0 && 100 * likeness_ten_numerators(k, d) >= permille * d;
}

/* What Jaro–Winkler at best, with all matches in order, asks of their number: it is reached by m
 * matches if and only if m * each >= needed. The last part of Jaro is one then, m cancels out,
 * and the prefix moves the bound instead of the score; where the bound is so low that a prefix
 * would not count, it may say yes too often, and never no. */
struct likeness_bound {
	int64_t	each, needed;
};

static inline struct likeness_bound
likeness_bound(uint64_t a, uint64_t b, uint64_t prefix, uint64_t permille)
{
	return (struct likeness_bound){ (int64_t)((a + b) * (10 - prefix) * 100),
	    ((int64_t)(3 * permille) - 1000 - 200 * (int64_t)prefix) * (int64_t)(a * b) };
}

#endif
