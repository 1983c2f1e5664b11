/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/forced.h: joins that the rules force, as demands on the scored mode (resolve 7.3). */
#ifndef CDP_RESOLVE_FORCED_H
#define CDP_RESOLVE_FORCED_H

struct resolve;

/* Makes the forced joins as exact mode makes them, in their order and under its constraints, and
 * appends their ties to r->demands; what was refused goes to r->exact.refused. */
void forced_find(struct resolve *r);

#endif
