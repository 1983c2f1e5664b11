/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/merge_clear.c: nearly all components are a few records of which every edge in its turn
 * finds two clusters that may merge. They end as one cluster without any room to try things in; as soon
 * as anything speaks against anything, nothing has been done, and the long way decides. */
#include "resolve/merge_priv.h"
#include "resolve/view.h"

#include <string.h>

enum {
	UNITS = 8,		/* records of a component; 99 of 100 have no more */
	EDGES = UNITS * (UNITS - 1) / 2
};

struct clear_edge {
	int32_t		weight;
	uint8_t		a, b;		/* units, a < b */
};

/* Units are single records, numbered in the order of their nodes; sets of them are bits. */
struct clear {
	const uint32_t	*node;
	uint32_t	 units, edges, ties;
	uint32_t	 record[UNITS];
	uint32_t	 known[UNITS];		/* by unit: the larger ones whose weight is known */
	uint32_t	 cluster[UNITS];	/* by unit */
	int32_t		 weight[UNITS][UNITS];	/* clamped, if known; a < b */
	int32_t		 united[UNITS][UNITS];	/* the weight of the edge that made a and b one */
	struct clear_edge edge[EDGES];		/* by weight */
	struct exact_tie tie[UNITS];
	uint64_t	 scored, doubt;
};

/* Two facts of one kind and type that differ may forbid a merge, and so may a clean source. Mostly
 * all records have the same one, or none. */
static bool
agree(struct merging *m, const struct clear *k)
{
	struct claims *all = &m->other;
	uint32_t claim = 0, u;

	for (u = 0; u < k->units; u++) {
		uint32_t one = m->grounds->sketch[k->record[u]].claim;

		if (one == GROUND_ROW || (claim != 0 && one != 0 && one != claim))
			break;
		claim |= one;
	}
	if (u == k->units)
		return true;
	all->count = 0;
	for (u = 0; u < k->units; u++) {
		grounds_claims(&m->room, m->grounds, k->record[u]);
		claims_add(all, &m->room);
	}
	return claims_agree(all);
}

/* The heaviest first, then by a, then b, in which order they come. */
static void
add_edge(struct clear *k, struct clear_edge e)
{
	uint32_t at = k->edges++;

	for (; at > 0 && k->edge[at - 1].weight < e.weight; at--)
		k->edge[at] = k->edge[at - 1];
	k->edge[at] = e;
}

static void
load_edges(const struct merging *m, struct clear *k)
{
	const size_t *edge_at = m->components->edge_at;

	for (uint32_t a = 0; a < k->units; a++) {
		uint32_t b = a + 1;

		for (size_t e = edge_at[k->node[a]]; e < edge_at[k->node[a] + 1]; e++) {
			const struct edge *edge = &m->in->edges[e];

			if (edge->weight < m->in->options.link)
				continue;
			while (b < k->units && k->node[b] < edge->b)
				b++;
			if (b == k->units || k->node[b] != edge->b)
				continue;	/* one of too many copies, which have no edges */
			k->weight[a][b] = merge_clamped(edge->weight);
			k->known[a] |= 1u << b;
			add_edge(k, (struct clear_edge){ edge->weight, (uint8_t)a, (uint8_t)b });
		}
	}
}

static bool
load(struct merging *m, struct clear *k)
{
	const struct merge_options *o = &m->in->options;
	const struct view *w = m->in->view;

	for (uint32_t u = 0; u < k->units; u++) {
		if (view_copies(w, k->node[u]) != 1)
			return false;
		k->record[u] = w->record[w->record_at[k->node[u]]];
		k->cluster[u] = 1u << u;
		k->known[u] = 0;
	}
	if (!agree(m, k))
		return false;
	load_edges(m, k);
	return k->units < BRIDGED_LEAST || k->edge[k->edges - 1].weight >= o->link + o->bridge_margin;
}

static int32_t
weight_of(const struct merging *m, struct clear *k, uint32_t a, uint32_t b)
{
	uint32_t low = a < b ? a : b, high = a < b ? b : a;

	if ((k->known[low] >> high & 1) == 0) {
		k->weight[low][high] = merge_clamped(m->in->weight.of(m->in->weight.arg, k->node[low],
		    k->node[high]));
		k->scored++;
	}
	return k->weight[low][high];
}

/* The average of all cross pairs, which the edge makes one if they are. */
static int32_t
average_of(const struct merging *m, struct clear *k, uint32_t x, uint32_t y, int32_t weight)
{
	int64_t sum = 0, pairs = 0;

	for (uint32_t a = 0; a < k->units; a++)
		for (uint32_t b = 0; x >> a & 1 && b < k->units; b++) {
			if ((y >> b & 1) == 0)
				continue;
			sum += weight_of(m, k, a, b);
			pairs++;
			k->united[a][b] = k->united[b][a] = weight;
		}
	return merge_quotient(sum, pairs);
}

static bool
try_edge(const struct merging *m, struct clear *k, struct clear_edge e)
{
	uint32_t x = k->cluster[e.a], y = k->cluster[e.b];
	int32_t average;

	if (x == y) {
		k->doubt += merge_doubt_of(m, k->united[e.a][e.b]);
		return true;
	}
	average = average_of(m, k, x, y, e.weight);
	if (average < m->in->options.average)
		return false;
	for (uint32_t u = 0; u < k->units; u++)
		if ((x | y) >> u & 1)
			k->cluster[u] = x | y;
	k->tie[k->ties++] = (struct exact_tie){ .a = k->record[e.a], .b = k->record[e.b],
	    .weight = e.weight, .average = average, .by = TIE_SCORED };
	k->doubt += merge_doubt_of(m, e.weight);
	return true;
}

bool
merge_clear(struct merging *m, size_t component, uint32_t *cluster)
{
	const struct merge_options *o = &m->in->options;
	const struct gathered *all = &m->components->all;
	struct clear k;

	k.units = all->at[component + 1] - all->at[component];
	if (k.units > UNITS || (o->max_size > 0 && k.units > o->max_size) || m->in->demand_count > 0 ||
	    o->components || o->best_link)
		return false;
	gather_order(all->member + all->at[component], k.units);
	k.node = all->member + all->at[component];
	k.edges = k.ties = 0;
	k.scored = k.doubt = 0;
	if (!load(m, &k))
		return false;
	for (uint32_t i = 0; i < k.edges; i++)
		if (!try_edge(m, &k, k.edge[i]))
			return false;
	for (uint32_t u = 1; u < k.units; u++)
		cluster[k.record[u]] = k.record[0];
	for (uint32_t t = 0; t < k.ties; t++)
		merge_add_tie(m, k.tie[t]);
	m->out.scored += k.scored;
	m->out.links += k.edges;
	m->out.doubt += k.doubt;
	return true;
}
