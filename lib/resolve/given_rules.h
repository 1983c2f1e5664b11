/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/given_rules.h: the rules that a rules file names (blocking.rules), over the fields
 * of a view. */
#ifndef CDP_RESOLVE_GIVEN_RULES_H
#define CDP_RESOLVE_GIVEN_RULES_H

#include "resolve/pairs.h"

/* Fills rule[] with those whose atoms the view has, each once; returns how many. Adds to *idle
 * those that need a field which is not compared. */
unsigned given_rules(struct pair_rule rule[CHOSEN_MAX], const struct view *w, unsigned *idle);
/* Takes out of rule[given, count) what stands in rule[0, given) already; returns what is left. */
unsigned given_rules_first(struct pair_rule *rule, unsigned given, unsigned count);

/* Fills list[] with the atoms of the view that have these names, in the order of the names; stops at
 * one that there is not. Returns how many. */
unsigned atoms_named(const struct view *w, const struct span *name, unsigned names,
    struct pair_atom_of *list);

#endif
