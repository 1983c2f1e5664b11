/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/map.c: open addressing over an array of entries in order of insertion. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/hash.h"
#include "base/map.h"

#include <stdlib.h>

enum {
	TABLE_FIRST = 64,	/* slots; a power of two, kept at most three quarters full */
	SIEVE_BITS = 8		/* of the sieve, for each slot */
};

struct entry {
	struct span	key;		/* in the arena */
	uint64_t	hash, value;
};

struct map {
	struct arena	 keys;
	struct entry	*entries;
	size_t		 count, cap;
	uint32_t	*table;		/* entry + 1, 0 is free */
	size_t		 mask;		/* slots − 1 */
	uint8_t		*sieve;		/* a bit for each hash; NULL: not asked for, or keys came since */
	uint64_t	 seed;
};

struct map *
map_new(void)
{
	struct map *m = mem_zero(1, sizeof *m);

	m->table = mem_zero(TABLE_FIRST, sizeof *m->table);
	m->mask = TABLE_FIRST - 1;
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
	mem_free(m->table);
	mem_free(m->sieve);
	mem_free(m);
}

size_t
map_size(const struct map *m)
{
	return m->count;
}

/* The slot that holds the key, or the free one where it belongs. */
static size_t
probe(const struct map *m, struct span key, uint64_t hash)
{
	size_t at = (size_t)hash & m->mask;

	while (m->table[at] != 0) {
		const struct entry *x = &m->entries[m->table[at] - 1];

		if (x->hash == hash && span_equal(x->key, key))
			break;
		at = (at + 1) & m->mask;
	}
	return at;
}

static void
fill_table(struct map *m)
{
	memset(m->table, 0, (m->mask + 1) * sizeof *m->table);
	for (size_t i = 0; i < m->count; i++) {
		size_t at = (size_t)m->entries[i].hash & m->mask;

		while (m->table[at] != 0)
			at = (at + 1) & m->mask;
		m->table[at] = (uint32_t)i + 1;
	}
}

static void
grow_table(struct map *m)
{
	size_t slots = (m->mask + 1) * 2;

	if (slots > UINT32_MAX)
		mem_exhausted();
	m->table = mem_resize(m->table, slots * sizeof *m->table);
	m->mask = slots - 1;
	fill_table(m);
}

/* Place of a hash among the bits of the sieve: from its upper half, as the table takes the lower. */
static size_t
bit_of(const struct map *m, uint64_t hash)
{
	return (size_t)(hash >> 32) & ((m->mask + 1) * SIEVE_BITS - 1);
}

static void
drop_sieve(struct map *m)
{
	mem_free(m->sieve);
	m->sieve = NULL;
}

void
map_sieve(struct map *m)
{
	drop_sieve(m);
	m->sieve = mem_zero((m->mask + 1) * SIEVE_BITS / 8, 1);
	for (size_t i = 0; i < m->count; i++) {
		size_t bit = bit_of(m, m->entries[i].hash);

		m->sieve[bit / 8] |= (uint8_t)(1u << bit % 8);
	}
}

static bool
falls_through(const struct map *m, uint64_t hash)
{
	size_t bit = bit_of(m, hash);

	return (m->sieve[bit / 8] >> bit % 8 & 1) == 0;
}

size_t
map_index(const struct map *m, struct span key)
{
	uint64_t hash = hash64(key, m->seed);
	size_t at;

	if (m->sieve != NULL && falls_through(m, hash))
		return SIZE_MAX;
	at = probe(m, key, hash);
	return m->table[at] == 0 ? SIZE_MAX : m->table[at] - 1;
}

size_t
map_add(struct map *m, struct span key)
{
	uint64_t hash = hash64(key, m->seed);
	size_t at = probe(m, key, hash);

	if (m->table[at] != 0)
		return m->table[at] - 1;
	if ((m->count + 1) * 4 > (m->mask + 1) * 3) {
		grow_table(m);
		at = probe(m, key, hash);
	}
	drop_sieve(m);
	m->entries = mem_grow(m->entries, m->count + 1, &m->cap, sizeof *m->entries);
	m->entries[m->count] = (struct entry){ arena_copy(&m->keys, key), hash, 0 };
	m->table[at] = (uint32_t)m->count + 1;
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
	drop_sieve(m);
	arena_reset(&m->keys);
	fill_table(m);
}
