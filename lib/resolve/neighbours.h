/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/neighbours.h: which profiles of one house have an edge; for household.c. */
#ifndef CDP_RESOLVE_NEIGHBOURS_H
#define CDP_RESOLVE_NEIGHBOURS_H

#include "base/instant.h"	/* instant */
#include <stddef.h>
#include <stdint.h>

struct clusters;
struct houses;
struct stay;
struct view;

struct home_edge {
	instant		last;		/* when both were seen there last; INSTANT_NONE: not known */
	uint32_t	a, b;		/* profiles, a < b */
	uint32_t	house;
	uint64_t	mark;		/* of the house, the same in every run */
	uint16_t	contacts;	/* shared phones and mailboxes */
	uint8_t		level;		/* of their places */
};

/* What the search needs, and what it found; zeroed but for the first five, it is ready. One a
 * thread. */
struct neighbours {
	const struct view	*view;
	const struct clusters	*clusters;
	const struct houses	*houses;
	const uint32_t		*node_of;	/* by record */
	uint32_t		 max_families;

	struct home_edge	*edge;
	size_t			 edges, edge_cap;
	uint64_t		 institutions;

	struct resident		*resident;	/* of the house at hand */
	size_t			 residents, resident_cap;
	uint32_t		*value;		/* their names, phones, mailboxes */
	size_t			 values, value_cap;
	uint32_t		*name;		/* to count */
	size_t			 name_cap;
};

/* Sorts the stays, which are those of one house. */
void neighbours_find(struct neighbours *n, struct stay *stay, size_t count);
void neighbours_done(struct neighbours *n);

#endif
