/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/refusals.h: unions that were not made, as lines of the conflict report. */
#ifndef CDP_RESOLVE_REFUSALS_H
#define CDP_RESOLVE_REFUSALS_H

struct buf;
struct resolve;

/* By the two record ids; one line each pair, reason and join. */
void refusals_write(const struct resolve *r, struct buf *out);

#endif
