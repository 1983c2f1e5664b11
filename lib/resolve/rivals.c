/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rivals.c: the weight of a pair among the other pairs of its records.
 *
 * Let r be the share of a source's records that have a match in the other source, and W the weights
 * of a record's pairs there. Alone, a pair is a match with odds 2^W. If at most one of them is, those
 * odds are to be divided by (1 − r) + R, R the sum over the others: its rivals. That is so at both of
 * its records; and a rival, too, counts only as far as its other record is free for it. What stands
 * against a pair at either record so depends on what stands against its rivals at theirs: it is
 * found in rounds, messages between the records that are candidates of each other (belief
 * propagation, which on a tree is exact). Each goes half the way, in bits, lest they swing. Before that
 * weights are set right by what is seen of strangers: see worth.h.
 *
 * It holds for two sources if in each the pairs inside are matches next to never, as the priors
 * say that were learnt for them, and if records with two strong candidates in the other are rare. */
#include "base/alloc.h"
#include "base/cache.h"
#include "base/pipeline.h"
#include "resolve/fx.h"
#include "resolve/merge.h"
#include "resolve/model.h"
#include "resolve/rivals.h"
#include "resolve/sort.h"
#include "resolve/threshold.h"
#include "resolve/view.h"
#include "resolve/worth.h"

#include <assert.h>
#include <string.h>

enum {
	ONCE_MOST = CLASSES_MAX - 1,	/* sources */
	ONCE_BITS = 3000,		/* an eighth */
	STRONG = 4000,			/* millibits */
	CROWDED_IN = 10,		/* of so many records with a strong candidate one may have two */
	CERTAIN = 24000,		/* beyond it nothing is in doubt */
	ROOTS = 10, STEPS = 1 << ROOTS,	/* a bit in the steps of power() */
	EDGES = 1 << 15,		/* of one task, about */
	NODES = 1 << 12,		/* side by side, that one task counts for */
	AHEAD = 16,			/* edges: how far the cache is told in advance */
	ROUNDS = 10,			/* of messages: each takes away half of the bits that are wrong */
	NOWHERE = 127, SEVERAL = 128	/* of a seat */
};
static const uint64_t one_halved = UINT64_C(0x3ff0000000000000) / 2;	/* the exponent of 1, of a double */
static const double match_most = 0.99;	/* r: nobody knows that every record has a match */

/* Of one source towards another. */
struct side {
	double		matches;	/* expected */
	uint64_t	strong, crowded;	/* records with one strong candidate or more; with more */
	bool		holds;
};

/* A pair that competes, and what stands against it at either record: its odds are divided by both. */
struct contender {
	size_t	edge;
	float	a, b;
};

/* What one task counted. */
struct counted {
	struct side	side[ONCE_MOST][ONCE_MOST];
};

struct rivals {
	const struct view	*w;
	struct edge		*edges;
	size_t			 count;
	struct contender	*contender;	/* by edge */
	size_t			 contenders;
	uint8_t			*place;		/* by source: among those that hold a person once, or NOWHERE */
	uint8_t			*seat;		/* by node: its source's place, and SEVERAL if it has copies */
	unsigned		 once;
	uint64_t		 records[ONCE_MOST];
	struct side		 side[ONCE_MOST][ONCE_MOST];
	double			*sum;		/* by node and source: of candidates that are free for it */
	uint8_t			*strong;	/* by node and source: strong candidates, 2: or more */
	double			 step[STEPS];	/* 2^(i ÷ STEPS) */
	unsigned		 threads;
	struct counted		*counted;	/* by task */
	struct cut_counts	*seen;		/* by task */
};

/* By multiplication alone, so that every machine agrees. */
static void
make_steps(double step[STEPS])
{
	static const double root[ROOTS] = {	/* 2^(1/2), 2^(1/4), ... 2^(1/1024) */
		1.4142135623730951, 1.1892071150027210, 1.0905077326652577, 1.0442737824274138,
		1.0218971486541166, 1.0108892860517005, 1.0054299011128027, 1.0027112750502025,
		1.0013547198921082, 1.0006771306930664,
	};

	for (int i = 0; i < STEPS; i++) {
		step[i] = 1;
		for (int bit = 0; bit < ROOTS; bit++)
			if ((i >> (ROOTS - 1 - bit) & 1) != 0)
				step[i] *= root[bit];
	}
}

