/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/merge_load.c: a component as units in the order of their records, and edges in the
 * order in which they are tried. */
#include "base/alloc.h"
#include "resolve/merge_priv.h"
#include "resolve/store.h"
#include "resolve/view.h"

#include <stdlib.h>
#include <string.h>

enum { FEW = 16 };	/* edges that are put in order one by one */

struct knot *
merge_knot(struct merging *m)
{
	struct knot *k;

	m->knot = mem_grow(m->knot, (size_t)m->knots + 1, &m->knot_cap, sizeof *m->knot);
	if (m->knots == m->claims_ready) {
		m->claims = mem_grow(m->claims, m->claims_ready + 1, &m->claims_cap, sizeof *m->claims);
		m->claims[m->claims_ready++] = (struct claims){ 0 };
	}
	m->claims[m->knots].count = 0;
	k = &m->knot[m->knots];
	*k = (struct knot){ .up = m->knots, .above = m->knots };
	m->knots++;
	return k;
}

void
merge_add_edge(struct merging *m, uint32_t at, struct unit_edge e)
{
	if (e.a > e.b) {
		uint32_t a = e.a;

		e.a = e.b;
		e.b = a;
	}
	if (at == m->edge_cap)
		m->edge = mem_grow(m->edge, (size_t)at + 1, &m->edge_cap, sizeof *m->edge);
	m->edge[at] = e;
}

/* ---- units ---- */

static void
add_unit(struct merging *m, uint32_t node, uint32_t record, uint32_t copies)
{
	m->unit = mem_grow(m->unit, (size_t)m->units + 1, &m->unit_cap, sizeof *m->unit);
	m->unit[m->units] = (struct unit){ node, record, copies, m->units, 0 };
	m->units++;
}

/* Returns whether all units are whole nodes: then they stand in the order of their records. */
static bool
load_units(struct merging *m, const uint32_t *node, uint32_t count)
{
	const struct view *w = m->in->view;
	bool whole = true;

	m->units = 0;
	m->unit_at = mem_grow(m->unit_at, (size_t)count + 1, &m->unit_at_cap, sizeof *m->unit_at);
	for (uint32_t i = 0; i < count; i++) {
		const uint32_t *record = w->record + w->record_at[node[i]];
		uint32_t copies = view_copies(w, node[i]);

		rec_expect(w->store, record[0]);	/* load_knots asks them */
		m->unit_at[i] = m->units;
		if (m->copies[node[i]] == COPIES_ONE) {
			add_unit(m, node[i], record[0], copies);
			continue;
		}
		whole = false;
		for (uint32_t c = 0; c < copies; c++)
			add_unit(m, node[i], record[c], 1);
	}
	m->unit_at[count] = m->units;
	return whole;
}

static void
load_knots(struct merging *m)
{
	const struct view *w = m->in->view;

	m->knots = 0;
	for (uint32_t u = 0; u < m->units; u++) {
		const struct unit *unit = &m->unit[u];
		struct knot *k = merge_knot(m);

		k->units = 1;
		k->records = unit->copies;
		k->mass = unit->copies < MASS_MOST ? unit->copies : MASS_MOST;
		grounds_claims(&m->claims[u], m->grounds, unit->record);
		for (uint32_t c = 1; c < unit->copies; c++) {
			grounds_claims(&m->room, m->grounds, w->record[w->record_at[unit->node] + c]);
			claims_add(&m->claims[u], &m->room);
		}
	}
}

/* ---- edges ---- */

/* Where a node stands among those of its component. */
static uint32_t
place_of(const uint32_t *node, uint32_t count, uint32_t one)
{
	uint32_t low = 0, high = count;

	while (low + 1 < high) {
		uint32_t middle = low + (high - low) / 2;

		if (node[middle] <= one)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Every record of one node, by its place, with every record of the other. */
static void
load_edge(struct merging *m, uint32_t at_a, uint32_t at_b, int32_t weight)
{
	for (uint32_t a = m->unit_at[at_a]; a < m->unit_at[at_a + 1]; a++)
		for (uint32_t b = m->unit_at[at_b]; b < m->unit_at[at_b + 1]; b++)
			merge_add_edge(m, m->edges++, (struct unit_edge){ a, b, weight, TIE_SCORED,
			    false });
}

static void
load_edges(struct merging *m, const uint32_t *node, uint32_t count)
{
	const size_t *edge_at = m->components->edge_at;

	m->edges = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (!copies_have_edges(m->copies[node[i]]))
			continue;
		for (size_t e = edge_at[node[i]]; e < edge_at[node[i] + 1]; e++)
			if (m->in->edges[e].weight >= m->in->options.link &&
			    copies_have_edges(m->copies[m->in->edges[e].b]))
				load_edge(m, i, place_of(node, count, m->in->edges[e].b),
				    m->in->edges[e].weight);
	}
}

/* Copies that are alike, but one of which something forbids. */
static void
load_inner(struct merging *m, const uint32_t *node, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		int32_t weight;

		if (m->copies[node[i]] != COPIES_INNER)
			continue;
		weight = m->in->weight.of(m->in->weight.arg, node[i], node[i]);
		if (weight < m->in->options.link)
			continue;
		for (uint32_t a = m->unit_at[i]; a < m->unit_at[i + 1]; a++)
			for (uint32_t b = a + 1; b < m->unit_at[i + 1]; b++)
				merge_add_edge(m, m->edges++, (struct unit_edge){ a, b, weight,
				    TIE_SCORED, false });
	}
}

