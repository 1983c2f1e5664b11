/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/score.h: the match weight of a pair (resolve 5.6):
 *   W = prior + Σ log2(m/u) + t_p + t_s − softplus(b + t_s), in millibits. */
#ifndef CDP_RESOLVE_SCORE_H
#define CDP_RESOLVE_SCORE_H

#include "resolve/field.h"
#include "resolve/model.h"	/* MODEL_ROWS */
#include <stdbool.h>
#include <stdint.h>

struct comparison;
struct node_pair;
struct view;

enum { SCORE_TF_LEAST = -6000, SCORE_TF_MOST = 8000 };	/* what a frequency may add (resolve 4.6) */

/* What the frequency at a level is that of, and how much of it counts. */
enum score_how {
	SCORE_NOTHING,
	SCORE_VALUE, SCORE_VALUE_HALF,	/* the more frequent of the two values */
	SCORE_PLACE,			/* the part that the addresses share */
	SCORE_FAMILY_HALF,		/* the rarest token that the names share */
	SCORE_WORDS			/* the words that the texts share */
};

/* A field at one of its levels. */
struct score_term {
	const int32_t	*rarity;		/* by number & mask */
	uint32_t	 mask;
	int32_t		 u;			/* log2 of what the frequency stands against */
	int32_t		 most;			/* that a frequency adds */
	uint8_t		 how;			/* enum score_how */
	bool		 half;			/* half of the frequency counts */
	bool		 plain;			/* that of the two values, whatever the other fields say */
	uint8_t		 nature;		/* enum nature */
	bool		 context;		/* what a household has in common, it has whatever the value */
	uint8_t		 unused[7];		/* a term is half a line of the cache */
};

/* What the levels of two neighbouring fields add up to, frequencies apart; fields with a parent
 * add nothing here. The terms have bit f where the frequency of field f adds something: a field
 * stands in one pair only, so that bits are summed up like the rest, all four at once. */
enum { TWO_WEIGHT, TWO_HOUSEHOLD, TWO_FREE, TWO_TERMS };
typedef int32_t score_two __attribute__((vector_size(16)));

enum { SCORE_TWOS = FIELDS_MAX / 2, SCORE_TWO_LEVELS = 256 };

/* Look-ups that scoring needs beside the model: what an agreeing value adds by its frequency. */
struct scorer {
	const struct view	*view;
	const struct model	*model;
	int32_t			*rarity[FACT_KINDS];	/* by number: −log2(others / records) */
	int32_t			*part_rarity;		/* of parts of places and mailboxes */
	int32_t			*family_rarity;		/* by token, in family names */
	int32_t			*day_rarity;		/* of birth dates */
	struct joint		*joint;			/* of given and family name together */
	struct score_term	 term[FIELDS_MAX][LEVELS_MAX];
	score_two		 two[SCORE_TWOS][SCORE_TWO_LEVELS];	/* by the levels of both */
	unsigned		 twos;			/* that the model has fields for */
	uint32_t		 children;		/* bit f: field f has a parent */
	uint32_t		 told;			/* bit f: others may tell what its frequency does */
};

/* The parts of a weight; they sum to it exactly. */
struct waterfall {
	int32_t	prior, field[FIELDS_MAX], tf[FIELDS_MAX], household, cap, total;
};

/* By how many whole bits a value with so many holders is rarer than exact agreement in its field,
 * which is the `share` of pairs; among `records` linked ones. */
int score_rarer(const struct field *f, double share, uint64_t holders, uint64_t records);
void scorer_make(struct scorer *s, const struct view *w, const struct model *m, unsigned threads);
void scorer_done(struct scorer *s);
int32_t score_comparison(const struct scorer *s, uint32_t a, uint32_t b,
    const struct comparison *c);
/* How likely two records that are no match are of one household, in millionths. */
uint32_t score_household(const struct scorer *s, uint32_t a, uint32_t b, const struct comparison *c);
/* The weights of some pairs, a bit of `which` for each, COMPARE_MOST at most: takes less time. */
void score_pairs(const struct scorer *s, const struct node_pair *pair, const struct comparison *c,
    uint32_t which, int32_t *weight);
void score_explain(const struct scorer *s, uint32_t a, uint32_t b, const struct comparison *c,
    struct waterfall *parts);
/* What the level of a field and the frequency of what agrees there add: of a field that is no name,
 * as score_explain has them. */
int32_t score_field(const struct scorer *s, const struct comparison *c, unsigned f);
/* Compares and scores. */
int32_t score_nodes(const struct scorer *s, uint32_t a, uint32_t b);

#endif
