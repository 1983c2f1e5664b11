/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/bridge.c: depth first without recursion, since a cluster may be one long chain. */
#include "base/alloc.h"
#include "resolve/bridge.h"

#include <string.h>

#define NO_EDGE	UINT32_MAX

void
bridges_begin(struct bridges *g, uint32_t nodes)
{
	size_t need = (size_t)nodes + 2, cap;

	g->count = 0;
	g->nodes = nodes;
	if (need <= g->node_cap)
		return;
	cap = g->node_cap;
	g->at = mem_grow(g->at, need, &cap, sizeof *g->at);
	cap = g->node_cap;
	g->met = mem_grow(g->met, need, &cap, sizeof *g->met);
	cap = g->node_cap;
	g->low = mem_grow(g->low, need, &cap, sizeof *g->low);
	cap = g->node_cap;
	g->over = mem_grow(g->over, need, &cap, sizeof *g->over);
	cap = g->node_cap;
	g->next = mem_grow(g->next, need, &cap, sizeof *g->next);
	cap = g->node_cap;
	g->stack = mem_grow(g->stack, need, &cap, sizeof *g->stack);
	g->node_cap = cap;
}

void
bridges_add(struct bridges *g, uint32_t a, uint32_t b, uint32_t name, bool firm)
{
	g->edge = mem_grow(g->edge, g->count + 1, &g->cap, sizeof *g->edge);
	g->edge[g->count++] = (struct bridge_edge){ a, b, name, firm, false, false };
}

static void
list_edges(struct bridges *g)
{
	g->near = mem_grow(g->near, 2 * g->count + 1, &g->near_cap, sizeof *g->near);
	memset(g->at, 0, ((size_t)g->nodes + 2) * sizeof *g->at);
	for (size_t i = 0; i < g->count; i++) {
		g->at[g->edge[i].a + 2]++;
		g->at[g->edge[i].b + 2]++;
	}
	for (size_t i = 2; i < (size_t)g->nodes + 2; i++)
		g->at[i] += g->at[i - 1];
	for (size_t i = 0; i < g->count; i++) {
		g->near[g->at[g->edge[i].a + 1]++] = (uint32_t)i;
		g->near[g->at[g->edge[i].b + 1]++] = (uint32_t)i;
	}
}

static uint32_t
far_end(const struct bridge_edge *e, uint32_t node)
{
	return e->a == node ? e->b : e->a;
}

/* From one node: over[] is the edge a node was entered by, low[] the earliest node that it and
 * what lies behind it reach without that edge, next[] where its next edge to look at stands. */
static void
search(struct bridges *g, uint32_t start)
{
	uint32_t depth = 0;

	g->stack[depth] = start;
	g->over[start] = NO_EDGE;
	g->met[start] = g->low[start] = ++g->clock;
	for (;;) {
		uint32_t node = g->stack[depth], i = g->next[node]++;
		uint32_t e, to;

		if (i < g->at[node + 1]) {
			e = g->near[i];
			to = far_end(&g->edge[e], node);
			if (e == g->over[node])
				continue;
			if (g->met[to] != 0) {
				if (g->met[to] < g->low[node])
					g->low[node] = g->met[to];
				continue;
			}
			g->stack[++depth] = to;
			g->over[to] = e;
			g->met[to] = g->low[to] = ++g->clock;
			continue;
		}
		if (depth == 0)
			return;
		to = g->stack[--depth];
		if (g->low[node] < g->low[to])
			g->low[to] = g->low[node];
		e = g->over[node];
		g->edge[e].bridge = g->low[node] > g->met[to] && !g->edge[e].firm;
	}
}

void
bridges_find(struct bridges *g)
{
	list_edges(g);
	memset(g->met, 0, ((size_t)g->nodes + 1) * sizeof *g->met);
	memcpy(g->next, g->at, ((size_t)g->nodes + 1) * sizeof *g->next);
	g->clock = 0;
	for (uint32_t i = 0; i < g->nodes; i++)
		if (g->met[i] == 0)
			search(g, i);
}

/* The nodes of each side that is counted have a mark of their own in met[]. */
uint32_t
bridges_side(struct bridges *g, uint32_t node, size_t without)
{
	uint32_t count = 0, depth = 0, mark = ++g->clock;

	g->stack[depth++] = node;
	g->met[node] = mark;
	while (depth > 0) {
		uint32_t at = g->stack[--depth];

		count++;
		for (uint32_t i = g->at[at]; i < g->at[at + 1]; i++) {
			const struct bridge_edge *e = &g->edge[g->near[i]];
			uint32_t to = far_end(e, at);

			if (e->cut || g->near[i] == without || g->met[to] == mark)
				continue;
			g->met[to] = mark;
			g->stack[depth++] = to;
		}
	}
	return count;
}

void
bridges_done(struct bridges *g)
{
	mem_free(g->edge);
	mem_free(g->at);
	mem_free(g->near);
	mem_free(g->met);
	mem_free(g->low);
	mem_free(g->stack);
	mem_free(g->over);
	mem_free(g->next);
	*g = (struct bridges){ 0 };
}
