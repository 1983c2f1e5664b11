/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/schema.h: JSON Schemas of what cdp-resolve writes. */
#ifndef CDP_RESOLVE_SCHEMA_H
#define CDP_RESOLVE_SCHEMA_H

#include <stdbool.h>

struct buf;

/* "" and "profile", "event". False: no such kind. */
bool resolve_schema(const char *kind, struct buf *out);

#endif
