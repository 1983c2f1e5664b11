/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/redirects.h: the table of retired ids: "id<TAB>id id ..." lines. */
#ifndef CDP_RESOLVE_REDIRECTS_H
#define CDP_RESOLVE_REDIRECTS_H

#include "base/attr.h"
#include "resolve/events.h"	/* struct redirect: by value */

struct error;
struct map;

/* Reads the table of earlier runs; a file that is not there is an empty one. */
MUST_USE int redirects_read(struct resolve_events *v, const char *path, struct error *e);
void redirects_add(struct resolve_events *v, struct redirect one);
/* No chains: every target is an id of `now`; ids that live again are left out, and ids of
 * records that are gone lead nowhere, though what led to them still leads on. */
void redirects_settle(struct resolve_events *v, const struct map *now);

#endif
