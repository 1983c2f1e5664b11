/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/arena.c: a chain of blocks; each is at least twice the one before, up to a bound. */
#include "base/alloc.h"
#include "base/arena.h"

#include <stdint.h>

enum {
	BLOCK_FIRST = 4 * 1024,
	BLOCK_MOST = 1024 * 1024	/* larger ones only for one large thing */
};

struct arena_block {
	struct arena_block	*next;
	size_t			 size;
	_Alignas(ARENA_ALIGN) char bytes[];
};

static struct arena_block *
new_block(struct arena *a, size_t least)
{
	size_t size = a->now == NULL ? BLOCK_FIRST : a->now->size * 2;
	struct arena_block *b;

	if (size > BLOCK_MOST)
		size = BLOCK_MOST;
	if (size < least)
		size = least;
	b = mem_alloc(sizeof *b + size + SPAN_ROOM);
	b->next = NULL;
	b->size = size;
	a->total += size;
	return b;
}

/* After a reset the old blocks are used again in their order; one that is too small for the
 * thing at hand is passed over until the next reset. */
static struct arena_block *
block_for(struct arena *a, size_t bytes)
{
	struct arena_block *b;

	while (a->now != NULL && a->now->next != NULL) {
		a->now = a->now->next;
		if (a->now->size >= bytes)
			return a->now;
	}
	b = new_block(a, bytes);
	if (a->now == NULL)
		a->first = b;
	else
		a->now->next = b;
	a->now = b;
	return b;
}

/* All of the block is free. */
static void
begin_block(struct arena *a)
{
	a->at = a->now == NULL ? NULL : a->now->bytes;
	a->end = a->now == NULL ? NULL : a->now->bytes + a->now->size;
}

void *
arena_more(struct arena *a, size_t bytes)
{
	void *p;

	if (bytes > SIZE_MAX - ARENA_ALIGN)
		mem_exhausted();
	bytes = (bytes + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	a->now = block_for(a, bytes);
	begin_block(a);
	p = a->at;
	a->at += bytes;
	return p;
}

void *
arena_zero(struct arena *a, size_t count, size_t size)
{
	void *p;

	if (size != 0 && count > SIZE_MAX / size)
		mem_exhausted();
	p = arena_alloc(a, count * size);
	memset(p, 0, count * size);
	return p;
}

char *
arena_text(struct arena *a, struct span s)
{
	char *p = arena_alloc(a, s.len + 1);

	if (s.len > 0)
		memcpy(p, s.p, s.len);
	p[s.len] = '\0';
	return p;
}

struct span
arena_copy(struct arena *a, struct span s)
{
	return span_make(arena_text(a, s), s.len);
}

void
arena_reset(struct arena *a)
{
	a->now = a->first;
	begin_block(a);
}

void
arena_done(struct arena *a)
{
	struct arena_block *b = a->first;

	while (b != NULL) {
		struct arena_block *next = b->next;

		mem_free(b);
		b = next;
	}
	*a = (struct arena){ 0 };
}
