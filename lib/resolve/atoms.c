/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/atoms.c: which atoms a view has, their names, and the keys of a node. */
#include "base/alloc.h"
#include "resolve/atoms.h"
#include "resolve/rules.h"

#include <assert.h>

/* Most numbers of given and family names of one node that are set against each other. */
enum { NAMES_MOST = 8 };

struct atom_info {
	enum pair_atom		 atom;
	enum field_type		 type;
	const char		*name;
};

/* Of one field type, from the tightest to the widest. NAME_SET belongs to the given name. */
static const struct atom_info info[] = {
	{ PAIR_GIVEN, FIELD_GIVEN, "given.exact" },
	{ PAIR_GIVEN_FIRST, FIELD_GIVEN, "given.first" },
	{ PAIR_GIVEN_SOUND, FIELD_GIVEN, "given.phon" },
	{ PAIR_GIVEN_P3, FIELD_GIVEN, "given.p3" },
	{ PAIR_GIVEN_INITIAL, FIELD_GIVEN, "given.initial" },
	{ PAIR_NAME_SET, FIELD_GIVEN, "name.set" },
	{ PAIR_FAMILY_TOKEN, FIELD_FAMILY, "family.token" },
	{ PAIR_FAMILY_SOUND, FIELD_FAMILY, "family.phon" },
	{ PAIR_FAMILY_P4, FIELD_FAMILY, "family.p4" },
	{ PAIR_FAMILY_P2, FIELD_FAMILY, "family.p2" },
	{ PAIR_FAMILY_INITIAL, FIELD_FAMILY, "family.initial" },
	{ PAIR_BIRTHDATE, FIELD_BIRTHDATE, "birthdate.full" },
	{ PAIR_BIRTHDATE_YM, FIELD_BIRTHDATE, "birthdate.ym" },
	{ PAIR_BIRTHDATE_MD, FIELD_BIRTHDATE, "birthdate.md" },
	{ PAIR_BIRTHDATE_YEAR, FIELD_BIRTHDATE, "birthdate.year" },
	{ PAIR_EMAIL, FIELD_EMAIL, "email.canon" },
	{ PAIR_EMAIL_LOCAL, FIELD_EMAIL, "email.local" },
	{ PAIR_PHONE, FIELD_PHONE, "phone.e164" },
	{ PAIR_PHONE_LAST8, FIELD_PHONE, "phone.last8" },
	{ PAIR_PLACE, FIELD_PLACE, "place.key" },
	{ PAIR_PLACE_LOCALITY, FIELD_PLACE, "place.locality" },
	{ PAIR_POSTCODE, FIELD_PLACE, "postcode.full" },
	{ PAIR_POSTCODE_PREFIX, FIELD_PLACE, "postcode.prefix" },
	{ PAIR_LOCALITY, FIELD_PLACE, "locality" },
	{ PAIR_POSTCODE, FIELD_POSTCODE, "postcode.full" },
	{ PAIR_POSTCODE_PREFIX, FIELD_POSTCODE, "postcode.prefix" },
	{ PAIR_LOCALITY, FIELD_LOCALITY, "locality" },
	{ PAIR_IDENTIFIER, FIELD_IDENTIFIER, "" },
	{ PAIR_ATTRIBUTE, FIELD_STRING, "" },
	{ PAIR_ATTRIBUTE_P4, FIELD_STRING, ".p4" },
	{ PAIR_ATTRIBUTE_TOKEN, FIELD_STRING, ".token" },
	{ PAIR_ATTRIBUTE, FIELD_TEXT, "" },
	{ PAIR_ATTRIBUTE_P4, FIELD_TEXT, ".p4" },
	{ PAIR_ATTRIBUTE_TOKEN, FIELD_TEXT, ".token" },
	{ PAIR_ATTRIBUTE, FIELD_WORDS, "" },
	{ PAIR_ATTRIBUTE_P4, FIELD_WORDS, ".p4" },
	{ PAIR_ATTRIBUTE_TOKEN, FIELD_WORDS, ".token" },
	{ PAIR_ATTRIBUTE, FIELD_NUMBER, "" },
	{ PAIR_ATTRIBUTE_CLOSE, FIELD_NUMBER, ".hundredth" },
	{ PAIR_ATTRIBUTE_NEAR, FIELD_NUMBER, ".tenth" },
	{ PAIR_ATTRIBUTE, FIELD_CODE, "" },
	{ PAIR_ATTRIBUTE, FIELD_CATEGORY, "" },
	{ PAIR_ATTRIBUTE, FIELD_DATE, "" },
	{ PAIR_ATTRIBUTE_NEAR, FIELD_DATE, ".days" },
	{ PAIR_ATTRIBUTE, FIELD_ARRAY, "" },
	{ PAIR_ATTRIBUTE, FIELD_MAILBOX, "" },
	{ PAIR_ATTRIBUTE_NEAR, FIELD_MAILBOX, ".local" },
	{ PAIR_ATTRIBUTE, FIELD_TELEPHONE, "" },
	{ PAIR_ATTRIBUTE_NEAR, FIELD_TELEPHONE, ".last8" },
};

enum { INFO = sizeof info / sizeof info[0] };

bool
atom_known(struct span name)
{
	static const struct span typed[] = { SPAN_INIT("id."), SPAN_INIT("attr.") };

	for (unsigned i = 0; i < INFO; i++)
		if (info[i].name[0] != '\0' && info[i].name[0] != '.' && span_is(name, info[i].name))
			return true;
	for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++)
		if (span_starts(name, typed[i]) && name.len > typed[i].len)
			return true;
	return false;
}

