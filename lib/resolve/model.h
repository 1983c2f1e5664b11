/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/model.h: what a pair's levels weigh. Weights are log2 of likelihood ratios in
 * millibits (1000 = 1 bit); the doubles beside them are for people and for export. */
#ifndef CDP_RESOLVE_MODEL_H
#define CDP_RESOLVE_MODEL_H

#include "resolve/field.h"
#include <stdbool.h>
#include <stdint.h>

enum {
	CLASSES_MAX = 9,		/* of pairs by source: inside each of eight, and across */
	WEIGHT_LEAST = -20000,		/* bounds of the weight of one comparison, millibits */
	WEIGHT_MOST = 30000
};

static inline int32_t
model_bounded(int32_t w)
{
	return w < WEIGHT_LEAST ? WEIGHT_LEAST : w > WEIGHT_MOST ? WEIGHT_MOST : w;
}

/* A comparison may have a parent (resolve 5.1), another that goes together with it: its levels
 * are then weighed by the level of that one. */
enum {
	ROW_ALONE = LEVELS_MAX,		/* the parent is null, or there is none */
	MODEL_ROWS
};

struct model_level {
	double	m, u, h;		/* among matches, strangers, household members */
	int32_t	weight[MODEL_ROWS];	/* log2(m / u), by the parent's level */
	int32_t	household[MODEL_ROWS];	/* log2(h / u) */
};

struct model_field {
	struct model_level	level[LEVELS_MAX];
	unsigned		levels;		/* the last one is exact */
	uint8_t			plain;		/* bit l: at level l the frequency of the value adds nothing,
						 * where that of its type may */
	int			parent;		/* another field, or -1 */
	uint8_t			told[FIELDS_MAX];	/* by other field: bit l, where it has level l
							 * strangers too agree exactly here */
	uint16_t		tellers;		/* bit f: told[f] is not 0 */
	bool			free;		/* under cap_free */
	bool			trained;	/* m was learnt, not the start value */
};

struct model {
	struct model_field	field[FIELDS_MAX];
	unsigned		fields;
	unsigned		classes;	/* pairs by source */
	int32_t			prior[CLASSES_MAX];	/* log2(λ / (1 − λ − λ_H)) */
	int32_t			household_prior;	/* log2(λ_H / (1 − λ − λ_H)) */
	bool			household;	/* the class is on */
	double			matches_per_record, household_per_record;
	double			class_per_record[CLASSES_MAX];	/* λ of the class × (N − 1) */
	uint32_t		tf_floor;
	bool			guessed;	/* nothing was learnt: what is known of the types */
	bool			no_joint;	/* full names count as given and family name apart */
	int32_t			cap_free;	/* most that all free comparisons add */
	bool			contact_capped;
	int32_t			cap_contact;	/* then the same of e-mail and telephone */
	int32_t			link, review, merge;	/* thresholds: W of a link, of review, average of a merge */
	const char		*kind;		/* "estimated", "fallback", "frozen" */
	unsigned		iterations;
};

/* The class of a pair by the sources of its records: with up to eight sources each has one for
 * the pairs inside it, and the last is across and inside any that a frozen model does not know;
 * with more there is one inside and one across; with one source there is one. */
static inline unsigned
model_class(unsigned classes, unsigned source_a, unsigned source_b)
{
	if (classes <= 1)
		return 0;
	if (source_a != source_b)
		return classes - 1;
	return classes == 2 ? 0 : source_a < classes - 1 ? source_a : classes - 1;
}

/* Which weight of the field holds for a pattern. */
static inline unsigned
model_row(const struct model *m, uint64_t pattern, unsigned field)
{
	int parent = m->field[field].parent;
	unsigned level;

	if (parent < 0)
		return ROW_ALONE;
	level = pattern_level(pattern, (unsigned)parent);
	return level == LEVEL_NULL ? ROW_ALONE : level;
}

/* Whether another field has said already that this one agrees, as a name does of a country: then
 * the frequency of its own value adds nothing. */
static inline bool
model_told(const struct model *m, uint64_t pattern, unsigned field)
{
	const struct model_field *f = &m->field[field];

	for (unsigned bits = f->tellers; bits != 0; bits &= bits - 1) {
		unsigned teller = (unsigned)__builtin_ctz(bits);
		unsigned level = pattern_level(pattern, teller);

		if (level != LEVEL_NULL && (f->told[teller] >> level & 1) != 0)
			return true;
	}
	return false;
}

/* Sets the priors for so many records: each doubling takes a bit from them (resolve 5.2). They
 * follow in steps of a quarter bit, so that a few records more change no weight. */
void model_follow(struct model *m, uint64_t records);

#endif
