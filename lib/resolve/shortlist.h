/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/shortlist.h: of all rules that could be, the few that are counted and sampled. */
#ifndef CDP_RESOLVE_SHORTLIST_H
#define CDP_RESOLVE_SHORTLIST_H

#include "resolve/pairs.h"
#include "resolve/view.h"

struct atoms;

enum { IMAGINED = 2048, IMAGINED_WORDS = IMAGINED / 64 };

/* Makes rules of the atoms, which are all that a view has, with a rough count of their pairs; returns how
 * many. Rules that make more pairs than the budget are left out, as long as there are others. */
unsigned shortlist_make(struct pair_rule rule[CANDIDATES_MAX], const struct atoms *atoms,
    const struct pairs_options *o);

/* Which of IMAGINED imagined matches agree on an atom: the matches fill the fields as two records
 * of the view do, and agree as often as true matches do in public sets. */
void imagined_agree(const struct view *w, struct pair_atom_of of, const struct pairs_options *o,
    uint64_t agree[IMAGINED_WORDS]);

/* Most pairs that may be compared. */
uint64_t pairs_budget(const struct view *w, const struct pairs_options *o);
/* Pairs of the nodes, of different sources only if `across`; by_source is room for a number a
 * source, zero before and after. */
uint64_t pairs_among(const struct view *w, const uint32_t *node, size_t count, bool across,
    uint32_t *by_source);

#endif
