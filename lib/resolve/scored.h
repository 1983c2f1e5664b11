/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/scored.h: the scored mode from end to end: fields, sample, model, edges, clusters. */
#ifndef CDP_RESOLVE_SCORED_H
#define CDP_RESOLVE_SCORED_H

#include "base/attr.h"
#include "resolve/estimate.h"	/* by value, as the rest */
#include "resolve/merge.h"
#include "resolve/model.h"
#include "resolve/pairs.h"
#include "resolve/recall.h"
#include "resolve/score.h"
#include "resolve/taught.h"
#include "resolve/threshold.h"
#include "resolve/view.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct model_file;
struct rules;
struct store;
struct types;

#define SCORED_NOT_SET	INT32_MIN
enum { FDR_ONE = 1000000, FDR_TARGET = 50000 };	/* a share of false links: of all; the usual */

struct scored_options {
	uint64_t	pairs_per_record, seed;
	bool		across;			/* --compare across-sources */
	int32_t		link, review;		/* --threshold, --review-threshold, or SCORED_NOT_SET */
	int32_t		min_link;		/* edges from here on are kept, or SCORED_NOT_SET: from review */
	bool		few_reviews;		/* where all pairs are compared, keep some below review too:
						 * they fill a queue that would be short */
	uint32_t	target_fdr;		/* of FDR_ONE; 0: the usual, if it does not cost much */
	uint32_t	max_size;
	bool		size_follows;		/* more where a record has many matches: nobody gave it */
	int32_t		review_band;		/* millibits that review begins below a link */
	int32_t		merge_average, bridge_margin;	/* see merge_options */
	int32_t		cap_free;		/* most that all free fields add, or SCORED_NOT_SET */
	int32_t		cap_contact;		/* the same of e-mail and telephone */
	int32_t		namesake, twin;		/* of a household, of FDR_ONE: see estimate_input */
	bool		no_household_class;	/* matches and strangers only */
	bool		splink_levels;		/* and each field by itself: see splink_simplify */
	const struct demand *demands;		/* borrowed: verdicts, forced joins */
	size_t		demand_count;
	bool		components, best_link;	/* --cluster */
	unsigned	threads;
	uint64_t	left;			/* bytes that words, edges and merging may take beside
						 * what is planned (plan.h); 0: no limit */
	struct knowledge known;			/* what people said, to learn from */
	const struct model_file *frozen;	/* borrowed: decides instead of learning; or NULL */
};

struct scored {
	const struct model_file	*frozen;	/* it decides by; or NULL */
	struct view		view;
	struct candidates	candidates;
	unsigned		idle_rules;	/* given ones that need a field which is not compared */
	struct chosen		chosen;
	struct model		model;
	struct estimate_notes	notes;
	struct recall		recall;		/* of the chosen rules */
	struct scorer		scorer;
	struct edge		*edges;		/* kept pairs, by a, b */
	size_t			 edge_count;
	uint64_t		 pairs;		/* compared */
	uint64_t		 beside;	/* bytes that words, edges and merging take beside what is planned */
	uint64_t	 words;		/* of them, of words */
	struct cut_counts	 seen;		/* of the weights from 0 on */
	struct cut_facts	 seen_of;
	struct cut		 cut;		/* the threshold, and the share of false links there */
	int32_t			 doubt_shift;	/* see cut_borne_out; 0 where another run learnt */
	struct merged		 merged;
};

/* Generic values are out of play in the store. False: o->left is too little, x->beside says for what,
 * and nothing else holds. */
MUST_USE bool scored_run(struct scored *x, const struct store *s, const struct rules *rules,
    const struct types *types, const struct types *attributes, const struct scored_options *o);
/* Only the model and what it needs; then the edges and the thresholds: nothing is joined. False: as
 * above. */
MUST_USE bool scored_estimate(struct scored *x, const struct store *s, const struct rules *rules,
    const struct types *types, const struct types *attributes, const struct scored_options *o);
MUST_USE bool scored_weigh(struct scored *x, const struct scored_options *o);
/* What rivals changed about the pair of two nodes, which weighs so much alone; 0 if it was not
 * kept. */
int32_t scored_rivals(const struct scored *x, uint32_t a, uint32_t b, int32_t alone);
/* Frees what only weighs and tells of pairs; the counts stay. */
void scored_let_go(struct scored *x);
void scored_done(struct scored *x);

#endif
