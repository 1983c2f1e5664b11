/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/map.c: slots over an array of entries in order of insertion. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/slots.h"

#include <stdlib.h>

struct entry {
	struct span	key;		/* in the arena */
	uint64_t	hash, value;
};

struct map {
	struct arena	 keys;
	struct entry	*entries;
	size_t		 count, cap;
	struct slots	 table;		/* numbers of entries */
	uint64_t	 seed;
};

struct map *
map_new(void)
{
	struct map *m = mem_zero(1, sizeof *m);

	m->seed = hash_seed();
	return m;
}

void
map_free(struct map *m)
{
	if (m == NULL)
		return;
	arena_done(&m->keys);
	mem_free(m->entries);
	slots_done(&m->table);
	mem_free(m);
}

size_t
map_size(const struct map *m)
{
	return m->count;
}

static size_t
find(const struct map *m, struct span key, uint64_t hash)
{
	uint32_t i;

	for (uint64_t at = slots_at(hash); slots_next(&m->table, hash, &at, &i);)
		if (m->entries[i].hash == hash && span_equal(m->entries[i].key, key))
			return i;
	return SIZE_MAX;
}

static void
fill_table(struct map *m)
{
	slots_clear(&m->table);
	for (size_t i = 0; i < m->count; i++)
		slots_add(&m->table, m->entries[i].hash, (uint32_t)i);
}

size_t
map_index(const struct map *m, struct span key)
{
	return find(m, key, hash64(key, m->seed));
}

size_t
map_add(struct map *m, struct span key)
{
	uint64_t hash = hash64(key, m->seed);
	size_t i = find(m, key, hash);

	if (i != SIZE_MAX)
		return i;
	slots_add(&m->table, hash, (uint32_t)m->count);
	m->entries = mem_grow(m->entries, m->count + 1, &m->cap, sizeof *m->entries);
	m->entries[m->count] = (struct entry){ arena_copy(&m->keys, key), hash, 0 };
	return m->count++;
}

bool
map_has(const struct map *m, struct span key)
{
	return map_index(m, key) != SIZE_MAX;
}

uint64_t *
map_slot(struct map *m, struct span key)
{
	size_t i = map_add(m, key);	/* first: it may move the entries */

	return &m->entries[i].value;
}

uint64_t *
map_find(const struct map *m, struct span key)
{
	size_t i = map_index(m, key);

	return i == SIZE_MAX ? NULL : &m->entries[i].value;
}

struct span
map_key(const struct map *m, size_t i)
{
	return m->entries[i].key;
}

uint64_t
map_value(const struct map *m, size_t i)
{
	return m->entries[i].value;
}

void
map_set(struct map *m, size_t i, uint64_t value)
{
	m->entries[i].value = value;
}

static int
by_key(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return span_cmp(x->key, y->key);
}

void
map_sort(struct map *m)
{
	if (m->count > 1)
		qsort(m->entries, m->count, sizeof *m->entries, by_key);
	fill_table(m);
}

void
map_clear(struct map *m)
{
	m->count = 0;
	arena_reset(&m->keys);
	fill_table(m);
}
