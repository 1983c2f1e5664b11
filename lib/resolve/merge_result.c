/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/merge_result.c: what became of a component: bridges are cut, then its ties, its
 * refusals and the cluster of each record are told. */
#include "base/alloc.h"
#include "resolve/merge_priv.h"
#include "resolve/view.h"

/* ---- refusals ---- */

static void
refuse(struct merging *m, const struct unit_edge *e, struct merge_refusal why)
{
	why.a = m->unit[e->a].record;
	why.b = m->unit[e->b].record;
	why.weight = e->weight;
	why.by = e->by;
	m->out.refused = mem_grow(m->out.refused, m->out.refused_count + 1, &m->refused_cap,
	    sizeof *m->out.refused);
	m->out.refused[m->out.refused_count++] = why;
}

/* Of two clusters the best edge, and each demand. What nothing refused was too large. */
static void
tell_refusals(struct merging *m)
{
	for (uint32_t i = 0; i < m->edges; i++) {
		const struct unit_edge *e = &m->edge[i];
		uint32_t x = merge_root(m, e->a), y = merge_root(m, e->b);
		struct sum *s;
		struct merge_refusal why = { .average = e->weight, .reason = MERGE_SIZE };

		if (x == y)
			continue;
		s = sums_at(&m->sums, x, y);
		if (s->told && e->weight != TIE_DEMANDED)
			continue;
		s->told = true;
		if (s->refused)
			why.reason = s->reason;
		if (why.reason == MERGE_AVERAGE)
			why.average = merge_average(m, x, y);
		why.size_a = m->knot[x].records;
		why.size_b = m->knot[y].records;
		refuse(m, e, why);
	}
}

/* ---- bridges ---- */

static bool
firm(const struct merging *m, const struct unit_edge *e)
{
	const struct merge_options *o = &m->in->options;

	return e->weight == TIE_DEMANDED || e->weight >= o->link + o->bridge_margin ||
	    m->unit[e->a].copies > 1 || m->unit[e->b].copies > 1;
}

/* Only clusters of four or more have a bridge with two on either side. */
static bool
may_have_bridges(struct merging *m)
{
	for (uint32_t i = 0; i < m->edges; i++)
		if (!firm(m, &m->edge[i]) &&
		    m->knot[merge_root(m, m->edge[i].a)].units >= BRIDGED_LEAST)
			return true;
	return false;
}

/* The weakest first; a cut makes the sides of the next one smaller. */
static void
cut_bridges(struct merging *m)
{
	struct bridges *g = &m->bridges;

	bridges_begin(g, m->units);
	for (uint32_t i = 0; i < m->found; i++) {
		const struct unit_edge *e = &m->edge[i];

		if (merge_root(m, e->a) == merge_root(m, e->b))
			bridges_add(g, e->a, e->b, i, firm(m, e));
	}
	bridges_find(g);
	for (size_t i = g->count; i-- > 0;) {
		struct bridge_edge *b = &g->edge[i];
		struct merge_refusal why = { .reason = MERGE_BRIDGE };

		if (!b->bridge)
			continue;
		why.size_a = bridges_side(g, b->a, i);
		why.size_b = bridges_side(g, b->b, i);
		if (why.size_a < PARTS_LEAST || why.size_b < PARTS_LEAST)
			continue;
		b->cut = m->edge[b->name].cut = true;
		why.average = m->edge[b->name].weight;
		m->out.bridges++;
		refuse(m, &m->edge[b->name], why);
	}
}

/* ---- ties and clusters ---- */

static uint32_t
label(struct merging *m, uint32_t u)
{
	while (m->unit[u].label != u) {
		m->unit[u].label = m->unit[m->unit[u].label].label;
		u = m->unit[u].label;
	}
	return u;
}

void
merge_add_tie(struct merging *m, struct exact_tie tie)
{
	tie.copy = grounds_same(m->grounds, tie.a, tie.b);
	m->out.ties = mem_grow(m->out.ties, m->out.tie_count + 1, &m->tie_cap, sizeof *m->out.ties);
	m->out.ties[m->out.tie_count++] = tie;
}

static void
tell_tie(struct merging *m, const struct knot *k)
{
	const struct unit_edge *e = &m->edge[k->edge];
	uint32_t a = label(m, e->a), b = label(m, e->b);

	if (e->cut)
		return;
	m->unit[a < b ? b : a].label = a < b ? a : b;
	merge_add_tie(m, (struct exact_tie){ .a = m->unit[e->a].record, .b = m->unit[e->b].record,
	    .weight = e->weight, .average = k->average, .by = e->by });
}

static void
tell_clusters(struct merging *m, uint32_t *cluster)
{
	const struct view *w = m->in->view;

	for (uint32_t u = 0; u < m->units; u++) {
		const struct unit *unit = &m->unit[u];
		uint32_t first = m->unit[label(m, u)].record;

		cluster[unit->record] = first;
		for (uint32_t c = 1; c < unit->copies; c++)
			cluster[w->record[w->record_at[unit->node] + c]] = first;
	}
}

static void
tell(struct merging *m, uint32_t *cluster)
{
	const struct merge_options *o = &m->in->options;

	tell_refusals(m);
	if (!o->components && !o->best_link && may_have_bridges(m))
		cut_bridges(m);
	if (!o->components && !o->best_link)
		merge_doubt(m);
	for (uint32_t k = m->units; k < m->knots; k++)
		if (!m->knot[k].dead)
			tell_tie(m, &m->knot[k]);
	tell_clusters(m, cluster);
}

bool
merge_component(struct merging *m, size_t component, uint32_t *cluster)
{
	struct merged before = m->out;

	merge_load(m, component);
	merge_units(m);
	if (m->sums.wanted == 0)
		tell(m, cluster);	/* refusals are noted, too */
	if (m->sums.wanted == 0)
		return true;
	before.ties = m->out.ties;
	before.refused = m->out.refused;
	m->out = before;
	return false;
}