static const char *
name_of(enum pair_atom atom, enum field_type type)
{
	for (unsigned i = 0; i < INFO; i++)
		if (info[i].atom == atom && info[i].type == type)
			return info[i].name;
	assert(!"an atom of a field of that type");
	return "";
}

/* Identifiers and attributes go by the name of their field, without the group before it. */
static void
add_name(const struct view *w, struct pair_atom_of of, struct buf *out)
{
	const struct field *f = &w->field[of.field];
	size_t dot = span_index(f->name, '.');

	if (fact_has_type(f->kind)) {
		buf_text(out, f->kind == FACT_IDENTIFIER ? "id." : "attr.");
		buf_add(out, dot < f->name.len ? span_skip(f->name, dot + 1) : f->name);
	}
	buf_text(out, name_of(of.atom, f->type));
}

static bool
forbidden(const struct view *w, struct pair_atom_of atom, struct buf *name)
{
	if (w->blocking == NULL || w->blocking->forbid_count == 0)
		return false;
	buf_reset(name);
	add_name(w, atom, name);
	for (size_t i = 0; i < w->blocking->forbid_count; i++)
		if (span_equal(buf_span(name), w->blocking->forbid[i]))
			return true;
	return false;
}

unsigned
atoms_of_view(const struct view *w, struct pair_atom_of list[ATOMS_MAX])
{
	struct buf name = { 0 };
	unsigned n = 0;

	for (unsigned f = 0; f < w->fields; f++)
		for (unsigned i = 0; i < INFO && n < ATOMS_MAX; i++) {
			if (info[i].type != w->field[f].type)
				continue;
			if (info[i].atom == PAIR_NAME_SET && w->of_type[FIELD_FAMILY] < 0)
				continue;
			list[n] = (struct pair_atom_of){ info[i].atom, (uint8_t)f };
			n += !forbidden(w, list[n], &name);
		}
	buf_done(&name);
	return n;
}

void
rule_name(const struct view *w, const struct pair_rule *r, struct buf *out)
{
	for (unsigned i = 0; i < r->count; i++) {
		if (i > 0)
			buf_byte(out, '+');
		add_name(w, r->atom[i], out);
	}
}

/* ---- keys of a node ---- */

/* Puts a key among the sorted ones unless it is there; the largest goes where all places are
 * taken. */
static unsigned
put(uint64_t key[ATOM_KEYS], unsigned n, uint64_t k)
{
	unsigned at = n;

	while (at > 0 && key[at - 1] > k)
		at--;
	if ((at > 0 && key[at - 1] == k) || at == ATOM_KEYS)
		return n;
	if (n == ATOM_KEYS)
		n--;
	memmove(key + at + 1, key + at, (n - at) * sizeof *key);
	key[at] = k;
	return n + 1;
}

static unsigned
keys_of_names(const struct atoms *a, const struct atom_keys *k, uint32_t node,
    uint64_t key[ATOM_KEYS])
{
	const uint32_t *slot = a->view->node[node].slot, *given, *family;
	uint32_t one[2], givens, families;
	unsigned n = 0;

	givens = view_values(a->view, slot[k->of.field], &one[0], &given);
	families = view_values(a->view, slot[k->family_field], &one[1], &family);
	for (uint32_t g = 0; g < givens && g < NAMES_MOST; g++)
		for (uint32_t f = 0; f < families && f < NAMES_MOST; f++)
			if (k->key[given[g]] != 0 && k->family[family[f]] != 0)
				n = put(key, n, key_spread(k->key[given[g]] + k->family[family[f]]));
	return n;
}

static unsigned
put_value(const struct atom_keys *k, uint32_t value, uint64_t key[ATOM_KEYS], unsigned n)
{
	uint64_t one;

	if (k->shape == KEYS_OF_VALUE) {
		for (uint32_t i = k->at[value]; i < k->at[value + 1]; i++)
			n = put(key, n, k->key[i]);
		return n;
	}
	one = atoms_value_key(k, value);
	return one == 0 ? n : put(key, n, one);
}

static unsigned
keys_of_slot(const struct atoms *a, const struct atom_keys *k, uint32_t slot,
    uint64_t key[ATOM_KEYS])
{
	const uint32_t *value;
	uint32_t one, count = view_values(a->view, slot, &one, &value);
	unsigned n = 0;

	for (uint32_t i = 0; i < count; i++)
		n = put_value(k, value[i], key, n);
	return n;
}

unsigned
atoms_keys(const struct atoms *a, unsigned atom, uint32_t node, uint64_t key[ATOM_KEYS])
{
	const struct atom_keys *k = &a->list[atom];
	int few = atoms_one(a, atom, node, &key[0]);

	if (few >= 0)
		return (unsigned)few;
	if (k->shape == KEY_OF_NAMES)
		return keys_of_names(a, k, node, key);
	return keys_of_slot(a, k, a->view->node[node].slot[k->of.field], key);
}

unsigned
atoms_list(const struct atoms *a, unsigned atom, uint32_t node, uint64_t room[ATOM_KEYS],
    const uint64_t **list)
{
	const struct atom_keys *k = &a->list[atom];
	uint32_t slot = a->view->node[node].slot[k->of.field];

	*list = room;
	if (k->shape != KEYS_OF_VALUE || slot == 0 || slot & SLOT_SET)
		return atoms_keys(a, atom, node, room);
	*list = k->key + k->at[slot - 1];
	return k->at[slot] - k->at[slot - 1];
}

unsigned
atoms_set_keys(const struct atoms *a, unsigned atom, uint32_t set, uint64_t key[ATOM_KEYS])
{
	return keys_of_slot(a, &a->list[atom], SLOT_SET | set, key);
}
