/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/estimate_priv.h: the workspace of an estimation, shared by its parts: estimate.c
 * (order, checks), estimate_weights.c, estimate_em.c (steps), estimate_u.c (strangers), prior.c, depend.c,
 * lookalike.c. */
#ifndef CDP_RESOLVE_ESTIMATE_PRIV_H
#define CDP_RESOLVE_ESTIMATE_PRIV_H

#include "resolve/estimate.h"

enum {
	PRIOR_PAIRS = 20,	/* that the start values of m and h are worth */
	KNOWN_PAIRS = 200	/* random pairs that what is known of a type is worth */
};

#define DIFFER_MOST	0.5	/* of the matches, in a field that is a person's own, or in the family name */

/* Shares of levels, by what is known of the parent; [LEVEL_NULL] of a ratio is 1. */
struct rows {
	double	of[MODEL_ROWS][LEVELS_MAX];
};

struct em_field {
	unsigned	levels, top;
	int		parent;
	unsigned	parent_top;		/* its exact level */
	bool		free;			/* under the cap of free comparisons */
	bool		common;			/* many hold each value: a group agrees on it */
	double		start[LEVELS_MAX];	/* of m */
	struct rows	m, u, h, held;
	uint8_t		told[FIELDS_MAX];	/* by other field: bit l, its level l tells this one */
	double		ratio_m[MODEL_ROWS][LEVEL_NULL + 1];	/* m / u, bounded */
	double		ratio_h[MODEL_ROWS][LEVEL_NULL + 1];
	struct rows	sum_m, sum_h;		/* of the step: pairs by level */
};

/* One pattern of the sampled pairs, and its groups: pairs alike in all that a step asks. */
struct ratios {				/* likelihood ratios to strangers: */
	double		match, household;
	double		free;			/* of the match, what free fields make of it */
	double		context;		/* of the household, what free fields add to it */
};
struct em_pattern {
	uint64_t	levels;
	size_t		first;			/* group; the next pattern's is where they end */
	struct ratios	ratios;
};
struct em_group {
	double		pairs;
	uint16_t	teaches;		/* bit f: it may teach m of field f (resolve 5.3) */
	uint8_t		class;
	int8_t		fixed;
	bool		unmet;			/* no candidate rule holds for them */
	struct rarity	rare;
};
struct em_stranger {
	uint64_t	levels;
	double		pairs;
	uint8_t		class;
	struct rarity	rare;
};

struct em {
	const struct estimate_input	*in;
	struct em_field			 field[FIELDS_MAX];
	struct em_pattern		*pattern;	/* one more at the end */
	size_t				 patterns;
	struct em_group			*group;
	size_t				 groups;
	struct em_stranger		*stranger;	/* random pairs, one for a pattern and class */
	size_t				 strangers;
	double				 all;		/* T of all classes */
	double				 lambda_start;
	double				 lambda[CLASSES_MAX], lambda_all, lambda_h;
	double				 found[CLASSES_MAX], found_all, found_h; /* Σ n z */
	double				 found_h_of[CLASSES_MAX];
	bool				 household, capped;
	double				 own_most;	/* share of matches that may differ in what is a person's own */
	bool				 across;	/* pairs inside a source are left out, */
	unsigned			 own;		/* and a context is told by these fields alone, a bit each */
	bool				 hold_m;	/* m stays what `held` says */
	bool				 hold_h;	/* h stays what it starts from */
	bool				 guess;	/* a few people teach nothing: both are what is known of their fields */
	bool				 unmet;	/* pairs of a home that no rule holds for teach, too */
	bool				 hold_u;	/* u stays what it is */
	bool				 lends;		/* a household may have in common what field.lent says */
	bool				 lookalikes;	/* are the class in place of households: */
	unsigned			 apart;		/* strangers in this field, all of them */
	unsigned			 steps;
};

struct posterior { double match, household, stranger; };

static inline unsigned
em_row(const struct em_field *f, uint64_t levels)
{
	unsigned level = f->parent < 0 ? LEVEL_NULL : pattern_level(levels, (unsigned)f->parent);

	return level == LEVEL_NULL ? ROW_ALONE : level;
}

