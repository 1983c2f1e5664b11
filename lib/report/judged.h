/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/judged.h: pairs that people judged, against a labelling. */
#ifndef CDP_REPORT_JUDGED_H
#define CDP_REPORT_JUDGED_H

#include "base/span.h"	/* passed by value */
#include "report/agreement.h"

/* Counts by judgement: [together][...]. */
struct judged {
	uint64_t	match[2], no_match[2], maybe[2];	/* index 1: found together */
	uint64_t	unknown_ids;			/* pairs with an id that was not found */
};

/* One judged pair; label "match", "no_match", "maybe" or "possible_match". -1: another label. */
int judged_add(struct judged *j, const struct labels *found, struct span a, struct span b,
    struct span label);
void judged_scores(const struct judged *j, struct scores *out);

#endif
