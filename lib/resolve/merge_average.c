/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/merge_average.c: clusters merge where all their cross pairs on average speak for it.
 *
 * Each merge makes a new knot of two, so a component becomes a forest whose roots are its clusters.
 * The sum of W over the cross pairs of two knots never changes; that of a new knot is the sum of
 * those of its two halves, down to pairs of units, each of which is scored once at most. So a
 * cluster of n units costs n²/2 scorings, however often it is tried. */
#include "base/alloc.h"
#include "resolve/merge_priv.h"
#include "resolve/store.h"
#include "resolve/view.h"

#include <stdlib.h>

enum {
	CLAMP = 15 * BIT,	/* one pair speaks no louder, */
	NEVER = 200 * BIT,	/* but for PAIR_NEVER */
	PAIRS_MOST = 1 << 16,	/* above it a sample stands for the cross pairs: */
	SAMPLE = 256		/* of each cluster the members with the smallest hash */
};

uint32_t
merge_root(struct merging *m, uint32_t knot)
{
	while (m->knot[knot].up != knot) {
		m->knot[knot].up = m->knot[m->knot[knot].up].up;
		knot = m->knot[knot].up;
	}
	return knot;
}

/* ---- the average ---- */

int32_t
merge_clamped(int32_t weight)
{
	if (weight == PAIR_NEVER)
		return -NEVER;
	return weight < -CLAMP ? -CLAMP : weight > CLAMP ? CLAMP : weight;
}

static int64_t
score(struct merging *m, uint32_t a, uint32_t b)
{
	int32_t weight = m->in->weight.of(m->in->weight.arg, m->unit[a].node, m->unit[b].node);

	m->out.scored++;
	if (weight >= m->in->options.link)
		merge_add_edge(m, m->found++, (struct unit_edge){ a, b, weight, TIE_SCORED, false });
	return (int64_t)(m->knot[a].mass * m->knot[b].mass) * merge_clamped(weight);
}

static void
note(struct merging *m, uint32_t a, uint32_t b, int64_t sum)
{
	struct sum *s = sums_at(&m->sums, a, b);

	s->sum = sum;
	s->known = true;
}

static void
push(struct merging *m, size_t *depth, uint32_t a, uint32_t b)
{
	m->waiting = mem_grow(m->waiting, *depth + 1, &m->waiting_cap, sizeof *m->waiting);
	m->waiting[(*depth)++] = (struct unit_pair){ a, b };
}

/* The younger of two knots is taken apart, until its parts are known. */
static int64_t
cross(struct merging *m, uint32_t x, uint32_t y)
{
	size_t depth = 0;
	int64_t total = 0;

	push(m, &depth, x, y);
	while (depth > 0) {
		struct unit_pair p = m->waiting[--depth];
		uint32_t young = p.a > p.b ? p.a : p.b, old = p.a > p.b ? p.b : p.a;
		const struct sum *known = sums_find(&m->sums, young, old);

		if (known != NULL && known->known) {
			total += known->sum;
		} else if (young < m->units) {
			int64_t one = score(m, old, young);

			note(m, old, young, one);
			total += one;
		} else {
			push(m, &depth, m->knot[young].left, old);
			push(m, &depth, m->knot[young].right, old);
		}
	}
	note(m, x, y, total);
	return total;
}

struct drawn {
	uint64_t	hash;
	uint32_t	unit;
};

static int
by_hash(const void *a, const void *b)
{
	const struct drawn *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->unit < y->unit ? -1 : x->unit > y->unit;
}

/* All units of a cluster, those with the smallest hashes first. The caller frees them. */
static struct drawn *
draw(struct merging *m, uint32_t knot)
{
	struct drawn *list = mem_alloc(((size_t)m->knot[knot].units + 1) * sizeof *list);
	size_t depth = 0, count = 0;

	push(m, &depth, knot, knot);
	while (depth > 0) {
		uint32_t k = m->waiting[--depth].a;

		if (k < m->units) {
			list[count++] = (struct drawn){ view_node_hash(m->in->view, m->unit[k].node), k };
			continue;
		}
		push(m, &depth, m->knot[k].left, k);
		push(m, &depth, m->knot[k].right, k);
	}
	qsort(list, count, sizeof *list, by_hash);
	return list;
}

