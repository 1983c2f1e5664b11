/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/block_sort.c: keys are shared out by their top byte, and each part is sorted by
 * itself, byte by byte from the top: a part fits the cache.
 * Keys wait where they were worked out until all are counted: that takes as much memory again for
 * a moment, and less time than to work them out twice. */
#include "base/alloc.h"
#include "base/pipeline.h"
#include "resolve/blocks.h"

#include <stdbool.h>
#include <string.h>

enum {
	TASK = 1 << 16,		/* nodes of one task */
	TOP = 56,		/* shift of a key's top byte */
	FEW = 24		/* entries that are sorted by insertion */
};

/* Keys of the nodes of one task. */
struct waiting {
	uint64_t	*key;
	uint32_t	*node;
	size_t		 count, cap;
	size_t		 in_part[BLOCK_PARTS];	/* how many; then the place of the next one */
};

struct sorting {
	struct blocks	*b;
	uint32_t	 nodes;
	block_keys	*keys;
	const void	*arg;
	struct waiting	*task;
};

static void
widen(struct waiting *w, size_t count)
{
	if (w->cap >= count)
		return;
	w->key = mem_grow(w->key, count, &w->cap, sizeof *w->key);
	w->node = mem_resize(w->node, w->cap * sizeof *w->node);
}

static void
find_keys(void *arg, unsigned task)
{
	struct sorting *s = arg;
	struct waiting *w = &s->task[task];
	uint64_t key[BLOCK_KEYS];
	size_t from = (size_t)task * TASK, to = s->nodes - from < TASK ? s->nodes : from + TASK;

	widen(w, to - from);
	for (size_t i = from; i < to; i++) {
		unsigned n = s->keys(s->arg, (uint32_t)i, key);

		widen(w, w->count + n);
		for (unsigned k = 0; k < n; k++) {
			w->in_part[key[k] >> TOP]++;
			w->key[w->count] = key[k];
			w->node[w->count++] = (uint32_t)i;
		}
	}
}

static void
place_keys(void *arg, unsigned task)
{
	struct sorting *s = arg;
	struct waiting *w = &s->task[task];

	for (size_t i = 0; i < w->count; i++) {
		size_t at = w->in_part[w->key[i] >> TOP]++;

		s->b->key[at] = w->key[i];
		s->b->node[at] = w->node[i];
	}
	mem_free(w->key);
	mem_free(w->node);
}

/* Part by part, and inside a part task by task: nodes ascend. */
static void
find_places(struct sorting *s, unsigned tasks)
{
	size_t at = 0;

	for (unsigned p = 0; p < BLOCK_PARTS; p++) {
		s->b->begin[p] = at;
		for (unsigned t = 0; t < tasks; t++) {
			size_t count = s->task[t].in_part[p];

			s->task[t].in_part[p] = at;
			at += count;
		}
	}
	s->b->begin[BLOCK_PARTS] = at;
	s->b->count = at;
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

static void
sort_part(void *arg, unsigned part)
{
	struct blocks *b = ((struct sorting *)arg)->b;
	size_t from = b->begin[part];

	sort_from(b->key + from, b->node + from, b->begin[part + 1] - from, TOP - 8);
}

void
blocks_make(struct blocks *b, uint32_t nodes, block_keys *keys, const void *arg, unsigned threads)
{
	unsigned tasks = (unsigned)(((size_t)nodes + TASK - 1) / TASK);
	struct sorting s = { b, nodes, keys, arg, mem_zero((size_t)tasks + 1, sizeof *s.task) };

	parallel_each(threads, tasks, find_keys, &s);
	find_places(&s, tasks);
	b->key = mem_alloc((b->count + 1) * sizeof *b->key);
	b->node = mem_alloc((b->count + 1) * sizeof *b->node);
	parallel_each(threads, tasks, place_keys, &s);
	parallel_each(threads, BLOCK_PARTS, sort_part, &s);
	mem_free(s.task);
}

void
blocks_drop_singles(struct blocks *b)
{
	size_t kept = 0;

	for (size_t at = 0, end; at < b->count; at = end) {
		end = blocks_end(b->key, at, b->count);
		for (size_t i = at; end - at > 1 && i < end; i++) {
			b->key[kept] = b->key[i];
			b->node[kept++] = b->node[i];
		}
	}
	b->count = kept;
	b->key = mem_resize(b->key, (kept + 1) * sizeof *b->key);
	b->node = mem_resize(b->node, (kept + 1) * sizeof *b->node);
}

void
blocks_done(struct blocks *b)
{
	mem_free(b->key);
	mem_free(b->node);
	*b = (struct blocks){ 0 };
}
