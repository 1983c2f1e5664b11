/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/near.h: which name somebody may have meant who wrote another one. */
#ifndef CDP_BASE_NEAR_H
#define CDP_BASE_NEAR_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>

/* Edits between two names, capitals aside, of at most 64 bytes each. */
size_t near_edits(struct span a, struct span b);
/* Whether so many edits in a name are a slip and no other name. */
bool near_slip(struct span name, size_t edits);

#endif
