/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/scored.c: runs the stages of the scored mode in order. */
#include "base/alloc.h"
#include "resolve/atoms.h"
#include "resolve/edges.h"
#include "resolve/frozen.h"
#include "resolve/learn.h"
#include "resolve/plan.h"
#include "resolve/rivals.h"
#include "resolve/rules.h"
#include "resolve/scored.h"
#include "resolve/splink_export.h"
#include "resolve/store.h"

#include <stdlib.h>
#include <string.h>

enum {
	FEW_BELOW = 12000,	/* millibits: review begins so far below where there are few pairs */
	SIZE_OF_AVERAGE = 10	/* times the records of the average record's profile are many for one */
};

static void
caps(struct model *m, const struct scored_options *o)
{
	if (o->cap_free != SCORED_NOT_SET)
		m->cap_free = o->cap_free;
	m->contact_capped = o->cap_contact != SCORED_NOT_SET;
	m->cap_contact = m->contact_capped ? o->cap_contact : 0;
}

bool
scored_estimate(struct scored *x, const struct store *s, const struct rules *rules,
    const struct types *types, const struct types *attributes, const struct scored_options *o)
{
	if (o->frozen != NULL)
		frozen_begin(x, s, rules, types, attributes, o);
	else
		view_make(&x->view, s, rules, types, attributes, o->threads);
	x->words = x->beside = plan_words(s->count, values_word_bytes(&x->view.values));
	if (o->left > 0 && x->beside > o->left)
		return false;
	if (o->frozen == NULL)
		learn_model(x, o);
	if (!frozen_decides(o))
		caps(&x->model, o);
	if (o->splink_levels && o->frozen == NULL)
		splink_simplify(&x->model, &x->view);
	scorer_make(&x->scorer, &x->view, &x->model, o->threads);
	return true;
}

/* A link is at least as likely as not, so this is the lowest that review may begin. */
static int32_t
least_kept(const struct scored *x, const struct scored_options *o)
{
	int32_t link = o->link != SCORED_NOT_SET ? o->link : x->model.link < 0 ? x->model.link : 0;
	int32_t least = o->review == SCORED_NOT_SET ? link - o->review_band : o->review;

	if (x->model.review < least)
		least = x->model.review;
	if (least > link)
		least = link;
	if (o->min_link != SCORED_NOT_SET && o->min_link < least)
		least = o->min_link;
	if (o->few_reviews && x->chosen.all_pairs && link - FEW_BELOW < least)
		least = link - FEW_BELOW;
	if (rivals_possible(&x->view, &x->model) && link - RIVALS_BELOW < least)
		least = link - RIVALS_BELOW;
	return least;
}

static double
target_of(const struct scored_options *o)
{
	return (double)(o->target_fdr > 0 ? o->target_fdr : FDR_TARGET) / FDR_ONE;
}

/* Unless other ones are asked for. */
static void
thresholds_of_model(struct scored *x, const struct scored_options *o, double target)
{
	if (o->link != SCORED_NOT_SET) {
		x->model.link = o->link;
		x->model.review = o->link - o->review_band;
	}
	if (o->review != SCORED_NOT_SET)
		x->model.review = o->review;
	cut_at(&x->cut, &x->seen, &x->seen_of, x->model.link, target);
}

/* From what was seen, unless they are given. */
static void
thresholds(struct scored *x, const struct scored_options *o)
{
	double target = target_of(o);

	if (frozen_decides(o)) {
		thresholds_of_model(x, o, target);
		return;
	}
	if (o->link == SCORED_NOT_SET)
		cut_find(&x->cut, &x->seen, &x->seen_of, target, o->target_fdr > 0);
	else
		cut_at(&x->cut, &x->seen, &x->seen_of, o->link, target);
	x->model.link = x->cut.link;
	x->model.review = o->review == SCORED_NOT_SET ? x->model.link - o->review_band : o->review;
	x->model.merge = o->merge_average;
}

/* Copies of one record are links, too, if it is like itself at all. */
static int32_t
borne_out(const struct scored *x)
{
	const struct view *w = &x->view;
	struct cut_counts all = { 0 };
	double expected = x->model.matches_per_record * (double)w->records / 2 * x->recall.share;

	cut_sum(&all, &x->seen);
	for (uint32_t i = 0; i < w->nodes; i++) {
		uint64_t n = view_copies(w, i);
		int32_t weight = n < 2 ? -1 : score_nodes(&x->scorer, i, i);

		if (weight >= 0)
			cut_add_link(&all, weight, n * (n - 1) / 2);
	}
	return cut_borne_out(&all, expected);
}

