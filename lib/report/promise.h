/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/promise.h: what a run of cdp-resolve said about its own errors in its summary. */
#ifndef CDP_REPORT_PROMISE_H
#define CDP_REPORT_PROMISE_H

#include "base/attr.h"
#include <stdbool.h>
#include <stdint.h>

struct error;
struct scores;

/* A ratio in millionths, if the run had one that it called usable. */
struct promised {
	bool	there;
	int64_t	value;
};
struct promise {
	struct promised	model, decoy, conflict;	/* estimates of the false-discovery rate of links */
	struct promised	blocking;		/* share of the true pairs that were compared */
};

/* Reads "fdr" and "blocking_recall" of a summary; what is missing is not there. */
MUST_USE int promise_read(struct promise *p, const char *path, struct error *e);
/* The estimates, and how far each is above the figure of `out` that it speaks of: the error rate
 * of the links, or of the pairs where no links were given, and the completeness of blocking. */
void promise_scores(const struct promise *p, struct scores *out);

#endif
