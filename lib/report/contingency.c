/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/contingency.c: one sort of the records by both labels. */
#include "base/alloc.h"
#include "base/map.h"
#include "report/contingency.h"
#include "report/labels.h"

#include <stdlib.h>

static int
compare(const void *x, const void *y)
{
	const struct cell *p = x, *q = y;

	if (p->a != q->a)
		return p->a < q->a ? -1 : 1;
	return p->b < q->b ? -1 : p->b > q->b;
}

static bool
in_slice(const struct labels *by, struct span id, uint64_t slice)
{
	const uint64_t *value;

	if (by == NULL)
		return true;
	value = map_find(by->by, id);
	return value != NULL && *value == slice;
}

static void
take_records(struct contingency *t, const struct labels *truth, const struct labels *found,
    const struct labels *by, uint64_t slice)
{
	size_t alone = map_size(found->names);

	t->cells = mem_zero(map_size(truth->ids) + 1, sizeof *t->cells);
	for (size_t i = 0; i < map_size(truth->ids); i++) {
		struct span id = map_key(truth->ids, i);
		const uint64_t *label;

		if (!in_slice(by, id, slice))
			continue;
		label = map_find(found->ids, id);
		t->cells[t->n].a = (uint32_t)(map_value(truth->ids, i) - 1);
		t->cells[t->n++].b = (uint32_t)(label != NULL ? *label - 1 : alone++);
	}
	t->a_count = map_size(truth->names);
	t->b_count = alone;
	qsort(t->cells, t->n, sizeof *t->cells, compare);
}

void
contingency_fill(struct contingency *t, const struct labels *truth, const struct labels *found,
    const struct labels *by, uint64_t slice)
{
	struct cell cell;
	uint64_t n;

	*t = (struct contingency){ 0 };
	take_records(t, truth, found, by, slice);
	t->a = mem_zero(t->a_count + 1, sizeof *t->a);
	t->b = mem_zero(t->b_count + 1, sizeof *t->b);
	t->a_cells = mem_zero(t->a_count + 1, sizeof *t->a_cells);
	t->b_cells = mem_zero(t->b_count + 1, sizeof *t->b_cells);
	for (size_t at = 0; contingency_next(t, &at, &cell, &n);) {
		t->a[cell.a] += n;
		t->b[cell.b] += n;
		t->a_cells[cell.a]++;
		t->b_cells[cell.b]++;
	}
}

void
contingency_done(struct contingency *t)
{
	mem_free(t->cells);
	mem_free(t->a);
	mem_free(t->b);
	mem_free(t->a_cells);
	mem_free(t->b_cells);
	*t = (struct contingency){ 0 };
}

bool
contingency_next(const struct contingency *t, size_t *at, struct cell *cell, uint64_t *n)
{
	size_t first = *at;

	if (first == t->n)
		return false;
	*cell = t->cells[first];
	while (*at < t->n && compare(&t->cells[first], &t->cells[*at]) == 0)
		++*at;
	*n = *at - first;
	return true;
}
