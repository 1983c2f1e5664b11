/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/blocks.h: nodes by key: two and more equal keys stand beside each other and are a block.
 * Always holds: inside a block nodes ascend, and the order of keys is that of their numbers, so
 * it is the same for any number of threads. */
#ifndef CDP_RESOLVE_BLOCKS_H
#define CDP_RESOLVE_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

enum { BLOCK_KEYS = 1024 };	/* of one node */

struct blocks {
	uint64_t	*key;
	uint32_t	*node;
	size_t		 count;
};

/* Keys of a node, each once; returns how many. Any thread may call it. */
typedef unsigned block_keys(const void *arg, uint32_t node, uint64_t key[BLOCK_KEYS]);

/* Zeroed, or with blocks of other keys, whose room is used again. */
void blocks_make(struct blocks *b, uint32_t nodes, block_keys *keys, const void *arg,
    unsigned threads);
void blocks_done(struct blocks *b);

/* Sorts n keys with their nodes; equal keys keep their order. */
void blocks_sort(uint64_t *key, uint32_t *node, size_t n);

/* The end of the block that begins at `at`. */
static inline size_t
blocks_end(const uint64_t *key, size_t at, size_t count)
{
	size_t end = at + 1;

	while (end < count && key[end] == key[at])
		end++;
	return end;
}

#endif