static uint32_t
unit_of(const struct merging *m, uint32_t record)
{
	uint32_t node = m->node_of[record], place = place_of(m->node, m->nodes, node);
	uint32_t low = m->unit_at[place], high = m->unit_at[place + 1];

	if (m->copies[node] == COPIES_ONE)
		return low;
	while (low + 1 < high) {
		uint32_t middle = low + (high - low) / 2;

		if (m->unit[middle].record <= record)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static size_t
first_demand(const struct merging *m, uint32_t component)
{
	size_t low = 0, high = m->demand_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (m->demands[middle].component < component)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
load_demands(struct merging *m, uint32_t component)
{
	m->aparts = 0;
	for (size_t i = first_demand(m, component); i < m->demand_count &&
	    m->demands[i].component == component; i++) {
		const struct demand *d = &m->demands[i].demand;
		uint32_t a = unit_of(m, d->a), b = unit_of(m, d->b);

		if (a == b)
			continue;
		if (d->kind != DEMAND_DIFFERENT) {
			merge_add_edge(m, m->edges++, (struct unit_edge){ a, b, TIE_DEMANDED,
			    d->kind == DEMAND_SAME ? TIE_STEWARD : TIE_EXACT, false });
			continue;
		}
		m->apart = mem_grow(m->apart, m->aparts + 1, &m->apart_cap, sizeof *m->apart);
		m->apart[m->aparts++] = (struct unit_pair){ a, b };
	}
}

/* ---- order ---- */

struct numbered {
	struct unit	unit;
	uint32_t	number;
};

static int
by_record(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;

	return x->unit.record < y->unit.record ? -1 : x->unit.record > y->unit.record;
}

/* Units in the order of their records, when those of one node lie between those of others. */
static void
order_units(struct merging *m)
{
	struct numbered *list = mem_alloc(((size_t)m->units + 1) * sizeof *list);
	uint32_t *now = mem_alloc(((size_t)m->units + 1) * sizeof *now);

	for (uint32_t u = 0; u < m->units; u++)
		list[u] = (struct numbered){ m->unit[u], u };
	qsort(list, m->units, sizeof *list, by_record);
	for (uint32_t u = 0; u < m->units; u++) {
		now[list[u].number] = u;
		m->unit[u] = list[u].unit;
		m->unit[u].label = u;
	}
	for (uint32_t i = 0; i < m->edges; i++) {
		struct unit_edge e = m->edge[i];

		e.a = now[e.a];
		e.b = now[e.b];
		merge_add_edge(m, i, e);
	}
	for (size_t i = 0; i < m->aparts; i++)
		m->apart[i] = (struct unit_pair){ now[m->apart[i].a], now[m->apart[i].b] };
	mem_free(list);
	mem_free(now);
}

/* What is demanded first, stewards before joins; then by weight, the heaviest first. */
static int
by_weight(const void *a, const void *b)
{
	const struct unit_edge *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	if (x->by != y->by)
		return x->by < y->by ? -1 : 1;
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return x->b < y->b ? -1 : x->b > y->b;
}

static void
order_edges(struct merging *m)
{
	if (m->edges > FEW) {
		qsort(m->edge, m->edges, sizeof *m->edge, by_weight);
		return;
	}
	for (uint32_t i = 1; i < m->edges; i++) {
		struct unit_edge e = m->edge[i];
		uint32_t at = i;

		for (; at > 0 && by_weight(&e, &m->edge[at - 1]) < 0; at--)
			m->edge[at] = m->edge[at - 1];
		m->edge[at] = e;
	}
}

void
merge_load(struct merging *m, size_t component)
{
	const struct gathered *all = &m->components->all;
	bool whole;

	m->node = all->member + all->at[component];
	m->nodes = all->at[component + 1] - all->at[component];
	gather_order(m->node, m->nodes);
	whole = load_units(m, m->node, m->nodes);
	load_edges(m, m->node, m->nodes);
	if (!whole)
		load_inner(m, m->node, m->nodes);
	load_demands(m, (uint32_t)component);
	if (!whole)
		order_units(m);
	order_edges(m);
	load_knots(m);
	m->found = m->edges;
}
