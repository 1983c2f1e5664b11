/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/edges.h: every pair of the chosen rules weighed: the edges that are kept, and what
 * tells how many of them are false. */
#ifndef CDP_RESOLVE_EDGES_H
#define CDP_RESOLVE_EDGES_H

#include "base/attr.h"
#include <stdbool.h>
#include <stdint.h>

struct scored;
struct scored_options;

int edge_order(const void *a, const void *b);	/* of struct edge: by a, then b */
/* Needs the view, the model, the chosen rules and the scorer; makes x->edges of at least `least`,
 * x->pairs, x->seen and x->seen_of. Decoys are made, met and gone again. False: there are more than
 * o->left has room for, and x->beside says how much they need. */
MUST_USE bool edges_find(struct scored *x, const struct scored_options *o, int32_t least);

#endif
