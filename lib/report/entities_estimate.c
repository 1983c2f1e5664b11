/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/entities_estimate.c: how sure the figures are, by what entities were drawn. */
#include "base/alloc.h"
#include "report/entities.h"
#include "report/scores.h"

#include <stdlib.h>

enum { MILLION = 1000000, B3_BITS = 30 };

enum figure { PAIR_PRECISION, PAIR_RECALL, PAIR_F1, B3_PRECISION, B3_RECALL, B3_F1, FIGURES };

static const struct {
	const char	*name, *low, *high;
} figures[FIGURES] = {
	{ "pair_precision", "pair_precision_low", "pair_precision_high" },
	{ "pair_recall", "pair_recall_low", "pair_recall_high" },
	{ "pair_f1", "pair_f1_low", "pair_f1_high" },
	{ "b3_precision", "b3_precision_low", "b3_precision_high" },
	{ "b3_recall", "b3_recall_low", "b3_recall_high" },
	{ "b3_f1", "b3_f1_low", "b3_f1_high" },
};

/* Weighted sums over the entities of a draw. */
struct sums {
	wide	records, together, same, predicted, b3_precision, b3_recall;
};

static void
add(struct sums *s, const struct entity *one)
{
	s->records += (wide)one->weight * one->records;
	s->together += (wide)one->weight * one->together;
	s->same += (wide)one->weight * one->same;
	s->predicted += (wide)one->weight * one->predicted;
	s->b3_precision += (wide)one->weight * one->b3_precision;
	s->b3_recall += (wide)one->weight * one->b3_recall;
}

struct ratio {
	wide	num, den;
};

/* 2pr ÷ (p + r) over the denominator of both, with as many bits as a product has room for. */
static struct ratio
b3_f1(const struct sums *s)
{
	wide p = s->b3_precision, r = s->b3_recall, n = s->records << B3_BITS;

	for (; ((p | r) >> 60) != 0; n >>= 1) {
		p >>= 1;
		r >>= 1;
	}
	return (struct ratio){ p + r == 0 ? 0 : 2 * p * r / (p + r), n };
}

/* The figure as a ratio; den 0: it is none. */
static struct ratio
ratio(const struct sums *s, enum figure f)
{
	switch (f) {
	case PAIR_PRECISION:
		return (struct ratio){ s->together, s->predicted };
	case PAIR_RECALL:
		return (struct ratio){ s->together, s->same };
	case PAIR_F1:
		return (struct ratio){ 2 * s->together, s->predicted + s->same };
	case B3_PRECISION:
		return (struct ratio){ s->b3_precision, s->records << B3_BITS };
	case B3_RECALL:
		return (struct ratio){ s->b3_recall, s->records << B3_BITS };
	default:
		return b3_f1(s);
	}
}

static void
put(struct scores *out, const char *name, bool none, int64_t value)
{
	if (none)
		scores_none(out, name, RATIO_PLACES);
	else
		scores_value(out, name, value < 0 ? 0 : value > MILLION ? MILLION : value,
		    RATIO_PLACES);
}

/* ---- ratio estimator ---- */

static struct sums
sum_up(const struct entities *all)
{
	struct sums s = { 0 };

	for (size_t i = 0; i < all->n; i++)
		add(&s, &all->v[i]);
	return s;
}

/* Half the 95 % interval, in millionths: 1.96 standard errors, where the variance of a ratio
 * R = X ÷ Y is that of the sum of weight · (x - R·y), over Y². Only + - × ÷, in byte order of
 * the entities, so that every machine agrees. False: one entity says nothing about others. */
static bool
half_interval(const struct entities *all, enum figure f, struct ratio whole, int64_t *half)
{
	double r = (double)whole.num / (double)whole.den, sum = 0, relative;

	if (all->n < 2)
		return false;
	for (size_t i = 0; i < all->n; i++) {
		struct sums one = { 0 };
		struct ratio part;
		double rest;

		add(&one, &all->v[i]);
		part = ratio(&one, f);
		rest = (double)part.num - r * (double)part.den;
		sum += rest * rest;
	}
	relative = sum / ((double)whole.den * (double)whole.den) * (double)all->n /
	    (double)(all->n - 1);
	/* The square root of the variance in units of 10^-12; what is above 1 is cut off anyway. */
	*half = relative >= 1 ? MILLION :
	    (int64_t)square_root((wide)(relative * 1.96 * 1.96 * 1e12));
	return true;
}

void
entities_estimate(const struct entities *all, bool intervals, struct scores *out)
{
	struct sums whole = sum_up(all);

	scores_count(out, "sampled_entities", all->n);
	scores_count(out, "sampled_not_in_truth", all->unknown);
	for (enum figure f = 0; f < FIGURES; f++) {
		struct ratio r = ratio(&whole, f);
		int64_t value = r.den == 0 ? 0 : ratio_of(r.num, r.den), half = 0;
		bool none = r.den == 0;

		put(out, figures[f].name, none, value);
		if (!intervals || f == B3_F1)	/* B3 F1 is no ratio of two sums */
			continue;
		none = none || !half_interval(all, f, r, &half);
		put(out, figures[f].low, none, value - half);
		put(out, figures[f].high, none, value + half);
	}
}

/* ---- bootstrap ---- */

/* SplitMix64: small, and the same everywhere. */
static uint64_t
random_next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static int
compare(const void *p, const void *q)
{
	int64_t x = *(const int64_t *)p, y = *(const int64_t *)q;

	return x < y ? -1 : x > y;
}

/* One figure's values of all draws in which it was defined. */
struct draws {
	int64_t	*v;
	size_t	 n;
};

static void
draw(const struct entities *all, uint64_t *state, struct draws *of)
{
	struct sums s = { 0 };

	for (size_t i = 0; i < all->n; i++)
		add(&s, &all->v[(size_t)(((wide)random_next(state) * all->n) >> 64)]);
	for (enum figure f = 0; f < FIGURES; f++) {
		struct ratio r = ratio(&s, f);

		if (r.den > 0)
			of[f].v[of[f].n++] = ratio_of(r.num, r.den);
	}
}

/* The value that a share, in thousandths, of the sorted draws does not exceed. */
static int64_t
quantile(const struct draws *d, size_t thousandths)
{
	return d->v[(d->n * thousandths + 999) / 1000 - 1];
}

void
entities_bootstrap(const struct entities *all, uint64_t draws, uint64_t seed, struct scores *out)
{
	struct draws of[FIGURES] = { { NULL, 0 } };
	uint64_t state = seed;

	for (enum figure f = 0; f < FIGURES; f++)
		of[f].v = mem_alloc((draws + 1) * sizeof *of[f].v);
	for (uint64_t i = 0; i < draws; i++)
		draw(all, &state, of);
	for (enum figure f = 0; f < FIGURES; f++) {
		bool none = of[f].n == 0;

		qsort(of[f].v, of[f].n, sizeof *of[f].v, compare);
		put(out, figures[f].low, none, none ? 0 : quantile(&of[f], 25));
		put(out, figures[f].high, none, none ? 0 : quantile(&of[f], 975));
		mem_free(of[f].v);
	}
}
