/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/explain.h: why two records are one profile, or why not. */
#ifndef CDP_RESOLVE_EXPLAIN_H
#define CDP_RESOLVE_EXPLAIN_H

#include "base/attr.h"
#include <stdint.h>

struct buf;
struct error;
struct resolve;

/* Pairs are lines "idA idB", blank or tab between, of a file or "-". Names of keys and
 * fields are printed, never values. *unknown: pairs of which a record is not here. -1 USAGE: a line is
 * no pair. */
MUST_USE int explain_pairs(const struct resolve *r, const char *path, struct buf *out,
    uint64_t *unknown, struct error *e);

#endif
