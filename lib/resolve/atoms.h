/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/atoms.h: the keys of nodes under atoms (resolve 3.3), looked up by value: what a
 * name sounds like or where a street is gets worked out once for a distinct value.
 * Always holds: keys are hashes of contents, the same in every run, never 0; no value, no key.
 * After atoms_make nothing here changes; any thread may read. */
#ifndef CDP_RESOLVE_ATOMS_H
#define CDP_RESOLVE_ATOMS_H

#include "base/cache.h"		/* used inline */
#include "resolve/pairs.h"
#include "resolve/view.h"

enum { ATOMS_MAX = 64, ATOM_KEYS = 64 };	/* of a view; keys of one node under one atom */

enum atom_shape {
	KEY_OF_VALUE,		/* one */
	KEYS_OF_VALUE,		/* several */
	KEY_OF_DATE,		/* worked out from the number */
	KEY_OF_NAMES		/* of given and family name together */
};

struct atom_keys {
	struct pair_atom_of	 of;
	enum atom_shape		 shape;
	const uint64_t		*key;		/* by value, 0 none; of KEYS_OF_VALUE by `at` */
	uint64_t		*owned;		/* what key points at, or NULL where it is the view's */
	uint32_t		*at;		/* KEYS_OF_VALUE: by value, one more at the end */
	uint64_t		*family;	/* KEY_OF_NAMES: by value of the family name */
	uint8_t			 family_field;
};

struct atoms {
	const struct view	*view;		/* borrowed */
	struct atom_keys	*list;
	unsigned		 count;
	bool			 picked;	/* another one has the keys */
};

/* The atoms that the fields of a view have and the rules allow; returns how many. */
unsigned atoms_of_view(const struct view *w, struct pair_atom_of list[ATOMS_MAX]);
/* Whether an atom may be called so: "birthdate.full", "id.loyalty", "attr.city.p4". */
bool atom_known(struct span name);
void atoms_make(struct atoms *a, const struct view *w, const struct pair_atom_of *list,
    unsigned count, unsigned threads);
/* Some of the atoms of another one, in this order, for a view of the same values; it must be there as
 * long. */
void atoms_pick(struct atoms *a, const struct atoms *from, const struct view *w,
    const struct pair_atom_of *list, unsigned count);
/* Frees the keys of all atoms that are not in the list. */
void atoms_keep(struct atoms *a, const struct pair_atom_of *list, unsigned count);
/* Whether some atom has these keys, which are the view's. */
bool atoms_use(const struct atoms *a, const uint64_t *key);
void atoms_done(struct atoms *a);

/* The keys of a node under list[atom], each once, ascending, the smallest where they are too
 * many; returns how many. */
unsigned atoms_keys(const struct atoms *a, unsigned atom, uint32_t node, uint64_t key[ATOM_KEYS]);
/* The same without a copy where they stand together already: *list points at them there or in
 * `room`. */
unsigned atoms_list(const struct atoms *a, unsigned atom, uint32_t node, uint64_t room[ATOM_KEYS],
    const uint64_t **list);
/* The same of a set of values, not of names. */
unsigned atoms_set_keys(const struct atoms *a, unsigned atom, uint32_t set, uint64_t key[ATOM_KEYS]);

/* Spreads every bit of x over the whole word; never 0. */
static inline uint64_t
key_spread(uint64_t x)
{
	x ^= x >> 32;
	x *= UINT64_C(0xd6e8feb86659fd93);
	x ^= x >> 32;
	x *= UINT64_C(0xd6e8feb86659fd93);
	x ^= x >> 32;
	return x == 0 ? 1 : x;
}

/* The key of one thing and then another. */
static inline uint64_t
key_join(uint64_t a, uint64_t b)
{
	return key_spread((a << 7 | a >> 57) + b * UINT64_C(0x9e3779b97f4a7c15));
}

/* A number of a birth date without what the atom leaves out; 0 if what it needs is unknown. */
static inline uint32_t
date_number(enum pair_atom atom, uint32_t number)
{
	uint32_t date = number & ~DATE_UNSURE, year = date >> 9, month = date >> 5 & 15, mday = date & 31;

	switch (atom) {
	case PAIR_BIRTHDATE:
		return year != 0 && month != 0 && mday != 0 ? date : 0;
	case PAIR_BIRTHDATE_YM:
		return year != 0 && month != 0 ? date >> 5 : 0;
	case PAIR_BIRTHDATE_MD:
		return month != 0 && mday != 0 ? date & 511 : 0;
	default:
		return year;
	}
}

static inline uint64_t
date_key(enum pair_atom atom, uint32_t number)
{
	uint32_t date = date_number(atom, number);

	return date == 0 ? 0 : key_spread(date);
}

/* The key of a value that has no more than one; 0: none. */
static inline uint64_t
atoms_value_key(const struct atom_keys *k, uint32_t value)
{
	return k->shape == KEY_OF_DATE ? date_key(k->of.atom, value) : k->key[value];
}

/* What most nodes have: no key, 0, or a single one, 1; or -1, and atoms_keys has them. */
static inline int
atoms_one(const struct atoms *a, unsigned atom, uint32_t node, uint64_t *key)
{
	const struct atom_keys *k = &a->list[atom];
	const uint32_t *slots = a->view->node[node].slot;
	uint32_t slot = slots[k->of.field], family;

	*key = 0;
	if (slot == 0)
		return 0;
	if (slot & SLOT_SET)
		return -1;
	switch (k->shape) {
	case KEY_OF_VALUE:
		*key = k->key[slot - 1];
		break;
	case KEYS_OF_VALUE:
		if (k->at[slot] - k->at[slot - 1] > 1) {
			cache_expect(&k->key[k->at[slot - 1]]);
			return -1;
		}
		if (k->at[slot] > k->at[slot - 1])
			*key = k->key[k->at[slot - 1]];
		break;
	case KEY_OF_DATE:
		*key = date_key(k->of.atom, slot - 1);
		break;
	case KEY_OF_NAMES:
		family = slots[k->family_field];
		if (family & SLOT_SET)
			return -1;
		if (family != 0 && k->key[slot - 1] != 0 && k->family[family - 1] != 0)
			*key = key_spread(k->key[slot - 1] + k->family[family - 1]);
	}
	return *key != 0;
}

/* The keys of a node will be asked for soon. */
static inline void
atoms_expect(const struct atoms *a, unsigned atom, uint32_t node)
{
	const struct atom_keys *k = &a->list[atom];
	const uint32_t *slots = a->view->node[node].slot;
	uint32_t value = slots[k->of.field] - 1;	/* of no value it is above those of sets */

	if (value >= SLOT_SET - 1 || k->shape == KEY_OF_DATE)
		return;
	if (k->shape == KEYS_OF_VALUE)
		cache_expect(&k->at[value]);
	else
		cache_expect(&k->key[value]);
	if (k->shape == KEY_OF_NAMES && slots[k->family_field] - 1 < SLOT_SET - 1)
		cache_expect(&k->family[slots[k->family_field] - 1]);
}

enum { ATOMS_AHEAD = 16 };	/* nodes that are on their way from memory while one is looked at */

/* While node[i] of a list is looked at: slots and then keys of those behind it come. */
static inline void
atoms_expect_next(const struct atoms *a, unsigned atom, const uint32_t *node, size_t i, size_t count)
{
	if (i + 2 * ATOMS_AHEAD < count)
		cache_expect(&a->view->node[node[i + 2 * ATOMS_AHEAD]]);
	if (i + ATOMS_AHEAD < count)
		atoms_expect(a, atom, node[i + ATOMS_AHEAD]);
}

#endif
