/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/chunk.h: a stretch of input that holds whole rows, and where each of them is.
 * Both NDJSON lines and CSV rows come in chunks of about CHUNK_BYTES, a constant, so that the
 * work on them can be shared out without any thread count showing in the result. */
#ifndef CDP_IO_CHUNK_H
#define CDP_IO_CHUNK_H

#include "base/buf.h"	/* by value */
#include <stdbool.h>
#include <stdint.h>

enum { CHUNK_BYTES = 1 << 20 };	/* a chunk ends at the first row end at or after this */

enum row_fault {
	ROW_GOOD,
	ROW_BLANK,		/* blanks, tabs and CR only */
	ROW_LONG,		/* over the limit; only its first 4 KiB are in the chunk */
	ROW_QUOTE,		/* CSV: E_CSV_QUOTE */
	ROW_SPAN,		/* CSV: E_CSV_SPAN, a quoted field that does not close */
	ROW_CR,			/* CSV: E_CSV_CR */
	ROW_FIELD_LONG		/* CSV: a field above the limit */
};

struct row {
	uint32_t	at, len;	/* its bytes in the chunk, without line end */
	uint32_t	line;		/* physical lines of the chunk before it */
	uint32_t	lines;		/* physical lines it covers, 1 or more */
	uint32_t	fault_at;	/* first byte that cannot be right, from the start of the row */
	uint8_t		fault;		/* enum row_fault */
	bool		unended;	/* the input ends here without a line end */
	bool		quoted;		/* CSV: a quote byte occurs */
	uint64_t	full_len;	/* bytes of the row in the input; len but for ROW_LONG */
};

struct chunk {
	struct buf	 bytes;
	struct row	*rows;
	size_t		 count, cap;
	uint64_t	 first_byte, first_line;	/* place in the source; lines count from 1 */
	bool		 tainted;	/* CSV: a row before this chunk had ROW_SPAN */
};

void chunk_reset(struct chunk *c);	/* empty, memory kept */
void chunk_done(struct chunk *c);	/* memory given back */

static inline struct span
chunk_row(const struct chunk *c, size_t i)
{
	return span_make(c->bytes.p + c->rows[i].at, c->rows[i].len);
}

#endif