/* 2^(w ÷ 1000). */
static double
power(const struct rivals *r, int32_t w)
{
	int32_t steps;

	w = w < -CERTAIN ? -CERTAIN : w > CERTAIN ? CERTAIN : w;
	steps = (w + CERTAIN) * STEPS / FX_BIT;
	return r->step[steps % STEPS] * (double)(UINT64_C(1) << steps / STEPS) /
	    (double)(UINT64_C(1) << (CERTAIN / FX_BIT));
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
		r->place[s] = NOWHERE;
		if (records[s] == 0 || r->once == ONCE_MOST ||
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
		    (view_copies(r->w, i) > 1 ? SEVERAL : 0));
}

/* The places of the sources of an edge; false where it does not hold for one of them, or where the edge
 * is so light that it is nobody's rival. */
static bool
places(const struct rivals *r, const struct edge *e, unsigned *a, unsigned *b)
{
	*a = r->seat[e->a] & (SEVERAL - 1);
	*b = r->seat[e->b] & (SEVERAL - 1);
	return e->weight >= -RIVALS_BELOW && *a != NOWHERE && *b != NOWHERE && *a != *b;
}

static uint64_t
records_of(const struct rivals *r, uint32_t node)
{
	return r->seat[node] & SEVERAL ? view_copies(r->w, node) : 1;
}

/* ---- what is counted ---- */

