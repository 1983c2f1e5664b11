/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/sheet.h: some columns of a CSV file, found by the names in its header.
 * A row that cannot be read, or that the caller refuses, becomes a reject. */
#ifndef CDP_REPORT_SHEET_H
#define CDP_REPORT_SHEET_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include "model/feed.h"	/* struct feed_options: by value */
#include <stdbool.h>
#include <stdint.h>

struct byte_source;
struct error;

enum { SHEET_COLUMNS_MAX = 24 };

struct sheet_column {
	const char	*name;		/* NULL: never there */
	const char	*better;	/* another name, preferred where the file has it; or NULL */
	bool		 needed;	/* E_COLUMN without it */
};

struct sheet {
	const char			*path;		/* "-" is standard input */
	const struct sheet_column	*columns;
	size_t				 count;
	struct feed_options		 feed;		/* its rejects; its paths do not count */
	/* The wanted cells, borrowed for the call; span_none() for a column that is not there.
	 * 0, or 1 and e (REFUSED), or -1. */
	int				(*row)(void *arg, const struct span *cells, struct error *e);
	void				*arg;

	size_t				 width;		/* out: cells of the header; 0: no header */
	size_t				 at[SHEET_COLUMNS_MAX];	/* out: SIZE_MAX: not there */
	uint64_t			 lines;		/* out: good and refused rows, with the header */
};

bool sheet_has(const struct sheet *t, size_t column);
/* `source` is the file, opened, or NULL; it is closed either way. */
MUST_USE int sheet_read(struct sheet *t, struct byte_source *source, struct error *e);

#endif
