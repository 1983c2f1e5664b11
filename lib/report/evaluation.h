/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/evaluation.h: everything cdp-eval can say: what is read, what is measured, and how
 * it is shown. Measuring needs no file, so the names of all figures are known beforehand. */
#ifndef CDP_REPORT_EVALUATION_H
#define CDP_REPORT_EVALUATION_H

#include "base/attr.h"
#include "model/feed.h"		/* struct feed_options: by value */
#include "report/golden.h"	/* by value, as the next seven */
#include "report/grid.h"
#include "report/judged.h"
#include "report/labels.h"
#include "report/link_copies.h"
#include "report/links.h"
#include "report/promise.h"
#include "report/scores.h"

struct buf;
struct error;

/* NULL: not asked for. */
struct evaluation_options {
	const char	*file;		/* the labelling that is judged */
	const char	*truth, *pairs;	/* one of both */
	const char	*by, *links, *summary_of, *golden, *records, *sample;
	uint64_t	 bootstrap, seed;
	bool		 strict;	/* an id in one file only is an error */
};

struct evaluation {
	struct evaluation_options	 o;
	struct labels			 truth, found;
	bool				 by_key;	/* ids are compared without their source */
	const struct labels		*slices;	/* the side that has --by; NULL: none */
	struct judged			 judged;
	struct link_copies		 copies;	/* of the file, for --links */
	struct links			 links;
	struct promise			 promise;
	struct golden			 golden;
	struct map			*sample;
	uint64_t			 lines;		/* read, good and refused */
	uint64_t			 only_truth, only_found;	/* ids in one labelling */

	struct scores			 scores;
	struct grid			 grids[6];
	size_t				 grid_count;
};

void evaluation_init(struct evaluation *v, const struct evaluation_options *o);
void evaluation_done(struct evaluation *v);
/* Reads all files of the options. 0, or -1 and e. */
MUST_USE int evaluation_read(struct evaluation *v, const struct feed_options *feed,
    struct error *e);
void evaluation_measure(struct evaluation *v);	/* fills scores and grids, once */
void evaluation_json(const struct evaluation *v, struct buf *out);
void evaluation_text(const struct evaluation *v, struct buf *out);

#endif
