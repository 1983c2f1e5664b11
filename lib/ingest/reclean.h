/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/reclean.h: a finished record is cleaned once more, which changes nothing that we
 * wrote. What is lost leaves its raw text and a flag, as when it first came in. */
#ifndef CDP_INGEST_RECLEAN_H
#define CDP_INGEST_RECLEAN_H

#include "base/instant.h"	/* instant */
#include <stdbool.h>
#include <stdint.h>

struct arena;
struct ndjson;
struct record;
struct secrets;

/* r was read from the scanned line. `now` is --as-of or INSTANT_NONE. New texts and lists live in
 * the arena. Attributes that hold credentials are taken out; their number is returned. */
uint64_t reclean(struct record *r, const struct ndjson *tape, instant now, struct secrets *s,
    struct arena *a);
/* No value of any kind is left. */
bool reclean_empty(const struct record *r);

#endif
