/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/bridge.h: edges whose loss would split a cluster (resolve 7.1). */
#ifndef CDP_RESOLVE_BRIDGE_H
#define CDP_RESOLVE_BRIDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bridge_edge {
	uint32_t	a, b;		/* nodes */
	uint32_t	name;		/* what the caller calls it */
	bool		firm;		/* never a bridge: demanded, or of several records */
	bool		bridge;		/* found: without it a and b are not connected */
	bool		cut;
};

/* A graph: a zeroed struct is empty; the memory is kept from one to the next. */
struct bridges {
	struct bridge_edge	*edge;
	size_t			 count, cap;
	uint32_t		 nodes;
	uint32_t		*at, *near;	/* by node: places of its edges in near, one more */
	uint32_t		*met, *low, *stack, *over, *next;	/* of the search, by node */
	uint32_t		 clock;	/* what met[] was last given */
	size_t			 node_cap, near_cap;
};

void bridges_begin(struct bridges *g, uint32_t nodes);
void bridges_add(struct bridges *g, uint32_t a, uint32_t b, uint32_t name, bool firm);
/* One pass of low-link over all. */
void bridges_find(struct bridges *g);
/* Nodes that edges not yet cut connect with `node` while edge `without` does not count. */
uint32_t bridges_side(struct bridges *g, uint32_t node, size_t without);
void bridges_done(struct bridges *g);

#endif
