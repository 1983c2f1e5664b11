/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/address.h: the parts of an address, as text (ingest 4.6, clean face). */
#ifndef CDP_NORMAL_ADDRESS_H
#define CDP_NORMAL_ADDRESS_H

#include "normal/outcome.h"	/* struct normal, by value */

struct arena;

/* Two lines of a street address, joined by ", "; either may be absent. */
struct span address_join(struct span line1, struct span line2, struct arena *arena);
/* Street, locality, formatted: text, with "N/A" and the like INVALID placeholder. */
struct normal address_clean(struct span raw, const struct normal_context *c, struct arena *arena);
/* The region: its ISO 3166-2 short code where c->country is BR US CA AU MX, else text. */
struct normal region_clean(struct span raw, const struct normal_context *c, struct arena *arena);
/* The box of a line that is nothing but a post office box ("P.O. Box 123" → "123"), else
 * span_none(); for address parts po_box. */
struct span address_po_box(struct span clean);

#endif
