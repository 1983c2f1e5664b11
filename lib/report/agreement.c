/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/agreement.c: the figures of one contingency table.
 *
 * Counts are exact. Ratios are rounded once from exact fractions; sums of fractions (B-cubed)
 * are first kept in steps of 2^-60, grouped by size of cluster, so that the error is far below
 * the sixth decimal. The error is added back before rounding, so that exact halves go up. */
#include "base/alloc.h"
#include "base/map.h"
#include "report/agreement.h"

#include <stdlib.h>

__extension__ typedef unsigned __int128 wide;
__extension__ typedef __int128 signed_wide;

enum { FRACTION_BITS = 60, MILLION = 1000000 };

struct cell {
	uint32_t	a, b;		/* label in the truth, label found */
};

struct table {
	struct cell	*cells;		/* one per record, sorted */
	size_t		 n;
	uint64_t	*a, *b;		/* sizes by label */
	uint64_t	*a_cells, *b_cells;	/* distinct partners by label */
	uint64_t	*a_squares, *b_squares;	/* sum of n² by size of the label's group */
	size_t		 a_count, b_count;	/* room: labels and singletons */
	uint64_t	 together, exact;
};

static uint64_t
pairs(uint64_t n)
{
	return n == 0 ? 0 : n * (n - 1) / 2;
}

static int
compare(const void *x, const void *y)
{
	const struct cell *p = x, *q = y;

	if (p->a != q->a)
		return p->a < q->a ? -1 : 1;
	return p->b < q->b ? -1 : p->b > q->b;
}

static bool
in_slice(const struct labels *by, struct span id, uint64_t slice)
{
	const uint64_t *value;

	if (by == NULL)
		return true;
	value = map_find(by->by, id);
	return value != NULL && *value == slice;
}

static void
fill(struct table *t, const struct labels *truth, const struct labels *found,
    const struct labels *by, uint64_t slice)
{
	size_t alone = map_size(found->names);

	t->cells = mem_zero(map_size(truth->ids) + 1, sizeof *t->cells);
	for (size_t i = 0; i < map_size(truth->ids); i++) {
		struct span id = map_key(truth->ids, i);
		const uint64_t *label;

		if (!in_slice(by, id, slice))
			continue;
		label = map_find(found->ids, id);
		t->cells[t->n].a = (uint32_t)(map_value(truth->ids, i) - 1);
		t->cells[t->n++].b = (uint32_t)(label != NULL ? *label - 1 : alone++);
	}
	t->a_count = map_size(truth->names);
	t->b_count = alone;
	qsort(t->cells, t->n, sizeof *t->cells, compare);
}

static void
measure(struct table *t)
{
	size_t room = t->n + 1;

	t->a = mem_zero(t->a_count + 1, sizeof *t->a);
	t->b = mem_zero(t->b_count + 1, sizeof *t->b);
	t->a_cells = mem_zero(t->a_count + 1, sizeof *t->a_cells);
	t->b_cells = mem_zero(t->b_count + 1, sizeof *t->b_cells);
	t->a_squares = mem_zero(room, sizeof *t->a_squares);
	t->b_squares = mem_zero(room, sizeof *t->b_squares);
	for (size_t i = 0; i < t->n; i++) {
		t->a[t->cells[i].a]++;
		t->b[t->cells[i].b]++;
	}
	for (size_t i = 0, end; i < t->n; i = end) {
		uint32_t a = t->cells[i].a, b = t->cells[i].b;
		uint64_t n;

		for (end = i; end < t->n && compare(&t->cells[i], &t->cells[end]) == 0;)
			end++;
		n = end - i;
		t->together += pairs(n);
		t->exact += n == t->a[a] && n == t->b[b];
		t->a_cells[a]++;
		t->b_cells[b]++;
		t->a_squares[t->a[a]] += n * n;
		t->b_squares[t->b[b]] += n * n;
	}
}

static void
table_done(struct table *t)
{
	mem_free(t->cells);
	mem_free(t->a);
	mem_free(t->b);
	mem_free(t->a_cells);
	mem_free(t->b_cells);
	mem_free(t->a_squares);
	mem_free(t->b_squares);
}

static struct score *
add(struct scores *s, const char *name)
{
	s->v[s->n] = (struct score){ .name = name };
	return &s->v[s->n++];
}

void
scores_count(struct scores *s, const char *name, uint64_t n)
{
	add(s, name)->value = (int64_t)n;
}

