/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rule_set.c: rules by the numbers of their atoms. */
#include "base/alloc.h"
#include "base/attr.h"
#include "resolve/rule_set.h"

/* ---- making ---- */

static unsigned
find_atom(struct pair_atom_of *list, unsigned *count, struct pair_atom_of of)
{
	for (unsigned i = 0; i < *count; i++)
		if (list[i].atom == of.atom && list[i].field == of.field)
			return i;
	list[*count] = of;
	return (*count)++;
}

static void
make_allowed(struct rule_set *s)
{
	unsigned chunks = (s->matched + ATOM_CHUNK - 1) / ATOM_CHUNK;

	s->all = s->of_count[0] | s->of_count[1] | s->of_count[2];
	s->allowed = mem_zero(chunks + 1, sizeof *s->allowed);
	for (unsigned c = 0; c < chunks; c++)
		for (unsigned agree = 0; agree < 256; agree++)
			for (unsigned r = 0; r < s->count; r++) {
				uint64_t wanted = rule_bits(&s->rule[r]) >> (c * ATOM_CHUNK) & 255;

				if ((wanted & ~(uint64_t)agree) == 0)
					s->allowed[c][agree] |= UINT64_C(1) << r;
			}
}

/* Gives numbers to the atoms of the rules: returns how many. */
static unsigned
number_atoms(struct rule_set *s, const struct pair_rule *rule, unsigned count,
    struct pair_atom_of list[ATOMS_MAX])
{
	unsigned atoms = 0;

	*s = (struct rule_set){ .count = count };
	for (unsigned r = 0; r < count; r++) {
		s->rule[r].count = rule[r].count;
		s->of_count[rule[r].count - 1] |= UINT64_C(1) << r;
		for (unsigned i = 0; i < rule[r].count; i++)
			s->rule[r].atom[i] = find_atom(list, &atoms, rule[r].atom[i]);
	}
	s->matched = atoms;
	for (unsigned r = 0; r < count; r++) {
		s->rule[r].refines = rule[r].refines;
		for (unsigned i = 0; i < rule[r].refines; i++)
			s->rule[r].refine[i] = find_atom(list, &atoms, rule[r].refine[i]);
	}
	return atoms;
}

void
rule_set_make(struct rule_set *s, const struct view *w, const struct pair_rule *rule,
    unsigned count, unsigned threads)
{
	struct pair_atom_of list[ATOMS_MAX];
	unsigned atoms = number_atoms(s, rule, count, list);

	atoms_make(&s->atoms, w, list, atoms, threads);
	make_allowed(s);
}

void
rule_set_pick(struct rule_set *s, const struct atoms *from, const struct view *w,
    const struct pair_rule *rule, unsigned count)
{
	struct pair_atom_of list[ATOMS_MAX];
	unsigned atoms = number_atoms(s, rule, count, list);

	atoms_pick(&s->atoms, from, w, list, atoms);
	make_allowed(s);
}

void
rule_set_keep(struct atoms *from, const struct pair_rule *rule, unsigned count)
{
	struct pair_atom_of list[ATOMS_MAX];
	struct rule_set s;

	atoms_keep(from, list, number_atoms(&s, rule, count, list));
}

void
rule_set_done(struct rule_set *s)
{
	atoms_done(&s->atoms);
	mem_free(s->allowed);
	*s = (struct rule_set){ 0 };
}

/* ---- keys of a node ---- */

static unsigned
sort_keys(uint64_t *key, unsigned count)
{
	unsigned n = 0;

	for (unsigned i = 0; i < count; i++) {
		uint64_t k = key[i];
		unsigned at = n;

		while (at > 0 && key[at - 1] > k)
			at--;
		if (at > 0 && key[at - 1] == k)
			continue;
		memmove(key + at + 1, key + at, (n - at) * sizeof k);
		key[at] = k;
		n++;
	}
	return n;
}

unsigned
rule_products(unsigned atoms, const uint64_t *const list[RULE_ATOMS], const unsigned n[RULE_ATOMS],
    uint64_t key[RULE_KEYS])
{
	UNCLEARED uint64_t joined[RULE_KEYS];	/* of all atoms but the last */
	unsigned width = rule_width(atoms), count = 1, last = atoms - 1, found = 0;

	joined[0] = 0;
	for (unsigned a = 0; a < last; a++) {
		unsigned keys = n[a] < width ? n[a] : width;

		/* From the end, so that a product never goes where a factor still stands. */
		for (unsigned i = count; i-- > 0;)
			for (unsigned k = keys; k-- > 0;)
				joined[i * keys + k] = key_join(joined[i], list[a][k]);
		count *= keys;
	}
	for (unsigned i = 0; i < count; i++)
		for (unsigned k = 0; k < n[last] && k < width; k++)
			key[found++] = key_join(joined[i], list[last][k]);
	return sort_keys(key, found);
}

/* Some atom has several keys. */
static unsigned
many_keys(const struct rule_set *s, const struct rule_atoms *r, uint32_t node,
    uint64_t key[RULE_KEYS])
{
	UNCLEARED uint64_t of_atom[RULE_ATOMS][ATOM_KEYS];
	const uint64_t *list[RULE_ATOMS];
	unsigned n[RULE_ATOMS];

	for (unsigned a = 0; a < r->count; a++) {
		list[a] = of_atom[a];
		n[a] = atoms_keys(&s->atoms, r->atom[a], node, of_atom[a]);
	}
	return rule_products(r->count, list, n, key);
}

