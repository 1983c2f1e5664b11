/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/components.h: nodes that edges or demands connect. */
#ifndef CDP_RESOLVE_COMPONENTS_H
#define CDP_RESOLVE_COMPONENTS_H

#include "resolve/gather.h"	/* struct gathered, by value */
#include <stddef.h>
#include <stdint.h>

struct edge;

#define COMPONENT_NONE	UINT32_MAX

struct components {
	struct gathered	 all;		/* their nodes */
	uint32_t	*root;		/* by node: the smallest node of its component */
	size_t		*edge_at;	/* by node: the first edge whose a it is; one more */
};

struct components_input {
	uint32_t		 nodes;
	const struct edge	*edges;		/* by a, then b */
	size_t			 edge_count;
	int32_t			 link;		/* edges below do not count */
	const uint8_t		*copies;	/* by node: enum copies */
	const uint32_t		(*must)[2];	/* pairs of nodes that are connected in any case */
	size_t			 must_count;
	unsigned		 threads;
};

void components_find(struct components *c, const struct components_input *in);
/* The component of a node, or COMPONENT_NONE: it is alone. */
uint32_t components_of(const struct components *c, uint32_t node);
void components_done(struct components *c);

#endif
