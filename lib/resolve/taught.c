/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/taught.c: pairs of one entity and of verdicts are listed; pairs of two entities are
 * counted where the sample meets them, with the pairs they stand for, since what they stand for is
 * known as well. */
#include "base/alloc.h"
#include "base/map.h"
#include "resolve/label_file.h"
#include "resolve/rule_set.h"
#include "resolve/sort.h"
#include "resolve/store.h"
#include "resolve/tallies.h"
#include "resolve/taught.h"
#include "resolve/verdict_file.h"

#include <stdlib.h>

enum {
	ENTITY_NODES = 64,	/* of one entity whose pairs are listed */
	ROOM = 256		/* pairs that are given on at a time */
};

struct known {
	uint32_t	a, b;		/* nodes, a < b */
	int8_t		fixed;		/* as in a tally */
};

struct taught {
	const struct view	*w;
	uint32_t		*entity;	/* by node; 0: not known */
	uint8_t			*named;		/* by node: some pair of the list has it */
	struct known		*list;		/* by a, b; each pair once */
	size_t			 count, cap;
	struct tallying		*same, *different;
	struct sample_visitor	 to, to_different;
};

static void
know(struct taught *t, uint32_t a, uint32_t b, int fixed)
{
	if (a == b)
		return;
	t->list = mem_grow(t->list, t->count + 1, &t->cap, sizeof *t->list);
	t->list[t->count++] = (struct known){ a < b ? a : b, a < b ? b : a, (int8_t)fixed };
	t->named[a] = t->named[b] = 1;
}

/* ---- who is known ---- */

/* Copies of which two are said to be two people say nothing. */
static void
find_entities(struct taught *t, const struct label_file *l)
{
	const struct view *w = t->w;

	for (uint32_t n = 0; n < w->nodes; n++)
		for (uint32_t i = w->record_at[n]; i < w->record_at[n + 1]; i++) {
			uint32_t of = label_file_find(l, rec_id(&w->store->rec[w->record[i]]));

			if (i == w->record_at[n])
				t->entity[n] = of;
			else if (t->entity[n] != of)
				t->entity[n] = 0;
		}
}

struct member {
	uint32_t	entity, node;
};

static int
by_entity(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->entity != y->entity)
		return x->entity < y->entity ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
}

static void
list_entities(struct taught *t)
{
	struct member *m = mem_alloc(((size_t)t->w->nodes + 1) * sizeof *m);
	size_t n = 0;

	for (uint32_t i = 0; i < t->w->nodes; i++)
		if (t->entity[i] != 0)
			m[n++] = (struct member){ t->entity[i], i };
	sort_array(m, n, sizeof *m, by_entity, 1);
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n && j < i + ENTITY_NODES && m[j].entity == m[i].entity; j++)
			know(t, m[i].node, m[j].node, 1);
	mem_free(m);
}

static uint32_t *
nodes_of_records(const struct view *w)
{
	uint32_t *node = mem_alloc((w->store->count + 1) * sizeof *node);

	for (size_t i = 0; i < w->store->count; i++)
		node[i] = VALUE_NONE;
	for (uint32_t n = 0; n < w->nodes; n++)
		for (uint32_t i = w->record_at[n]; i < w->record_at[n + 1]; i++)
			node[w->record[i]] = n;
	return node;
}

static void
list_verdicts(struct taught *t, const struct verdicts *v)
{
	uint32_t *node = nodes_of_records(t->w);

	for (size_t i = 0; i < v->count; i++) {
		uint32_t a, b;

		if (store_find(t->w->store, v->list[i].a, &a) && store_find(t->w->store, v->list[i].b, &b) &&
		    node[a] != VALUE_NONE && node[b] != VALUE_NONE)
			know(t, node[a], node[b], v->list[i].same ? 1 : -1);
	}
	mem_free(node);
}

static int
by_pair(const void *a, const void *b)
{
	const struct known *x = a, *y = b;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return x->b < y->b ? -1 : x->b > y->b;
}

static int
by_pair_and_verdict(const void *a, const void *b)
{
	const struct known *x = a, *y = b;
	int r = by_pair(a, b);

	return r != 0 ? r : x->fixed - y->fixed;
}

/* Each pair once; of one that is said to be both it is not known. */
static void
settle(struct taught *t)
{
	size_t kept = 0;

	sort_array(t->list, t->count, sizeof *t->list, by_pair_and_verdict, 1);
	for (size_t i = 0, end; i < t->count; i = end) {
		for (end = i + 1; end < t->count && by_pair(&t->list[i], &t->list[end]) == 0;)
			end++;
		if (t->list[i].fixed == t->list[end - 1].fixed)
			t->list[kept++] = t->list[i];
	}
	t->count = kept;
}

