/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/fold.c: rows in a table by hash, compared word by word. */
#include "base/alloc.h"
#include "base/hash.h"
#include "resolve/fold.h"
#include "resolve/store.h"

static uint64_t
hash_of(const uint32_t *row, uint64_t seed)
{
	size_t n = 0;

	while (row[n] != 0)
		n++;
	return hash64(span_make((const char *)row, n * sizeof *row), seed);
}

uint64_t
fold_count(const struct store *s)
{
	uint64_t seed = hash_seed(), nodes = 0;
	size_t size = 16, at;
	uint32_t *table;		/* record and one, or 0 */

	while (size < s->count + s->count / 2)
		size *= 2;
	table = mem_zero(size, sizeof *table);
	for (uint32_t i = 0; i < s->count; i++) {
		const uint32_t *row = rec_row(s, i);

		if (!(s->rec[i].flags & REC_LINKED))
			continue;
		nodes++;
		if (*row == 0)
			continue;
		for (at = hash_of(row, seed) & (size - 1); table[at] != 0; at = (at + 1) & (size - 1))
			if (facts_same(rec_row(s, table[at] - 1), row)) {
				nodes--;
				break;
			}
		if (table[at] == 0)
			table[at] = i + 1;
	}
	mem_free(table);
	return nodes;
}
