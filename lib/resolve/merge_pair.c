/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/merge_pair.c: the commonest component is two records and the edge between them. The
 * average of its only cross pair is that edge, nothing is left to cut, and no room is needed to merge
 * them; whatever is not as clear as that goes the long way. */
#include "resolve/merge_priv.h"
#include "resolve/store.h"
#include "resolve/view.h"

/* The weight of the edge from node a to node b, which there is. */
static int32_t
weight_of(const struct merging *m, uint32_t a, uint32_t b)
{
	size_t e = m->components->edge_at[a];

	while (m->in->edges[e].b != b)
		e++;
	return m->in->edges[e].weight;
}

static bool
may_be_one(struct merging *m, uint32_t a, uint32_t b, uint64_t *demoted)
{
	const struct merge_options *o = &m->in->options;

	grounds_claims(&m->room, m->grounds, a);
	grounds_claims(&m->other, m->grounds, b);
	return constraint_check(&m->room, &m->other, &m->in->view->store->facts, m->in->types,
	    o->soft_exclusive, !o->birthdate, demoted) == REFUSAL_NONE;
}

bool
merge_pair(struct merging *m, size_t component, uint32_t *cluster)
{
	const struct merge_options *o = &m->in->options;
	const struct view *w = m->in->view;
	const struct gathered *all = &m->components->all;
	const uint32_t *node = all->member + all->at[component];
	uint64_t demoted = 0;
	uint32_t a, b;
	int32_t weight, average;

	if (all->at[component + 1] - all->at[component] != 2 || view_copies(w, node[0]) != 1 ||
	    view_copies(w, node[1]) != 1 || m->in->demand_count > 0 || o->components ||
	    o->best_link || o->max_size == 1)
		return false;
	a = w->record[w->record_at[node[0]]];
	b = w->record[w->record_at[node[1]]];
	weight = weight_of(m, node[0], node[1]);
	average = merge_clamped(weight);
	if (average < o->average || !may_be_one(m, a, b, &demoted))
		return false;
	cluster[b] = a;
	m->out.demoted += demoted;
	merge_add_link(m, 1, weight);
	merge_add_tie(m, (struct exact_tie){ .a = a, .b = b, .weight = weight, .average = average,
	    .by = TIE_SCORED });
	return true;
}
