/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rule_set.c: rules by the numbers of their atoms. */
#include "base/alloc.h"
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

uint64_t
rule_bits(const struct rule_atoms *r)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < r->count; i++)
		bits |= UINT64_C(1) << r->atom[i];
	return bits;
}

static void
make_allowed(struct rule_set *s)
{
	unsigned chunks = (s->atoms.count + ATOM_CHUNK - 1) / ATOM_CHUNK;

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

void
rule_set_make(struct rule_set *s, const struct view *w, const struct pair_rule *rule,
    unsigned count, unsigned threads)
{
	struct pair_atom_of list[ATOMS_MAX];
	unsigned atoms = 0;

	*s = (struct rule_set){ .count = count };
	for (unsigned r = 0; r < count; r++) {
		s->rule[r].count = rule[r].count;
		s->of_count[rule[r].count - 1] |= UINT64_C(1) << r;
		for (unsigned i = 0; i < rule[r].count; i++)
			s->rule[r].atom[i] = find_atom(list, &atoms, rule[r].atom[i]);
		s->rule[r].refines = rule[r].refines;
		for (unsigned i = 0; i < rule[r].refines; i++)
			s->rule[r].refine[i] = find_atom(list, &atoms, rule[r].refine[i]);
	}
	atoms_make(&s->atoms, w, list, atoms, threads);
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

/* 64 keys of one atom, 8 × 8 of two, 4 × 4 × 4 of three. */
unsigned
rule_width(unsigned atoms)
{
	return atoms == 1 ? 64 : atoms == 2 ? 8 : 4;
}

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

/* Some atom has several keys. */
static unsigned
many_keys(const struct rule_set *s, const struct rule_atoms *r, uint32_t node,
    uint64_t key[RULE_KEYS])
{
	unsigned width = rule_width(r->count), n = 1;
	uint64_t of_atom[ATOM_KEYS], joined[RULE_KEYS];

	key[0] = 0;
	for (unsigned a = 0; a < r->count; a++) {
		unsigned keys = atoms_keys(&s->atoms, r->atom[a], node, of_atom), products = 0;

		if (keys > width)
			keys = width;
		for (unsigned i = 0; i < n; i++)
			for (unsigned k = 0; k < keys; k++)
				joined[products++] = key_join(key[i], of_atom[k]);
		memcpy(key, joined, products * sizeof *key);
		n = products;
	}
	return sort_keys(key, n);
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
