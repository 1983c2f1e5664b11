/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/components.h: nodes that edges or demands connect, each component with its edges.
 * Always holds: components are ordered by their smallest nodes, the nodes of each ascend; its edges
 * stand in any order. */
#ifndef CDP_RESOLVE_COMPONENTS_H
#define CDP_RESOLVE_COMPONENTS_H

#include <stddef.h>
#include <stdint.h>

struct edge;

#define COMPONENT_NONE	UINT32_MAX

struct component {
	uint32_t	node_at;	/* place in components.node; the next one's is the end */
	size_t		edge_at;	/* place in components.edge, the same */
};

struct near_edge {
	uint32_t	a, b;		/* places among the nodes of the component */
	int32_t		weight;
};

struct components {
	struct component	*list;	/* one more at the end */
	size_t			 count;
	uint32_t		*node;
	struct near_edge	*edge;
	uint32_t		*of;	/* by node: its component, or COMPONENT_NONE */
	uint32_t		*place;	/* by node: among those of its component */
};

struct components_input {
	uint32_t		 nodes;
	const struct edge	*edges;
	size_t			 edge_count;
	int32_t			 link;		/* edges below do not count */
	const uint8_t		*copies;	/* by node: enum copies */
	const uint32_t		(*must)[2];	/* pairs of nodes that are connected in any case */
	size_t			 must_count;
	unsigned		 threads;
};

void components_find(struct components *c, const struct components_input *in);
void components_done(struct components *c);

#endif
