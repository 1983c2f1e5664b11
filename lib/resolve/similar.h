/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/similar.h: how like two texts are, in integers. */
#ifndef CDP_RESOLVE_SIMILAR_H
#define CDP_RESOLVE_SIMILAR_H

#include "base/span.h"	/* passed by value */
#include <stdint.h>

enum { SIMILAR_ONE = 1000000, SIMILAR_LEN_MAX = 64 };	/* bytes beyond it are not looked at */

/* Jaro–Winkler in millionths, rounded down: SIMILAR_ONE only for equal texts, symmetric. */
uint32_t similar_jaro_winkler(struct span a, struct span b);

#endif
