/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/referrers.c: event → the events that name it, wherever in the ledger they stand */
#include "base/alloc.h"
#include "consent/facts.h"
#include <stdlib.h>

struct referrers {
	const struct events	 *events;	/* NULL: the list */
	const struct event	**list;		/* by (ref, seq) */
	size_t			  count, cap;
};

static int
by_ref(const void *a, const void *b)
{
	const struct event *x = *(const struct event *const *)a;
	const struct event *y = *(const struct event *const *)b;

	if (x->ref != y->ref)
		return x->ref < y->ref ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static void
add(struct referrers *r, const struct event *e)
{
	if (e->ref == 0)
		return;
	r->list = mem_grow(r->list, r->count + 1, &r->cap, sizeof(r->list[0]));
	r->list[r->count++] = e;
}

void
referrers_sort(const struct event **list, size_t count)
{
	if (count > 0)
		qsort(list, count, sizeof(list[0]), by_ref);
}

size_t
referrers_find(const struct event *const *list, size_t count, uint64_t seq,
    const struct event *const **found)
{
	size_t low = 0, high = count, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list[middle]->ref < seq + 1)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < count && list[end]->ref == seq + 1; end++)
		continue;
	*found = end == low ? NULL : list + low;
	return end - low;
}

struct referrers *
referrers_new(const struct events *es)
{
	struct referrers *r = mem_zero(1, sizeof(*r));

	r->events = es;
	return r;
}

struct referrers *
referrers_from(const struct event *const *list, size_t count)
{
	struct referrers *r = mem_zero(1, sizeof(*r));

	for (size_t i = 0; i < count; i++)
		add(r, list[i]);
	referrers_sort(r->list, r->count);
	return r;
}

void
referrers_free(struct referrers *r)
{
	if (r == NULL)
		return;
	mem_free(r->list);
	mem_free(r);
}

size_t
referrers_of(const struct referrers *r, uint64_t seq, const struct event *const **list)
{
	return r->events != NULL ? events_referring(r->events, seq, list) :
	    referrers_find((const struct event *const *)r->list, r->count, seq, list);
}
