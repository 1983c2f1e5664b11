/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/raw.h: a reject file turned back into the input it came from, for repair. */
#ifndef CDP_INGEST_RAW_H
#define CDP_INGEST_RAW_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */

struct buf;
struct error;
struct out;

/* The line of a reject file that keeps the header of a CSV input for later. */
void raw_header_write(struct span file, struct span row, struct buf *out);
/* The bytes of every reject, in order, each as a line; a header comes before the first of its
 * file. -1 with INPUT E_REJECT for a reject without its bytes, or with only a part of them. */
MUST_USE int raw_file(const char *path, struct out *out, struct error *e);

#endif
