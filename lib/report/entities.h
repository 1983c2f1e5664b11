/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/entities.h: what each entity adds to the figures, so that entities can be drawn.
 *
 * A pair that was predicted belongs half to each of its two records, hence to their entities: so
 * every figure is a ratio of two sums over entities, for all of them, for a sample with known
 * probabilities, and for each draw of a bootstrap. */
#ifndef CDP_REPORT_ENTITIES_H
#define CDP_REPORT_ENTITIES_H

#include "base/attr.h"
#include "model/feed.h"	/* struct feed_options: by value */
#include <stddef.h>
#include <stdint.h>

struct contingency;
struct error;
struct labels;
struct map;
struct scores;

struct entity {
	uint64_t	records;
	uint64_t	together, same, predicted;	/* pairs, each counted twice */
	uint64_t	b3_precision, b3_recall;	/* sums over its records, in steps of 2^-30 */
	uint64_t	weight;				/* 1 ÷ probability, in millionths */
};
struct entities {
	struct entity	*v;		/* in byte order of their names */
	size_t		 n;
	uint64_t	 unknown;	/* entities of the sample that the truth lacks */
};

/* entity -> probability in millionths, from a CSV of both. Adds its lines to *lines. */
MUST_USE int sample_read(struct map *sample, const char *path, const struct feed_options *feed,
    uint64_t *lines, struct error *e);
/* All entities, or those of the sample; then clusters count with all their records of the file,
 * those that the truth does not know among them. The caller calls entities_done. */
void entities_fill(struct entities *all, const struct contingency *t, const struct labels *truth,
    const struct labels *found, const struct map *sample);
void entities_done(struct entities *all);

/* The figures of a sample, with the 95 % interval of a ratio estimator if `intervals`. */
void entities_estimate(const struct entities *all, bool intervals, struct scores *out);
/* "…_low" and "…_high": the middle 95 % of `draws` bootstrap samples of entities. */
void entities_bootstrap(const struct entities *all, uint64_t draws, uint64_t seed,
    struct scores *out);

#endif
