/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rules_joins.c: reads the joins of a rules file. */
#include "base/buf.h"
#include "io/json_config.h"
#include "resolve/rules_priv.h"

static bool
forbidden_atom(const struct rules *r, const struct join *j, size_t a)
{
	static const char *const field[ATOMS] = { NULL, "email", "phone_number", "phone_number",
	    "given_name", "given_name", "given_name", "given_name", "given_name", "birthdate",
	    "birthdate", "address", "address" };

	for (size_t i = 0; i < r->never_count && field[j->atom[a]] != NULL; i++)
		if (span_is(r->never[i], field[j->atom[a]]))
			return true;
	return false;
}

static void
read_atom(struct rules *r, const struct config_at *at, struct join *j)
{
	struct span text = span_from(json_string_value(at->value));

	if (text.p == NULL || j->count == RULES_ATOMS_MAX) {
		config_fault(at, RULES_CODE, "not one of at most %d atoms", RULES_ATOMS_MAX);
		return;
	}
	if (span_starts(text, SPAN("id.")) && text.len > 3) {
		if (j->type.p != NULL)
			config_fault(at, RULES_CODE, "a second identifier in one join");
		j->type = arena_copy(&r->arena, span_skip(text, 3));
		j->atom[j->count++] = ATOM_IDENTIFIER;
		return;
	}
	for (int a = ATOM_IDENTIFIER; a < ATOMS; a++)
		if (span_is(text, atom_name((enum atom)a))) {
			j->atom[j->count++] = (enum atom)a;
			if (forbidden_atom(r, j, j->count - 1))
				config_fault(at, RULES_CODE, "the field is not used for matching");
			return;
		}
	config_fault(at, RULES_CODE, "unknown atom, or not in this version");
}

/* An identifier comes first, because its type is the first byte of the key. */
static void
order_atoms(struct join *j)
{
	for (size_t i = 1; i < j->count; i++)
		if (j->atom[i] == ATOM_IDENTIFIER) {
			j->atom[i] = j->atom[0];
			j->atom[0] = ATOM_IDENTIFIER;
		}
}

static void
name_join(struct rules *r, struct join *j)
{
	struct buf name = { 0 };

	for (size_t i = 0; i < j->count; i++) {
		if (i > 0)
			buf_byte(&name, '+');
		buf_text(&name, atom_name(j->atom[i]));
		if (j->atom[i] == ATOM_IDENTIFIER && j->type.p != NULL) {
			buf_byte(&name, '.');
			buf_add(&name, j->type);
		}
	}
	j->name = arena_copy(&r->arena, buf_span(&name));
	buf_done(&name);
}

static void
read_join(struct rules *r, const struct config_at *at)
{
	static const char *const keys[] = { "all", "force", NULL };
	struct config_at all = config_member(at, "all");
	struct join *j = &r->joins[r->join_count++];
	bool only_compatible = true;

	*j = (struct join){ .count = 0 };
	config_only(at, keys);
	if (json_object_get(at->value, "force") != NULL)
		config_fault(at, RULES_CODE, "not in this version: force");
	if (!json_is_array(all.value) || json_array_size(all.value) == 0) {
		config_fault(at, RULES_CODE, "a join needs a list \"all\" of atoms");
		return;
	}
	for (size_t i = 0; i < json_array_size(all.value); i++) {
		struct config_at one = config_element(&all, i);

		read_atom(r, &one, j);
	}
	for (size_t i = 0; i < j->count; i++)
		only_compatible &= j->atom[i] == ATOM_GIVEN_COMPATIBLE;
	if (j->count > 0 && only_compatible)
		config_fault(at, RULES_CODE, "given.compatible alone is no key");
	order_atoms(j);
	name_join(r, j);
}

void
rules_read_joins(struct rules *r, const struct config_at *at)
{
	size_t n = json_array_size(at->value);

	if (!json_is_array(at->value) || n == 0 || n > 64) {
		config_fault(at, RULES_CODE, "not a list of 1 to 64 joins");
		return;
	}
	r->joins = arena_zero(&r->arena, n, sizeof *r->joins);
	r->join_count = 0;
	for (size_t i = 0; i < n; i++) {
		struct config_at one = config_element(at, i);

		read_join(r, &one);
	}
}
