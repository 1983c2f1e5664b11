/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/roll.h: bytes one behind the other, in large blocks, for what is written once and kept.
 * Always holds: what was taken stays in place until roll_done. A zeroed struct is an empty roll.
 * Not for threads to share: each has its own, and one takes over what the others wrote. */
#ifndef CDP_BASE_ROLL_H
#define CDP_BASE_ROLL_H

#include "base/attr.h"
#include <stddef.h>

struct roll_block;

struct roll {
	struct roll_block	*last;		/* and those before it */
	char			*at, *end;	/* what is free of it */
};

void roll_more(struct roll *r, size_t bytes);	/* roll_room, where another block is needed */

/* Where `bytes` may be written; what is not taken is free the next time. */
static inline char *
roll_room(struct roll *r, size_t bytes)
{
	if (UNLIKELY((size_t)(r->end - r->at) < bytes))
		roll_more(r, bytes);
	return r->at;
}

/* The first `bytes` of the room are taken. */
static inline void
roll_take(struct roll *r, size_t bytes)
{
	r->at += bytes;
}

/* What `from` holds lives as long as `to`; `from` is empty. */
void roll_join(struct roll *to, struct roll *from);
void roll_done(struct roll *r);		/* gives the memory back */

#endif
