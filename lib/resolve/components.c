/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/components.c: union-find by compare-and-swap towards the smaller node, so that each
 * component ends at its smallest node whatever the order. */
#include "base/alloc.h"
#include "base/cache.h"
#include "base/pipeline.h"
#include "resolve/components.h"
#include "resolve/copies.h"
#include "resolve/merge.h"

#include <stdatomic.h>

enum {
	TASK = 1 << 16,		/* edges or nodes */
	AHEAD = 16		/* edges or nodes: how far the cache is told in advance */
};

struct joining {
	const struct components_input	*in;
	struct components		*c;
	_Atomic uint32_t		*parent;	/* by node */
};

static unsigned
tasks_of(size_t count)
{
	return (unsigned)((count + TASK - 1) / TASK);
}

static uint32_t
end_of(unsigned task, size_t count)
{
	size_t end = ((size_t)task + 1) * TASK;

	return (uint32_t)(end < count ? end : count);
}

/* ---- union-find ---- */

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

/* Edges are ordered by their first node: all from that of the one before on begin here. */
static void
note_begin(const struct joining *j, size_t i)
{
	const struct edge *e = &j->in->edges[i];

	for (uint32_t n = i == 0 ? 0 : e[-1].a + 1; n <= e->a; n++)
		j->c->edge_at[n] = i;
}

static void
join_some(void *arg, unsigned task)
{
	struct joining *j = arg;
	size_t from = (size_t)task * TASK, to = from + TASK;

	for (size_t i = from; i < to && i < j->in->edge_count; i++) {
		const struct edge *e = &j->in->edges[i];

		if (i + AHEAD < j->in->edge_count && e[AHEAD].weight >= j->in->link) {
			cache_expect(&j->in->copies[e[AHEAD].b]);
			cache_expect(&j->parent[e[AHEAD].b]);
		}
		note_begin(j, i);
		if (counts(j->in, e))
			join(j->parent, e->a, e->b);
	}
}

static void
begin_some(void *arg, unsigned task)
{
	struct joining *j = arg;
	uint32_t end = end_of(task, j->in->nodes);

	for (uint32_t i = task * TASK; i < end; i++)
		atomic_init(&j->parent[i], i);
}

static void
connect(struct joining *j)
{
	const struct components_input *in = j->in;
	uint32_t last = in->edge_count == 0 ? 0 : in->edges[in->edge_count - 1].a + 1;

	parallel_each(in->threads, tasks_of(in->nodes), begin_some, j);
	parallel_each(in->threads, tasks_of(in->edge_count), join_some, j);
	for (uint32_t n = last; n <= in->nodes; n++)
		j->c->edge_at[n] = in->edge_count;
	for (size_t i = 0; i < in->must_count; i++)
		join(j->parent, in->must[i][0], in->must[i][1]);
}

static void
settle_some(void *arg, unsigned task)
{
	struct joining *j = arg;
	uint32_t end = end_of(task, j->in->nodes);

	for (uint32_t i = task * TASK; i < end; i++)
		j->c->root[i] = find(j->parent, i);
}

/* Whether a node that nothing connects is something to work on. */
static bool
alone(const void *arg, uint32_t node)
{
	const struct components_input *in = arg;

	return copies_have_inner(in->copies[node]);
}

void
components_find(struct components *c, const struct components_input *in)
{
	size_t nodes = (size_t)in->nodes + 1;
	struct joining j = { in, c, mem_alloc(nodes * sizeof *j.parent) };

	*c = (struct components){ .root = mem_alloc(nodes * sizeof *c->root),
	    .edge_at = mem_alloc(nodes * sizeof *c->edge_at) };
	connect(&j);
	parallel_each(in->threads, tasks_of(in->nodes), settle_some, &j);
	mem_free(j.parent);
	gather(&c->all, &(struct gather_input){ c->root, in->nodes, alone, in, in->threads });
}

uint32_t
components_of(const struct components *c, uint32_t node)
{
	uint32_t root = c->root[node], low = 0, high = (uint32_t)c->all.count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (c->all.member[c->all.at[middle]] < root)
			low = middle + 1;
		else
			high = middle;
	}
	return low < c->all.count && c->all.member[c->all.at[low]] == root ? low : COMPONENT_NONE;
}

void
components_done(struct components *c)
{
	gathered_done(&c->all);
	mem_free(c->root);
	mem_free(c->edge_at);
	*c = (struct components){ 0 };
}
