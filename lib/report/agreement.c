/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/agreement.c: the figures of one contingency table.
 *
 * Counts are exact. Ratios are rounded once from exact fractions; sums of fractions (B-cubed)
 * are first kept in steps of 2^-60, grouped by size of cluster, so that the error is far below
 * the sixth decimal. The error is added back before rounding, so that exact halves go up. */
#include "base/alloc.h"
#include "report/agreement.h"
#include "report/contingency.h"
#include "report/entropy.h"
#include "report/grid.h"
#include "report/scores.h"

/* Sum of squares[size] ÷ size, ÷ n, in steps of 2^-60; at most one step lost per size. */
static wide
mean(const uint64_t *squares, uint64_t n)
{
	wide sum = 0;

	for (uint64_t size = 1; size <= n; size++)
		if (squares[size] > 0)
			sum += ((wide)squares[size] << FRACTION_BITS) / size;
	return n == 0 ? 0 : sum / n;
}

static void
b_cubed(const struct contingency *t, struct scores *s)
{
	uint64_t *a_squares = mem_zero(t->n + 1, sizeof *a_squares);	/* of cells, by group size */
	uint64_t *b_squares = mem_zero(t->n + 1, sizeof *b_squares);
	struct cell cell;
	uint64_t n;
	wide p, r;

	for (size_t at = 0; contingency_next(t, &at, &cell, &n);) {
		a_squares[t->a[cell.a]] += n * n;
		b_squares[t->b[cell.b]] += n * n;
	}
	p = mean(b_squares, t->n);
	r = mean(a_squares, t->n);
	if (t->n == 0) {
		scores_none(s, "b3_precision", RATIO_PLACES);
		scores_none(s, "b3_recall", RATIO_PLACES);
		scores_none(s, "b3_f1", RATIO_PLACES);
	} else {
		scores_fraction(s, "b3_precision", p, 2);
		scores_fraction(s, "b3_recall", r, 2);
		scores_fraction(s, "b3_f1", 2 * p * r / (p + r), 4);
	}
	mem_free(a_squares);
	mem_free(b_squares);
}

/* 2(TP·C − A·B) ÷ ((A+B)·C − 2A·B), to six decimals, half away from zero. */
static void
adjusted_rand(uint64_t tp, uint64_t a, uint64_t b, uint64_t c, struct scores *s)
{
	signed_wide num = 2 * ((signed_wide)tp * c - (signed_wide)a * b);
	wide den = ((wide)a + b) * c - 2 * (wide)a * b, rest;
	bool negative = num < 0;
	int64_t value;

	if (den == 0) {
		scores_none(s, "adjusted_rand", RATIO_PLACES);
		return;
	}
	rest = (wide)(negative ? -num : num);
	value = (int64_t)(rest / den);
	rest %= den;
	for (int i = 0; i < RATIO_PLACES; i++) {
		rest *= 10;
		value = value * 10 + (int64_t)(rest / den);
		rest %= den;
	}
	value += rest * 2 >= den;
	scores_value(s, "adjusted_rand", negative ? -value : value, RATIO_PLACES);
}

static void
pair_scores(uint64_t n, uint64_t tp, uint64_t a, uint64_t b, struct scores *s)
{
	uint64_t all = pairs_of(n);
	wide one = (wide)1 << FRACTION_BITS;

	scores_count(s, "true_pairs", a);
	scores_count(s, "predicted_pairs", b);
	scores_count(s, "pairs_together", tp);
	scores_ratio(s, "pair_precision", tp, b);
	scores_ratio(s, "pair_recall", tp, a);
	scores_ratio(s, "pair_f1", 2 * tp, a + b);
	if (a == 0 || b == 0)
		scores_none(s, "fowlkes_mallows", RATIO_PLACES);
	else
		scores_fraction(s, "fowlkes_mallows",
		    square_root((one * tp / a) * (one * tp / b)), 2);
	scores_ratio(s, "rand", all + 2 * tp - a - b, all);
	adjusted_rand(tp, a, b, all, s);
}