/* Each record of a node sees every record of the other as a candidate. */
static void
count_candidate(struct rivals *r, struct side *s, uint32_t node, uint32_t other, unsigned to,
    int32_t weight)
{
	size_t at = (size_t)node * r->once + to;
	uint64_t records = records_of(r, node), candidates = records_of(r, other);

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

		if (e->b / NODES % r->threads != task)
			continue;
		if (places(r, e, &a, &b))
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

		if (!places(r, e, &a, &b))
			continue;
		odds = power(r, e->weight);
		matches = odds / (1 + odds) *
		    (double)(records_of(r, e->a) * records_of(r, e->b));
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

static struct edge *
edge_of(const struct rivals *r, size_t i)
{
	return &r->edges[r->contender[i].edge];
}

static void
find_contenders(struct rivals *r)
{
	size_t cap = 0;
	unsigned a, b;

	for (size_t i = 0; i < r->count; i++)
		if (places(r, &r->edges[i], &a, &b) && r->side[a][b].holds) {
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
	double of_a = (double)records_of(r, e->a), of_b = (double)records_of(r, e->b);
	double strangers = of_a * of_b / (1 + power(r, e->weight)), taken = 0;
	struct going *g;
	unsigned a, b;

	(void)places(r, e, &a, &b);
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
		list[i] = (uint64_t)((int64_t)INT32_MAX - edge_of(r, i)->weight) << 32 | i;
	return sort_halves(list, r->contenders);
}

/* Pairs get the odds that those of their weight have, as far as it is seen. */
static void
find_worth(struct rivals *r)
{
	struct going *going = mem_zero(ONCE_MOST * ONCE_MOST, sizeof *going);
	bool *with = mem_zero((size_t)r->w->nodes * r->once + 1, sizeof *with);
	uint64_t *list = heaviest_first(r);
	unsigned a, b;

	for (size_t i = 0; i < r->contenders; i++)
		go_past(r, going, with, edge_of(r, (uint32_t)list[i]));
	mem_free(list);
	mem_free(with);
	for (unsigned i = 0; i < ONCE_MOST * ONCE_MOST; i++)
		worth_learn(&going[i].worth, going[i].step);
	for (size_t i = 0; i < r->contenders; i++) {
		struct edge *e = edge_of(r, i);

		(void)places(r, e, &a, &b);
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
		const struct edge *e = edge_of(r, i);
		double odds = power(r, e->weight);
		double matches = odds / (1 + odds) * (double)(records_of(r, e->a) * records_of(r, e->b));

		(void)places(r, e, &a, &b);
		r->side[a][b].matches += matches;
		r->side[b][a].matches += matches;
	}
}

/* ---- the weights ---- */

/* 1 − r. */
static double
unmatched(const struct rivals *r, unsigned from, unsigned to)
{
	double share = r->side[from][to].matches / (double)r->records[from];

	return 1 - (share < match_most ? share : match_most);
}

/* The sums of upper nodes lie anywhere. */
static void
expect(const struct rivals *r, size_t i)
{
	if (i + AHEAD < r->contenders)
		cache_expect(&r->sum[(size_t)edge_of(r, i + AHEAD)->b * r->once]);
}

/* Each record of a node sees every record of the other. */
static void
sum_candidates(struct rivals *r)
{
	unsigned a, b;

	memset(r->sum, 0, (size_t)r->w->nodes * r->once * sizeof *r->sum);
	for (size_t i = 0; i < r->contenders; i++) {
		const struct contender *c = &r->contender[i];
		const struct edge *e = edge_of(r, i);
		double odds = power(r, e->weight);

		expect(r, i);
		(void)places(r, e, &a, &b);
		r->sum[(size_t)e->a * r->once + b] += odds / c->b * (double)records_of(r, e->b);
		r->sum[(size_t)e->b * r->once + a] += odds / c->a * (double)records_of(r, e->a);
	}
}

/* (1 − r) + R at one record of a pair. */
static double
against(const struct rivals *r, uint32_t node, unsigned from, unsigned to, double own)
{
	double others = r->sum[(size_t)node * r->once + to] - own;

	return unmatched(r, from, to) + (others > 0 ? others : 0);
}

/* The geometric mean of what is above zero: half the exponent, then Heron's steps. */
static float
between(float x, float y)
{
	double product = (double)x * (double)y, root;
	uint64_t bits;

	memcpy(&bits, &product, sizeof bits);
	bits = (bits >> 1) + one_halved;
	memcpy(&root, &bits, sizeof root);
	for (int i = 0; i < 3; i++)	/* from 6 % off to a millionth of a millionth */
		root = (root + product / root) / 2;
	return (float)root;
}

static void
compete(struct rivals *r, bool first)
{
	unsigned a, b;

	sum_candidates(r);
	for (size_t i = 0; i < r->contenders; i++) {
		struct contender *c = &r->contender[i];
		const struct edge *e = edge_of(r, i);
		double odds = power(r, e->weight);
		float at_a, at_b;

		expect(r, i);
		(void)places(r, e, &a, &b);
		at_a = (float)against(r, e->a, a, b, odds / c->b);
		at_b = (float)against(r, e->b, b, a, odds / c->a);
		c->a = first ? at_a : between(c->a, at_a);
		c->b = first ? at_b : between(c->b, at_b);
	}
}

/* What stands against a pair is that its records may have no match; nobody is in the way yet. */
static void
begin(struct rivals *r)
{
	unsigned a, b;

	for (size_t i = 0; i < r->contenders; i++) {
		(void)places(r, edge_of(r, i), &a, &b);
		r->contender[i].a = (float)unmatched(r, a, b);
		r->contender[i].b = (float)unmatched(r, b, a);
	}
}

static void
weigh(struct rivals *r)
{
	begin(r);
	for (unsigned i = 0; i < ROUNDS; i++)
		compete(r, i == 0);
	for (size_t i = 0; i < r->contenders; i++) {
		const struct contender *c = &r->contender[i];

		edge_of(r, i)->weight -= fx_log2(c->a) + fx_log2(c->b);
	}
	mem_free(r->contender);
}

static void
see_some(void *arg, unsigned task)
{
	const struct rivals *r = arg;
	size_t end = begin_of(r, task + 1);

	for (size_t i = begin_of(r, task); i < end; i++) {
		const struct edge *e = &r->edges[i];

		if (e->weight >= 0)
			cut_add_link(&r->seen[task], e->weight,
			    records_of(r, e->a) * records_of(r, e->b));
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
			weigh(&r);
			see_again(&r, seen, tasks);
		}
	}
	mem_free(r.place);
	mem_free(r.seat);
	mem_free(r.sum);
	mem_free(r.strong);
	return held;
}
