/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/edges.c: a pair is weighed where it is met and kept if it is heavy enough. Records of
 * nobody stand among the others, so that they meet them by the same rules; what speaks against a
 * link is counted beside. Pieces of work are put together in their order. */
#include "base/alloc.h"
#include "resolve/decoy.h"
#include "resolve/edges.h"
#include "resolve/frozen.h"
#include "resolve/fx.h"
#include "resolve/level.h"
#include "resolve/scored.h"
#include "resolve/sort.h"

enum {
	SAME_HOUSE = 4,		/* least level of two places that are one */
	LENT = 3000		/* millibits from which a level says that two values are one */
};

struct finding {
	struct scored		*x;
	const struct decoys	*decoys;
	struct scorer		 scorer;	/* x's, over the nodes and the decoys */
	int32_t			 least;
	size_t			 cap;
	uint64_t		 doubt;		/* that pairs at one place are matches, in millionths */
};

/* What one piece of work found. */
struct found {
	const struct finding	*f;
	struct edge		*list;
	size_t			 count, cap;
	uint64_t		 pairs, doubt, household_compared;
	struct cut_counts	 seen;
};

static void *
start(void *arg, unsigned task)
{
	struct found *slot = mem_zero(1, sizeof *slot);

	(void)task;
	slot->f = arg;
	return slot;
}

/* ---- what is counted ---- */

/* Whether no more hold the value than the records of two people: nobody has it in common by
 * chance. */
static bool
few_hold(const struct finding *f, unsigned field, unsigned level, uint32_t value)
{
	const struct view *v = &f->x->view;
	const struct field *of = &v->field[field];
	uint32_t holders;

	if (field_level(of->type, level)->tf != TF_FULL || of->type == FIELD_CATEGORY)
		return false;
	holders = of->kind == FACT_BIRTHDATE ? values_day(&v->values, value) :
	    v->values.holders[of->kind][value];
	return holders <= 2 * (1 + f->x->model.matches_per_record);
}

/* What the decoy has is somebody's alone, or rare, and this is him, or a record of his. */
static bool
lender(const struct finding *f, const struct comparison *c)
{
	const struct view *v = &f->x->view;

	for (unsigned i = 0; i < v->fields; i++) {
		unsigned level = pattern_level(c->pattern, i);

		if (level != LEVEL_NULL &&
		    (decoy_borrows(&v->field[i]) || few_hold(f, i, level, c->b[i])) &&
		    f->x->model.field[i].level[level].weight[ROW_ALONE] > LENT)
			return true;
	}
	return false;
}

static void
meet_decoy(struct found *slot, uint32_t a, uint32_t b, uint64_t records)
{
	const struct finding *f = slot->f;
	uint32_t home = f->decoys->home[b - f->decoys->first];
	struct comparison c;
	int32_t w;

	if (home != UINT32_MAX && home != a)
		return;
	slot->household_compared += home == a;
	compare_nodes(f->scorer.view, a, b, &c);
	w = score_comparison(&f->scorer, a, b, &c);
	if (w < 0)
		return;
	if (home == a)
		slot->seen.decoy_household[cut_of(w)]++;
	else if (!lender(f, &c))
		slot->seen.decoy[cut_of(w)] += records;
}

static uint64_t
records_of(const struct found *slot, uint32_t a, uint32_t b)
{
	const struct view *v = slot->f->scorer.view;

	return (uint64_t)view_copies(v, a) * view_copies(v, b);
}

/* Of two records with an identifier of which a person has one: are they alike without it, and do
 * they have the same? */
static void
judge(struct found *slot, uint32_t a, uint32_t b, const struct comparison *c, unsigned field)
{
	unsigned level = pattern_level(c->pattern, field);
	uint64_t records = records_of(slot, a, b);
	struct waterfall parts;
	int32_t without;

	score_explain(&slot->f->scorer, a, b, c, &parts);
	without = parts.total - parts.field[field] - parts.tf[field];
	if (without < 0)
		return;
	slot->seen.judged[cut_of(without)] += records;
	if (level == 0)
		slot->seen.clash[cut_of(without)] += records;
	else if (level < field_top(FIELD_IDENTIFIER))
		slot->seen.slip[cut_of(without)] += records;
}

