/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/candidates.c: candidate rules, or every pair where there are few. */
#include "base/alloc.h"
#include "resolve/atoms.h"
#include "resolve/effort.h"
#include "resolve/given_rules.h"
#include "resolve/rule_set.h"
#include "resolve/rules.h"
#include "resolve/sample.h"
#include "resolve/shortlist.h"

/* Pairs of nodes; of different sources only if `across`. */
static void
count_all(struct candidates *c, const struct view *w, bool across)
{
	uint64_t *inside = mem_zero((size_t)w->sources + 1, sizeof *inside);

	for (uint32_t i = 0; i < w->nodes; i++)
		c->all += i - (across ? inside[w->source[i]]++ : 0);
	mem_free(inside);
}

void
candidates_find(struct candidates *c, const struct view *w, const struct pairs_options *o,
    const struct sample_visitor *v)
{
	struct pair_atom_of list[ATOMS_MAX];
	unsigned given;
	bool only = w->blocking != NULL && w->blocking->only;

	*c = (struct candidates){ 0 };
	count_all(c, w, o->across);
	c->all_pairs = c->all <= effort_pairs(w, EFFORT_PAIRS) && !only;
	given = c->count = given_rules(c->rule, w, &c->idle);
	if (c->all_pairs) {
		sample_all(w, o, v);
		return;
	}
	c->atoms = mem_zero(1, sizeof *c->atoms);
	atoms_make(c->atoms, w, list, atoms_of_view(w, list), o->threads);
	if (!only)
		c->count += shortlist_make(c->rule + c->count, c->atoms, o);
	c->count = given_rules_first(c->rule, given, c->count);
	sample_rules(c, w, o, v);
}

void
candidates_hand_over(struct candidates *c, struct chosen *chosen)
{
	if (c->atoms == NULL)
		return;
	rule_set_keep(c->atoms, chosen->rule, chosen->count);
	chosen->atoms = c->atoms;
	c->atoms = NULL;
}

void
candidates_done(struct candidates *c)
{
	if (c->atoms != NULL)
		atoms_done(c->atoms);
	mem_free(c->atoms);
	mem_free(c->sizes);
	*c = (struct candidates){ 0 };
}
