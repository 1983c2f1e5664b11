/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/store.c: the life of the records, and a record by its id. */
#include "base/alloc.h"
#include "base/map.h"
#include "resolve/store.h"

void
store_drop_facts(struct store *s)
{
	facts_done(&s->facts);
}

void
store_drop_passing(struct store *s)
{
	mem_free(s->passing);
	s->passing = NULL;
	roll_done(&s->passing_lines);
}

void
store_done(struct store *s)
{
	store_drop_passing(s);
	mem_free(s->rec);
	map_free(s->sources);
	facts_done(&s->facts);
	arena_done(&s->header);
	roll_done(&s->lines);
	cold_free(s->cold);
	*s = (struct store){ 0 };
}

bool
store_find(const struct store *s, struct span id, uint32_t *record)
{
	size_t low = 0, high = s->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (span_cmp(rec_id(&s->rec[mid]), id) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	*record = (uint32_t)low;
	return low < s->count && span_equal(rec_id(&s->rec[low]), id);
}
