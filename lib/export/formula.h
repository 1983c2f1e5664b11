/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/formula.h: CSV cells in the two profiles of export section 4. */
#ifndef CDP_EXPORT_FORMULA_H
#define CDP_EXPORT_FORMULA_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>

struct buf;

enum csv_profile { CSV_MACHINE, CSV_SPREADSHEET };

/* Appends one cell; true if it was guarded by a leading apostrophe (spreadsheet only). */
bool formula_cell(struct buf *out, struct span value, enum csv_profile profile);
/* The UTF-8 mark of the spreadsheet profile, or nothing; and the line end. */
struct span formula_mark(enum csv_profile profile);
struct span formula_line_end(enum csv_profile profile);

#endif
