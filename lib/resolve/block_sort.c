/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/block_sort.c: keys are shared out by their top byte, and each part is sorted by
 * itself, byte by byte from the top: a part fits the cache.
 * Keys are worked out twice, to be counted and to be placed: to keep them meanwhile takes as long,
 * and as much memory again. */
#include "base/alloc.h"
#include "base/pipeline.h"
#include "resolve/blocks.h"

#include <stdbool.h>
#include <string.h>

enum {
	TASK = 1 << 16,		/* nodes of one task */
	TOP = 56, PARTS = 256,	/* shift of a key's top byte; what it can be */
	FEW = 24		/* entries that are sorted by insertion */
};

struct sorting {
	struct blocks	*b;
	uint32_t	 nodes;
	block_keys	*keys;
	const void	*arg;
	size_t		(*at)[PARTS];	/* by task: keys of a part, then where the next one goes */
	size_t		 begin[PARTS + 1];
	size_t		 kept[PARTS];	/* keys of the blocks of a part */
};

static uint32_t
end_of(const struct sorting *s, unsigned task)
{
	size_t end = ((size_t)task + 1) * TASK;

	return end < s->nodes ? (uint32_t)end : s->nodes;
}

static void
count_keys(void *arg, unsigned task)
{
	struct sorting *s = arg;
	uint64_t key[BLOCK_KEYS];
	uint32_t end = end_of(s, task);

	for (uint32_t i = task * TASK; i < end; i++) {
		unsigned n = s->keys(s->arg, i, key);

		for (unsigned k = 0; k < n; k++)
			s->at[task][key[k] >> TOP]++;
	}
}

static void
place_keys(void *arg, unsigned task)
{
	struct sorting *s = arg;
	uint64_t key[BLOCK_KEYS];
	uint32_t end = end_of(s, task);

	for (uint32_t i = task * TASK; i < end; i++) {
		unsigned n = s->keys(s->arg, i, key);

		for (unsigned k = 0; k < n; k++) {
			size_t at = s->at[task][key[k] >> TOP]++;

			s->b->key[at] = key[k];
			s->b->node[at] = i;
		}
	}
}

/* Part by part, and inside a part task by task: nodes ascend. */
static void
find_places(struct sorting *s, unsigned tasks)
{
	size_t sum = 0;

	for (unsigned p = 0; p < PARTS; p++) {
		s->begin[p] = sum;
		for (unsigned t = 0; t < tasks; t++) {
			size_t count = s->at[t][p];

			s->at[t][p] = sum;
			sum += count;
		}
	}
	s->begin[PARTS] = sum;
}

/* ---- one part ---- */

static void
insert(uint64_t *key, uint32_t *node, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint64_t k = key[i];
		uint32_t v = node[i];
		size_t at = i;

		for (; at > 0 && key[at - 1] > k; at--) {
			key[at] = key[at - 1];
			node[at] = node[at - 1];
		}
		key[at] = k;
		node[at] = v;
	}
}

static bool
all_equal(const uint64_t *key, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (key[i] != key[0])
			return false;
	return true;
}

static void sort_bytes(uint64_t *key, uint32_t *node, size_t n, uint64_t *key2, uint32_t *node2,
    int shift);

/* By the byte at `shift`, then what is equal in it by those below it. */
static void
spread(uint64_t *key, uint32_t *node, size_t n, uint64_t *key2, uint32_t *node2, int shift)
{
	size_t at[257] = { 0 };

	for (size_t i = 0; i < n; i++)
		at[(key[i] >> shift & 255) + 1]++;
	for (int d = 1; d < 257; d++)
		at[d] += at[d - 1];
	memcpy(key2, key, n * sizeof *key);
	memcpy(node2, node, n * sizeof *node);
	for (size_t i = 0; i < n; i++) {
		size_t to = at[key2[i] >> shift & 255]++;

		key[to] = key2[i];
		node[to] = node2[i];
	}
	for (size_t d = 0, from = 0; d < 256; from = at[d++])
		if (at[d] > from + 1)
			sort_bytes(key + from, node + from, at[d] - from, key2, node2, shift - 8);
}

/* The scratch has room for n. Apart from the rest, which has a table to clear. */
static void
sort_bytes(uint64_t *key, uint32_t *node, size_t n, uint64_t *key2, uint32_t *node2, int shift)
{
	if (n <= FEW)
		insert(key, node, n);
	else if (shift >= 0 && !all_equal(key, n))
		spread(key, node, n, key2, node2, shift);
}

static void
sort_from(uint64_t *key, uint32_t *node, size_t n, int shift)
{
	uint64_t *key2 = mem_alloc((n + 1) * sizeof *key2);
	uint32_t *node2 = mem_alloc((n + 1) * sizeof *node2);

	sort_bytes(key, node, n, key2, node2, shift);
	mem_free(key2);
	mem_free(node2);
}

void
blocks_sort(uint64_t *key, uint32_t *node, size_t n)
{
	sort_from(key, node, n, TOP);
}

/* Leaves those of two and more; returns how many keys these have. */
static size_t
drop_singles(uint64_t *key, uint32_t *node, size_t n)
{
	size_t kept = 0;

	for (size_t at = 0, end; at < n; at = end) {
		end = blocks_end(key, at, n);
		for (size_t i = at; end - at > 1 && i < end; i++) {
			key[kept] = key[i];
			node[kept++] = node[i];
		}
	}
	return kept;
}

static void
sort_part(void *arg, unsigned part)
{
	struct sorting *s = arg;
	size_t from = s->begin[part], n = s->begin[part + 1] - from;

	sort_from(s->b->key + from, s->b->node + from, n, TOP - 8);
	s->kept[part] = drop_singles(s->b->key + from, s->b->node + from, n);
}

static void
join_parts(struct sorting *s)
{
	struct blocks *b = s->b;

	b->count = 0;
	for (unsigned p = 0; p < PARTS; p++) {
		memmove(b->key + b->count, b->key + s->begin[p], s->kept[p] * sizeof *b->key);
		memmove(b->node + b->count, b->node + s->begin[p], s->kept[p] * sizeof *b->node);
		b->count += s->kept[p];
	}
}

/* Large arrays grow and shrink in pages, without a copy. */
static void
take_room(struct blocks *b, size_t count)
{
	b->key = mem_resize(b->key, (count + 1) * sizeof *b->key);
	b->node = mem_resize(b->node, (count + 1) * sizeof *b->node);
}

void
blocks_make(struct blocks *b, uint32_t nodes, block_keys *keys, const void *arg, unsigned threads)
{
	unsigned tasks = (unsigned)(((size_t)nodes + TASK - 1) / TASK);
	struct sorting s = { .b = b, .nodes = nodes, .keys = keys, .arg = arg,
	    .at = mem_zero((size_t)tasks + 1, sizeof *s.at) };

	parallel_each(threads, tasks, count_keys, &s);
	find_places(&s, tasks);
	take_room(b, s.begin[PARTS]);
	parallel_each(threads, tasks, place_keys, &s);
	parallel_each(threads, PARTS, sort_part, &s);
	join_parts(&s);
	take_room(b, b->count);
	mem_free(s.at);
}

void
blocks_done(struct blocks *b)
{
	mem_free(b->key);
	mem_free(b->node);
	*b = (struct blocks){ 0 };
}
