/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/effort.h: how many pairs take so little time that nobody asks what they are for. */
#ifndef CDP_RESOLVE_EFFORT_H
#define CDP_RESOLVE_EFFORT_H

#include <stdint.h>

struct view;

enum { EFFORT_PAIRS = 2000000 };	/* so many of ordinary records are compared without any rule */

/* Of the pairs that are wanted as many as may be compared: all, or fewer where records have many or
 * long values. */
uint64_t effort_pairs(const struct view *w, uint64_t wanted);

#endif
