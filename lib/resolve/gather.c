/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/gather.c: a counting sort by all threads: each group is counted and filled by whoever
 * meets its members, and groups are numbered by tasks that know how many lie before them. */
#include "base/alloc.h"
#include "base/cache.h"
#include "base/pipeline.h"
#include "resolve/gather.h"
#include "resolve/sort.h"

#include <stdatomic.h>
#include <stdlib.h>

enum {
	TASK = 1 << 16,		/* things */
	AHEAD = 16,		/* things: how far the cache is told in advance */
	FEW = 16		/* members that are put in order one by one */
};

struct gathering {
	const struct gather_input *in;
	struct gathered		*g;
	_Atomic uint32_t	*others;	/* by smallest: how many more its group has, then where
						 * the next of them goes */
	struct begun {
		uint32_t	groups, members;
	}			*begun;		/* by task, then before it */
};

static uint32_t
end_of(const struct gathering *g, unsigned task)
{
	return g->in->count - task * TASK < TASK ? g->in->count : (task + 1) * TASK;
}

static void
count_some(void *arg, unsigned task)
{
	struct gathering *g = arg;
	const uint32_t *least = g->in->least;
	uint32_t end = end_of(g, task);

	for (uint32_t i = task * TASK; i < end; i++) {
		if (i + AHEAD < end)
			cache_expect(&g->others[least[i + AHEAD]]);
		if (least[i] != i)
			atomic_fetch_add_explicit(&g->others[least[i]], 1, memory_order_relaxed);
	}
}

/* How many members the group has that begins with this one; 0: none does. */
static uint32_t
begins(const struct gathering *g, uint32_t one)
{
	uint32_t others;

	if (g->in->least[one] != one)
		return 0;
	others = atomic_load_explicit(&g->others[one], memory_order_relaxed);
	return others > 0 || g->in->alone == NULL || g->in->alone(g->in->arg, one) ? others + 1 : 0;
}

static void
sum_some(void *arg, unsigned task)
{
	struct gathering *g = arg;
	struct begun *b = &g->begun[task];
	uint32_t end = end_of(g, task);

	for (uint32_t i = task * TASK; i < end; i++) {
		uint32_t members = begins(g, i);

		b->groups += members > 0;
		b->members += members;
	}
}

static void
number_some(void *arg, unsigned task)
{
	struct gathering *g = arg;
	struct begun b = g->begun[task];
	uint32_t end = end_of(g, task);

	for (uint32_t i = task * TASK; i < end; i++) {
		uint32_t members = begins(g, i);

		if (members == 0)
			continue;
		g->g->at[b.groups++] = b.members;
		g->g->member[b.members] = i;
		atomic_store_explicit(&g->others[i], b.members + 1, memory_order_relaxed);
		b.members += members;
	}
}

static void
list_some(void *arg, unsigned task)
{
	struct gathering *g = arg;
	const uint32_t *least = g->in->least;
	uint32_t end = end_of(g, task);

	for (uint32_t i = task * TASK; i < end; i++) {
		if (i + AHEAD < end)
			cache_expect(&g->others[least[i + AHEAD]]);
		if (least[i] != i)
			g->g->member[atomic_fetch_add_explicit(&g->others[least[i]], 1,
			    memory_order_relaxed)] = i;
	}
}

void
gather(struct gathered *to, const struct gather_input *in)
{
	unsigned tasks = (unsigned)(((size_t)in->count + TASK - 1) / TASK);
	struct gathering g = { in, to, mem_zero((size_t)in->count + 1, sizeof *g.others),
	    mem_zero(tasks + 1u, sizeof *g.begun) };
	struct begun sum = { 0, 0 };

	parallel_each(in->threads, tasks, count_some, &g);
	parallel_each(in->threads, tasks, sum_some, &g);
	for (unsigned t = 0; t < tasks; t++) {
		struct begun here = g.begun[t];

		g.begun[t] = sum;
		sum.groups += here.groups;
		sum.members += here.members;
	}
	to->count = sum.groups;
	to->at = mem_alloc((to->count + 1) * sizeof *to->at);
	to->at[to->count] = sum.members;
	to->member = mem_alloc(((size_t)sum.members + 1) * sizeof *to->member);
	parallel_each(in->threads, tasks, number_some, &g);
	parallel_each(in->threads, tasks, list_some, &g);
	mem_free(g.begun);
	mem_free(g.others);
}

void
gather_order(uint32_t *member, uint32_t count)
{
	if (count > FEW) {
		qsort(member, count, sizeof *member, sort_by_number);
		return;
	}
	for (uint32_t i = 1; i < count; i++) {
		uint32_t one = member[i], at = i;

		for (; at > 0 && member[at - 1] > one; at--)
			member[at] = member[at - 1];
		member[at] = one;
	}
}

void
gathered_done(struct gathered *g)
{
	mem_free(g->at);
	mem_free(g->member);
	*g = (struct gathered){ 0 };
}
