/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/gate.h: basis before collection (ingest 6): a purpose is put on a record only if it
 * had its basis at the earliest moment at which the record can have been collected. */
#ifndef CDP_INGEST_GATE_H
#define CDP_INGEST_GATE_H

#include "base/attr.h"
#include "ingest/mapping.h"	/* struct mapping_source */

struct declared;
struct ndjson;

/* A date counts from its first moment; without a zone 14 hours earlier, because no place on Earth
 * is further ahead. Without a time it is the source's collected_since, INSTANT_NONE if there is
 * none. `zoned`: the time came with a zone. */
instant gate_earliest(const struct mapping_source *s, struct span collected_at, bool zoned);
bool gate_permits(const struct source_purpose *p, instant earliest);

/* What the headers of one finished stream after another declare about their sources. */
struct declared *declared_new(void);
void declared_free(struct declared *d);		/* NULL is fine */
/* The scanned `stream` line, which stood in that line of the input; in order of lines. */
MUST_USE int declared_add(struct declared *d, const struct ndjson *header, uint64_t line,
    struct error *e);
/* The source as the header before that line declares it, or NULL. */
const struct mapping_source *declared_find(const struct declared *d, struct span source,
    uint64_t line);

#endif
