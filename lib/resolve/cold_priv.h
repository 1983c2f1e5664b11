/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/cold_priv.h: packed lines from the inside; for cold.c and cold_record.c only.
 * Behind the id and the length of the line: a gap, then values and gaps in turn. A gap is a byte, its
 * number, or GAP_TEXT and a text. A value is a byte, its length, and its text; or VALUE_OF_ID and how
 * many of the last bytes of the id it is; or VALUE_LONG and a text; or VALUE_FEW and more, the number
 * of a content among those that were met behind the same gap. A text has its length before it. */
#ifndef CDP_RESOLVE_COLD_PRIV_H
#define CDP_RESOLVE_COLD_PRIV_H

#include "base/arena.h"		/* by value */
#include "resolve/cold.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum {
	GAP_TEXT = COLD_GAPS,		/* a gap without a number */
	GAP_SLOTS = 1024,		/* a power of 2, well above COLD_GAPS */
	FEW = 127,			/* contents behind one gap that have a number */
	FEW_SLOTS = 256,		/* a power of 2, well above FEW */
	VALUE_SHORT = 126,		/* shorter values stand there with their length */
	VALUE_OF_ID = 126, VALUE_LONG = 127, VALUE_FEW = 128,
	ROOM = COLD_ROOM
};

struct content {
	uint32_t	len, number;
	char		text[];		/* with ROOM behind it */
};

struct gap {
	struct span	text;		/* with ROOM behind it */
	unsigned	number;
	bool		last;		/* of its line */
	bool		inside;		/* between the values of an array: they are behind the gap before it */
	atomic_bool	closed;		/* contents behind it are many */
	atomic_uint	few;
	_Atomic(struct content *) slot[FEW_SLOTS];
	const struct content *content[FEW];	/* by number */
};

struct cold {
	pthread_mutex_t	 lock;		/* of what is added */
	struct arena	 arena;
	atomic_uint	 gaps;
	_Atomic(struct gap *) slot[GAP_SLOTS];
	_Atomic(struct gap *) gap[COLD_GAPS + 1];	/* by number; none for GAP_TEXT */
	struct gap	 other;		/* in place of all without a number */
};

#endif
