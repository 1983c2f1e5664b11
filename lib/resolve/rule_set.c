/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rule_set.c: rules share atoms, so a pair is compared atom by atom and the rules
 * are looked up by the atoms that agree. */
#include "base/alloc.h"
#include "resolve/rule_set.h"

enum { CHUNK = 8 };		/* atoms looked up together */

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
	unsigned chunks = (s->atoms.count + CHUNK - 1) / CHUNK;

	s->all = s->of_count[0] | s->of_count[1] | s->of_count[2];
	s->allowed = mem_zero(chunks + 1, sizeof *s->allowed);
	for (unsigned c = 0; c < chunks; c++)
		for (unsigned agree = 0; agree < 256; agree++)
			for (unsigned r = 0; r < s->count; r++) {
				uint64_t wanted = rule_bits(&s->rule[r]) >> (c * CHUNK) & 255;

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

unsigned
rule_set_keys(const struct rule_set *s, unsigned rule, uint32_t node, uint64_t key[RULE_KEYS])
{
	const struct rule_atoms *r = &s->rule[rule];
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
		if (n == 0)
			return 0;
	}
	return n == 1 ? 1 : sort_keys(key, n);
}

/* ---- pairs ---- */

void
member_make(struct member *m, const struct rule_set *s, uint32_t node, uint64_t *key)
{
	uint64_t of_atom[ATOM_KEYS];

	*m = (struct member){ .key = key, .node = node };
	for (unsigned a = 0; a < s->atoms.count; a++) {
		unsigned n = atoms_keys(&s->atoms, a, node, of_atom);

		key[a] = n == 0 ? 0 : of_atom[0];
		m->has |= (uint64_t)(n > 0) << a;
		m->many |= (uint64_t)(n > 1) << a;
	}
}

static uint64_t
allowed(const struct rule_set *s, uint64_t agree)
{
	uint64_t rules = s->all;

	for (unsigned c = 0; c * CHUNK < s->atoms.count; c++)
		rules &= s->allowed[c][agree >> (c * CHUNK) & 255];
	return rules;
}

/* The least place, counted from 1, within which both lists have a common key; 0: none. */
static unsigned
common_within(const uint64_t *x, unsigned xs, const uint64_t *y, unsigned ys)
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

/* Some atom has several keys on one side. The first common key in ascending order is the first
 * to come within the width of a rule, too: a later one is further on in both lists. */
static uint64_t
agree_many(const struct rule_set *s, const struct member *a, const struct member *b, uint64_t agree)
{
	uint64_t within[RULE_ATOMS] = { agree, agree, agree }, rules = 0;
	uint64_t x[ATOM_KEYS], y[ATOM_KEYS];

	for (uint64_t many = (a->many | b->many) & ~agree; many != 0; many &= many - 1) {
		unsigned atom = (unsigned)__builtin_ctzll(many);
		unsigned xs = atoms_keys(&s->atoms, atom, a->node, x);
		unsigned ys = atoms_keys(&s->atoms, atom, b->node, y);
		unsigned place = common_within(x, xs, y, ys);

		for (unsigned n = 0; n < RULE_ATOMS; n++)
			if (place > 0 && place <= rule_width(n + 1))
				within[n] |= UINT64_C(1) << atom;
	}
	for (unsigned n = 0; n < RULE_ATOMS; n++)
		rules |= allowed(s, within[n]) & s->of_count[n];
	return rules;
}

static uint64_t
two_agree(const struct rule_set *s, const struct member *a, const struct member *b)
{
	uint64_t agree = 0;

	for (unsigned i = 0; i < s->atoms.count; i++)
		agree |= (uint64_t)(a->key[i] == b->key[i]) << i;
	agree &= a->has;
	if (((a->many | b->many) & ~agree) != 0)
		return agree_many(s, a, b, agree);
	return allowed(s, agree);
}

void
members_agree(const struct rule_set *s, const struct member *a, const struct member *other,
    size_t count, uint64_t *rules)
{
	for (size_t i = 0; i < count; i++)
		rules[i] = two_agree(s, a, &other[i]);
}
