/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/identifier.h: ids of all types as trimmed text, case kept. The rules of single
 * types (ingest 4.10, 4.11) come later; values that say "nobody" are known for all. */
#ifndef CDP_NORMAL_IDENTIFIER_H
#define CDP_NORMAL_IDENTIFIER_H

#include "normal/outcome.h"	/* struct normal, by value */

struct arena;

/* `type` as in identifiers.TYPE. Reasons: those of text, generic (INVALID: null, anonymous, -1,
 * zeros only, dashes only, listed). */
struct normal identifier_clean(struct span type, struct span raw, const struct normal_context *c,
    struct arena *arena);

#endif
