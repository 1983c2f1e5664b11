/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/gender.h: female, male, other, not_stated (ingest 4.8). */
#ifndef CDP_NORMAL_GENDER_H
#define CDP_NORMAL_GENDER_H

#include "normal/outcome.h"	/* struct normal, by value */
#include <stdint.h>

struct arena;

/* Reasons (INVALID): undeclared (a digit without iso5218), unknown, placeholder. */
struct normal gender_clean(struct span raw, const struct normal_context *c, struct arena *arena);

/* What M means is a fact of the column: show it the sample, then ask. A zeroed struct is empty.
 * A few strays, an H among thousands of F, do not make every man a mujer. */
struct gender_evidence {
	uint64_t	h, v, f;	/* cells that are H, V, F */
};

void gender_evidence_add(struct gender_evidence *g, struct span raw);
enum gender_letters gender_evidence_letters(const struct gender_evidence *g);

#endif
