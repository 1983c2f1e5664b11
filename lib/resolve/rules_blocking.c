/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rules_blocking.c: reads which pairs a rules file has compared. */
#include "io/json_config.h"
#include "resolve/atoms.h"
#include "resolve/rules_priv.h"

/* A name of an atom, or an absent span and a fault. */
static struct span
read_atom(struct rules *r, const struct config_at *at)
{
	struct span text = span_from(json_string_value(at->value));

	if (text.p != NULL && atom_known(text))
		return arena_copy(&r->arena, text);
	config_fault(at, RULES_CODE, "unknown atom");
	return span_none();
}

/* A list with 1 to `most` elements; else a fault. */
static bool
is_list(const struct config_at *at, size_t most, const char *of)
{
	size_t n = json_array_size(at->value);

	if (n > 0 && n <= most)
		return true;
	config_fault(at, RULES_CODE, "not a list of 1 to %zu %s", most, of);
	return false;
}

static bool
forbidden(const struct rules *r, struct span atom)
{
	for (size_t i = 0; i < r->blocking.forbid_count; i++)
		if (span_equal(r->blocking.forbid[i], atom))
			return true;
	return false;
}

static void
read_rule(struct rules *r, const struct config_at *at)
{
	struct blocking_rule *rule = &r->blocking.rules[r->blocking.rule_count++];

	*rule = (struct blocking_rule){ .count = 0 };
	if (!is_list(at, RULES_BLOCKING_ATOMS, "atoms"))
		return;
	for (size_t i = 0; i < json_array_size(at->value); i++) {
		struct config_at one = config_element(at, i);
		struct span atom = read_atom(r, &one);

		for (unsigned a = 0; a < rule->count; a++)
			if (span_equal(rule->atom[a], atom))
				config_fault(&one, RULES_CODE, "the atom stands twice in one rule");
		if (forbidden(r, atom))
			config_fault(&one, RULES_CODE, "the atom is forbidden");
		rule->atom[rule->count++] = atom;
	}
}

static void
read_forbid(struct rules *r, const struct config_at *at)
{
	if (at->value == NULL || !is_list(at, ATOMS_MAX, "atoms"))
		return;
	r->blocking.forbid = arena_zero(&r->arena, json_array_size(at->value),
	    sizeof *r->blocking.forbid);
	for (size_t i = 0; i < json_array_size(at->value); i++) {
		struct config_at one = config_element(at, i);

		r->blocking.forbid[r->blocking.forbid_count++] = read_atom(r, &one);
	}
}

static void
read_rules(struct rules *r, const struct config_at *at)
{
	if (at->value == NULL || !is_list(at, RULES_BLOCKING_MAX, "rules"))
		return;
	r->blocking.rules = arena_zero(&r->arena, json_array_size(at->value),
	    sizeof *r->blocking.rules);
	for (size_t i = 0; i < json_array_size(at->value); i++) {
		struct config_at one = config_element(at, i);

		read_rule(r, &one);
	}
}

void
rules_read_blocking(struct rules *r, const struct config_at *at)
{
	static const char *const keys[] = { "auto", "pairs_per_record", "rules", "forbid", NULL };
	struct config_at chosen = config_member(at, "auto"), rules = config_member(at, "rules");
	struct config_at forbid = config_member(at, "forbid");
	bool others = true;

	config_only(at, keys);
	config_bool(at, "auto", false, &others);
	r->blocking.only = !others;
	r->weights.pairs_per_record = rules_number(at, "pairs_per_record", 1, 0);
	read_forbid(r, &forbid);
	read_rules(r, &rules);
	if (!others && rules.value == NULL)
		config_fault(&chosen, RULES_CODE, "no rules of its own: nothing would be compared");
}
