/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/refine.h: the atoms by which blocks that are too large are split (resolve 3.4). */
#ifndef CDP_RESOLVE_REFINE_H
#define CDP_RESOLVE_REFINE_H

#include "resolve/pairs.h"

struct atoms;

/* Gives each rule its refining atoms, of all that a view has: of other fields than its own and than
 * each other, the ones that tell most of the nodes apart: of those in its blocks above the cap if
 * bit i of `large` is set for rule i, else of all the view. */
void rules_refine(struct pair_rule *rule, unsigned count, unsigned large,
    const struct atoms *atoms, const struct pairs_options *o);

#endif
