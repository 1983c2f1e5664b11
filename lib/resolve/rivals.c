/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rivals.c: which sources hold a person once, which pairs compete there, and what their
 * weights are worth before they do (worth.h). What stands against a pair is found in rivals_rounds.c.
 *
 * It holds for two sources if in each the pairs inside are matches next to never, as the priors
 * say that were learnt for them, and if records with two strong candidates in the other are rare. */
#include "base/alloc.h"
#include "base/pipeline.h"
#include "resolve/rivals_priv.h"
#include "resolve/sort.h"
#include "resolve/worth.h"

#include <assert.h>
#include <string.h>

enum {
	ONCE_BITS = 3000,		/* an eighth */
	STRONG = 4000,			/* millibits */
	CROWDED_IN = 10,		/* of so many records with a strong candidate one may have two */
	EDGES = 1 << 15			/* of one task, about */
};

/* By multiplication alone, so that every machine agrees. */
static void
make_steps(double step[RIVALS_STEPS])
{
	static const double root[RIVALS_ROOTS] = {	/* 2^(1/2), 2^(1/4), ... 2^(1/1024) */
		1.4142135623730951, 1.1892071150027210, 1.0905077326652577, 1.0442737824274138,
		1.0218971486541166, 1.0108892860517005, 1.0054299011128027, 1.0027112750502025,
		1.0013547198921082, 1.0006771306930664,
	};

	for (int i = 0; i < RIVALS_STEPS; i++) {
		step[i] = 1;
		for (int bit = 0; bit < RIVALS_ROOTS; bit++)
			if ((i >> (RIVALS_ROOTS - 1 - bit) & 1) != 0)
				step[i] *= root[bit];
	}
}

bool
rivals_once(const struct model *m, unsigned class)
{
	return class + 1 < m->classes && m->prior[class] <= m->prior[m->classes - 1] - ONCE_BITS;
}

static void
find_once(struct rivals *r, const struct model *m)
{
	uint64_t *records = mem_zero((size_t)r->w->sources + 1, sizeof *records);

	r->place = mem_alloc((size_t)r->w->sources + 1);
	for (uint32_t i = 0; i < r->w->nodes; i++)
		records[r->w->source[i]] += view_copies(r->w, i);
	for (unsigned s = 0; s < r->w->sources; s++) {
		r->place[s] = RIVALS_NOWHERE;
		if (records[s] == 0 || r->once == RIVALS_SOURCES ||
		    !rivals_once(m, model_class(m->classes, s, s)))
			continue;
		r->records[r->once] = records[s];
		r->place[s] = (uint8_t)r->once++;
	}
	mem_free(records);
}

bool
rivals_possible(const struct view *w, const struct model *m)
{
	unsigned once = 0;

	for (unsigned s = 0; s < w->sources && once < 2; s++)
		once += rivals_once(m, model_class(m->classes, s, s));
	return once == 2;
}

/* A byte of each node is in the cache. */
static void
seat_nodes(struct rivals *r)
{
	r->seat = mem_alloc((size_t)r->w->nodes + 1);
	for (uint32_t i = 0; i < r->w->nodes; i++)
		r->seat[i] = (uint8_t)(r->place[r->w->source[i]] |
		    (view_copies(r->w, i) > 1 ? RIVALS_SEVERAL : 0));
}

/* ---- what is counted ---- */

/* Each record of a node sees every record of the other as a candidate. */
static void
count_candidate(struct rivals *r, struct side *s, uint32_t node, uint32_t other, unsigned to,
    int32_t weight)
{
	size_t at = (size_t)node * r->once + to;
	uint64_t records = rivals_records(r, node), candidates = rivals_records(r, other);

	if (weight < STRONG)
		return;
	if (r->strong[at] == 0)
		s->strong += records;
	if (r->strong[at] < 2 && r->strong[at] + candidates >= 2)
		s->crowded += records;
	r->strong[at] = (uint8_t)(r->strong[at] + candidates < 2 ? 1 : 2);
}

/* For the upper node of an edge, which may be in any of them. */
static void
count_upper(void *arg, unsigned task)
{
	struct rivals *r = arg;
	struct counted *c = &r->counted[task];

	for (size_t i = 0; i < r->count; i++) {
		const struct edge *e = &r->edges[i];
		unsigned a, b;

		if (!rivals_of_task(r, task, e->b))
			continue;
		if (rivals_places(r, e, &a, &b))
			count_candidate(r, &c->side[b][a], e->b, e->a, a, e->weight);
	}
}

