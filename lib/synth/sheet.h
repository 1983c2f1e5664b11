/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/sheet.h: what a source would give out as a CSV file, as untidy as such files are, and
 * the mapping that tells cdp-ingest what its columns mean. */
#ifndef CDP_SYNTH_SHEET_H
#define CDP_SYNTH_SHEET_H

#include "synth/row.h"	/* struct row */

struct buf;

void sheet_header(unsigned channel, struct buf *out);
void sheet_row(const struct world *w, const struct row *r, struct buf *out);
/* A document for cdp-mapping(5). */
void sheet_mapping(const struct world *w, unsigned channel, struct buf *out);

#endif
