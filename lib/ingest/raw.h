/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/raw.h: a reject file turned back into the input it came from, for repair. */
#ifndef CDP_INGEST_RAW_H
#define CDP_INGEST_RAW_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */

struct buf;
struct error;
struct ndjson;
struct out;

/* The bytes of a scanned line of kind "reject" as one line; other kinds give nothing. -1 with
 * INPUT E_REJECT for a reject without its bytes, or with only a part of them. */
MUST_USE int raw_line(const struct ndjson *tape, struct buf *out, struct error *e);
/* Every reject of the file, in order. */
MUST_USE int raw_file(const char *path, struct out *out, struct error *e);

#endif