/* The edges of a task: those of a lower node are all of one. */
static size_t
begin_of(const struct rivals *r, unsigned task)
{
	size_t at = (size_t)task * EDGES;

	while (at > 0 && at < r->count && r->edges[at].a == r->edges[at - 1].a)
		at++;
	return at < r->count ? at : r->count;
}

/* For the lower node; and the matches, of which both have the same. */
static void
count_lower(void *arg, unsigned task)
{
	struct rivals *r = arg;
	struct counted *c = &r->counted[task];
	size_t end = begin_of(r, task + 1);

	for (size_t i = begin_of(r, task); i < end; i++) {
		const struct edge *e = &r->edges[i];
		double odds, matches;
		unsigned a, b;

		if (!rivals_places(r, e, &a, &b))
			continue;
		odds = rivals_power(r, e->weight);
		matches = odds / (1 + odds) *
		    (double)(rivals_records(r, e->a) * rivals_records(r, e->b));
		c->side[a][b].matches += matches;
		c->side[b][a].matches += matches;
		count_candidate(r, &c->side[a][b], e->a, e->b, b, e->weight);
	}
}

static void
count_each(struct rivals *r, unsigned tasks, void (*task)(void *arg, unsigned i))
{
	r->counted = mem_zero((size_t)tasks + 1, sizeof *r->counted);
	parallel_each(r->threads, tasks, task, r);
	for (unsigned t = 0; t < tasks; t++)
		for (unsigned a = 0; a < r->once; a++)
			for (unsigned b = 0; b < r->once; b++) {
				struct side *s = &r->side[a][b], *of = &r->counted[t].side[a][b];

				s->matches += of->matches;
				s->strong += of->strong;
				s->crowded += of->crowded;
			}
	mem_free(r->counted);
}

static unsigned
decide(struct rivals *r)
{
	unsigned held = 0;

	for (unsigned a = 0; a < r->once; a++)
		for (unsigned b = 0; b < a; b++) {
			struct side *x = &r->side[a][b], *y = &r->side[b][a];

			x->holds = y->holds = x->strong > 0 &&
			    x->crowded * CROWDED_IN <= x->strong &&
			    y->crowded * CROWDED_IN <= y->strong;
			held += x->holds;
		}
	return held;
}

/* ---- who competes ---- */

static void
find_contenders(struct rivals *r)
{
	size_t cap = 0;
	unsigned a, b;

	for (size_t i = 0; i < r->count; i++)
		if (rivals_places(r, &r->edges[i], &a, &b) && r->side[a][b].holds) {
			if (r->contenders == cap)
				r->contender = mem_grow(r->contender, r->contenders + 1, &cap,
				    sizeof *r->contender);
			r->contender[r->contenders++] = (struct contender){ .edge = i };
		}
}

/* ---- what weights are worth ---- */

/* What is known when the pairs of two sources are gone through, the heaviest first. */
struct going {
	struct worth_step	step[WORTH_STEPS];
	struct worth		worth;
	double			settled;	/* records of either that are with one of the other */
};

static struct going *
going_of(struct going *g, const struct rivals *r, unsigned a, unsigned b)
{
	return &g[a > b ? a * r->once + b : b * r->once + a];
}

/* Of all pairs of the two sources, those of which a record is with another one already. */
static double
visible(const struct rivals *r, const struct going *g, unsigned a, unsigned b)
{
	double of_a = (double)r->records[a], of_b = (double)r->records[b];

	return 1 - (of_a - g->settled) * (of_b - g->settled) / (of_a * of_b);
}

static bool
take(bool *with_a, bool *with_b)
{
	if (*with_a || *with_b)
		return false;
	*with_a = *with_b = true;
	return true;
}

/* Of several copies on either side as many can be with one. `with`: by node and source, whether it is
 * with one there. */
static void
go_past(const struct rivals *r, struct going *all, bool *with, const struct edge *e)
{
	double of_a = (double)rivals_records(r, e->a), of_b = (double)rivals_records(r, e->b);
	double strangers = of_a * of_b / (1 + rivals_power(r, e->weight)), taken = 0;
	struct going *g;
	unsigned a, b;

	(void)rivals_places(r, e, &a, &b);
	g = going_of(all, r, a, b);
	if (take(&with[(size_t)e->a * r->once + b], &with[(size_t)e->b * r->once + a]))
		taken = of_a < of_b ? of_a : of_b;
	if (worth_counts(e->weight))
		worth_add(g->step, e->weight, of_a * of_b, strangers,
		    visible(r, g, a, b), of_a * of_b - taken);
	g->settled += taken;
}

