/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/roll.c: a chain of blocks; each is twice the one before, up to a bound. */
#include "base/alloc.h"
#include "base/roll.h"

#include <stdint.h>

enum {
	BLOCK_FIRST = 64 * 1024,
	BLOCK_MOST = 1024 * 1024	/* larger ones only for one large thing */
};

struct roll_block {
	struct roll_block	*before;
	size_t			 size;
	char			 bytes[];
};

static size_t
next_size(const struct roll *r, size_t least)
{
	size_t size = r->last == NULL ? BLOCK_FIRST : r->last->size * 2;

	if (size > BLOCK_MOST)
		size = BLOCK_MOST;
	return size < least ? least : size;
}

void
roll_more(struct roll *r, size_t bytes)
{
	struct roll_block *b;
	size_t size;

	if (bytes > SIZE_MAX - sizeof *b)
		mem_exhausted();
	size = next_size(r, sizeof *b + bytes);
	b = mem_alloc(size);
	b->before = r->last;
	b->size = size;
	r->last = b;
	r->at = b->bytes;
	r->end = (char *)b + size;
}

void
roll_join(struct roll *to, struct roll *from)
{
	struct roll_block *first = from->last;

	if (first == NULL)
		return;
	while (first->before != NULL)
		first = first->before;
	first->before = to->last;
	*to = *from;
	*from = (struct roll){ 0 };
}

void
roll_done(struct roll *r)
{
	while (r->last != NULL) {
		struct roll_block *before = r->last->before;

		mem_free(r->last);
		r->last = before;
	}
	*r = (struct roll){ 0 };
}
