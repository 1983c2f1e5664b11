/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/country.h: countries to ISO 3166-1 alpha-2 (ingest 4.8). */
#ifndef CDP_NORMAL_COUNTRY_H
#define CDP_NORMAL_COUNTRY_H

#include "normal/outcome.h"	/* struct normal, by value */

struct arena;

/* Reasons (INVALID): ambiguous, not_a_country, state_or_country, unknown, placeholder. */
struct normal country_clean(struct span raw, const struct normal_context *c, struct arena *arena);
/* Whether s is an assigned alpha-2 code in upper case. */
bool country_code(struct span s);

#endif
