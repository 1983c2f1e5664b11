/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/frozen_generic.h: values that a model says are nobody's alone, however many of the
 * records at hand hold them. */
#ifndef CDP_RESOLVE_FROZEN_GENERIC_H
#define CDP_RESOLVE_FROZEN_GENERIC_H

struct generic;
struct map;
struct store;
struct types;

/* Lists those identifiers, mailboxes and telephone numbers of the records that g->frozen names and
 * takes out of play those that say nothing; `allow` are left as they are. */
void frozen_generic(struct generic *g, struct store *s, const struct types *types,
    const struct map *allow);

#endif
