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
rule_set_pick(struct rule_set *s, const struct atoms *from, const struct pair_rule *rule,
    unsigned count)
{
	struct pair_atom_of list[ATOMS_MAX];
	unsigned atoms = number_atoms(s, rule, count, list);

	atoms_pick(&s->atoms, from, list, atoms);
	make_allowed(s);
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

/* The keys of a rule from the keys of its atoms, ascending; how many of each is in n. */
static unsigned
products(unsigned atoms, const uint64_t *const list[RULE_ATOMS], const unsigned n[RULE_ATOMS],
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
	return products(r->count, list, n, key);
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

unsigned
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

static bool
share_key(const struct rule_set *s, unsigned atom, uint32_t a, uint32_t b, unsigned width)
{
	UNCLEARED uint64_t x[ATOM_KEYS], y[ATOM_KEYS];
	unsigned xs = atoms_keys(&s->atoms, atom, a, x), ys = atoms_keys(&s->atoms, atom, b, y);
	unsigned place = keys_common_within(x, xs, y, ys);

	return place > 0 && place <= width;
}

bool
rule_set_holds(const struct rule_set *s, unsigned rule, uint32_t a, uint32_t b)
{
	const struct rule_atoms *r = &s->rule[rule];

	for (unsigned i = 0; i < r->count; i++) {
		uint64_t x, y;
		int xs = atoms_one(&s->atoms, r->atom[i], a, &x);
		int ys = atoms_one(&s->atoms, r->atom[i], b, &y);

		if (xs == 0 || ys == 0)
			return false;
		if (xs < 0 || ys < 0 ? !share_key(s, r->atom[i], a, b, rule_width(r->count)) : x != y)
			return false;
	}
	return true;
}