unsigned
rule_set_keys(const struct rule_set *s, unsigned rule, uint32_t node, uint64_t key[RULE_KEYS])
{
	const struct rule_atoms *r = &s->rule[rule];
	uint64_t joined = 0;
	bool several = false;

	for (unsigned a = 0; a < r->count; a++) {
		uint64_t of_atom;
		int n = atoms_one(&s->atoms, r->atom[a], node, &of_atom);

		if (n == 0)
			return 0;
		several |= n < 0;
		joined = key_join(joined, of_atom);
	}
	if (several)
		return many_keys(s, r, node, key);
	key[0] = joined;
	return 1;
}

/* ---- two nodes ---- */

/* The least place, counted from 1, within which two ascending lists have a common key; 0: none. */
static unsigned
keys_common_within(const uint64_t *x, unsigned xs, const uint64_t *y, unsigned ys)
{
	unsigned i = 0, j = 0;

	while (i < xs && j < ys) {
		if (x[i] == y[j])
			return (i > j ? i : j) + 1;
		if (x[i] < y[j])
			i++;
		else
			j++;
	}
	return 0;
}

/* The place of the first key that two nodes share under an atom, counted from 1; 0: none. The first in
 * ascending order is the first to come within the width of a rule, too: a later one is further on
 * in both lists. */
static unsigned
place_shared(const struct rule_set *s, unsigned atom, uint32_t a, uint32_t b)
{
	UNCLEARED uint64_t room_x[ATOM_KEYS], room_y[ATOM_KEYS];
	const uint64_t *x, *y;
	unsigned xs = atoms_list(&s->atoms, atom, a, room_x, &x);
	unsigned ys = atoms_list(&s->atoms, atom, b, room_y, &y);

	return keys_common_within(x, xs, y, ys);
}

bool
rule_set_holds(const struct rule_set *s, unsigned rule, uint32_t a, uint32_t b)
{
	const struct rule_atoms *r = &s->rule[rule];

	for (unsigned i = 0; i < r->count; i++) {
		uint64_t x, y;
		int xs = atoms_one(&s->atoms, r->atom[i], a, &x);
		int ys = atoms_one(&s->atoms, r->atom[i], b, &y);
		unsigned place;

		if (xs > 0 && ys > 0 && x != y)
			return false;
		if (xs > 0 && ys > 0)
			continue;
		place = xs == 0 || ys == 0 ? 0 : place_shared(s, r->atom[i], a, b);
		if (place == 0 || place > rule_width(r->count))
			return false;
	}
	return true;
}

/* Whether two values have the same key, each its only one; or -1, and place_shared knows. */
static inline int
values_agree(const struct atom_keys *k, uint32_t a, uint32_t b)
{
	uint32_t date;

	switch (k->shape) {
	case KEY_OF_VALUE:
		return k->key[a] == k->key[b] && k->key[a] != 0;
	case KEYS_OF_VALUE:
		if (k->at[a + 1] - k->at[a] > 1 || k->at[b + 1] - k->at[b] > 1)
			return -1;
		return k->at[a + 1] > k->at[a] && k->at[b + 1] > k->at[b] &&
		    k->key[k->at[a]] == k->key[k->at[b]];
	case KEY_OF_DATE:
		date = date_number(k->of.atom, a);
		return date != 0 && date == date_number(k->of.atom, b);
	default:
		return -1;
	}
}

/* Rules share atoms, so a pair is compared atom by atom and the rules are looked up by the atoms that
 * agree: all of them, and within the width of rules of one, two, three atoms. */
uint64_t
rule_set_agree(const struct rule_set *s, uint32_t a, uint32_t b)
{
	const uint32_t *of_a = s->atoms.view->node[a].slot, *of_b = s->atoms.view->node[b].slot;
	uint64_t agree = 0, within[RULE_ATOMS] = { 0 }, rules = 0;

	for (unsigned i = 0; i < s->matched; i++) {
		const struct atom_keys *k = &s->atoms.list[i];
		uint32_t x = of_a[k->of.field], y = of_b[k->of.field];
		unsigned place;
		int same;

		if (x == 0 || y == 0)
			continue;
		same = (x | y) & SLOT_SET ? -1 : values_agree(k, x - 1, y - 1);
		if (same >= 0) {
			agree |= (uint64_t)same << i;
			continue;
		}
		place = place_shared(s, i, a, b);
		for (unsigned n = 0; n < RULE_ATOMS; n++)
			within[n] |= (uint64_t)(place > 0 && place <= rule_width(n + 1)) << i;
	}
	for (unsigned n = 0; n < RULE_ATOMS; n++)
		rules |= rule_set_allows(s, agree | within[n]) & s->of_count[n];
	return rules;
}

void
rule_set_expect(const struct rule_set *s, uint32_t a, uint32_t b)
{
	const uint32_t *of_a = s->atoms.view->node[a].slot, *of_b = s->atoms.view->node[b].slot;

	for (unsigned i = 0; i < s->matched; i++) {
		unsigned field = s->atoms.list[i].of.field;

		if (of_a[field] == 0 || of_b[field] == 0)
			continue;
		atoms_expect(&s->atoms, i, a);
		atoms_expect(&s->atoms, i, b);
	}
}
