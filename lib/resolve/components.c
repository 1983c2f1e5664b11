/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/components.c: union-find by compare-and-swap towards the smaller node, so that each
 * component ends at its smallest node whatever the order; then two counting sorts. */
#include "base/alloc.h"
#include "base/cache.h"
#include "base/pipeline.h"
#include "resolve/components.h"
#include "resolve/copies.h"
#include "resolve/merge.h"

#include <stdatomic.h>

enum {
	TASK = 1 << 16,		/* edges or nodes */
	AHEAD = 16		/* edges: how far the cache is told in advance */
};

struct joining {
	const struct components_input	*in;
	struct components		*c;
	_Atomic uint32_t		*parent;
};

static uint32_t
find(_Atomic uint32_t *parent, uint32_t i)
{
	for (;;) {
		uint32_t up = atomic_load_explicit(&parent[i], memory_order_relaxed), over;

		if (up == i)
			return i;
		over = atomic_load_explicit(&parent[up], memory_order_relaxed);
		if (over != up)		/* never wrong: both lead to the same end */
			atomic_compare_exchange_weak_explicit(&parent[i], &up, over,
			    memory_order_relaxed, memory_order_relaxed);
		i = over;
	}
}

static void
join(_Atomic uint32_t *parent, uint32_t a, uint32_t b)
{
	for (;;) {
		uint32_t big, small;

		a = find(parent, a);
		b = find(parent, b);
		if (a == b)
			return;
		big = a < b ? b : a;
		small = a < b ? a : b;
		if (atomic_compare_exchange_strong(&parent[big], &(uint32_t){ big }, small))
			return;
	}
}

static bool
counts(const struct components_input *in, const struct edge *e)
{
	return e->weight >= in->link && copies_have_edges(in->copies[e->a]) &&
	    copies_have_edges(in->copies[e->b]);
}

static void
join_some(void *arg, unsigned task)
{
	struct joining *j = arg;
	size_t from = (size_t)task * TASK, to = from + TASK;

	for (size_t i = from; i < to && i < j->in->edge_count; i++)
		if (counts(j->in, &j->in->edges[i]))
			join(j->parent, j->in->edges[i].a, j->in->edges[i].b);
}

static void
settle_some(void *arg, unsigned task)
{
	struct joining *j = arg;
	size_t from = (size_t)task * TASK, to = from + TASK;

	for (size_t i = from; i < to && i < j->in->nodes; i++)
		j->c->of[i] = find(j->parent, (uint32_t)i);
}

/* c->of becomes the smallest node of each component. */
static void
connect(struct components *c, const struct components_input *in)
{
	struct joining j = { in, c, mem_alloc(((size_t)in->nodes + 1) * sizeof *j.parent) };

	for (uint32_t i = 0; i < in->nodes; i++)
		atomic_init(&j.parent[i], i);
	parallel_each(in->threads, (unsigned)((in->edge_count + TASK - 1) / TASK), join_some, &j);
	for (size_t i = 0; i < in->must_count; i++)
		join(j.parent, in->must[i][0], in->must[i][1]);
	c->of = mem_alloc(((size_t)in->nodes + 1) * sizeof *c->of);
	parallel_each(in->threads, (unsigned)(((size_t)in->nodes + TASK - 1) / TASK), settle_some, &j);
	mem_free(j.parent);
}

/* While a node has not been numbered, c->of is the smallest node of its component and c->place
 * how many nodes a component has, by its smallest. */
static bool
begins(const struct components *c, const struct components_input *in, uint32_t node)
{
	return c->of[node] == node && (c->place[node] > 1 || copies_have_inner(in->copies[node]));
}

/* Numbers the components that are more than one lonely node, and lists their nodes. */
static void
list_nodes(struct components *c, const struct components_input *in)
{
	uint32_t held = 0;
	uint32_t *next;		/* by component: place of its next node */

	c->place = mem_zero((size_t)in->nodes + 1, sizeof *c->place);
	for (uint32_t i = 0; i < in->nodes; i++)
		c->place[c->of[i]]++;
	for (uint32_t i = 0; i < in->nodes; i++)
		c->count += begins(c, in, i);
	c->list = mem_alloc((c->count + 1) * sizeof *c->list);
	next = mem_alloc((c->count + 1) * sizeof *next);
	c->count = 0;
	for (uint32_t i = 0; i < in->nodes; i++)
		if (begins(c, in, i)) {
			next[c->count] = held;
			c->list[c->count++] = (struct component){ held, 0 };
			held += c->place[i];
		}
	c->list[c->count] = (struct component){ held, 0 };
	c->node = mem_alloc(((size_t)held + 1) * sizeof *c->node);
	for (uint32_t i = 0, known = 0; i < in->nodes; i++) {
		if (begins(c, in, i))
			c->of[i] = known++;
		else
			c->of[i] = c->of[i] == i ? COMPONENT_NONE : c->of[c->of[i]];
		if (c->of[i] == COMPONENT_NONE)
			continue;
		c->place[i] = next[c->of[i]] - c->list[c->of[i]].node_at;
		c->node[next[c->of[i]]++] = i;
	}
	mem_free(next);
}

struct listing {
	const struct components_input	*in;
	struct components		*c;
	_Atomic size_t			*next;	/* by component: its edges, then where the next one goes */
	bool				 count;	/* they are only counted */
};

/* The ends of edges lie anywhere; what is asked of both is the component of the first. */
static void
expect_edge(const struct listing *l, size_t i)
{
	if (i + AHEAD >= l->in->edge_count)
		return;
	cache_expect(&l->in->copies[l->in->edges[i + AHEAD].b]);
	if (!l->count)
		cache_expect(&l->c->place[l->in->edges[i + AHEAD].b]);
}

static void
list_some(void *arg, unsigned task)
{
	struct listing *l = arg;
	const struct components *c = l->c;
	size_t from = (size_t)task * TASK, to = from + TASK;

	for (size_t i = from; i < to && i < l->in->edge_count; i++) {
		const struct edge *e = &l->in->edges[i];
		size_t at;

		expect_edge(l, i);
		if (!counts(l->in, e))
			continue;
		at = atomic_fetch_add_explicit(&l->next[c->of[e->a]], 1, memory_order_relaxed);
		if (!l->count)
			c->edge[at] = (struct near_edge){ c->place[e->a], c->place[e->b], e->weight };
	}
}

/* Several threads list the edges of a component in any order; merge_load orders them. */
static void
list_edges(struct components *c, const struct components_input *in)
{
	struct listing l = { in, c, mem_zero(c->count + 1, sizeof *l.next), true };
	unsigned tasks = (unsigned)((in->edge_count + TASK - 1) / TASK);
	size_t held = 0;

	parallel_each(in->threads, tasks, list_some, &l);
	for (size_t i = 0; i <= c->count; i++) {
		size_t edges = l.next[i];

		c->list[i].edge_at = l.next[i] = held;
		held += edges;
	}
	c->edge = mem_alloc((held + 1) * sizeof *c->edge);
	l.count = false;
	parallel_each(in->threads, tasks, list_some, &l);
	mem_free(l.next);
}

void
components_find(struct components *c, const struct components_input *in)
{
	*c = (struct components){ 0 };
	connect(c, in);
	list_nodes(c, in);
	list_edges(c, in);
}

void
components_done(struct components *c)
{
	mem_free(c->list);
	mem_free(c->node);
	mem_free(c->edge);
	mem_free(c->of);
	mem_free(c->place);
	*c = (struct components){ 0 };
}
