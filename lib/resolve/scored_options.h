/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/scored_options.h: how pairs are weighed and joined, from the words of options. */
#ifndef CDP_RESOLVE_SCORED_OPTIONS_H
#define CDP_RESOLVE_SCORED_OPTIONS_H

#include "base/attr.h"
#include <stdint.h>

struct error;
struct rules;
struct scored_options;

#define SCORED_NO_NUMBER	UINT64_MAX
#define SCORED_NO_WORDS		{ .pairs_per_record = SCORED_NO_NUMBER, .max_size = SCORED_NO_NUMBER, \
    .seed = SCORED_NO_NUMBER, .review_limit = SCORED_NO_NUMBER }

/* As given; NULL and SCORED_NO_NUMBER: not given. */
struct scored_words {
	const char	*threshold, *review_threshold, *min_link;	/* bits: "3.5" */
	const char	*target_fdr;	/* a share: "0.01" */
	const char	*compare;	/* "all", "across-sources" */
	const char	*cluster;	/* "average", "components", "best-link" */
	uint64_t	 pairs_per_record, max_size, seed, review_limit;
};

/* What is not given is as the rules say, else the usual. -1 USAGE: a number that is none, or a
 * review above the link. Threads and demands are left. */
MUST_USE int scored_options_read(struct scored_options *o, const struct scored_words *words,
    const struct rules *rules, struct error *e);

#endif
