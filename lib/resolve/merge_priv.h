/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/merge_priv.h: the clusters of one component; for merge.c and merge_*.c alone.
 * A component is made of units: nodes whose copies are one person, and single records of nodes
 * whose copies are not. A merge makes a new knot of two; units are the first knots. */
#ifndef CDP_RESOLVE_MERGE_PRIV_H
#define CDP_RESOLVE_MERGE_PRIV_H

#include "resolve/bridge.h"	/* by value */
#include "resolve/components.h"
#include "resolve/constraint.h"
#include "resolve/copies.h"
#include "resolve/merge.h"
#include "resolve/sums.h"

enum {
	BIT = 1000,		/* millibits */
	REDOS_MOST = 8,		/* of a cluster that is too large, each a bit stricter */
	PARTS_LEAST = 2,	/* units on either side of a bridge that is worth cutting, */
	BRIDGED_LEAST = 2 * PARTS_LEAST,	/* hence of a cluster that has one */
	DOUBTS = 21 * BIT,	/* weights of which the doubt is kept; beyond there is hardly any */
	MASS_MOST = 1 << 16	/* more copies speak no louder; keeps sums far from overflow */
};

struct unit {
	uint32_t	node, record;	/* record: its first, or the only one */
	uint32_t	copies;
	uint32_t	label;		/* at the end: a unit of its cluster with a smaller record */
	uint8_t		redone;		/* how often its cluster was too large */
};

struct unit_edge {
	uint32_t	a, b;		/* units */
	int32_t		weight;		/* TIE_DEMANDED: demanded */
	uint8_t		by;		/* enum tie_by */
	bool		cut;		/* a bridge */
};

struct knot {
	uint32_t	up;		/* towards the root of its cluster */
	uint32_t	above;		/* the knot that was made of it, or itself */
	uint32_t	left, right;	/* what it was made of */
	uint32_t	units, records;
	uint64_t	mass;		/* its records, of each unit MASS_MOST at most */
	uint32_t	edge;		/* what it was made for */
	int32_t		average;
	bool		frozen;		/* met what would make it too large */
	bool		dead;		/* its cluster was taken apart */
};

/* A demand on two records of one component. */
struct placed_demand {
	uint32_t	component;
	struct demand	demand;
};

struct unit_pair {
	uint32_t	a, b;
};

/* Everything a task needs; kept from one component to the next. */
struct merging {
	const struct merge_input *in;
	const struct grounds	*grounds;
	const struct components	*components;
	const uint8_t		*copies;	/* by node */
	const uint32_t		*doubt;		/* by weight in millibits, below DOUBTS */
	const uint32_t		*node_of;	/* by record; NULL: there are no demands */
	const struct placed_demand *demands;	/* of all components, in their order */
	size_t			 demand_count;

	uint32_t		*node;		/* of the component at hand, ascending */
	uint32_t		 nodes;
	struct unit		*unit;
	uint32_t		 units;
	uint32_t		*unit_at;	/* by place of a node in the component; one more */
	struct unit_edge	*edge;		/* demanded ones, then by weight */
	uint32_t		 edges, found;	/* from `edges` to `found`: pairs that nobody had looked
						 * at and that turned out to have the weight of an edge */
	struct unit_pair	*apart;		/* of DEMAND_DIFFERENT */
	size_t			 aparts;
	struct knot		*knot;
	struct claims		*claims;	/* by knot; their memory stays with the number */
	size_t			 claims_ready;	/* those that are or were in use */
	uint32_t		 knots;
	struct claims		 room, other;	/* of single records */
	struct sums		 sums;
	struct unit_pair	*waiting;	/* of a walk through knots */
	struct bridges		 bridges;
	size_t			 unit_cap, unit_at_cap, edge_cap, apart_cap, knot_cap, claims_cap,
				 waiting_cap;

	/* what the task found */
	struct merged		 out;		/* its ties and refusals, and figures */
	size_t			 tie_cap, refused_cap;
};

/* merge_clear.c: tells of a small component that nothing keeps apart; false: it is not as simple as
 * that, and nothing was done. */
bool merge_clear(struct merging *m, size_t component, uint32_t *cluster);
/* merge_load.c: the units, edges and demands of a component. */
void merge_load(struct merging *m, size_t component);
struct knot *merge_knot(struct merging *m);	/* a new one, with empty claims */
void merge_add_edge(struct merging *m, uint32_t at, struct unit_edge e);
/* merge_average.c: the clusters of the units. */
void merge_units(struct merging *m);
uint32_t merge_root(struct merging *m, uint32_t knot);
int32_t merge_clamped(int32_t weight);	/* as loud as one pair may speak */
int32_t merge_quotient(int64_t sum, int64_t pairs);	/* rounded down */
/* Of W over the cross pairs of two clusters, scoring those that nobody knows. */
int32_t merge_average(struct merging *m, uint32_t a, uint32_t b);
/* What is missing for a link of this weight to be certain, in millionths. */
uint32_t merge_doubt_of(const struct merging *m, int32_t weight);
/* merge_doubt.c: how many links there are, and how many of them the clusters make false. */
void merge_doubt(struct merging *m);
/* merge_result.c: loads and merges a component, cuts bridges; then tells ties, refusals and, by record,
 * clusters. False: it takes more memory than it may, and nothing that was told holds. */
bool merge_component(struct merging *m, size_t component, uint32_t *cluster);
void merge_add_tie(struct merging *m, struct exact_tie tie);

#endif