void
scores_ratio(struct scores *s, const char *name, uint64_t num, uint64_t den)
{
	struct score *one = add(s, name);

	one->is_ratio = true;
	one->none = den == 0;
	if (den > 0)
		one->value = (int64_t)(((wide)num * MILLION * 2 + den) / ((wide)den * 2));
}

/* A value in steps of 2^-60, rounded; `slack` steps may have been lost before. */
static void
scores_fixed(struct scores *s, const char *name, bool none, wide value, wide slack)
{
	struct score *one = add(s, name);
	wide half = (wide)1 << (FRACTION_BITS - 1);

	one->is_ratio = true;
	one->none = none;
	one->value = none ? 0 : (int64_t)(((value + slack) * MILLION + half) >> FRACTION_BITS);
}

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

static wide
square_root(wide x)
{
	wide root = 0;

	for (int bit = 62; bit >= 0; bit--) {
		wide more = root | (wide)1 << bit;

		if (more * more <= x)
			root = more;
	}
	return root;
}

static void
b_cubed(const struct table *t, struct scores *s)
{
	wide p = mean(t->b_squares, t->n), r = mean(t->a_squares, t->n);
	bool none = t->n == 0;

	scores_fixed(s, "b3_precision", none, p, 2);
	scores_fixed(s, "b3_recall", none, r, 2);
	scores_fixed(s, "b3_f1", none, none ? 0 : 2 * p * r / (p + r), 4);
}

/* 2(TP·C − A·B) ÷ ((A+B)·C − 2A·B), to six decimals, half away from zero. */
static void
adjusted_rand(uint64_t tp, uint64_t a, uint64_t b, uint64_t c, struct scores *s)
{
	signed_wide num = 2 * ((signed_wide)tp * c - (signed_wide)a * b);
	wide den = ((wide)a + b) * c - 2 * (wide)a * b, rest;
	bool negative = num < 0;
	struct score *one = add(s, "adjusted_rand");
	int64_t value;

	one->is_ratio = true;
	one->none = den == 0;
	if (den == 0)
		return;
	rest = (wide)(negative ? -num : num);
	value = (int64_t)(rest / den);
	rest %= den;
	for (int i = 0; i < 6; i++) {
		rest *= 10;
		value = value * 10 + (int64_t)(rest / den);
		rest %= den;
	}
	value += rest * 2 >= den;
	one->value = negative ? -value : value;
}

static void
pair_scores(uint64_t n, uint64_t tp, uint64_t a, uint64_t b, struct scores *s)
{
	uint64_t all = pairs(n);
	wide one = (wide)1 << FRACTION_BITS;
	bool none = a == 0 || b == 0;
	wide product = none ? 0 : (one * tp / a) * (one * tp / b);

	scores_count(s, "true_pairs", a);
	scores_count(s, "predicted_pairs", b);
	scores_count(s, "pairs_together", tp);
	scores_ratio(s, "pair_precision", tp, b);
	scores_ratio(s, "pair_recall", tp, a);
	scores_ratio(s, "pair_f1", 2 * tp, a + b);
	scores_fixed(s, "fowlkes_mallows", none, square_root(product), 2);
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
		g.pairs += pairs(size[i]);
		if (size[i] > g.largest)
			g.largest = size[i];
	}
	return g;
}

void
agreement(const struct labels *truth, const struct labels *found, const struct labels *by,
    uint64_t slice, struct scores *out)
{
	struct table t = { 0 };
	struct groups a, b;

	fill(&t, truth, found, by, slice);
	measure(&t);
	a = groups(t.a, t.a_cells, t.a_count);
	b = groups(t.b, t.b_cells, t.b_count);
	scores_count(out, "records", t.n);
	scores_count(out, "entities", a.count);
	scores_count(out, "clusters", b.count);
	scores_count(out, "largest_cluster", b.largest);
	pair_scores(t.n, t.together, a.pairs, b.pairs, out);
	b_cubed(&t, out);
	scores_count(out, "exact_clusters", t.exact);
	scores_ratio(out, "cluster_precision", t.exact, b.count);
	scores_ratio(out, "cluster_recall", t.exact, a.count);
	scores_ratio(out, "cluster_f1", 2 * t.exact, a.count + b.count);
	scores_count(out, "splits", b.extra);
	scores_count(out, "merges", a.extra);
	scores_count(out, "merge_distance", a.extra + b.extra);
	scores_ratio(out, "merge_distance_per_1000", 1000 * (a.extra + b.extra), t.n);
	scores_count(out, "over_merged", b.broken);
	scores_count(out, "under_merged", a.broken);
	table_done(&t);
}
