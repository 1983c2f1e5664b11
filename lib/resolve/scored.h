/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/scored.h: the scored mode from end to end: fields, sample, model, edges, clusters. */
#ifndef CDP_RESOLVE_SCORED_H
#define CDP_RESOLVE_SCORED_H

#include "resolve/estimate.h"	/* by value, as the rest */
#include "resolve/merge.h"
#include "resolve/model.h"
#include "resolve/pairs.h"
#include "resolve/score.h"
#include "resolve/view.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rules;
struct store;
struct types;

#define SCORED_NOT_SET	INT32_MIN

struct scored_options {
	uint64_t	pairs_per_record, seed;
	bool		across;			/* --compare across-sources */
	int32_t		link, review;		/* --threshold, --review-threshold, or SCORED_NOT_SET */
	int32_t		min_link;		/* edges from here on are kept, or SCORED_NOT_SET: from review */
	bool		few_reviews;		/* where all pairs are compared, keep some below review too:
						 * they fill a queue that would be short */
	uint32_t	max_size;
	const struct demand *demands;		/* borrowed: verdicts, forced joins */
	size_t		demand_count;
	bool		components, best_link;	/* --cluster */
	unsigned	threads;
};

struct scored {
	struct view		view;
	struct candidates	candidates;
	struct chosen		chosen;
	struct model		model;
	struct estimate_notes	notes;
	struct scorer		scorer;
	struct edge		*edges;		/* kept pairs, by a, b */
	size_t			 edge_count;
	uint64_t		 pairs;		/* compared */
	struct merged		 merged;
};

/* Generic values are out of play in the store. */
void scored_run(struct scored *x, const struct store *s, const struct rules *rules,
    const struct types *types, const struct types *attributes, const struct scored_options *o);
/* Only the model and what it needs: nothing is joined. */
void scored_estimate(struct scored *x, const struct store *s, const struct rules *rules,
    const struct types *types, const struct types *attributes, const struct scored_options *o);
void scored_done(struct scored *x);

#endif
