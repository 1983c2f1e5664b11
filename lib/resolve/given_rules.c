/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/given_rules.c: finds the atoms of a view by their names. */
#include "resolve/atoms.h"
#include "resolve/given_rules.h"
#include "resolve/rules.h"

static bool
has_name(const struct view *w, struct pair_atom_of atom, struct span name, struct buf *room)
{
	struct pair_rule alone = { .atom = { atom }, .count = 1 };

	buf_reset(room);
	rule_name(w, &alone, room);
	return span_equal(buf_span(room), name);
}

/* In the order of the atoms of a view, whatever the order in the file: a rule is what it says. */
static bool
find_rule(const struct view *w, const struct blocking_rule *said, struct pair_rule *rule,
    struct buf *room)
{
	struct pair_atom_of list[ATOMS_MAX];
	unsigned atoms = atoms_of_view(w, list);

	*rule = (struct pair_rule){ .given = true };
	for (unsigned i = 0; i < atoms; i++)
		for (unsigned a = 0; a < said->count; a++)
			if (rule->count < said->count && has_name(w, list[i], said->atom[a], room))
				rule->atom[rule->count++] = list[i];
	return rule->count == said->count;
}

unsigned
atoms_named(const struct view *w, const struct span *name, unsigned names,
    struct pair_atom_of *list)
{
	struct pair_atom_of all[ATOMS_MAX];
	unsigned atoms = atoms_of_view(w, all), n = 0;
	struct buf room = { 0 };
	bool found = true;

	while (n < names && found) {
		found = false;
		for (unsigned i = 0; i < atoms && !found; i++) {
			found = has_name(w, all[i], name[n], &room);
			list[n] = all[i];
		}
		n += found;
	}
	buf_done(&room);
	return n;
}

static bool
same_rule(const struct pair_rule *a, const struct pair_rule *b)
{
	bool same = a->count == b->count;

	for (unsigned i = 0; same && i < a->count; i++)
		same = a->atom[i].atom == b->atom[i].atom && a->atom[i].field == b->atom[i].field;
	return same;
}

static bool
is_among(const struct pair_rule *list, unsigned count, const struct pair_rule *rule)
{
	for (unsigned i = 0; i < count; i++)
		if (same_rule(&list[i], rule))
			return true;
	return false;
}

unsigned
given_rules(struct pair_rule rule[CHOSEN_MAX], const struct view *w, unsigned *idle)
{
	const struct blocking *said = w->blocking;
	struct buf room = { 0 };
	unsigned n = 0;

	for (size_t i = 0; said != NULL && i < said->rule_count && n < CHOSEN_MAX; i++) {
		if (!find_rule(w, &said->rules[i], &rule[n], &room))
			++*idle;
		else if (!is_among(rule, n, &rule[n]))
			n++;
	}
	buf_done(&room);
	return n;
}

unsigned
given_rules_first(struct pair_rule *rule, unsigned given, unsigned count)
{
	unsigned kept = given;

	for (unsigned i = given; i < count; i++)
		if (!is_among(rule, given, &rule[i]))
			rule[kept++] = rule[i];
	return kept;
}
