/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/entropy.c: entropies of groups in whole numbers, so that every machine agrees.
 *
 * For groups of sizes s that cover N records, N·H = N·log2 N - S with S = sum of s·log2 s. All
 * figures are differences of three such sums: of entities, of clusters, and of their cells. Each
 * loses less than N steps of 2^-40, far below the sixth decimal of H. */
#include "report/contingency.h"
#include "report/entropy.h"
#include "report/scores.h"

/* The logarithm bit by bit: squaring a number between 1 and 2 doubles its logarithm. */
uint64_t
log2_of(uint64_t n)
{
	int whole = 63 - __builtin_clzll(n);
	wide m = (wide)n << (63 - whole);		/* n ÷ 2^whole, in steps of 2^-63 */
	uint64_t log = (uint64_t)whole << LOG2_BITS;

	for (int bit = LOG2_BITS - 1; bit >= 0; bit--) {
		m = (m * m) >> 63;
		if (m >> 64 != 0) {
			m >>= 1;
			log |= UINT64_C(1) << bit;
		}
	}
	return log;
}

static wide
weight(uint64_t n)
{
	return n < 2 ? 0 : (wide)n * log2_of(n);
}

static wide
sum(const uint64_t *sizes, size_t count)
{
	wide s = 0;

	for (size_t i = 0; i < count; i++)
		s += weight(sizes[i]);
	return s;
}

static wide
less(wide x, wide y)
{
	return x > y ? x - y : 0;
}

/* part ÷ whole. */
static void
share(struct scores *s, const char *name, wide part, wide whole)
{
	if (whole == 0)
		scores_none(s, name, RATIO_PLACES);
	else
		scores_value(s, name, ratio_of(part, whole), RATIO_PLACES);
}

void
entropy_scores(const struct contingency *t, struct scores *out)
{
	wide a = sum(t->a, t->a_count), b = sum(t->b, t->b_count), both = 0, all = weight(t->n);
	wide a_whole = less(all, a), b_whole = less(all, b), common;
	struct cell cell;
	uint64_t n;

	for (size_t at = 0; contingency_next(t, &at, &cell, &n);)
		both += weight(n);
	common = less(all + both, a + b);	/* N times the mutual information */
	share(out, "variation_of_information", less(a + b, 2 * both), (wide)t->n << LOG2_BITS);
	share(out, "homogeneity", common, a_whole);
	share(out, "completeness", common, b_whole);
	share(out, "v_measure", 2 * common, a_whole + b_whole);
}
