/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/arena.h: many small things that die together.
 * Always holds: what was handed out stays in place until arena_reset or arena_done, and behind it
 * SPAN_ROOM bytes may be read, whatever they are.
 * A zeroed struct is an empty arena. Not for threads to share. */
#ifndef CDP_BASE_ARENA_H
#define CDP_BASE_ARENA_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block	*first, *now;
	char			*at, *end;	/* what is free of the block now */
	size_t			 total;		/* bytes held from the system */
};

enum { ARENA_ALIGN = 16 };

void *arena_more(struct arena *a, size_t bytes);	/* arena_alloc, from another block */

/* Aligned for everything, uninitialised. In an empty arena even nothing has a place. */
static inline void *
arena_alloc(struct arena *a, size_t bytes)
{
	size_t room = (size_t)(a->end - a->at);
	size_t taken = (bytes + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	void *p = a->at;

	if (UNLIKELY(bytes > room || taken > room || p == NULL))
		return arena_more(a, bytes);
	a->at += taken;
	return p;
}

/* Only `bytes` of the thing that was handed out last are needed. */
static inline void
arena_trim(struct arena *a, void *last, size_t bytes)
{
	a->at = (char *)last + ((bytes + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1));
}

void *arena_zero(struct arena *a, size_t count, size_t size);	/* zeroed array */
struct span arena_copy(struct arena *a, struct span s);		/* the copy is followed by a NUL */
char *arena_text(struct arena *a, struct span s);		/* the same as a C string */
void  arena_reset(struct arena *a);				/* forgets all, keeps the memory */
void  arena_done(struct arena *a);				/* gives the memory back */

#endif
