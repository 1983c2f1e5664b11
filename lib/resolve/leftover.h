/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/leftover.h: a second look at the records that found nobody, where sources hold a
 * person once: whoever is linked already is out of the question, so of the few that are left two
 * are a match far more often than of all. How much more often is learnt from their weights. */
#ifndef CDP_RESOLVE_LEFTOVER_H
#define CDP_RESOLVE_LEFTOVER_H

#include "resolve/model.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct edge;
struct merged;
struct scorer;
struct view;

enum { LEFTOVER_BELOW = 8000 };	/* millibits under a link that can still become one */

/* Whether pairs inside the class are so much rarer matches than those across sources that the
 * source holds a person once, but for slips. */
bool holds_once(const struct model *m, unsigned class);
/* Whether two sources do. */
bool leftover_possible(const struct view *w, const struct model *m);
/* Marks the nodes that are left and raises the prior of the pairs of two of them, in the scorer
 * and on the edges; false if none is raised. Edges reach down to LEFTOVER_BELOW under a link. */
bool leftover_find(struct scorer *s, struct edge *edges, size_t count, const struct merged *m);

#endif
