/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rivals.c: the weight of a pair among the other pairs of its records.
 *
 * Let r be the share of a source's records that have a match in the other source, and W the weights
 * of a record's pairs there. Alone, a pair is a match with odds 2^W. If at most one of them is, the
 * chance of each is 2^W ÷ ((1 − r) + Σ 2^W), which are the odds 2^W ÷ ((1 − r) + R), R the sum over
 * the others: its rivals. So W becomes W − log2((1 − r) + R), from the side on which that is less.
 *
 * It holds for two sources if in each the pairs inside are matches next to never, as the priors
 * say that were learnt for them, and if records with two strong candidates in the other are rare. */
#include "base/alloc.h"
#include "resolve/fx.h"
#include "resolve/merge.h"
#include "resolve/model.h"
#include "resolve/rivals.h"
#include "resolve/view.h"

enum {
	ONCE_MOST = CLASSES_MAX - 1,	/* sources */
	ONCE_BITS = 3000,		/* an eighth */
	STRONG = 4000,			/* millibits */
	CROWDED_IN = 10,		/* of so many records with a strong candidate one may have two */
	CERTAIN = 24000,		/* beyond it nothing is in doubt */
	STEPS = 1024			/* a bit in the steps of power() */
};
static const double match_most = 0.99;	/* r: nobody knows that every record has a match */

/* 2^(w ÷ 1000) by multiplication alone, so that every machine agrees. */
static double
power(int32_t w)
{
	static const double root[] = {	/* 2^(1/2), 2^(1/4), ... 2^(1/1024) */
		1.4142135623730951, 1.1892071150027210, 1.0905077326652577, 1.0442737824274138,
		1.0218971486541166, 1.0108892860517005, 1.0054299011128027, 1.0027112750502025,
		1.0013547198921082, 1.0006771306930664,
	};
	int32_t steps, whole, part;
	double x = 1;

	w = w < -CERTAIN ? -CERTAIN : w > CERTAIN ? CERTAIN : w;
	steps = (w + CERTAIN) * STEPS / FX_BIT;
	whole = steps / STEPS;
	part = steps % STEPS;
	for (int i = 0; i < 10; i++)
		if ((part >> (9 - i) & 1) != 0)
			x *= root[i];
	return x * (double)(UINT64_C(1) << whole) / (double)(UINT64_C(1) << (CERTAIN / FX_BIT));
}

/* Of one source towards another. */
struct side {
	double		matches;	/* expected */
	uint64_t	strong, crowded;	/* records with one strong candidate or more; with more */
	bool		holds;
};

struct rivals {
	const struct view	*w;
	int			*place;		/* by source: among those that hold a person once, or -1 */
	unsigned		 once;
	uint64_t		 records[ONCE_MOST];
	struct side		 side[ONCE_MOST][ONCE_MOST];
	double			*sum;		/* by node and source: Σ 2^W */
	uint8_t			*strong;	/* by node and source: strong candidates, 2: or more */
};

bool
rivals_once(const struct model *m, unsigned class)
{
	return class + 1 < m->classes && m->prior[class] <= m->prior[m->classes - 1] - ONCE_BITS;
}

static void
find_once(struct rivals *r, const struct model *m)
{
	uint64_t *records = mem_zero((size_t)r->w->sources + 1, sizeof *records);

	r->place = mem_alloc(((size_t)r->w->sources + 1) * sizeof *r->place);
	for (uint32_t i = 0; i < r->w->nodes; i++)
		records[r->w->source[i]] += view_copies(r->w, i);
	for (unsigned s = 0; s < r->w->sources; s++) {
		r->place[s] = -1;
		if (records[s] == 0 || r->once == ONCE_MOST ||
		    !rivals_once(m, model_class(m->classes, s, s)))
			continue;
		r->records[r->once] = records[s];
		r->place[s] = (int)r->once++;
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

/* The places of the sources of an edge; false where it does not hold for one of them. */
static bool
places(const struct rivals *r, const struct edge *e, int *a, int *b)
{
	*a = r->place[r->w->source[e->a]];
	*b = r->place[r->w->source[e->b]];
	return *a >= 0 && *b >= 0 && *a != *b;
}

/* Each record of a node sees every record of the other as a candidate. */
static void
count_candidate(struct rivals *r, uint32_t node, uint32_t other, int from, int to, int32_t weight)
{
	size_t at = (size_t)node * r->once + (size_t)to;
	struct side *s = &r->side[from][to];
	uint64_t records = view_copies(r->w, node), candidates = view_copies(r->w, other);
	double odds = power(weight);

	r->sum[at] += odds * (double)candidates;
	s->matches += odds / (1 + odds) * (double)(records * candidates);
	if (weight < STRONG)
		return;
	if (r->strong[at] == 0)
		s->strong += records;
	if (r->strong[at] < 2 && r->strong[at] + candidates >= 2)
		s->crowded += records;
	r->strong[at] = (uint8_t)(r->strong[at] + candidates < 2 ? 1 : 2);
}

static void
count(struct rivals *r, const struct edge *edges, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct edge *e = &edges[i];
		int a, b;

		if (!places(r, e, &a, &b))
			continue;
		count_candidate(r, e->a, e->b, a, b, e->weight);
		count_candidate(r, e->b, e->a, b, a, e->weight);
	}
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

/* (1 − r) + R of one record of the edge. */
static double
against(const struct rivals *r, uint32_t node, int from, int to, double own)
{
	double share = r->side[from][to].matches / (double)r->records[from];
	double others = r->sum[(size_t)node * r->once + (size_t)to] - own;

	return 1 - (share < match_most ? share : match_most) + (others > 0 ? others : 0);
}

static void
weigh(const struct rivals *r, struct edge *edges, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct edge *e = &edges[i];
		double own = power(e->weight), of_a, of_b;
		int a, b;

		if (!places(r, e, &a, &b) || !r->side[a][b].holds)
			continue;
		of_a = against(r, e->a, a, b, own);
		of_b = against(r, e->b, b, a, own);
		e->weight -= fx_log2(of_a > of_b ? of_a : of_b);
	}
}

unsigned
rivals_weigh(struct edge *edges, size_t n, const struct view *w, const struct model *m)
{
	struct rivals r = { .w = w };
	unsigned held = 0;

	find_once(&r, m);
	if (r.once > 1) {
		r.sum = mem_zero((size_t)w->nodes * r.once + 1, sizeof *r.sum);
		r.strong = mem_zero((size_t)w->nodes * r.once + 1, sizeof *r.strong);
		count(&r, edges, n);
		held = decide(&r);
		if (held > 0)
			weigh(&r, edges, n);
	}
	mem_free(r.place);
	mem_free(r.sum);
	mem_free(r.strong);
	return held;
}