/* Numbers of the contenders, the heaviest first, else in their order. */
static uint64_t *
heaviest_first(const struct rivals *r)
{
	uint64_t *list = mem_alloc((r->contenders + 1) * sizeof *list);

	assert(r->contenders <= UINT32_MAX);
	for (size_t i = 0; i < r->contenders; i++)
		list[i] = (uint64_t)((int64_t)INT32_MAX - rivals_edge(r, i)->weight) << 32 | i;
	return sort_halves(list, r->contenders);
}

/* Pairs get the odds that those of their weight have, as far as it is seen. */
static void
find_worth(struct rivals *r)
{
	struct going *going = mem_zero(RIVALS_SOURCES * RIVALS_SOURCES, sizeof *going);
	bool *with = mem_zero((size_t)r->w->nodes * r->once + 1, sizeof *with);
	uint64_t *list = heaviest_first(r);
	unsigned a, b;

	for (size_t i = 0; i < r->contenders; i++)
		go_past(r, going, with, rivals_edge(r, (uint32_t)list[i]));
	mem_free(list);
	mem_free(with);
	for (unsigned i = 0; i < RIVALS_SOURCES * RIVALS_SOURCES; i++)
		worth_learn(&going[i].worth, going[i].step);
	for (size_t i = 0; i < r->contenders; i++) {
		struct edge *e = rivals_edge(r, i);

		(void)rivals_places(r, e, &a, &b);
		e->weight = worth_of(&going_of(going, r, a, b)->worth, e->weight);
	}
	mem_free(going);
}

static void
count_matches(struct rivals *r)
{
	unsigned a, b;

	for (a = 0; a < r->once; a++)
		for (b = 0; b < r->once; b++)
			r->side[a][b].matches = 0;
	for (size_t i = 0; i < r->contenders; i++) {
		const struct edge *e = rivals_edge(r, i);
		double odds = rivals_power(r, e->weight);
		double matches = odds / (1 + odds) * (double)(rivals_records(r, e->a) * rivals_records(r, e->b));

		(void)rivals_places(r, e, &a, &b);
		r->side[a][b].matches += matches;
		r->side[b][a].matches += matches;
	}
}

/* ---- all of it ---- */

static void
see_some(void *arg, unsigned task)
{
	const struct rivals *r = arg;
	size_t end = begin_of(r, task + 1);

	for (size_t i = begin_of(r, task); i < end; i++) {
		const struct edge *e = &r->edges[i];

		if (e->weight >= 0)
			cut_add_link(&r->seen[task], e->weight,
			    rivals_records(r, e->a) * rivals_records(r, e->b));
	}
}

/* What was counted while pairs were weighed alone is counted again. Records of nobody had no
 * rivals, and identifiers were judged alone: they say nothing about these weights. */
static void
see_again(struct rivals *r, struct cut_counts *seen, unsigned tasks)
{
	r->seen = mem_zero((size_t)tasks + 1, sizeof *r->seen);
	parallel_each(r->threads, tasks, see_some, r);
	*seen = (struct cut_counts){ 0 };
	for (unsigned t = 0; t < tasks; t++)
		cut_sum(seen, &r->seen[t]);
	mem_free(r->seen);
}

unsigned
rivals_weigh(struct cut_counts *seen, struct edge *edges, size_t count, const struct view *w,
    const struct model *m, unsigned threads)
{
	struct rivals r = { .w = w, .edges = edges, .count = count, .threads = threads };
	unsigned tasks = (unsigned)((count + EDGES - 1) / EDGES), held = 0;

	find_once(&r, m);
	if (r.once > 1) {
		seat_nodes(&r);
		make_steps(r.step);
		r.sum = mem_zero((size_t)w->nodes * r.once + 1, sizeof *r.sum);
		r.strong = mem_zero((size_t)w->nodes * r.once + 1, sizeof *r.strong);
		/* lower nodes come later: all that is below a node is counted before what is above it */
		count_each(&r, threads, count_upper);
		count_each(&r, tasks, count_lower);
		held = decide(&r);
		if (held > 0) {
			find_contenders(&r);
			find_worth(&r);
			count_matches(&r);
			rivals_rounds(&r);
			mem_free(r.contender);
			see_again(&r, seen, tasks);
		}
	}
	mem_free(r.place);
	mem_free(r.seat);
	mem_free(r.sum);
	mem_free(r.strong);
	return held;
}
