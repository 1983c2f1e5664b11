/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/judged.h: pairs that people judged, against a labelling. */
#ifndef CDP_REPORT_JUDGED_H
#define CDP_REPORT_JUDGED_H

#include "base/arena.h"	/* by value */
#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include "model/feed.h"	/* struct feed_options: by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct labels;
struct scores;

enum judgement { JUDGED_MATCH, JUDGED_NO_MATCH, JUDGED_MAYBE };

struct judged_pair {
	struct span	a, b;
	enum judgement	is;
};
struct judged {
	struct judged_pair	*v;
	size_t			 n, cap;
	struct arena		 arena;		/* the ids */
};

void judged_done(struct judged *j);	/* begin with { 0 } */
/* Adds every pair of a CSV id_a,id_b,label; adds its lines to *lines. */
MUST_USE int judged_read(struct judged *j, const char *path, const struct feed_options *feed,
    uint64_t *lines, struct error *e);
/* Whether no id of the pairs occurs among those of `found`. */
bool judged_strange(const struct judged *j, const struct labels *found);
void judged_scores(const struct judged *j, const struct labels *found, struct scores *out);

#endif
