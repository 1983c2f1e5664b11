/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/edges.h: every pair of the chosen rules weighed: the edges that are kept, and what
 * tells how many of them are false. */
#ifndef CDP_RESOLVE_EDGES_H
#define CDP_RESOLVE_EDGES_H

#include <stdint.h>

struct scored;
struct scored_options;

/* Needs the view, the model, the chosen rules and the scorer; makes x->edges of at least `least`,
 * x->pairs, x->seen and x->seen_of. Decoys are made, met and gone again. */
int edge_order(const void *a, const void *b);	/* of struct edge: by a, then b */
void edges_find(struct scored *x, const struct scored_options *o, int32_t least);

#endif
