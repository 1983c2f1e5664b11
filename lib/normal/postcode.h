/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/postcode.h: postcodes, as text (the patterns of ingest 4.7 come later). */
#ifndef CDP_NORMAL_POSTCODE_H
#define CDP_NORMAL_POSTCODE_H

#include "normal/outcome.h"	/* struct normal, by value */

struct arena;

/* Text of 4.1 with ASCII digits, without a spreadsheet's apostrophe in front. Reasons: those
 * of text; placeholder (INVALID: zeros only, "N/A"). */
struct normal postcode_clean(struct span raw, const struct normal_context *c,
    struct arena *arena);

#endif
