/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/merge.h: edges to clusters (resolve 7.1, 7.2): per component, clusters merge where
 * the average of all cross pairs speaks for it and no constraint against it.
 * Always holds: the result does not depend on threads. */
#ifndef CDP_RESOLVE_MERGE_H
#define CDP_RESOLVE_MERGE_H

#include "resolve/exact.h"	/* struct exact_tie */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rules;
struct types;
struct view;

struct edge {
	uint32_t	a, b;		/* nodes, a < b */
	int32_t		weight;		/* W, millibits */
	uint16_t	rules;		/* chosen rules that hold */
};

/* What somebody demands of two records, by index: verdicts of stewards, joins with "force".
 * Of records, not of nodes: two of one node may have to stay apart. */
enum demand_kind { DEMAND_SAME, DEMAND_FORCED, DEMAND_DIFFERENT };

struct demand {
	uint32_t	a, b;		/* a != b */
	uint8_t		kind;		/* enum demand_kind */
};

enum merge_reason {
	MERGE_AVERAGE,		/* the cross pairs on average speak against it */
	MERGE_EXCLUSIVE, MERGE_LIMIT, MERGE_BIRTHDATE, MERGE_SUFFIX, MERGE_PARTY,
	MERGE_CLEAN_SOURCE, MERGE_DIFFERENT, MERGE_SIZE, MERGE_BRIDGE,
	MERGE_UNLINKED,		/* a demand on a record that takes no part in linking */
	MERGE_REASONS
};

enum tie_by { TIE_COPY, TIE_SCORED, TIE_STEWARD, TIE_EXACT };
#define TIE_DEMANDED	INT32_MAX	/* weight and average of what was demanded, not scored */

struct merge_refusal {
	uint32_t	a, b;		/* records of the edge, by index, a < b */
	int32_t		weight;		/* W of the edge, or TIE_DEMANDED */
	int32_t		average;	/* of the cross pairs where that was the reason; else as weight */
	uint32_t	size_a, size_b;	/* records of the clusters that stayed apart; nodes beside a
					 * bridge */
	uint8_t		reason;		/* enum merge_reason */
	uint8_t		by;		/* enum tie_by: what it would have been */
};

/* A pair that hardly any evidence brings together: two records of a source that holds a person
 * once. One such pair outweighs a dozen that speak for the merge. */
#define PAIR_NEVER	INT32_MIN

/* The weight of any pair of nodes, also of a node and itself: score_nodes, or what a test wants.
 * Called by several threads. */
struct pair_weight {
	int32_t		(*of)(const void *arg, uint32_t a, uint32_t b);
	const void	*arg;
};

struct merge_options {
	int32_t		link;		/* edges below are not used */
	int32_t		average;	/* least average of a merge */
	int32_t		bridge_margin;	/* millibits above link below which a bridge is cut */
	uint32_t	max_size;	/* nodes of a cluster; 0: any number */
	bool		soft_exclusive;	/* one exclusive value gives way to three that agree */
	bool		birthdate;	/* birth dates that differ forbid */
	bool		components, best_link;	/* closure of all edges, of each node's best: neither
						 * average nor size nor bridges */
	int32_t		doubt_shift;	/* of weights, at most 0, where their doubt is counted */
	uint64_t	component_bytes; /* for the edges of one component and what is known of its
					 * clusters; 0: any number */
	unsigned	threads;
};

struct merged {
	uint32_t		*cluster;	/* by record: the smallest index of its cluster */
	struct exact_tie	*ties;		/* a forest over the records, by a, b */
	size_t			 tie_count;
	struct merge_refusal	*refused;	/* by a, b; of two clusters the best edge, and every demand */
	size_t			 refused_count;
	uint64_t		 bridges;	/* cut */
	uint64_t		 resized;	/* components with a cluster above the size */
	uint64_t		 unlinkable;	/* records that are not even like their copies */
	uint64_t		 scored;	/* pairs scored on the spot */
	uint64_t		 demoted;	/* exclusive values that gave way */
	uint64_t		 links, doubt;	/* pairs of records, and Σ (1 − p) in millionths, as far as
						 * the averages of their clusters leave them in doubt; 0 where
						 * no averages were asked */
	uint64_t		 wanted;	/* by a component, and more than component_bytes: nothing here
						 * holds; else 0 */
};

struct merge_input {
	const struct edge	*edges;		/* by a, then b */
	size_t			 edge_count;
	const struct demand	*demands;	/* in any order */
	size_t			 demand_count;
	const struct view	*view;
	struct pair_weight	 weight;
	const struct rules	*rules;
	const struct types	*types;
	struct merge_options	 options;
};

void merge_run(struct merged *m, const struct merge_input *in);
void merge_done(struct merged *m);
const char *merge_reason_name(enum merge_reason r);
struct span tie_by_name(enum tie_by t);		/* with SPAN_ROOM bytes behind it */

#endif
