/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/links_figures.c: what scored pairs are worth: curve, calibration, blocking. */
#include "base/map.h"
#include "report/closure.h"
#include "report/contingency.h"
#include "report/grid.h"
#include "report/links.h"
#include "report/scores.h"

#include <stdlib.h>

enum { MILLIBITS = 1000, BINS = 10, MILLION = 1000000 };

/* ---- thresholds ---- */

/* Links down to a threshold, and their transitive closure. */
struct cut {
	uint64_t	links, same;		/* pairs taken, and those inside an entity */
	uint64_t	pairs, together;	/* of the closure */
	int32_t		weight_w;		/* of the lightest link taken */
};

/* A walk from the heaviest link to the lightest. */
struct walk {
	const struct links	*l;
	struct closure		*closure;
	size_t			 at;
	struct cut		 cut;
};

static struct walk
walk_start(const struct links *l)
{
	return (struct walk){ .l = l, .closure = links_closure(l) };
}

/* Takes all links of the next weight; false when none is left. */
static bool
walk_next(struct walk *w)
{
	const struct link *v = w->l->v;

	if (w->at == w->l->n)
		return false;
	w->cut.weight_w = v[w->at].weight_w;
	for (; w->at < w->l->n && v[w->at].weight_w == w->cut.weight_w; w->at++) {
		closure_join(w->closure, v[w->at].a, v[w->at].b);
		w->cut.links += v[w->at].pairs;
		w->cut.same += v[w->at].same;
	}
	w->cut.pairs = closure_pairs(w->closure);
	w->cut.together = closure_together(w->closure);
	return true;
}

/* Whether 2x ÷ (y + true pairs), an F1, is above that of another x and y. */
static bool
better(uint64_t x, uint64_t y, uint64_t best_x, uint64_t best_y, uint64_t true_pairs)
{
	return (wide)x * (best_y + true_pairs) > (wide)best_x * (y + true_pairs);
}

static void
best(struct scores *out, const char *f1, const char *at, uint64_t x, uint64_t y,
    const struct cut *cut, uint64_t true_pairs)
{
	scores_ratio(out, f1, 2 * x, y + true_pairs);
	if (cut->links == 0)
		scores_none(out, at, BITS_PLACES);
	else
		scores_value(out, at, cut->weight_w, BITS_PLACES);
}

static void
best_cuts(const struct links *l, uint64_t true_pairs, struct scores *out)
{
	struct walk w = walk_start(l);
	struct cut link = { 0 }, closure = { 0 };
	uint64_t found = 0;
	wide area = 0;		/* true links of each weight times the precision down to there */

	while (walk_next(&w)) {
		area += (((wide)w.cut.same << FRACTION_BITS) / w.cut.links) * (w.cut.same - found);
		found = w.cut.same;
		if (better(w.cut.same, w.cut.links, link.same, link.links, true_pairs))
			link = w.cut;
		if (better(w.cut.together, w.cut.pairs, closure.together, closure.pairs,
		    true_pairs))
			closure = w.cut;
	}
	closure_free(w.closure);
	best(out, "best_link_f1", "best_link_cut", link.same, link.links, &link, true_pairs);
	best(out, "best_closure_f1", "best_closure_cut", closure.together, closure.pairs,
	    &closure, true_pairs);
	if (true_pairs == 0)
		scores_none(out, "average_precision", RATIO_PLACES);
	else
		scores_fraction(out, "average_precision", area / true_pairs, 2);
}

/* Those that the run kept, whatever its threshold was made of. */
static void
kept_links(const struct links *l, uint64_t true_pairs, struct scores *out)
{
	struct closure *closure = links_closure(l);
	uint64_t kept = 0, same = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (!l->v[i].kept)
			continue;
		kept += l->v[i].pairs;
		same += l->v[i].same;
		closure_join(closure, l->v[i].a, l->v[i].b);
	}
	scores_count(out, "links_kept", kept);
	scores_ratio(out, "link_precision", same, kept);
	scores_ratio(out, "link_recall", same, true_pairs);
	scores_ratio(out, "link_f1", 2 * same, kept + true_pairs);
	scores_ratio(out, "link_fdr", kept - same, kept);
	scores_ratio(out, "closure_f1", 2 * closure_together(closure),
	    closure_pairs(closure) + true_pairs);
	closure_free(closure);
}

static void
count_all(const struct links *l, uint64_t *pairs, uint64_t *same)
{
	*pairs = *same = 0;
	for (size_t i = 0; i < l->n; i++) {
		*pairs += l->v[i].pairs;
		*same += l->v[i].same;
	}
}