/* What learning took: no stage holds more than the next. Samples are drawn, and the hashes of values
 * are keys of few of the rules that were chosen. */
static void
forget_lessons(struct scored *x)
{
	struct values *v = &x->view.values;

	view_drop_hashes(&x->view);
	for (int k = 0; k < FACT_KINDS && x->chosen.atoms != NULL; k++)
		if (k != FACT_PLACE && !atoms_use(x->chosen.atoms, v->hash[k]))
			values_drop_hash(v, (enum fact_kind)k);
	mem_give_back();
}

bool
scored_weigh(struct scored *x, const struct scored_options *o)
{
	forget_lessons(x);
	if (!edges_find(x, o, least_kept(x, o)))
		return false;
	if (x->frozen == NULL)
		x->doubt_shift = borne_out(x);
	if (rivals_weigh(&x->seen, x->edges, x->edge_count, &x->view, &x->model, o->threads) > 0)
		x->doubt_shift = 0;	/* who is free for whom says it better than their number */
	thresholds(x, o);
	return true;
}

int32_t
scored_rivals(const struct scored *x, uint32_t a, uint32_t b, int32_t alone)
{
	struct edge key = { .a = a < b ? a : b, .b = a < b ? b : a };
	const struct edge *e = x->edge_count == 0 ? NULL :
	    bsearch(&key, x->edges, x->edge_count, sizeof key, edge_order);

	return e == NULL ? 0 : e->weight - alone;
}

/* Two records of a source that holds a person once come together only if they agree themselves,
 * not because both agree with a third: so one record is linked to one, where the data say so. */
static int32_t
weigh(const void *arg, uint32_t a, uint32_t b)
{
	const struct scorer *s = arg;
	unsigned class = model_class(s->model->classes, s->view->source[a], s->view->source[b]);
	int32_t w = score_nodes(s, a, b);

	return w < s->model->link && a != b && rivals_once(s->model, class) ? PAIR_NEVER : w;
}

/* Where only pairs across sources are compared, what is inside one says nothing, and copies are no
 * reason to join. */
static int32_t
weigh_across(const void *arg, uint32_t a, uint32_t b)
{
	const struct scorer *s = arg;

	return s->view->source[a] == s->view->source[b] ? PAIR_NEVER : weigh(arg, a, b);
}

/* A profile of hundreds of records is a chain of wrong links, unless a record has that many matches on
 * average. */
static uint32_t
max_size(const struct scored *x, const struct scored_options *o)
{
	double many = SIZE_OF_AVERAGE * (1 + x->model.matches_per_record);

	return o->size_follows && many > o->max_size ? (uint32_t)many : o->max_size;
}

/* What learning took is free for merging, too. */
static bool
merge(struct scored *x, struct merge_input *in, uint64_t left)
{
	if (left > 0)
		in->options.component_bytes = left - x->beside + PLAN_LEARN_BYTES;
	merge_run(&x->merged, in);
	if (x->merged.wanted == 0)
		return true;
	x->beside += x->merged.wanted - PLAN_LEARN_BYTES;
	return false;
}

bool
scored_run(struct scored *x, const struct store *s, const struct rules *rules,
    const struct types *types, const struct types *attributes, const struct scored_options *o)
{
	struct merge_input in = { .view = &x->view, .rules = rules, .types = types,
	    .weight = { o->across ? weigh_across : weigh, &x->scorer },
	    .options = { .bridge_margin = o->bridge_margin,
	    .soft_exclusive = rules->soft_exclusive, .components = o->components,
	    .best_link = o->best_link, .threads = o->threads } };

	if (!scored_estimate(x, s, rules, types, attributes, o) || !scored_weigh(x, o))
		return false;
	in.options.max_size = max_size(x, o);
	in.options.link = x->model.link;
	in.options.average = x->model.merge;
	in.options.doubt_shift = x->doubt_shift;
	in.demands = o->demands;
	in.demand_count = o->demand_count;
	in.edges = x->edges;
	in.edge_count = x->edge_count;
	if (!merge(x, &in, o->left))
		return false;
	if (x->merged.links > 0)
		cut_settle(&x->cut, x->merged.links, x->merged.doubt, target_of(o));
	return true;
}

void
scored_let_go(struct scored *x)
{
	scorer_done(&x->scorer);
	mem_free(x->edges);
	mem_free(x->merged.ties);
	x->edges = NULL;
	x->merged.ties = NULL;
}

void
scored_done(struct scored *x)
{
	merge_done(&x->merged);
	scorer_done(&x->scorer);
	candidates_done(&x->candidates);
	chosen_done(&x->chosen);
	view_done(&x->view);
	mem_free(x->edges);
	*x = (struct scored){ 0 };
}
