/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/csv_dialect.h: how one CSV file writes its cells, given or found out (ingest 1.4). */
#ifndef CDP_IO_CSV_DIALECT_H
#define CDP_IO_CSV_DIALECT_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stdint.h>

struct csv_dialect {
	char		delimiter, quote;
	bool		cr_ends;		/* a lone CR ends a row (--cr) */
	bool		literal_quotes;		/* "stray_quotes":"literal" */
	uint32_t	quote_span;		/* physical lines a quoted field may cover: 100 */
	uint32_t	max_field, max_row;	/* bytes: 64 KiB, 1 MiB */
};

struct csv_dialect csv_dialect_default(void);	/* comma, double quote, the limits above */

/* Finds the delimiter in the first bytes of a file (whole rows; at most 64 KiB are looked at)
 * by the rules of ingest 1.4: the columns it gives, 1 if no delimiter fits, and *delimiter.
 * quote and the limits are taken from d. A first line "sep=;" decides alone. */
uint32_t csv_dialect_detect(struct span head, const struct csv_dialect *d, char *delimiter);

#endif
