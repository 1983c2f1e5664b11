/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/quantity.h: numbers as people write them: with a sign of money, a per cent sign,
 * commas between thousands. */
#ifndef CDP_NORMAL_QUANTITY_H
#define CDP_NORMAL_QUANTITY_H

#include "base/span.h"	/* passed by value */

struct arena;

/* The number alone: "$1,299.00" is 1299, "5.30 %" is 5.3, "-7" is -7. Zeros in front stay, since
 * they may be part of a code. span_none() where the text is anything else. */
struct span quantity_key(struct span text, struct arena *arena);

#endif
