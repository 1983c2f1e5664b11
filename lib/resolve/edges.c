/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/edges.c: a pair is weighed where it is met and kept if it is heavy enough. Records of
 * nobody stand among the others, so that they meet them by the same rules; what speaks against a
 * link is counted beside. Pieces of work are put together in their order. */
#include "base/alloc.h"
#include "base/attr.h"
#include "base/pipeline.h"
#include "resolve/bound.h"
#include "resolve/decoy.h"
#include "resolve/edges.h"
#include "resolve/frozen.h"
#include "resolve/fx.h"
#include "resolve/level.h"
#include "resolve/plan.h"
#include "resolve/scored.h"
#include "resolve/sort.h"

enum {
	WORD = 64,
	SAME_HOUSE = 4,		/* least level of two places that are one */
	LENT = 3000,		/* millibits from which a level says that two values are one */
	PARTS = 256,		/* of all edges, so that one is in the cache */
	EDGES = 1 << 15		/* that one task shares out */
};

struct finding {
	struct scored		*x;
	const struct decoys	*decoys;
	struct scorer		 scorer;	/* x's, over the nodes and the decoys */
	struct bound		 bound;		/* of what counts nowhere, not even as a doubt */
	int32_t			 least;
	size_t			 cap;
	uint64_t		 left;		/* bytes for edges that are not planned for; 0: no limit */
	uint64_t		 doubt;		/* that pairs of one household are matches, in millionths */
	int			 place;		/* field of places; -1 none */
	uint64_t		*copies;	/* bit by node: it has several records */
	uint32_t		 exclusive;	/* bit f: a person has one value of field f */
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

static bool
is_decoy(const struct finding *f, uint32_t node)
{
	return f->decoys != NULL && node >= f->decoys->first;
}

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
meet_decoy(struct found *slot, uint32_t a, uint32_t b, const struct comparison *c, int32_t w)
{
	const struct finding *f = slot->f;

	if (w < 0)
		return;
	if (f->decoys->home[b - f->decoys->first] == a)
		slot->seen.decoy_household[cut_of(w)]++;
	else if (!lender(f, c))
		slot->seen.decoy[cut_of(w)] += view_copies(f->scorer.view, a);
}

static bool
has_copies(const struct finding *f, uint32_t node)
{
	return f->copies[node / WORD] >> (node % WORD) & 1;
}

/* Most nodes are one record: a bit of each tells, and a bit is in the cache. */
static uint64_t
records_of(const struct found *slot, uint32_t a, uint32_t b)
{
	const struct view *v = slot->f->scorer.view;

	if (!has_copies(slot->f, a) && !has_copies(slot->f, b))
		return 1;
	return (uint64_t)view_copies(v, a) * view_copies(v, b);
}

/* Of two records with an identifier of which a person has one: are they alike without it, and do
 * they have the same? */
static void
judge(struct found *slot, uint32_t a, uint32_t b, const struct comparison *c, unsigned field,
    int32_t w)
{
	unsigned level = pattern_level(c->pattern, field);
	int32_t without = w - score_field(&slot->f->scorer, c, field);
	uint64_t records;

	if (without < 0)
		return;
	records = records_of(slot, a, b);
	slot->seen.judged[cut_of(without)] += records;
	if (level == 0)
		slot->seen.clash[cut_of(without)] += records;
	else if (level < field_top(FIELD_IDENTIFIER))
		slot->seen.slip[cut_of(without)] += records;
}

static void
count(struct found *slot, uint32_t a, uint32_t b, const struct comparison *c, int32_t w)
{
	const struct finding *f = slot->f;
	unsigned level = f->place >= 0 ? pattern_level(c->pattern, (unsigned)f->place) : LEVEL_NULL;

	if (w >= 0)
		cut_add_link(&slot->seen, w, records_of(slot, a, b));
	if (level != LEVEL_NULL && level >= SAME_HOUSE) {
		uint64_t doubt = FX_CERTAIN - fx_probability(w);

		if (doubt > 0)
			slot->doubt += doubt * score_household(&f->scorer, a, b, c) / FX_CERTAIN;
	}
	for (uint32_t left = f->exclusive; left != 0; left &= left - 1) {
		unsigned field = (unsigned)__builtin_ctz(left);

		if (pattern_level(c->pattern, field) != LEVEL_NULL) {
			judge(slot, a, b, c, field, w);
			return;
		}
	}
}

static void
weigh(struct found *slot, const struct pairs_run *run, struct node_pair pair,
    const struct comparison *c, int32_t w)
{
	const struct finding *f = slot->f;

	if (is_decoy(f, pair.b)) {
		meet_decoy(slot, pair.a, pair.b, c, w);
		return;
	}
	slot->pairs++;
	count(slot, pair.a, pair.b, c, w);
	if (w < f->least)
		return;
	if (slot->count == slot->cap)
		slot->list = mem_grow(slot->list, slot->count + 1, &slot->cap, sizeof *slot->list);
	slot->list[slot->count++] = (struct edge){ pair.a, pair.b, w, pairs_rules(run, pair) };
}

/* A decoy that is at home somewhere meets only who lives there. */
static bool
strange(struct found *slot, struct node_pair pair)
{
	const struct decoys *d = slot->f->decoys;
	uint32_t home;

	if (!is_decoy(slot->f, pair.b))
		return false;
	home = d->home[pair.b - d->first];
	slot->household_compared += home == pair.a;
	return home != UINT32_MAX && home != pair.a;
}

static void
visit(void *arg, const struct pairs_run *run, const struct node_pair *pair, unsigned count)
{
	struct found *slot = arg;
	const struct finding *f = slot->f;
	UNCLEARED struct comparison c[COMPARE_MOST];
	struct node_pair met[COMPARE_MOST] = { { 0, 0 } };
	int32_t weight[COMPARE_MOST];
	unsigned n = 0;
	uint32_t live;

	for (unsigned i = 0; i < count; i++) {
		if (strange(slot, pair[i]))
			continue;
		met[n++] = pair[i];
	}
	live = compare_promising(f->scorer.view, &f->bound, met, n, c);
	score_pairs(&f->scorer, met, c, live, weight);
	for (unsigned i = 0; i < n; i++)
		if (live >> i & 1)
			weigh(slot, run, met[i], &c[i], weight[i]);
		else
			slot->pairs += !is_decoy(f, met[i].b);
}

/* Those that there is no room for are counted, so that the need is known. */
static void
keep(struct finding *f, const struct found *slot)
{
	struct scored *x = f->x;
	size_t count = x->edge_count + slot->count;

	x->beside = x->words + plan_edges(x->view.records, count);
	if (f->left == 0 || x->beside <= f->left) {
		x->edges = mem_grow(x->edges, count, &f->cap, sizeof *x->edges);
		if (slot->count > 0)
			memcpy(x->edges + x->edge_count, slot->list, slot->count * sizeof *slot->list);
	}
	x->edge_count = count;
}

static void
finish(void *arg, unsigned task, void *taken)
{
	struct finding *f = arg;
	struct found *slot = taken;
	struct scored *x = f->x;

	(void)task;
	keep(f, slot);
	x->pairs += slot->pairs;
	f->doubt += slot->doubt;
	x->seen_of.household_compared += slot->household_compared;
	cut_sum(&x->seen, &slot->seen);
	mem_free(slot->list);
	mem_free(slot);
}

/* By node of the view: bits that say which are several records. */
static uint64_t *
find_copies(const struct view *w)
{
	uint64_t *copies = mem_zero((size_t)w->nodes / WORD + 1, sizeof *copies);

	for (uint32_t i = 0; i < w->nodes; i++)
		copies[i / WORD] |= (uint64_t)(view_copies(w, i) > 1) << (i % WORD);
	return copies;
}

int
edge_order(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return x->b < y->b ? -1 : x->b > y->b;
}

/* ---- their order ---- */

/* Edges are shared out by their lower node, part by part and then node by node, each time in one go:
 * what is left to compare are the few of one node. */
struct ordering {
	struct edge	*from, *to;
	size_t		 count;
	size_t		(*at)[PARTS];		/* by task: edges of a part, then where the next one goes */
	size_t		 begin[PARTS + 1];	/* of the parts */
	uint32_t	 nodes;			/* of a part */
};

/* Where each begins from how many there are: at[i + 1] of the i-th; at[0] is 0. */
static void
add_up(size_t *at, size_t count)
{
	for (size_t i = 0; i < count; i++)
		at[i + 1] += at[i];
}

static size_t
end_of(const struct ordering *o, unsigned task)
{
	size_t end = ((size_t)task + 1) * EDGES;

	return end < o->count ? end : o->count;
}

static void
count_parts(void *arg, unsigned task)
{
	const struct ordering *o = arg;

	for (size_t i = (size_t)task * EDGES; i < end_of(o, task); i++)
		o->at[task][o->from[i].a / o->nodes]++;
}

static void
place_parts(struct ordering *o, unsigned tasks)
{
	size_t sum = 0;

	for (unsigned p = 0; p < PARTS; p++) {
		o->begin[p] = sum;
		for (unsigned t = 0; t < tasks; t++) {
			size_t n = o->at[t][p];

			o->at[t][p] = sum;
			sum += n;
		}
	}
	o->begin[PARTS] = sum;
}

static void
fill_parts(void *arg, unsigned task)
{
	const struct ordering *o = arg;

	for (size_t i = (size_t)task * EDGES; i < end_of(o, task); i++)
		o->to[o->at[task][o->from[i].a / o->nodes]++] = o->from[i];
}

/* The part goes back to where the edges came from. */
static void
order_part(void *arg, unsigned part)
{
	const struct ordering *o = arg;
	size_t *at = mem_zero((size_t)o->nodes + 1, sizeof *at), from = o->begin[part];
	struct edge *list = o->from + from;
	uint32_t first = part * o->nodes;

	for (size_t i = from; i < o->begin[part + 1]; i++)
		at[o->to[i].a - first + 1]++;
	add_up(at, o->nodes);
	for (size_t i = from; i < o->begin[part + 1]; i++)
		list[at[o->to[i].a - first]++] = o->to[i];
	for (size_t node = 0, begin = 0; node < o->nodes; begin = at[node++])
		if (at[node] > begin + 1)
			sort_array(list + begin, at[node] - begin, sizeof *list, edge_order, 1);
	mem_free(at);
}

static void
order(struct edge *edges, size_t count, uint32_t nodes, unsigned threads)
{
	struct ordering o = { .from = edges, .count = count, .nodes = nodes / PARTS + 1 };
	unsigned tasks = (unsigned)((count + EDGES - 1) / EDGES);

	o.to = mem_alloc((count + 1) * sizeof *o.to);
	o.at = mem_zero((size_t)tasks + 1, sizeof *o.at);
	parallel_each(threads, tasks, count_parts, &o);
	place_parts(&o, tasks);
	parallel_each(threads, tasks, fill_parts, &o);
	parallel_each(threads, PARTS, order_part, &o);
	mem_free(o.at);
	mem_free(o.to);
}

bool
edges_find(struct scored *x, const struct scored_options *o, int32_t least)
{
	struct pairs_options pairs = { .pairs_per_record = o->pairs_per_record, .seed = o->seed,
	    .threads = o->threads, .across = o->across, .real = x->view.nodes };
	struct finding f = { .x = x, .scorer = x->scorer, .least = least, .left = o->left };
	struct pairs_visitor visitor = { start, visit, finish, &f };
	struct decoys decoys;

	f.place = x->view.of_type[FIELD_PLACE];
	for (unsigned i = 0; i < x->view.fields; i++)
		f.exclusive |= (uint32_t)x->view.field[i].exclusive << i;
	bound_make(&f.bound, &x->scorer, least < 0 ? least : 0, f.place, SAME_HOUSE);
	if (frozen_decides(o)) {	/* and has its thresholds already */
		f.copies = find_copies(&x->view);
		pairs_each(&x->chosen, &x->view, &pairs, &visitor);
	} else {
		decoys_make(&decoys, &x->view, &x->model, o->seed, o->threads);
		f.decoys = &decoys;
		f.scorer.view = &decoys.view;
		f.copies = find_copies(&decoys.view);
		pairs_each(&x->chosen, &decoys.view, &pairs, &visitor);
		x->seen_of.decoys = decoys.loose;
		decoys_done(&decoys);
	}
	mem_free(f.copies);
	x->seen_of.records = x->view.records;
	x->seen_of.household_pairs = (double)f.doubt / FX_CERTAIN;
	if (o->left > 0 && x->beside > o->left)
		return false;
	order(x->edges, x->edge_count, x->view.nodes, o->threads);
	return true;
}
