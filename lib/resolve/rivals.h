/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rivals.h: candidates of one record compete where a source holds a person once.
 * A pair is weighed alone; but a record has at most one match in such a source, so what speaks
 * for another candidate speaks against this one, and where nearly every record has a match, the
 * only candidate needs less of its own; the more so where both records have no other. */
#ifndef CDP_RESOLVE_RIVALS_H
#define CDP_RESOLVE_RIVALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cut_counts;
struct edge;
struct model;
struct view;

/* Millibits. Two records that are each other's only candidates gain 13.29 bits at most, and hardly any that
 * much; edges so far below a threshold, and their rivals, must be there to be weighed. */
enum { RIVALS_BELOW = 12000 };

/* Whether pairs inside the class are so much rarer matches than those across sources that the
 * source holds a person once, but for slips. */
bool rivals_once(const struct model *m, unsigned class);
/* Whether two sources hold each person once, so that light edges are worth keeping. */
bool rivals_possible(const struct view *w, const struct model *m);
/* Weighs the edges, sorted by a and b, once more in place. Returns for how many source pairs; where it
 * is one or more, what was seen of links is counted again. */
unsigned rivals_weigh(struct cut_counts *seen, struct edge *edges, size_t count, const struct view *w,
    const struct model *m, unsigned threads);

#endif
