/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/keys.c: keys are the numbers of the atoms' values one after another. */
#include "resolve/faces.h"
#include "resolve/facts.h"
#include "resolve/keys.h"
#include "resolve/types.h"

static enum fact_kind
kind_of(enum atom a)
{
	if (a >= ATOM_ATTRIBUTE)
		return FACT_ATTRIBUTE;
	switch (a) {
	case ATOM_IDENTIFIER:
		return FACT_IDENTIFIER;
	case ATOM_EMAIL:
		return FACT_EMAIL;
	case ATOM_PHONE:
	case ATOM_PHONE_LAST8:
		return FACT_PHONE;
	case ATOM_GIVEN:
	case ATOM_GIVEN_FIRST:
	case ATOM_GIVEN_INITIAL:
		return FACT_GIVEN;
	case ATOM_BIRTHDATE:
	case ATOM_BIRTHDATE_YM:
		return FACT_BIRTHDATE;
	case ATOM_POSTCODE:
		return FACT_POSTCODE;
	case ATOM_LOCALITY:
		return FACT_LOCALITY;
	default:
		return FACT_END;
	}
}

static bool
wanted(const struct join *j, const struct types *types, uint8_t type)
{
	const struct type *t = types_at(types, type);

	return j->type.p != NULL ? span_equal(j->type, t->name) : t->key;
}

/* Puts the tokens of a name among the sorted ones; those beyond KEYS_TOKENS do not count. */
static void
add_tokens(struct keys *k, const struct facts *f, uint32_t name)
{
	const uint32_t *token;
	size_t n = faces_tokens(f, name, &token);

	for (size_t i = 0; i < n && k->names[0] < KEYS_TOKENS; i++) {
		size_t at = ++k->names[0];

		for (; at > 1 && token[i] < k->names[at - 1]; at--)
			k->names[at] = k->names[at - 1];
		k->names[at] = token[i];
	}
}

/* The set is there only if both names are. */
static size_t
name_set(struct keys *k, const struct facts *f, const uint32_t *row)
{
	uint32_t given = facts_find(row, FACT_GIVEN), family = facts_find(row, FACT_FAMILY);

	if (given == 0 || family == 0)
		return 0;
	k->names[0] = 0;
	add_tokens(k, f, given);
	add_tokens(k, f, family);
	return 1;
}

static size_t
values_of(struct keys *k, const struct join *j, size_t a, const struct facts *f,
    const uint32_t *row, const struct types *types)
{
	enum fact_kind kind = kind_of(j->atom[a]);
	size_t count = 0;

	for (; *row != 0 && count < KEYS_VALUES; row++) {
		uint32_t v;

		if (fact_kind(*row) != kind ||
		    (kind == FACT_IDENTIFIER && !wanted(j, types, facts_type(f, *row))) ||
		    (kind == FACT_ATTRIBUTE && facts_type(f, *row) != j->atom[a] - ATOM_ATTRIBUTE))
			continue;
		v = faces_of(f, (int)j->atom[a], *row);
		if (v != 0)
			k->value[a][count++] = v;
	}
	return count;
}

size_t
keys_prepare(struct keys *k, const struct join *j, const struct facts *f, const uint32_t *row,
    const struct types *types)
{
	size_t all = 1;

	for (size_t a = 0; a < j->count; a++) {
		if (j->atom[a] == ATOM_GIVEN_COMPATIBLE)
			k->count[a] = 1;
		else if (j->atom[a] == ATOM_NAME_SET)
			k->count[a] = name_set(k, f, row);
		else
			k->count[a] = values_of(k, j, a, f, row, types);
		all *= k->count[a];
		if (all == 0)
			return 0;
	}
	return all < KEYS_MAX ? all : KEYS_MAX;
}

struct span
keys_at(struct keys *k, const struct join *j, size_t i)
{
	size_t words = 0;

	for (size_t a = 0; a < j->count; a++) {
		size_t at = 0;

		if (k->count[a] > 1) {
			at = i % k->count[a];
			i /= k->count[a];
		}
		if (j->atom[a] == ATOM_NAME_SET) {
			memcpy(k->key + words, k->names, (1 + k->names[0]) * sizeof *k->key);
			words += 1 + k->names[0];
		} else if (j->atom[a] != ATOM_GIVEN_COMPATIBLE) {
			k->key[words++] = k->value[a][at];
		}
	}
	return span_make((const char *)k->key, words * sizeof *k->key);
}

bool
keys_possible(const struct join *j, const struct facts *f)
{
	for (size_t a = 0; a < j->count; a++) {
		enum fact_kind kind = kind_of(j->atom[a]);

		if (kind != FACT_END && kind != FACT_BIRTHDATE && f->dict[kind] == NULL)
			return false;
	}
	return true;
}

uint32_t
keys_kinds(const struct join *j)
{
	uint32_t kinds = 0;

	for (size_t a = 0; a < j->count; a++)
		if (j->atom[a] == ATOM_NAME_SET)
			kinds |= 1U << FACT_GIVEN | 1U << FACT_FAMILY;
		else
			kinds |= 1U << kind_of(j->atom[a]);
	return kinds;
}

static const uint32_t *
next_of(uint32_t kinds, const uint32_t *row)
{
	while (*row != 0 && (kinds >> fact_kind(*row) & 1) == 0)
		row++;
	return row;
}

bool
keys_alike(uint32_t kinds, const uint32_t *row, const uint32_t *other)
{
	for (;; row++, other++) {
		row = next_of(kinds, row);
		other = next_of(kinds, other);
		if (*row != *other || *row == 0)
			return *row == *other;
	}
}

bool
keys_one_word(const struct join *j)
{
	size_t words = 0;

	for (size_t a = 0; a < j->count; a++)
		words += j->atom[a] == ATOM_NAME_SET ? 2 : j->atom[a] != ATOM_GIVEN_COMPATIBLE;
	return words == 1;
}

uint32_t
keys_word(const struct keys *k, size_t i)
{
	return k->value[0][i % k->count[0]];
}
