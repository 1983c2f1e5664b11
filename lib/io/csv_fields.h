/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/csv_fields.h: the fields of one row; libcsv is the judge, and the only includer of
 * csv.h. A row without a quote byte is split directly; both ways give the same fields. */
#ifndef CDP_IO_CSV_FIELDS_H
#define CDP_IO_CSV_FIELDS_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>

struct buf;
struct csv_dialect;
struct csv_fields;
struct error;

enum { CSV_COLUMNS_MAX = 4096 };

struct csv_fields *csv_fields_new(const struct csv_dialect *d);	/* one per thread */
void csv_fields_free(struct csv_fields *f);
/* Splits the row: 0 and the fields (borrowed from the row or from f until the next call), or
 * -1 with status REFUSED and E_CSV_ROW, E_CSV_FIELD (too long), E_NUL, E_CSV_COLUMNS. */
MUST_USE int csv_fields_split(struct csv_fields *f, struct span row, const struct span **fields,
    size_t *count, struct error *e);
/* The same through libcsv whatever the row holds; for the differential test. */
MUST_USE int csv_fields_judge(struct csv_fields *f, struct span row, const struct span **fields,
    size_t *count, struct error *e);
/* One cell as CSV: quoted only where the dialect needs it, or always. */

void csv_write_cell(struct buf *out, struct span value, char delimiter, bool always_quote);

#endif
