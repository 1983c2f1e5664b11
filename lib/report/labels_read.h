/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/labels_read.h: labellings from files: a profile stream, NDJSON with "id" and "entity",
 * or CSV with a header of the same names. */
#ifndef CDP_REPORT_LABELS_READ_H
#define CDP_REPORT_LABELS_READ_H

#include "base/attr.h"
#include "model/feed.h"	/* struct feed_options: by value */
#include <stdbool.h>
#include <stdint.h>

struct arena;
struct error;
struct labels;
struct ndjson;

struct labels_read {
	const char	*path;		/* "-" is standard input */
	bool		 predicted;	/* a column "cluster" is preferred to "entity" */
	const char	*by;		/* slices by this column or member; NULL: none */
	bool		 has_by;	/* out: the file has it */
	uint64_t	 lines;		/* out: good and refused ones */
	/* NULL, or called for every profile line: 0, or 1 and e (REFUSED). */
	int		(*profile)(void *arg, struct span label, const struct ndjson *tape,
			    struct arena *arena, struct error *e);
	void		*profile_arg;
	struct feed_options feed;	/* how lines are read; its paths do not count */
};

/* Adds every record of the file. 0, or -1 and e says why. */
MUST_USE int labels_read(struct labels_read *r, struct labels *l, struct error *e);
#endif
