/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/components.c: union-find by compare-and-swap towards the smaller node, so that each
 * component ends at its smallest node whatever the order; then a counting sort. */
#include "base/alloc.h"
#include "base/cache.h"
#include "base/pipeline.h"
#include "resolve/components.h"
#include "resolve/copies.h"
#include "resolve/merge.h"

enum {
	TASK = 1 << 16,		/* edges or nodes */
	AHEAD = 16		/* edges or nodes: how far the cache is told in advance */
};

struct joining {
	const struct components_input	*in;
	struct components		*c;
	_Atomic uint32_t		*others;	/* by smallest node: how many more its component
							 * has, then where the next of them goes */
	struct begun {
		uint32_t	components, nodes;
	}				*begun;		/* by task of nodes, then before it */
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
			cache_expect(&j->c->root[e[AHEAD].b]);
		}
		note_begin(j, i);
		if (counts(j->in, e))
			join(j->c->root, e->a, e->b);
	}
}

static void
begin_some(void *arg, unsigned task)
{
	struct joining *j = arg;
	uint32_t end = end_of(task, j->in->nodes);

	for (uint32_t i = task * TASK; i < end; i++) {
		atomic_init(&j->c->root[i], i);
		atomic_init(&j->others[i], 0);
	}
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
		join(j->c->root, in->must[i][0], in->must[i][1]);
}

/* ---- lists ---- */

static uint32_t
root_of(const struct components *c, uint32_t node)
{
	return atomic_load_explicit(&c->root[node], memory_order_relaxed);
}

static void
settle_some(void *arg, unsigned task)
{
	struct joining *j = arg;
	uint32_t end = end_of(task, j->in->nodes);

	for (uint32_t i = task * TASK; i < end; i++) {
		uint32_t root = find(j->c->root, i);

		if (i + AHEAD < end)
			cache_expect(&j->others[root_of(j->c, i + AHEAD)]);
		if (root == i)
			continue;
		atomic_store_explicit(&j->c->root[i], root, memory_order_relaxed);
		atomic_fetch_add_explicit(&j->others[root], 1, memory_order_relaxed);
	}
}

/* How many nodes the component has that begins with this one, if it is more than a lonely node. */
static uint32_t
begins(const struct joining *j, uint32_t node)
{
	uint32_t others;

	if (root_of(j->c, node) != node)
		return 0;
	others = atomic_load_explicit(&j->others[node], memory_order_relaxed);
	return others > 0 || copies_have_inner(j->in->copies[node]) ? others + 1 : 0;
}

static void
count_some(void *arg, unsigned task)
{
	struct joining *j = arg;
	struct begun *b = &j->begun[task];
	uint32_t end = end_of(task, j->in->nodes);

	for (uint32_t i = task * TASK; i < end; i++) {
		uint32_t nodes = begins(j, i);

		b->components += nodes > 0;
		b->nodes += nodes;
	}
}

static void
number_some(void *arg, unsigned task)
{
	struct joining *j = arg;
	struct begun b = j->begun[task];
	uint32_t end = end_of(task, j->in->nodes);

	for (uint32_t i = task * TASK; i < end; i++) {
		uint32_t nodes = begins(j, i);

		if (nodes == 0)
			continue;
		j->c->at[b.components++] = b.nodes;
		j->c->node[b.nodes] = i;
		atomic_store_explicit(&j->others[i], b.nodes + 1, memory_order_relaxed);
		b.nodes += nodes;
	}
}

static void
list_some(void *arg, unsigned task)
{
	struct joining *j = arg;
	uint32_t end = end_of(task, j->in->nodes);

	for (uint32_t i = task * TASK; i < end; i++) {
		uint32_t root = root_of(j->c, i);

		if (i + AHEAD < end)
			cache_expect(&j->others[root_of(j->c, i + AHEAD)]);
		if (root != i)
			j->c->node[atomic_fetch_add_explicit(&j->others[root], 1,
			    memory_order_relaxed)] = i;
	}
}

/* Several threads list the nodes of a component in any order; merge_load orders them. */
static void
list_nodes(struct joining *j)
{
	struct components *c = j->c;
	unsigned tasks = tasks_of(j->in->nodes), threads = j->in->threads;
	struct begun sum = { 0, 0 };

	j->begun = mem_zero(tasks + 1u, sizeof *j->begun);
	parallel_each(threads, tasks, settle_some, j);
	parallel_each(threads, tasks, count_some, j);
	for (unsigned t = 0; t < tasks; t++) {
		struct begun here = j->begun[t];

		j->begun[t] = sum;
		sum.components += here.components;
		sum.nodes += here.nodes;
	}
	c->count = sum.components;
	c->at = mem_alloc((c->count + 1) * sizeof *c->at);
	c->at[c->count] = sum.nodes;
	c->node = mem_alloc(((size_t)sum.nodes + 1) * sizeof *c->node);
	parallel_each(threads, tasks, number_some, j);
	parallel_each(threads, tasks, list_some, j);
	mem_free(j->begun);
}

void
components_find(struct components *c, const struct components_input *in)
{
	struct joining j = { .in = in, .c = c };
	size_t nodes = (size_t)in->nodes + 1;

	*c = (struct components){ .root = mem_alloc(nodes * sizeof *c->root),
	    .edge_at = mem_alloc(nodes * sizeof *c->edge_at) };
	j.others = mem_alloc(nodes * sizeof *j.others);
	connect(&j);
	list_nodes(&j);
	mem_free(j.others);
}

uint32_t
components_of(const struct components *c, uint32_t node)
{
	uint32_t root = root_of(c, node), low = 0, high = (uint32_t)c->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (c->node[c->at[middle]] < root)
			low = middle + 1;
		else
			high = middle;
	}
	return low < c->count && c->node[c->at[low]] == root ? low : COMPONENT_NONE;
}

void
components_done(struct components *c)
{
	mem_free(c->at);
	mem_free(c->node);
	mem_free(c->root);
	mem_free(c->edge_at);
	*c = (struct components){ 0 };
}
