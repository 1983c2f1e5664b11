/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/verdict_file.h: what people decided about pairs of records: lines of kind "link"
 * whose verdict is "same" or "different" (resolve 7.5). They name records, so that they hold in
 * every later run.
 * Always holds: there is one verdict on a pair; of several files the last that has one counts. */
#ifndef CDP_RESOLVE_VERDICT_FILE_H
#define CDP_RESOLVE_VERDICT_FILE_H

#include "base/arena.h"		/* by value */
#include "base/attr.h"
#include "base/span.h"		/* passed by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct byte_source;
struct demand;
struct error;
struct map;
struct store;

struct verdict {
	struct span	a, b;		/* record ids, the smaller first */
	unsigned	file;		/* which of the files read says it */
	bool		same;
};

/* A zeroed struct is empty. */
struct verdicts {
	struct arena	 arena;
	struct map	*pairs;		/* of record ids, to indexes */
	struct verdict	*list;		/* in the order of first mention */
	size_t		 count, cap;
	unsigned	 files;
	uint64_t	 unanswered;	/* lines that still say "review", or are evidence of a run */
};

/* Adds those of a file: 0, or -1 and e: USAGE E_VERDICTS with the line: no link line, a verdict
 * that is none, a pair with both verdicts in this file; INPUT: cut off or unreadable. */
MUST_USE int verdicts_load(struct verdicts *v, const char *path, struct error *e);
MUST_USE int verdicts_read(struct verdicts *v, struct byte_source *s, struct error *e);
/* A verdict that stands whatever the files said; a and b are two records. */
void verdicts_add(struct verdicts *v, struct span a, struct span b, bool same);
/* The verdict on two records, or NULL. */
const struct verdict *verdicts_find(const struct verdicts *v, struct span a, struct span b);
/* What they demand of the records of this run, in `demands`, which has room for v->count; returns
 * how many. Those that name a record that is not here are counted in *unknown. */
size_t verdicts_demand(const struct verdicts *v, const struct store *s, struct demand *demands,
    uint64_t *unknown);
void verdicts_done(struct verdicts *v);

#endif
