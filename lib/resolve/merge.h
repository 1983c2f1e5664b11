/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/merge.h: edges to clusters (resolve 7.1, 7.2): per component, clusters merge where
 * the average of all cross pairs speaks for it and no constraint against it. */
#ifndef CDP_RESOLVE_MERGE_H
#define CDP_RESOLVE_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rules;
struct types;
struct view;

enum edge_flag { EDGE_SAME = 1, EDGE_DIFFERENT = 2, EDGE_FORCED = 4 };	/* verdicts; forced joins */

struct edge {
	uint32_t	a, b;		/* nodes, a < b */
	int32_t		weight;		/* W, millibits */
	uint16_t	rules;		/* chosen rules that hold */
	uint16_t	flags;		/* enum edge_flag */
};

enum merge_reason {
	MERGE_AVERAGE,		/* the cross pairs on average speak against it */
	MERGE_EXCLUSIVE, MERGE_LIMIT, MERGE_BIRTHDATE, MERGE_SUFFIX, MERGE_PARTY,
	MERGE_CLEAN_SOURCE, MERGE_DIFFERENT, MERGE_SIZE, MERGE_BRIDGE, MERGE_REASONS
};

struct merge_tie {
	uint32_t	a, b;		/* records, by index, a < b */
	int32_t		average;	/* of W over the cross pairs of the merge */
	int32_t		weight;		/* W of the pair; INT32_MAX: a steward's or forced */
	uint8_t		by;		/* enum tie_by */
};
enum tie_by { TIE_COPY, TIE_SCORED, TIE_STEWARD, TIE_EXACT };

struct merge_refusal {
	uint32_t	a, b;		/* nodes of the edge */
	int32_t		weight, average;
	uint32_t	size_a, size_b;	/* of the clusters that stayed apart */
	uint8_t		reason;		/* enum merge_reason */
};

/* The weight of any pair of nodes: score_nodes, or what a test wants. */
struct pair_weight {
	int32_t		(*of)(const void *arg, uint32_t a, uint32_t b);
	const void	*arg;
};

struct merge_options {
	int32_t		link;		/* edges below are not used */
	int32_t		average;	/* least average of a merge */
	int32_t		bridge_margin;	/* millibits above link below which a bridge is cut */
	uint32_t	max_size;
	bool		soft_exclusive, birthdate, components, best_link;
	unsigned	threads;
	uint64_t	seed;
};

struct merged {
	uint32_t		*cluster;	/* by record: the smallest index of its cluster */
	struct merge_tie	*ties;		/* a forest over the records, by a, b */
	size_t			 tie_count;
	struct merge_refusal	*refused;	/* by a, b */
	size_t			 refused_count;
	uint64_t		 bridges, resized, unlinkable;
	uint64_t		 scored;	/* pairs scored on the spot */
};

/* Edges in any order; they are sorted in place. */
void merge_run(struct merged *m, struct edge *edges, size_t count, const struct view *w,
    const struct pair_weight *weight, const struct rules *rules, const struct types *types,
    const struct merge_options *o);
void merge_done(struct merged *m);
const char *merge_reason_name(enum merge_reason r);

#endif
