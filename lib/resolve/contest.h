/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/contest.h: links that contest each other. Where a source holds a person once, a
 * record with links to two of its records has at least one false link, as two identifiers of which
 * a person has one have: the lighter one is counted as a clash (resolve 5.7). */
#ifndef CDP_RESOLVE_CONTEST_H
#define CDP_RESOLVE_CONTEST_H

#include <stddef.h>

struct cut_counts;
struct edge;
struct model;
struct view;

void contest_count(struct cut_counts *seen, const struct view *w, const struct model *m,
    const struct edge *edges, size_t count);

#endif
