/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/grid.h: a table of figures, as aligned text or as a JSON list of objects.
 * Rows are filled cell by cell, from left to right. */
#ifndef CDP_REPORT_GRID_H
#define CDP_REPORT_GRID_H

#include "base/arena.h"	/* by value */
#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stdint.h>

struct buf;
struct json_writer;

struct grid_cell {
	struct span	word;		/* there: a text; else a number */
	int64_t		value;
	unsigned char	places;
	bool		none;
};

struct grid {
	const char		*name;		/* a literal: "calibration" */
	const char *const	*heads;		/* NULL-ended literals */
	struct grid_cell	*cells;
	size_t			 count, cap;
	struct arena		 arena;
};

struct grid grid_new(const char *name, const char *const *heads);
void grid_done(struct grid *g);
void grid_word(struct grid *g, struct span word);	/* copies */
void grid_count(struct grid *g, uint64_t n);
void grid_value(struct grid *g, int64_t value, unsigned char places);
void grid_ratio(struct grid *g, uint64_t num, uint64_t den);	/* den 0: none */
void grid_json(const struct grid *g, struct json_writer *w);	/* a member of an open object */
void grid_text(const struct grid *g, struct buf *out);

#endif