/* As if all cross pairs were like those of the sample. */
static int64_t
estimate(struct merging *m, uint32_t x, uint32_t y)
{
	struct drawn *of_x = draw(m, x), *of_y = draw(m, y);
	uint32_t nx = m->knot[x].units < SAMPLE ? m->knot[x].units : SAMPLE;
	uint32_t ny = m->knot[y].units < SAMPLE ? m->knot[y].units : SAMPLE;
	int64_t total = 0, pairs = 0;

	for (uint32_t i = 0; i < nx; i++)
		for (uint32_t j = 0; j < ny; j++) {
			uint32_t a = of_x[i].unit, b = of_y[j].unit;
			int64_t mass = (int64_t)(m->knot[a].mass * m->knot[b].mass);

			total += mass * merge_clamped(m->in->weight.of(m->in->weight.arg,
			    m->unit[a].node, m->unit[b].node));
			pairs += mass;
		}
	m->out.scored += (uint64_t)nx * ny;
	mem_free(of_x);
	mem_free(of_y);
	if (pairs == 0)		/* no cluster is empty */
		return 0;
	return total / pairs * (int64_t)(m->knot[x].mass * m->knot[y].mass);
}

int32_t
merge_quotient(int64_t sum, int64_t pairs)
{
	return (int32_t)(sum >= 0 ? sum / pairs : -((-sum + pairs - 1) / pairs));
}

int32_t
merge_average(struct merging *m, uint32_t a, uint32_t b)
{
	const struct sum *known = sums_find(&m->sums, a, b);
	int64_t pairs = (int64_t)(m->knot[a].mass * m->knot[b].mass), sum;

	if (known != NULL && known->known) {
		sum = known->sum;
	} else if ((uint64_t)m->knot[a].units * m->knot[b].units <= PAIRS_MOST) {
		sum = cross(m, a, b);
	} else {
		sum = estimate(m, a, b);
		note(m, a, b, sum);
	}
	return merge_quotient(sum, pairs);
}

/* ---- what forbids a merge ---- */

static const enum merge_reason reason_of[REFUSALS] = {
	[REFUSAL_EXCLUSIVE] = MERGE_EXCLUSIVE, [REFUSAL_LIMIT] = MERGE_LIMIT,
	[REFUSAL_BIRTHDATE] = MERGE_BIRTHDATE, [REFUSAL_SUFFIX] = MERGE_SUFFIX,
	[REFUSAL_PARTY] = MERGE_PARTY, [REFUSAL_CLEAN_SOURCE] = MERGE_CLEAN_SOURCE
};

static bool
demanded_apart(struct merging *m, uint32_t x, uint32_t y)
{
	for (size_t i = 0; i < m->aparts; i++) {
		uint32_t a = merge_root(m, m->apart[i].a), b = merge_root(m, m->apart[i].b);

		if ((a == x && b == y) || (a == y && b == x))
			return true;
	}
	return false;
}

/* MERGE_REASONS: nothing does. */
static enum merge_reason
forbids(struct merging *m, uint32_t x, uint32_t y, uint64_t *demoted)
{
	const struct merge_options *o = &m->in->options;
	enum refusal why;

	if (demanded_apart(m, x, y))
		return MERGE_DIFFERENT;
	why = constraint_check(&m->claims[x], &m->claims[y], &m->in->view->store->facts,
	    m->in->types, o->soft_exclusive, !o->birthdate, demoted);
	return why == REFUSAL_NONE ? MERGE_REASONS : reason_of[why];
}

/* ---- merges ---- */

static void
unite(struct merging *m, uint32_t x, uint32_t y, uint32_t edge, int32_t average)
{
	uint32_t at = m->knots;
	struct knot *k = merge_knot(m);

	k->left = x;
	k->right = y;
	k->units = m->knot[x].units + m->knot[y].units;
	k->records = m->knot[x].records + m->knot[y].records;
	k->mass = m->knot[x].mass + m->knot[y].mass;
	k->edge = edge;
	k->average = average;
	m->knot[x].up = m->knot[y].up = m->knot[x].above = m->knot[y].above = at;
	claims_add(&m->claims[at], &m->claims[x]);
	claims_add(&m->claims[at], &m->claims[y]);
}

