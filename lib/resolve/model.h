/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/model.h: what a pair's levels weigh. Weights are log2 of likelihood ratios in
 * millibits (1000 = 1 bit); the doubles beside them are for people and for export. */
#ifndef CDP_RESOLVE_MODEL_H
#define CDP_RESOLVE_MODEL_H

#include "resolve/field.h"
#include <stdbool.h>
#include <stdint.h>

enum { CLASSES_MAX = 9 };	/* of pairs by source: inside each of eight, and across */

struct model_level {
	double	m, u, h;		/* among matches, strangers, household members */
	double	u_given[2];		/* u where the parent is not exact, is exact */
	int32_t	weight[2];		/* log2(m / u), by whether the parent is exact */
	int32_t	household[2];		/* log2(h / u) */
};

struct model_field {
	struct model_level	level[LEVELS_MAX];
	int			parent;		/* another field, or -1 (resolve 5.1) */
	bool			trained;	/* m was learnt, not the start value */
};

struct model {
	struct model_field	field[FIELDS_MAX];
	unsigned		fields;
	unsigned		classes;	/* pairs by source: see model_class */
	int32_t			prior[CLASSES_MAX];	/* log2(λ / (1 − λ − λ_H)) */
	int32_t			household_prior;	/* log2(λ_H / (1 − λ − λ_H)) */
	bool			household;	/* the class is on */
	double			matches_per_record, household_per_record;
	uint32_t		tf_floor;
	int32_t			cap_free;	/* most that all free comparisons add */
	int32_t			link, review, merge;	/* thresholds: W of a link, of review, average of a merge */
	const char		*kind;		/* "estimated", "fallback", "frozen" */
	unsigned		iterations;
};

/* The class of a pair by the sources of its records: with up to eight sources each has one for
 * the pairs inside it, and the last is across; with more there is one inside and one across;
 * with one source there is one. */
static inline unsigned
model_class(unsigned classes, unsigned source_a, unsigned source_b)
{
	if (classes <= 1)
		return 0;
	if (source_a != source_b)
		return classes - 1;
	return classes == 2 ? 0 : source_a;
}

#endif
