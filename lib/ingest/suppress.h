/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/suppress.h: rows of people who must not come back (ingest 6): withheld whole, and
 * nothing of them kept but the kind of value by which they are on the list. */
#ifndef CDP_INGEST_SUPPRESS_H
#define CDP_INGEST_SUPPRESS_H

#include "model/suppression.h"	/* enum suppression_kind */

struct arena;
struct ndjson;
struct record;

/* False without a list. The record is clean; *by is set if it is withheld. */
bool withheld(const struct suppression *s, const struct record *r, struct arena *arena,
    enum suppression_kind *by);
/* The same of a scanned consent line: by its identifier, or the account. */
bool withheld_consent(const struct suppression *s, const struct ndjson *n, struct arena *arena,
    enum suppression_kind *by);

#endif
