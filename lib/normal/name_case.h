/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/name_case.h: capitals for names that were typed without, or in nothing else. */
#ifndef CDP_NORMAL_NAME_CASE_H
#define CDP_NORMAL_NAME_CASE_H

#include "base/span.h"	/* passed by value */

struct arena;

/* Only for a clean name of three letters or more that is all upper or all lower case; any
 * other comes back as it is. */
struct span name_case(struct span name, struct arena *arena);

#endif