static void
count(struct found *slot, uint32_t a, uint32_t b, const struct comparison *c, int32_t w)
{
	const struct view *v = slot->f->scorer.view;
	int place = v->of_type[FIELD_PLACE];
	unsigned level;

	if (w >= 0)
		cut_add_link(&slot->seen, w, records_of(slot, a, b));
	if (place >= 0) {
		level = pattern_level(c->pattern, (unsigned)place);
		if (level != LEVEL_NULL && level >= SAME_HOUSE)
			slot->doubt += FX_CERTAIN - fx_probability(w);
	}
	for (unsigned f = 0; f < v->fields; f++)
		if (v->field[f].exclusive && pattern_level(c->pattern, f) != LEVEL_NULL) {
			judge(slot, a, b, c, f);
			return;
		}
}

static void
visit(void *arg, uint32_t a, uint32_t b, uint16_t rules)
{
	struct found *slot = arg;
	const struct finding *f = slot->f;
	struct comparison c;
	int32_t w;

	if (f->decoys != NULL && b >= f->decoys->first) {
		meet_decoy(slot, a, b, view_copies(f->scorer.view, a));
		return;
	}
	compare_nodes(f->scorer.view, a, b, &c);
	w = score_comparison(&f->scorer, a, b, &c);
	slot->pairs++;
	count(slot, a, b, &c, w);
	if (w < f->least)
		return;
	if (slot->count == slot->cap)
		slot->list = mem_grow(slot->list, slot->count + 1, &slot->cap, sizeof *slot->list);
	slot->list[slot->count++] = (struct edge){ a, b, w, rules };
}

static void
finish(void *arg, unsigned task, void *taken)
{
	struct finding *f = arg;
	struct found *slot = taken;
	struct scored *x = f->x;

	(void)task;
	x->edges = mem_grow(x->edges, x->edge_count + slot->count, &f->cap, sizeof *x->edges);
	if (slot->count > 0)
		memcpy(x->edges + x->edge_count, slot->list, slot->count * sizeof *slot->list);
	x->edge_count += slot->count;
	x->pairs += slot->pairs;
	f->doubt += slot->doubt;
	x->seen_of.household_compared += slot->household_compared;
	cut_sum(&x->seen, &slot->seen);
	mem_free(slot->list);
	mem_free(slot);
}

int
edge_order(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return x->b < y->b ? -1 : x->b > y->b;
}

void
edges_find(struct scored *x, const struct scored_options *o, int32_t least)
{
	struct pairs_options pairs = { .pairs_per_record = o->pairs_per_record, .seed = o->seed,
	    .threads = o->threads, .across = o->across, .real = x->view.nodes };
	struct finding f = { .x = x, .scorer = x->scorer, .least = least };
	struct pairs_visitor visitor = { start, visit, finish, &f };
	struct decoys decoys;

	if (frozen_decides(o)) {	/* and has its thresholds already */
		pairs_each(&x->chosen, &x->view, &pairs, &visitor);
	} else {
		decoys_make(&decoys, &x->view, &x->model, o->seed, o->threads);
		f.decoys = &decoys;
		f.scorer.view = &decoys.view;
		pairs_each(&x->chosen, &decoys.view, &pairs, &visitor);
		x->seen_of.decoys = decoys.loose;
		decoys_done(&decoys);
	}
	x->seen_of.records = x->view.records;
	x->seen_of.household_pairs = (double)f.doubt / FX_CERTAIN;
	sort_array(x->edges, x->edge_count, sizeof *x->edges, edge_order, o->threads);
}
