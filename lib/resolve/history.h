/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/history.h: an earlier stream of profiles: ids and who was in them. */
#ifndef CDP_RESOLVE_HISTORY_H
#define CDP_RESOLVE_HISTORY_H

#include "base/arena.h"	/* by value */
#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stddef.h>
#include <stdint.h>

struct error;
struct map;

struct old_profile {
	struct span	id, first_seen;
	struct span	digest;		/* bytes of the line's digest, to see what changed */
	size_t		at, count;	/* member[at .. at + count) */
};

struct history {
	struct arena		 arena;
	struct old_profile	*list;		/* by id */
	size_t			 count, cap;
	struct span		*member;	/* record ids */
	size_t			 member_count, member_cap;
	struct map		*of;		/* record id → index in list */
	struct map		*ids;		/* profile id → index in list */
};

/* -1: INPUT, also E_PREVIOUS when an id or a record comes twice. */
MUST_USE int history_read(struct history *h, const char *path, unsigned threads,
    struct error *e);
void history_done(struct history *h);

#endif
