/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/merge_doubt.c: how many links are false, as their clusters know it. A pair is weighed
 * alone; the merge has asked all pairs of two clusters, so a light link that its cluster bears out
 * is hardly in doubt, and a heavy one that others outvoted is. */
#include "resolve/fx.h"
#include "resolve/merge_priv.h"

enum { FORBIDDEN = -64 * BIT };	/* as good as certain to be false */

/* The knot in which two units of one cluster came together: knots have larger numbers than what
 * they were made of. */
static const struct knot *
united(const struct merging *m, uint32_t a, uint32_t b)
{
	while (a != b) {
		if (a < b)
			a = m->knot[a].above;
		else
			b = m->knot[b].above;
	}
	return &m->knot[a];
}

static int32_t
heavier(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/* What is known of a link in the end. Inside a cluster the links of one merge are true or false
 * together, and it was made for the heaviest of them. Between two clusters that stayed apart the
 * link says one thing and the average another: the truth is somewhere between. */
static int32_t
settled(struct merging *m, const struct unit_edge *e)
{
	uint32_t x = merge_root(m, e->a), y = merge_root(m, e->b);
	const struct sum *s;

	if (e->cut)
		return e->weight;
	if (x == y)
		return heavier(e->weight, m->edge[united(m, e->a, e->b)->edge].weight);
	s = sums_find(&m->sums, x, y);
	if (s == NULL || !s->refused)		/* too large: nobody spoke against it */
		return e->weight;
	return s->reason == MERGE_AVERAGE ? (e->weight + merge_average(m, x, y)) / 2 : FORBIDDEN;
}

uint32_t
merge_doubt_of(const struct merging *m, int32_t weight)
{
	if (weight >= 0 && weight < DOUBTS)
		return m->doubt[weight];
	return FX_CERTAIN - fx_probability(weight + m->in->options.doubt_shift);
}

void
merge_doubt(struct merging *m)
{
	for (uint32_t i = 0; i < m->edges; i++) {
		const struct unit_edge *e = &m->edge[i];
		uint64_t pairs = (uint64_t)m->unit[e->a].copies * m->unit[e->b].copies;

		if (e->weight == TIE_DEMANDED || m->unit[e->a].node == m->unit[e->b].node)
			continue;
		m->out.links += pairs;
		m->out.doubt += pairs * merge_doubt_of(m, settled(m, e));
	}
}
