/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/csv_table.h: a small CSV table that somebody hands to a tool beside its input: commas, a head,
 * and as many cells in every row. One row that is none refuses the file, since what is left would be read as
 * all there is. */
#ifndef CDP_IO_CSV_TABLE_H
#define CDP_IO_CSV_TABLE_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stddef.h>

struct error;

/* Cells are borrowed for the call. 0, or -1 and e, which ends the reading. */
typedef int csv_table_row(void *arg, const struct span *cells, size_t count, struct error *e);

/* Every row in its order, the head to `head`, all others to `row`. 0, or -1 and e with path and line: USAGE and
 * `code` where it is no such table; what one of both said; INPUT: unreadable. */
MUST_USE int csv_table_each(const char *path, const char *code, csv_table_row *head, csv_table_row *row,
    void *arg, struct error *e);

#endif
