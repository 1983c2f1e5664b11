/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/estimate.h: from counted patterns to a model (resolve 5.1 to 5.5, 5.7): u, m and
 * household shares, priors by source pair, weights, without any labelled pair.
 * Sums run over sorted tallies in one thread, so the same tallies give the same bits. */
#ifndef CDP_RESOLVE_ESTIMATE_H
#define CDP_RESOLVE_ESTIMATE_H

#include "resolve/field.h"
#include "resolve/model.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bits by which the values that agree are rarer than those of their fields: of all fields, and of
 * those what a household shares and what is anybody's. */
struct rarity {
	int8_t		all, shared, free;
};

/* Pairs that look the same: same levels, same candidate rules, same class of sources. */
struct tally {
	uint64_t	pattern, mask;
	uint64_t	weight;		/* pairs it stands for, in 1/256 */
	uint32_t	pairs;		/* that were looked at */
	uint8_t		class;		/* of sources */
	int8_t		fixed;		/* a verdict: 1 same, -1 different, 0 none */
	struct rarity	rare;
};

struct estimate_input {
	const struct field	*field;
	unsigned		 fields;
	const struct tally	*sampled;	/* pairs that some candidate rule holds for; sorted */
	size_t			 sampled_count;
	const struct tally	*strangers;	/* random pairs, each for itself; sorted */
	size_t			 stranger_count;
	bool			 all_pairs;	/* sampled is every pair there is, and strangers too */
	const uint16_t		*rule_fields;	/* by candidate rule: bit f, it looks at field f */
	unsigned		 rules;
	uint64_t		 class_pairs[CLASSES_MAX];	/* T of the class */
	unsigned		 classes;
	double			 most_once;	/* pairs across sources that can match if each holds a thing
						 * once; 0: not known */
	uint64_t		 records;	/* N */
	double			 sure;		/* D of 5.2: pairs that the sure rules join */
	double			 exact_share[FIELDS_MAX];	/* of the pairs of T that have a value on both
								 * sides: Σ c(c−1) / n(n−1) over what the pairs
								 * are of, or -1: not known */
	double			 both[FIELDS_MAX];	/* how many these pairs are */
	bool			 across;	/* pairs inside a source are never joined, and teach no matches */
	bool			 household;	/* the class may be on; */
	bool			 homeless;	/* it is not learnt: nothing says where people live */
	double			 namesake, twin; /* of the pairs of a household, at most: the same given
						 * name, the same birth date, beside chance */
};

struct estimate_notes {
	double		lambda_start, lambda;	/* of all classes together */
	double		matches, households;	/* expected pairs that the candidate rules find */
	unsigned	steps;
	double		likelihood;		/* of the pairs, in bits; */
	double		seen;			/* pairs looked at for one of them, */
	double		chance;			/* and bits that these may be likelier by chance */
	bool		fallback;
	const char	*why;			/* of the fallback */
	bool		untrained[FIELDS_MAX];
	int32_t		gap[FIELDS_MAX];	/* millibits that it moved the exact level by */
};

/* Fills the model (thresholds apart) and z[i], the probability that a pair of tally i of
 * `sampled` is a match. */
void estimate_model(struct model *m, const struct estimate_input *in, double *z,
    struct estimate_notes *notes);
/* The probability of a match under the model for a pattern, frequencies apart. */
double estimate_match(const struct model *m, uint64_t pattern, unsigned class);

#endif
