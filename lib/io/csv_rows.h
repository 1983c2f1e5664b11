/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/csv_rows.h: where the rows of a CSV source begin and end, and which are broken.
 * A stray quote costs at most quote_span physical lines; no byte is looked at twice. */
#ifndef CDP_IO_CSV_ROWS_H
#define CDP_IO_CSV_ROWS_H

#include "base/attr.h"
#include <stddef.h>

struct byte_source;
struct chunk;
struct csv_dialect;
struct csv_rows;
struct error;

/* Borrows the source, copies the dialect. A UTF-8 mark at byte 0 and a first line "sep=X" are
 * skipped (their bytes and lines count in places). */
struct csv_rows *csv_rows_open(struct byte_source *s, const struct csv_dialect *d);
/* Fills the chunk with the next rows: 1, 0 at the end, -1 and e says why. A chunk ends after at
 * most `rows` rows when that is not 0 (the header is one such). */
MUST_USE int csv_rows_chunk(struct csv_rows *r, struct chunk *c, size_t rows, struct error *e);
void csv_rows_close(struct csv_rows *r);	/* does not close the source */

#endif
