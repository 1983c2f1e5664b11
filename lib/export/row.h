/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/row.h: one profile and its decisions → the rows of the file. */
#ifndef CDP_EXPORT_ROW_H
#define CDP_EXPORT_ROW_H

#include "base/attr.h"

struct audience;
struct egress;
struct error;
struct ndjson;
struct row_maker;

/* Appends to a->rows and counts in a; tells g of each row (NULL: nobody, for --dry-run). */
struct row_maker *row_maker_new(struct audience *a, struct egress *g);
void row_maker_free(struct row_maker *m);
void row_header(struct row_maker *m);		/* column names, where the layout has them */
/* The rows of a scanned profile. 0, or -1: REFUSED for a malformed profile, UNSAFE E_NO_DECISION,
 * E_DECISION_CONFLICT. */
MUST_USE int row_profile(struct row_maker *m, const struct ndjson *n, struct error *e);

#endif
