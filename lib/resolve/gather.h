/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/gather.h: things of which each knows the smallest of its group, as lists of groups.
 * Always holds: groups are ordered by their smallest members, which stand first in them; the others
 * of each stand in any order, which gather_order mends. */
#ifndef CDP_RESOLVE_GATHER_H
#define CDP_RESOLVE_GATHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gathered {
	uint32_t	*at;		/* by group: place of its first member; one more */
	size_t		 count;
	uint32_t	*member;
};

struct gather_input {
	const uint32_t	*least;		/* by thing: the smallest of its group, maybe itself */
	uint32_t	 count;
	/* Whether who is alone is a group; NULL: everybody is. Called by several threads. */
	bool		(*alone)(const void *arg, uint32_t one);
	const void	*arg;
	unsigned	 threads;
};

void gather(struct gathered *g, const struct gather_input *in);
/* The members of one group, ascending. */
void gather_order(uint32_t *member, uint32_t count);
void gathered_done(struct gathered *g);

#endif
