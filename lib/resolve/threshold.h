/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/threshold.h: where to cut (resolve 5.7). Three estimates of the share of links that
 * are false, and the least weight at which all that can be used are below a target.
 * Counts are sums of integers, so pieces of work add up in any order to the same. */
#ifndef CDP_RESOLVE_THRESHOLD_H
#define CDP_RESOLVE_THRESHOLD_H

#include <stdbool.h>
#include <stdint.h>

enum {
	CUT_STEP = 100,			/* millibits from one cut to the next */
	CUT_MOST = 40000,		/* what weighs more counts there */
	CUTS = CUT_MOST / CUT_STEP + 1
};

/* What was seen at a weight of at least 0: by cut, what lies from it to the next. */
struct cut_counts {
	uint64_t	links[CUTS];		/* pairs of records */
	uint64_t	doubt[CUTS];		/* Σ (1 − p) over them, in millionths */
	uint64_t	decoy[CUTS];		/* pairs of a record and a decoy of nobody */
	uint64_t	decoy_household[CUTS];	/* of a record and a decoy of its household */
	uint64_t	judged[CUTS];		/* both have a valid exclusive identifier, and the
						 * weight is without it */
	uint64_t	clash[CUTS];		/* of those: it differs, and by more than a slip */
	uint64_t	slip[CUTS];		/* of those: by one slip */
};

struct cut_facts {
	uint64_t	records;		/* N */
	uint64_t	decoys;			/* of nobody: D_i */
	uint64_t	household_compared;	/* decoys of a household that met it: q_h */
	double		household_pairs;	/* real pairs of one household, as far as they are no
						 * matches: Q */
};

enum cut_estimator { CUT_BY_MODEL, CUT_BY_DECOYS, CUT_BY_CONFLICTS, CUT_ESTIMATORS };

struct cut_estimate {
	bool	usable;			/* it rests on enough events */
	double	fdr;			/* share of the links that is false */
};

struct cut {
	int32_t			link;		/* millibits */
	bool			met;		/* all that can be used are within the target */
	uint64_t		links;		/* at least as heavy */
	struct cut_estimate	estimate[CUT_ESTIMATORS];
};

/* The cut that a weight of at least 0 belongs to. */
unsigned cut_of(int32_t weight);
/* A pair of records, or n alike, of this weight. */
void cut_add_link(struct cut_counts *c, int32_t weight, uint64_t n);
/* Adds what another piece of work counted. */
void cut_sum(struct cut_counts *to, const struct cut_counts *from);

/* The estimates at a given cut. */
void cut_at(struct cut *cut, const struct cut_counts *c, const struct cut_facts *f, int32_t link,
    double target);
/* The least cut from 0 bits up that meets the target and costs no larger a share of the links that are
 * expected to be true at 0 bits than the target lets be false: more is lost with a match than won with
 * a false one fewer. Where none does: 0 bits; or, if somebody asked for the target, of those that keep
 * half the one that comes closest. */
void cut_find(struct cut *cut, const struct cut_counts *c, const struct cut_facts *f,
    double target, bool asked);
/* The model's estimate once clusters were made: of so many links so much doubt is left, and half a link
 * that nobody can rule out. */
void cut_settle(struct cut *cut, uint64_t links, uint64_t doubt, double target);
/* What weights lose, in millibits and at most 0, if no more matches are there than links bear out, of the
 * number that the model expects among the pairs that were compared. */
int32_t cut_borne_out(const struct cut_counts *c, double expected);
const char *cut_estimator_name(enum cut_estimator e);

#endif
