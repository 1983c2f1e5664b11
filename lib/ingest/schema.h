/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/schema.h: JSON Schemas of the lines cdp-ingest writes. */
#ifndef CDP_INGEST_SCHEMA_H
#define CDP_INGEST_SCHEMA_H

#include <stdbool.h>

struct buf;

/* "" and "record", "consent", "reject". False: no such kind. */
bool ingest_schema(const char *kind, struct buf *out);

#endif
