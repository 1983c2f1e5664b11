/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/holders.c: by number as long as they are few, by order when they are many */
#include "base/arena.h"
#include "consent/holders.h"

#include <stdlib.h>

enum { FEW = 32 };		/* as many are looked through in the time that an index takes */

struct numbered {
	struct span	id;
	uint32_t	number;
};

static int
by_id(const void *x, const void *y)
{
	const struct numbered *a = x, *b = y;
	int r = span_cmp(a->id, b->id);

	return r != 0 ? r : a->number < b->number ? -1 : a->number > b->number;
}

static int
of_place(const struct provenance *a, const struct provenance *b)
{
	int r = span_cmp(a->path, b->path);

	return r != 0 ? r : a->index < b->index ? -1 : a->index > b->index;
}

/* Of two for one place the first in the profile, as where they are looked through. */
static int
by_path(const void *x, const void *y)
{
	const struct provenance *a = *(const struct provenance *const *)x;
	const struct provenance *b = *(const struct provenance *const *)y;
	int r = of_place(a, b);

	return r != 0 ? r : a < b ? -1 : a > b;
}

static void
index_members(struct facts *f, struct arena *arena)
{
	struct numbered *list = arena_alloc(arena, f->member_count * sizeof *list);

	for (size_t i = 0; i < f->member_count; i++)
		list[i] = (struct numbered){ f->members[i].id, (uint32_t)i };
	qsort(list, f->member_count, sizeof *list, by_id);
	f->members_by_id = list;
}

static void
index_origins(struct facts *f, const struct profile *p, struct arena *arena)
{
	const struct provenance **list = arena_alloc(arena, p->provenance_count * sizeof *list);

	for (size_t i = 0; i < p->provenance_count; i++)
		list[i] = &p->provenance[i];
	qsort(list, p->provenance_count, sizeof *list, by_path);
	f->origins = list;
}

void
holders_index(struct facts *f, const struct profile *p, struct arena *arena)
{
	if (f->member_count > FEW)
		index_members(f, arena);
	if (p->provenance_count > FEW)
		index_origins(f, p, arena);
}

int64_t
member_of_many(const struct facts *f, struct span record)
{
	size_t low = 0, high = f->member_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (span_cmp(f->members_by_id[middle].id, record) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < f->member_count && span_equal(f->members_by_id[low].id, record) ?
	    (int64_t)f->members_by_id[low].number : -1;
}

const struct provenance *
origin_of_many(const struct facts *f, const struct profile *p, struct span path, uint32_t index)
{
	const struct provenance wanted = { .path = path, .index = index };
	size_t low = 0, high = p->provenance_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (of_place(f->origins[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < p->provenance_count && of_place(f->origins[low], &wanted) == 0 ? f->origins[low] : NULL;
}

const bool *
holders_of_path(const struct facts *f, const struct profile *p, struct span path, struct arena *arena)
{
	bool *holds = arena_zero(arena, f->member_count + 1, sizeof *holds);

	for (size_t i = 0; i < p->provenance_count; i++)
		for (size_t k = 0; span_equal(p->provenance[i].path, path) && k < p->provenance[i].records.n;
		    k++) {
			int64_t member = member_index(f, p->provenance[i].records.v[k]);

			if (member >= 0)
				holds[member] = true;
		}
	return holds;
}

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

void
holders_set(const struct facts *f, struct fact_identifier *id, const struct texts *records,
    struct arena *arena)
{
	uint32_t *list = arena_alloc(arena, (records->n + 1) * sizeof(list[0]));
	size_t n = 0;
	bool ascending = true;		/* as the resolver writes them */

	for (size_t i = 0; i < records->n; i++) {
		int64_t member = member_index(f, records->v[i]);

		if (member < 0)
			continue;
		list[n++] = (uint32_t)member;
		ascending &= n < 2 || list[n - 2] <= list[n - 1];
	}
	if (!ascending)
		qsort(list, n, sizeof(list[0]), compare);
	id->holders = list;
	id->holder_count = n;
}

const struct texts **
member_purposes_index(const struct facts *f, const struct profile *p, struct arena *arena)
{
	const struct texts **of;

	if (f->members_by_id == NULL)
		return NULL;
	of = arena_zero(arena, f->member_count, sizeof *of);
	for (size_t i = p->member_purpose_count; i-- > 0;) {
		int64_t member = member_index(f, p->member_purposes[i].record);

		if (member >= 0)
			of[member] = &p->member_purposes[i].purposes;
	}
	return of;
}