struct taught *
taught_new(const struct view *w, const struct knowledge *k, unsigned classes,
    const double share[FIELDS_MAX])
{
	struct taught *t;

	if (k->labels == NULL && (k->verdicts == NULL || k->verdicts->count == 0))
		return NULL;
	t = mem_zero(1, sizeof *t);
	t->w = w;
	t->entity = mem_zero((size_t)w->nodes + 1, sizeof *t->entity);
	t->named = mem_zero((size_t)w->nodes + 1, 1);
	if (k->labels != NULL) {
		find_entities(t, k->labels);
		list_entities(t);
	}
	if (k->verdicts != NULL)
		list_verdicts(t, k->verdicts);
	settle(t);
	t->same = tallying_new(w, classes, share);
	t->different = tallying_new(w, classes, share);
	return t;
}

void
taught_free(struct taught *t)
{
	if (t == NULL)
		return;
	tallying_free(t->same);
	tallying_free(t->different);
	mem_free(t->entity);
	mem_free(t->named);
	mem_free(t->list);
	mem_free(t);
}

void
knowledge_unknown(const struct knowledge *k, const struct store *s, uint64_t *verdicts,
    uint64_t *labels)
{
	uint32_t a, b;

	*verdicts = *labels = 0;
	for (size_t i = 0; k->verdicts != NULL && i < k->verdicts->count; i++)
		*verdicts += !store_find(s, k->verdicts->list[i].a, &a) ||
		    !store_find(s, k->verdicts->list[i].b, &b);
	for (size_t i = 0; k->labels != NULL && i < map_size(k->labels->entity); i++)
		*labels += !store_find(s, map_key(k->labels->entity, i), &a);
}

/* ---- the sample ---- */

static bool
listed(const struct taught *t, const struct sampled *s)
{
	struct known key = { s->a, s->b, 0 };

	return t->named[s->a] && t->named[s->b] &&
	    bsearch(&key, t->list, t->count, sizeof key, by_pair) != NULL;
}

static bool
of_two(const struct taught *t, const struct sampled *s)
{
	uint32_t a = t->entity[s->a], b = t->entity[s->b];

	return a != 0 && b != 0 && a != b;
}

static void
start(void *arg, unsigned tasks)
{
	struct taught *t = arg;

	t->to.start(t->to.arg, tasks);
	t->to_different.start(t->to_different.arg, tasks);
}

/* Of a pair that is listed, what it stands for beside itself is still open. */
static void
visit(void *arg, unsigned task, const struct sampled *pair, size_t count)
{
	const struct taught *t = arg;
	struct sampled open[ROOM], different[ROOM];
	size_t opens = 0, differents = 0;

	for (size_t i = 0; i < count; i++) {
		struct sampled s = pair[i];

		if (listed(t, &s))
			s.weight -= s.weight < SAMPLE_ONE ? s.weight : SAMPLE_ONE;
		if (s.weight > 0 && of_two(t, &s))
			different[differents++] = s;
		else if (s.weight > 0 && !(t->entity[s.a] != 0 && t->entity[s.a] == t->entity[s.b]))
			open[opens++] = s;
		if (opens == ROOM || (i + 1 == count && opens > 0)) {
			t->to.visit(t->to.arg, task, open, opens);
			opens = 0;
		}
		if (differents == ROOM || (i + 1 == count && differents > 0)) {
			t->to_different.visit(t->to_different.arg, task, different, differents);
			differents = 0;
		}
	}
}

struct sample_visitor
taught_visitor(struct taught *t, struct sample_visitor to)
{
	t->to = to;
	t->to_different = tallying_visitor(t->different);
	return (struct sample_visitor){ start, visit, t };
}

/* ---- what is known ---- */

/* Those of the list with one verdict, counted as pairs of a sample are. */
static void
count_listed(struct taught *t, struct tallying *to, int fixed, const struct rule_set *set,
    struct tallies *tallies, unsigned threads)
{
	struct sample_visitor v = tallying_visitor(to);

	v.start(v.arg, 1);
	for (size_t i = 0; i < t->count; i++) {
		const struct known *k = &t->list[i];
		struct sampled s = { k->a, k->b, 0, SAMPLE_ONE };

		if (k->fixed != fixed)
			continue;
		s.mask = rule_set_agree(set, k->a, k->b);
		v.visit(v.arg, 0, &s, 1);
	}
	tallying_take(to, tallies, threads);
}

static void
append(struct tallies *to, struct tallies *from, int fixed)
{
	to->list = mem_resize(to->list, (to->count + from->count + 1) * sizeof *to->list);
	for (size_t i = 0; i < from->count; i++) {
		to->list[to->count] = from->list[i];
		to->list[to->count++].fixed = (int8_t)fixed;
	}
	tallies_done(from);
}

void
taught_add(struct taught *t, struct tallies *sampled, const struct candidates *c,
    unsigned threads)
{
	struct rule_set set;
	struct tallies known;

	rule_set_make(&set, t->w, c->rule, c->count, threads);
	tallying_take(t->different, &known, threads);
	append(sampled, &known, -1);
	count_listed(t, t->different, -1, &set, &known, threads);
	append(sampled, &known, -1);
	count_listed(t, t->same, 1, &set, &known, threads);
	append(sampled, &known, 1);
	rule_set_done(&set);
}
