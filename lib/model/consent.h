/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/consent.h: one consent event as a producer knows it: a line of kind "consent".
 * The members are those of the ledger (consent 3.2) with `identifier` instead of a token.
 * Written by ingest from consent columns, read by cdp-consent append. */
#ifndef CDP_MODEL_CONSENT_H
#define CDP_MODEL_CONSENT_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stdint.h>

struct arena;
struct buf;
struct error;
struct ndjson;

/* Every span is absent when the line does not have the member; raw JSON where said. */
struct consent_event {
	struct span	id, type;
	struct span	identifier_type, identifier_value;
	struct span	account, covers, controller, purpose, channel, dest;
	struct span	basis, ctype, notice, method, auth, actor;
	struct span	at, clock, src, jur, until, ref, cause, by;
	bool		has_sseq;
	uint64_t	sseq;
	struct span	evidence, data;		/* raw JSON objects */
};

/* Reads a scanned line of kind "consent". 0, or -1 with REFUSED E_TYPE for a member of the wrong
 * JSON type (the text names it), or an unknown member. What the members mean is not judged here. */
MUST_USE int consent_event_read(const struct ndjson *n, struct consent_event *c,
    struct arena *arena, struct error *e);
/* The same without refusing anything, for refusals, which must not be lost: a member of the
 * wrong type holds its JSON as written, unknown ones are left out. */
void consent_event_read_loosely(const struct ndjson *n, struct consent_event *c,
    struct arena *arena);
void consent_event_write(const struct consent_event *c, struct buf *out);	/* LF included */

#endif
