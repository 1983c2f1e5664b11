/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/auto.h: columns without a mapping: header words of several languages, each
 * confirmed by the shape of the values (ingest 3). Legal facts are never worked out. */
#ifndef CDP_INGEST_AUTO_H
#define CDP_INGEST_AUTO_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>

struct csv_dialect;
struct error;
struct input;
struct intake_options;

/* The header is a word of the synonym table. */
bool auto_knows_header(struct span header);
/* How many of the first lines of a CSV file stand above its header; 0 if it begins with one, and where no
 * line looks like one. The delimiter is not taken from d. */
size_t auto_title_lines(struct span head, const struct csv_dialect *d);
/* Fills in->mapping with rules for the columns of in->header, which for NDJSON are found here;
 * each decision is noted. */
MUST_USE int auto_columns(struct input *in, const struct intake_options *o, struct error *e);

#endif