/* Whether how often a household has it in common is learnt, although it is one's own. */
static inline bool
em_lent(const struct em *em, unsigned field)
{
	return em->in->field[field].type == FIELD_IDENTIFIER || (em->lends && em->in->field[field].lent);
}

/* Whether pairs of a class of sources are left out. */
static inline bool
em_left_out(const struct em *em, unsigned class)
{
	return em->across && class + 1u != em->in->classes;
}

/* The first of the rows that the field uses; they end with ROW_ALONE. */
static inline unsigned
em_first(const struct em_field *f)
{
	return f->parent < 0 ? ROW_ALONE : 0;
}

/* The next one. Levels that the parent does not have are none. */
static inline unsigned
em_next(const struct em_field *f, unsigned row)
{
	return row == f->parent_top ? ROW_ALONE : row + 1;
}

/* Sums up the input. */
void em_gather(struct em *em);
/* The shares that m and h start from; u is there already. */
void em_start(struct em *em);
/* Of a pattern, under the current shares. */
struct ratios em_ratios(const struct em *em, uint64_t levels);
/* With what the values add that agree. */
struct ratios em_rarer(const struct em *em, struct ratios r, struct rarity rare);
struct posterior em_posterior(const struct em *em, struct ratios r, struct rarity rare, unsigned class);
/* The shares that counted pairs say, and so many more of a prior. */
void em_mix(double share[LEVELS_MAX], const double count[LEVELS_MAX], const double prior[LEVELS_MAX],
    double prior_pairs, unsigned levels);
/* Steps until nothing moves. */
void em_run(struct em *em);
/* Renews the ratios after shares were changed by hand. */
void em_renew(struct em *em);
/* Asks every pattern anew, after steps that are taken back or were those of a copy: patterns are common to both. */
void em_ask(struct em *em);

/* Learns m of the other fields from pairs that share an identifier of which a person has one, if there are enough. */
void anchor(struct em *em, struct estimate_notes *notes);

/* Pairs of matches that taught the field. */
double em_taught(const struct em_field *f);
/* The weights, of what was learnt or, as the notes have it, was not; says in them which fields were not. */
void em_put_model(struct model *m, const struct em *em, struct estimate_notes *notes);

void u_start(struct em *em);		/* without any match taken away */
void u_correct(struct em *em);		/* what matches and households put there is taken away */

void prior_start(struct em *em);
void prior_renew(struct em *em);	/* from what the step found */
void prior_left_out(struct em *em);	/* of classes whose pairs taught nothing */

/* Gives comparisons that go together among strangers a parent, as far as the model now tells
 * strangers from others. True if any got another one than it had. */
bool depend_find(struct em *em);
/* Gives the child a parent, with which it agrees every other time in one context. */
void depend_tie(struct em *em, unsigned child, unsigned parent);
/* Notes which levels of other fields tell among strangers that a field is exact. */
void depend_tell(struct em *em);

/* Ties those two fields that a context has in common, if there are such. */
void context_tie(struct em *em);
/* Of all pairs, in bits; and what a class for those of one context must add to be no chance. */
double context_likelihood(const struct em *em);
double context_price(const struct em *em);
/* Pairs that were looked at for one match that they stand for. */
double context_seen(const struct em *em);

/* Takes pairs of look-alikes out of what passes for matches: m is learnt without them, and held. */
void lookalike_split(struct em *em);
/* Gives matches back that passed for households, if they are there. */
void lookalike_matches(struct em *em);
/* Where no households were found: takes them out of what passes for matches, if they are there. */
void lookalike_households(struct em *em);
/* Whether matches have alike what a household has alike: else one was taken for the other. */
bool lookalike_closer(const struct em *em);
/* By how many bits the pairs that were looked at are likelier than before, beyond what chance explains. */
double lookalike_gain(const struct em *em, const struct em *before);

/* Whether expected pairs, by class of sources, are of one thing in sources that hold it once. */
bool spread_across(const struct em *em, const double *found);
/* Whether they are inside sources as often as across them, or more. */
bool spread_evenly(const struct em *em, const double *found);
/* Takes those who share a context out of what passes for matches, if sources show that they are there. */
void spread_split(struct em *em);

#endif