static bool
refuse(struct merging *m, uint32_t x, uint32_t y, enum merge_reason reason)
{
	struct sum *s = sums_at(&m->sums, x, y);

	s->refused = true;
	s->reason = (uint8_t)reason;
	return false;
}

/* A refused pair of clusters is not looked at again: one that has grown is another. */
static bool
was_refused(const struct merging *m, uint32_t x, uint32_t y, bool demanded)
{
	const struct sum *s = sums_find(&m->sums, x, y);

	return s != NULL && s->refused && !(demanded && s->reason == MERGE_AVERAGE);
}

static bool
try_edge(struct merging *m, uint32_t at)
{
	const struct merge_options *o = &m->in->options;
	const struct unit_edge *e = &m->edge[at];
	uint32_t x = merge_root(m, e->a), y = merge_root(m, e->b);
	bool demanded = e->weight == TIE_DEMANDED;
	int32_t average = e->weight;
	uint64_t demoted = 0;
	enum merge_reason why;

	if (x == y || m->knot[x].frozen || m->knot[y].frozen || was_refused(m, x, y, demanded))
		return false;
	why = forbids(m, x, y, &demoted);
	if (why != MERGE_REASONS)
		return refuse(m, x, y, why);
	if (!demanded && !o->components && !o->best_link) {
		average = merge_average(m, x, y);
		if (average < o->average)
			return refuse(m, x, y, MERGE_AVERAGE);
		if (o->max_size > 0 && m->knot[x].units + m->knot[y].units > o->max_size) {
			m->knot[x].frozen = m->knot[y].frozen = true;
			return false;
		}
	}
	unite(m, x, y, at, average);
	m->out.demoted += demoted;
	return true;
}

static bool
pass(struct merging *m, unsigned round, int32_t least)
{
	bool merged = false;

	for (uint32_t i = 0; i < m->edges && m->edge[i].weight >= least && m->sums.wanted == 0; i++)
		if (m->unit[m->edge[i].a].redone == round && m->unit[m->edge[i].b].redone == round)
			merged |= try_edge(m, i);
	return merged;
}

/* Clusters that would become too large are taken apart, to be made of stricter edges. */
static bool
dissolve(struct merging *m, unsigned round)
{
	bool any = false;

	for (uint32_t k = 0; k < m->knots; k++) {
		if (!m->knot[merge_root(m, k)].frozen)
			continue;
		if (k >= m->units) {
			m->knot[k].dead = true;
			continue;
		}
		m->unit[k].redone = (uint8_t)(round + 1);
		any = true;
	}
	for (uint32_t u = 0; u < m->units && any; u++)
		if (m->unit[u].redone == round + 1) {
			m->knot[u].up = m->knot[u].above = u;
			m->knot[u].frozen = false;
		}
	return any;
}

/* Keeps only those edges that are the best of one of their units; what is demanded stays. */
static void
keep_best(struct merging *m)
{
	bool *met = mem_zero((size_t)m->units + 1, sizeof *met);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < m->edges; i++) {
		struct unit_edge e = m->edge[i];

		if (e.weight != TIE_DEMANDED && met[e.a] && met[e.b])
			continue;
		m->edge[kept++] = e;
		if (e.weight != TIE_DEMANDED)
			met[e.a] = met[e.b] = true;
	}
	m->edges = m->found = kept;
	mem_free(met);
}

void
merge_units(struct merging *m)
{
	const struct merge_options *o = &m->in->options;

	if (o->best_link)
		keep_best(m);
	sums_begin(&m->sums, m->edges, m->edges * sizeof *m->edge);
	for (uint32_t i = 0; i < m->edges; i++) {
		const struct unit_edge *e = &m->edge[i];

		if (e->weight != TIE_DEMANDED)
			note(m, e->a, e->b, (int64_t)(m->knot[e->a].mass * m->knot[e->b].mass) *
			    merge_clamped(e->weight));
	}
	for (unsigned round = 0;; round++) {
		int32_t least = round <= REDOS_MOST ? o->link + (int32_t)round * BIT : TIE_DEMANDED;

		while (pass(m, round, least))
			continue;
		if (m->sums.wanted > 0 || !dissolve(m, round))
			return;
		m->out.resized += round == 0;
	}
}
