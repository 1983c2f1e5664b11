/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rules_joins.c: reads the joins of a rules file. */
#include "base/buf.h"
#include "io/json_config.h"
#include "resolve/atoms.h"
#include "resolve/rules_priv.h"

static bool
forbidden_atom(const struct rules *r, const struct join *j, size_t a)
{
	static const char *const field[ATOMS] = { NULL, "email", "phone_number", "phone_number",
	    "given_name", "given_name", "given_name", "given_name", "given_name", "birthdate",
	    "birthdate", "address", "address" };

	if (j->atom[a] >= ATOM_ATTRIBUTE)
		return rules_never(r, r->attributes[j->atom[a] - ATOM_ATTRIBUTE]);
	return field[j->atom[a]] != NULL && rules_never(r, span_from(field[j->atom[a]]));
}

/* The atom of attr.X. */
static enum atom
attribute_atom(struct rules *r, struct span name)
{
	struct buf path = { 0 };
	struct span *list;
	size_t i = 0;

	buf_text(&path, "attributes.");
	buf_add(&path, name);
	while (i < r->attribute_count && !span_equal(r->attributes[i], buf_span(&path)))
		i++;
	if (i == r->attribute_count) {
		list = arena_alloc(&r->arena, (i + 1) * sizeof *list);
		if (i > 0)
			memcpy(list, r->attributes, i * sizeof *list);
		list[i] = arena_copy(&r->arena, buf_span(&path));
		r->attributes = list;
		r->attribute_count++;
	}
	buf_done(&path);
	return (enum atom)(ATOM_ATTRIBUTE + i);
}

/* Any atom but an identifier, or -1. */
static int
find_atom(struct rules *r, struct span text)
{
	struct span head = SPAN("attr.");

	for (int a = ATOM_IDENTIFIER; a < ATOMS; a++)
		if (span_is(text, atom_name((enum atom)a)))
			return a;
	if (span_starts(text, head) && text.len > head.len && !span_ends(text, SPAN(".p4")))
		return (int)attribute_atom(r, span_skip(text, head.len));
	return -1;
}

static void
read_atom(struct rules *r, const struct config_at *at, struct join *j)
{
	struct span text = span_from(json_string_value(at->value));
	int atom;

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
	atom = find_atom(r, text);
	if (atom < 0) {
		if (atom_known(text))	/* of blocking, which finds pairs to weigh */
			config_fault(at, RULES_CODE, "not in this version: %.*s", SPAN_ARG(text));
		else
			config_fault(at, RULES_CODE, "unknown atom");
		return;
	}
	j->atom[j->count++] = (enum atom)atom;
	if (forbidden_atom(r, j, j->count - 1))
		config_fault(at, RULES_CODE, "the field is not used for matching");
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
		if (j->atom[i] >= ATOM_ATTRIBUTE) {
			buf_text(&name, "attr.");
			buf_add(&name, span_skip(r->attributes[j->atom[i] - ATOM_ATTRIBUTE],
			    strlen("attributes.")));
			continue;
		}
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
	config_bool(at, "force", false, &j->force);
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
