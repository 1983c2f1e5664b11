/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/overlap.h: new profiles keep the ids of the old ones they share records with. */
#ifndef CDP_RESOLVE_OVERLAP_H
#define CDP_RESOLVE_OVERLAP_H

#include "base/attr.h"
#include <stdint.h>

struct error;
struct events_options;
struct resolve;
struct resolve_events;

/* `of`: by old member, its new profile or UINT32_MAX. Sorts the profiles by their new ids. */
MUST_USE int overlap_assign(struct resolve_events *v, struct resolve *r, const uint32_t *of,
    const struct events_options *o, struct error *e);

#endif
