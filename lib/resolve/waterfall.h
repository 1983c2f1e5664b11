/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/waterfall.h: the weight of a pair as text, part by part (resolve 10.1). */
#ifndef CDP_RESOLVE_WATERFALL_H
#define CDP_RESOLVE_WATERFALL_H

#include <stdint.h>

struct buf;
struct scored;

/* A line for the prior, each field of which both have a value or at least one could have, the
 * household and the total; no value is named. The records (by index) belong to the nodes a, b. */
void waterfall_write(struct buf *out, const struct scored *x, uint32_t record_a,
    uint32_t record_b, uint32_t a, uint32_t b);

#endif
