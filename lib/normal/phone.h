/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/phone.h: phone numbers in international form (ingest 4.3). National numbers
 * need the numbering plans, which are not in this version: they stay raw. */
#ifndef CDP_NORMAL_PHONE_H
#define CDP_NORMAL_PHONE_H

#include "normal/outcome.h"	/* struct normal, by value */

struct arena;

/* E.164, with ";ext=N" for an extension. All reasons are INVALID: no_plan (national, region
 * known), no_region (national, no region), length, letters, precision_lost (a number that a
 * spreadsheet rounded), calling_code (no such code), too_long, placeholder. */
struct normal phone_clean(struct span raw, const struct normal_context *c, struct arena *arena);

#endif
