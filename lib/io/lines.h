/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/lines.h: the lines of a source, NDJSON rules (ingest 1.2).
 * LF ends a line, a CR before it is dropped, a UTF-8 mark at byte 0 is skipped. */
#ifndef CDP_IO_LINES_H
#define CDP_IO_LINES_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stdint.h>

struct byte_source;
struct chunk;
struct error;
struct lines;

enum { LINE_DEFAULT = 1 << 20, LINE_MOST = 64 << 20 };	/* bytes of a line; --max-line */

/* Borrows the source. max_line 0 is LINE_DEFAULT. */
struct lines *lines_open(struct byte_source *s, size_t max_line);
/* Fills the chunk with the next lines: 1, 0 at the end, -1 and e says why (INPUT). Blank and
 * over-long lines are rows with their fault, the rest of a long line is never held. */
MUST_USE int lines_chunk(struct lines *l, struct chunk *c, struct error *e);
/* Lines of which `may` says so by how they begin may have LINE_MOST bytes. */
void lines_may_be_long(struct lines *l, bool (*may)(struct span begin));
void lines_close(struct lines *l);		/* does not close the source */

#endif