/* Of the groups of one labelling: how many, how many lie in more than one group of the other,
 * how many cells beyond the first, and their pairs. */
struct groups {
	uint64_t	count, broken, extra, pairs, largest;
};

static struct groups
groups(const uint64_t *size, const uint64_t *cells, size_t count)
{
	struct groups g = { 0 };

	for (size_t i = 0; i < count; i++) {
		if (size[i] == 0)
			continue;
		g.count++;
		g.broken += cells[i] > 1;
		g.extra += cells[i] - 1;
		g.pairs += pairs_of(size[i]);
		if (size[i] > g.largest)
			g.largest = size[i];
	}
	return g;
}

void
agreement(const struct contingency *t, struct scores *out)
{
	struct groups a = groups(t->a, t->a_cells, t->a_count);
	struct groups b = groups(t->b, t->b_cells, t->b_count);
	uint64_t together = 0, exact = 0, n;
	struct cell cell;

	for (size_t at = 0; contingency_next(t, &at, &cell, &n);) {
		together += pairs_of(n);
		exact += n == t->a[cell.a] && n == t->b[cell.b];
	}
	scores_count(out, "records", t->n);
	scores_count(out, "entities", a.count);
	scores_count(out, "clusters", b.count);
	scores_count(out, "largest_cluster", b.largest);
	pair_scores(t->n, together, a.pairs, b.pairs, out);
	b_cubed(t, out);
	scores_count(out, "exact_clusters", exact);
	scores_ratio(out, "cluster_precision", exact, b.count);
	scores_ratio(out, "cluster_recall", exact, a.count);
	scores_ratio(out, "cluster_f1", 2 * exact, a.count + b.count);
	scores_count(out, "splits", b.extra);
	scores_count(out, "merges", a.extra);
	scores_count(out, "merge_distance", a.extra + b.extra);
	scores_ratio(out, "merge_distance_per_1000", 1000 * (a.extra + b.extra), t->n);
	scores_count(out, "over_merged", b.broken);
	scores_count(out, "under_merged", a.broken);
	entropy_scores(t, out);
}

/* The size classes of the summary of cdp-resolve. */
static const struct {
	const char	*name;
	uint64_t	 most;
} classes[] = {
	{ "1", 1 }, { "2", 2 }, { "3", 3 }, { "4-5", 5 }, { "6-10", 10 }, { "11-50", 50 },
	{ "51+", UINT64_MAX },
};
enum { CLASSES = sizeof classes / sizeof *classes };

static const char *const size_heads[] = { "size", "entities", "under_merged", "clusters",
	"over_merged", NULL };

static void
count_sizes(const uint64_t *size, const uint64_t *cells, size_t count, uint64_t *groups_of,
    uint64_t *broken)
{
	for (size_t i = 0; i < count; i++) {
		size_t class = 0;

		if (size[i] == 0)
			continue;
		while (size[i] > classes[class].most)
			class++;
		groups_of[class]++;
		broken[class] += cells[i] > 1;
	}
}

void
agreement_by_size(const struct contingency *t, struct grid *out)
{
	uint64_t entities[CLASSES] = { 0 }, under[CLASSES] = { 0 };
	uint64_t clusters[CLASSES] = { 0 }, over[CLASSES] = { 0 };

	count_sizes(t->a, t->a_cells, t->a_count, entities, under);
	count_sizes(t->b, t->b_cells, t->b_count, clusters, over);
	*out = grid_new("sizes", size_heads);
	for (size_t i = 0; i < CLASSES; i++) {
		grid_word(out, span_from(classes[i].name));
		grid_count(out, entities[i]);
		grid_count(out, under[i]);
		grid_count(out, clusters[i]);
		grid_count(out, over[i]);
	}
}
