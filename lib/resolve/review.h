/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/review.h: the pairs that a person should look at, the most telling first
 * (resolve 7.5). */
#ifndef CDP_RESOLVE_REVIEW_H
#define CDP_RESOLVE_REVIEW_H

#include "resolve/links.h"	/* link_sink */
#include <stddef.h>
#include <stdint.h>

struct demand;
struct scored;

enum {
	REVIEW_LIMIT = 1000,	/* the usual most */
	REVIEW_FEW = 100	/* where fewer are between the thresholds, others fill up to it */
};

struct review_input {
	const struct scored	*scored;
	const uint32_t		*cluster;	/* by record */
	const struct demand	*demands;	/* what was decided already is not asked again */
	size_t			 demand_count;
	uint64_t		 limit;
	unsigned		 threads;
};

/* Lines of kind "link" with the verdict "review" and both records: of two clusters one pair between
 * the thresholds, or the best edge of their refused merge; ties that are as uncertain; demands
 * that were not met; if these are few, also what is surer. Ordered by what an answer would change: how uncertain it is, z(1−z), times
 * the pairs that hang on it. `by` is "scored", or the reason of the refusal. Returns how many. */
uint64_t review_write(const struct review_input *in, link_sink *give, void *arg);

#endif