void
links_scores(const struct links *l, uint64_t true_pairs, uint64_t records, struct scores *out)
{
	uint64_t pairs, same, all = pairs_of(records);

	count_all(l, &pairs, &same);
	scores_count(out, "links", pairs);
	scores_count(out, "links_true", same);
	scores_count(out, "links_repeated", l->repeated);
	scores_count(out, "links_with_unknown_ids", l->unknown);
	kept_links(l, true_pairs, out);
	best_cuts(l, true_pairs, out);
	scores_ratio(out, "pair_completeness", same, true_pairs);
	scores_ratio(out, "pair_quality", same, pairs);
	scores_ratio(out, "pair_reduction", all - pairs, all);
}

static const char *const curve_heads[] = { "cut", "links", "precision", "recall", "f1",
	"closure_precision", "closure_recall", "closure_f1", NULL };

static void
curve_row(const struct cut *c, int32_t bits, uint64_t true_pairs, struct grid *out)
{
	grid_value(out, bits, 0);
	grid_count(out, c->links);
	grid_ratio(out, c->same, c->links);
	grid_ratio(out, c->same, true_pairs);
	grid_ratio(out, 2 * c->same, c->links + true_pairs);
	grid_ratio(out, c->together, c->pairs);
	grid_ratio(out, c->together, true_pairs);
	grid_ratio(out, 2 * c->together, c->pairs + true_pairs);
}

/* The largest whole number of bits that is no more than the weight. */
static int32_t
whole_bits(int32_t weight_w)
{
	return weight_w / MILLIBITS - (weight_w % MILLIBITS < 0);
}

/* A row for each whole number of bits at which there are more links than at the one above. */
void
links_curve(const struct links *l, uint64_t true_pairs, struct grid *out)
{
	struct walk w = walk_start(l);

	*out = grid_new("curve", curve_heads);
	while (walk_next(&w)) {
		int32_t bits = whole_bits(w.cut.weight_w);

		if (w.at == l->n || whole_bits(l->v[w.at].weight_w) != bits)
			curve_row(&w.cut, bits, true_pairs, out);
	}
	closure_free(w.closure);
}

/* ---- calibration ---- */

static const char *const calibration_heads[] = { "from", "links", "true_links", "mean_p",
	"true_share", NULL };

void
links_calibration(const struct links *l, struct grid *out)
{
	uint64_t n[BINS] = { 0 }, same[BINS] = { 0 }, p[BINS] = { 0 };

	for (size_t i = 0; i < l->n; i++) {
		uint32_t bin = l->v[i].p / (MILLION / BINS);

		if (l->v[i].p == NO_PROBABILITY)
			continue;
		if (bin == BINS)	/* p = 1 */
			bin--;
		n[bin] += l->v[i].pairs;
		same[bin] += l->v[i].same;
		p[bin] += l->v[i].p * l->v[i].pairs;
	}
	*out = grid_new("calibration", calibration_heads);
	for (int bin = 0; bin < BINS; bin++) {
		grid_value(out, bin, 1);
		grid_count(out, n[bin]);
		grid_count(out, same[bin]);
		grid_ratio(out, p[bin], n[bin] * MILLION);
		grid_ratio(out, same[bin], n[bin]);
	}
}

/* ---- blocking ---- */

static const char *const rule_heads[] = { "rule", "pairs", "true_pairs", "completeness",
	"quality", "alone", "alone_true", NULL };

struct rule {
	struct span	name;
	uint64_t	pairs, same, alone, alone_same;	/* alone: no other rule holds */
};

static int
by_name(const void *p, const void *q)
{
	const struct rule *x = p, *y = q;

	return span_cmp(x->name, y->name);
}

static void
count_link(const struct link *one, struct rule *rules, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t bit = UINT64_C(1) << i;

		if ((one->rules & bit) == 0)
			continue;
		rules[i].pairs += one->pairs;
		rules[i].same += one->same;
		if (one->rules != bit)
			continue;
		rules[i].alone += one->pairs;
		rules[i].alone_same += one->same;
	}
}

void
links_rules(const struct links *l, uint64_t true_pairs, struct grid *out)
{
	struct rule rules[LINK_RULES_MAX] = { 0 };
	size_t n = map_size(l->rules);

	for (size_t i = 0; i < n; i++)
		rules[i].name = map_key(l->rules, i);
	for (size_t i = 0; i < l->n; i++)
		count_link(&l->v[i], rules, n);
	qsort(rules, n, sizeof *rules, by_name);
	*out = grid_new("rules", rule_heads);
	for (size_t i = 0; i < n; i++) {
		grid_word(out, rules[i].name);
		grid_count(out, rules[i].pairs);
		grid_count(out, rules[i].same);
		grid_ratio(out, rules[i].same, true_pairs);
		grid_ratio(out, rules[i].same, rules[i].pairs);
		grid_count(out, rules[i].alone);
		grid_count(out, rules[i].alone_same);
	}
}
