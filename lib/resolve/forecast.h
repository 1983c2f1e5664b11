/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/forecast.h: what a run would do, in words and figures, before anything is joined. */
#ifndef CDP_RESOLVE_FORECAST_H
#define CDP_RESOLVE_FORECAST_H

struct buf;
struct resolve;

/* Fields with their types, or why they are not compared; generic values; rules with their pairs
 * and the matches they find; recall, thresholds and expected false links. After
 * resolve_estimate. */
void forecast_write(const struct resolve *r, struct buf *out);

#endif
