/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/keys.c: keys are the atoms of a join one after another, each with its length, so
 * that two different lists of values never give the same bytes. */
#include "resolve/facts.h"
#include "resolve/keys.h"
#include "resolve/types.h"

enum { NAME_TOKENS = 16 };

void
keys_done(struct keys *k)
{
	buf_done(&k->name);
	buf_done(&k->key);
}

static void
add_tokens(struct span name, struct span *token, size_t *count)
{
	struct span rest = name, part;

	while (span_split(&rest, ' ', &part)) {
		size_t at = *count;

		if (part.len == 0 || *count == NAME_TOKENS)
			continue;
		while (at > 0 && span_cmp(part, token[at - 1]) < 0) {
			token[at] = token[at - 1];
			at--;
		}
		token[at] = part;
		++*count;
	}
}

struct span
keys_name_set(const unsigned char *facts, struct buf *scratch)
{
	struct span given = facts_find(facts, FACT_GIVEN), family = facts_find(facts, FACT_FAMILY);
	struct span token[NAME_TOKENS];
	size_t count = 0;

	if (given.p == NULL || family.p == NULL)
		return span_none();
	add_tokens(given, token, &count);
	add_tokens(family, token, &count);
	buf_reset(scratch);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_byte(scratch, ' ');
		buf_add(scratch, token[i]);
	}
	return buf_span(scratch);
}

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

/* The part of a fact that the atom compares; absent if the fact is too short for it. */
static struct span
face(enum atom a, struct span v)
{
	size_t n = 1;

	switch (a) {
	case ATOM_PHONE_LAST8:
		return v.len < 8 ? span_none() : span_skip(v, v.len - 8);
	case ATOM_GIVEN_FIRST:
		return span_head(v, span_index(v, ' '));
	case ATOM_GIVEN_INITIAL:
		while (n < v.len && ((unsigned char)v.p[n] & 0xc0) == 0x80)
			n++;
		return span_head(v, n);
	case ATOM_BIRTHDATE:
		return (v.p[0] | v.p[1]) == 0 || v.p[2] == 0 || v.p[3] == 0 ? span_none() : v;
	case ATOM_BIRTHDATE_YM:
		return (v.p[0] | v.p[1]) == 0 || v.p[2] == 0 ? span_none() : span_head(v, 3);
	default:
		return v;
	}
}

static bool
wanted(const struct join *j, const struct types *types, uint8_t type)
{
	const struct type *t = types_at(types, type);

	return j->type.p != NULL ? span_equal(j->type, t->name) : t->key;
}

static size_t
values_of(struct keys *k, const struct join *j, size_t a, const unsigned char *facts,
    const struct types *types)
{
	enum fact_kind kind = kind_of(j->atom[a]);
	size_t count = 0;
	struct fact f;

	if (j->atom[a] == ATOM_NAME_SET) {
		k->value[a][0] = keys_name_set(facts, &k->name);
		return k->value[a][0].p != NULL;
	}
	while (count < KEYS_VALUES && facts_next(&facts, &f)) {
		struct span v;

		if (f.kind != kind || (kind == FACT_IDENTIFIER && !wanted(j, types, f.type)) ||
		    (kind == FACT_ATTRIBUTE && f.type != j->atom[a] - ATOM_ATTRIBUTE))
			continue;
		v = face(j->atom[a], f.value);
		if (v.p == NULL)
			continue;
		if (kind == FACT_IDENTIFIER)
			k->type[count] = f.type;
		k->value[a][count++] = v;
	}
	return count;
}

size_t
keys_prepare(struct keys *k, const struct join *j, const unsigned char *facts,
    const struct types *types)
{
	size_t all = 1;

	for (size_t a = 0; a < j->count; a++) {
		if (j->atom[a] == ATOM_GIVEN_COMPATIBLE)
			k->count[a] = 1;
		else
			k->count[a] = values_of(k, j, a, facts, types);
		all *= k->count[a];
		if (all == 0)
			return 0;
	}
	return all < KEYS_MAX ? all : KEYS_MAX;
}

struct span
keys_at(struct keys *k, const struct join *j, size_t i)
{
	buf_reset(&k->key);
	buf_byte(&k->key, 0);
	for (size_t a = 0; a < j->count; a++) {
		size_t at = i % k->count[a];

		i /= k->count[a];
		if (j->atom[a] == ATOM_GIVEN_COMPATIBLE)
			continue;
		if (j->atom[a] == ATOM_IDENTIFIER)
			k->key.p[0] = (char)k->type[at];
		buf_byte(&k->key, (char)(k->value[a][at].len >> 8));
		buf_byte(&k->key, (char)(k->value[a][at].len & 0xff));
		buf_add(&k->key, k->value[a][at]);
	}
	return buf_span(&k->key);
}
