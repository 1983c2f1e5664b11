/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/members.c: rules share atoms, so a pair is compared atom by atom and the rules are
 * looked up by the atoms that agree. */
#include "base/alloc.h"
#include "base/attr.h"
#include "resolve/members.h"

/* ---- loading ---- */

static void
add_more(struct members *m, uint64_t word)
{
	if (m->more_count == m->more_cap)
		m->more = mem_grow(m->more, m->more_count + 1, &m->more_cap, sizeof *m->more);
	m->more[m->more_count++] = word;
}

/* The lists of all atoms under which the member has several keys. */
static void
load_more(struct members *m, const struct rule_set *s, struct member *x)
{
	UNCLEARED uint64_t key[ATOM_KEYS];
	unsigned lists = (unsigned)__builtin_popcountll(x->many), at = 0;

	x->more = (uint32_t)m->more_count;
	for (unsigned i = 0; i < lists; i++)
		add_more(m, 0);
	for (uint64_t many = x->many; many != 0; many &= many - 1) {
		unsigned n = atoms_keys(&s->atoms, (unsigned)__builtin_ctzll(many), x->node, key);

		m->more[x->more + at++] = m->more_count;
		add_more(m, n);
		for (unsigned i = 0; i < n; i++)
			add_more(m, key[i]);
	}
}

/* The keys of the next atom come while those of this one are looked up. */
static void
expect_atom(const struct rule_set *s, const uint32_t *node, size_t count, unsigned atom)
{
	for (size_t i = 0; i < count; i++)
		atoms_expect(&s->atoms, atom, node[i]);
}

/* Atom by atom: what one look-up waits for is fetched while the next ones are on their way. */
static void
load_atom(struct members *m, const struct rule_set *s, size_t at, size_t count, unsigned atom)
{
	uint64_t *key = m->key + at * s->atoms.count + atom;

	for (size_t i = at; i < at + count; i++, key += s->atoms.count) {
		struct member *x = &m->list[i];
		int n = atoms_one(&s->atoms, atom, x->node, key);

		x->has |= (uint64_t)(n > 0) << atom;
		x->many |= (uint64_t)(n < 0) << atom;
	}
}

/* A set of values may have one key only, or none. */
static void
load_many(struct members *m, const struct rule_set *s, size_t i)
{
	struct member *x = &m->list[i];
	uint64_t *key = m->key + i * s->atoms.count;
	UNCLEARED uint64_t all[ATOM_KEYS];

	for (uint64_t many = x->many; many != 0; many &= many - 1) {
		unsigned atom = (unsigned)__builtin_ctzll(many);
		unsigned n = atoms_keys(&s->atoms, atom, x->node, all);

		key[atom] = n == 0 ? 0 : all[0];
		x->has |= (uint64_t)(n > 0) << atom;
		if (n < 2)
			x->many &= ~(UINT64_C(1) << atom);
	}
	if (x->many != 0)
		load_more(m, s, x);
}

void
members_load(struct members *m, const struct rule_set *s, size_t at, const uint32_t *node,
    size_t count)
{
	if (at == 0)
		m->more_count = 0;
	if (m->cap < at + count) {
		m->list = mem_grow(m->list, at + count, &m->cap, sizeof *m->list);
		m->key = mem_resize(m->key, (m->cap * s->atoms.count + 1) * sizeof *m->key);
	}
	for (size_t i = 0; i < count; i++)
		m->list[at + i] = (struct member){ .node = node[i] };
	for (unsigned a = 0; a < s->atoms.count; a++) {
		if (a + 1 < s->atoms.count)
			expect_atom(s, node, count, a + 1);
		load_atom(m, s, at, count, a);
	}
	for (size_t i = at; i < at + count; i++)
		if (m->list[i].many != 0)
			load_many(m, s, i);
}

void
members_done(struct members *m)
{
	mem_free(m->list);
	mem_free(m->key);
	mem_free(m->more);
	*m = (struct members){ 0 };
}

/* ---- pairs ---- */

/* The keys of a member under an atom; returns how many. */
static unsigned
keys_of(const struct members *m, const struct rule_set *s, size_t i, unsigned atom,
    const uint64_t **key)
{
	const struct member *x = &m->list[i];
	uint64_t bit = UINT64_C(1) << atom;

	if (x->many & bit) {
		size_t list = x->more + (size_t)__builtin_popcountll(x->many & (bit - 1));

		*key = m->more + m->more[list] + 1;
		return (unsigned)m->more[m->more[list]];
	}
	*key = m->key + i * s->atoms.count + atom;
	return (x->has & bit) != 0;
}

unsigned
members_keys(const struct members *m, const struct rule_set *s, size_t i, unsigned rule,
    uint64_t key[RULE_KEYS])
{
	const struct rule_atoms *r = &s->rule[rule];
	const struct member *x = &m->list[i];
	const uint64_t *first = m->key + i * s->atoms.count, *list[RULE_ATOMS];
	uint64_t bits = rule_bits(r), joined = 0;
	unsigned n[RULE_ATOMS];

	if ((bits & ~x->has) != 0)
		return 0;
	if ((bits & x->many) == 0) {
		for (unsigned a = 0; a < r->count; a++)
			joined = key_join(joined, first[r->atom[a]]);
		key[0] = joined;
		return 1;
	}
	for (unsigned a = 0; a < r->count; a++)
		n[a] = keys_of(m, s, i, r->atom[a], &list[a]);
	return rule_products(r->count, list, n, key);
}

/* Some atom has several keys on one side. The first common key in ascending order is the first
 * to come within the width of a rule, too: a later one is further on in both lists. */
static uint64_t
agree_many(const struct members *m, const struct rule_set *s, size_t a, size_t b, uint64_t many,
    uint64_t agree)
{
	uint64_t within[RULE_ATOMS] = { agree, agree, agree }, rules = 0;

	for (; many != 0; many &= many - 1) {
		unsigned atom = (unsigned)__builtin_ctzll(many);
		const uint64_t *x, *y;
		unsigned xs = keys_of(m, s, a, atom, &x), ys = keys_of(m, s, b, atom, &y);
		unsigned place = keys_common_within(x, xs, y, ys);

		for (unsigned n = 0; n < RULE_ATOMS; n++)
			if (place > 0 && place <= rule_width(n + 1))
				within[n] |= UINT64_C(1) << atom;
	}
	for (unsigned n = 0; n < RULE_ATOMS; n++)
		rules |= rule_set_allows(s, within[n]) & s->of_count[n];
	return rules;
}

void
members_agree(const struct members *m, const struct rule_set *s, size_t a, size_t from,
    size_t count, uint64_t *rules)
{
	unsigned atoms = s->atoms.count;
	const struct member *x = &m->list[a];
	const uint64_t *key = m->key + a * atoms, *other = m->key + from * atoms;

	for (size_t b = from; b < from + count; b++, other += atoms) {
		uint64_t agree = 0, many;

		for (unsigned i = 0; i < atoms; i++)
			agree |= (uint64_t)(key[i] == other[i]) << i;
		agree &= x->has;
		many = (x->many | m->list[b].many) & x->has & m->list[b].has & ~agree;
		*rules++ = UNLIKELY(many != 0) ? agree_many(m, s, a, b, many, agree) :
		    rule_set_allows(s, agree);
	}
}

static unsigned
count_common(const uint64_t *x, unsigned xs, const uint64_t *y, unsigned ys)
{
	unsigned i = 0, j = 0, n = 0;

	while (i < xs && j < ys) {
		n += x[i] == y[j];
		if (x[i] <= y[j])
			i++;
		else
			j++;
	}
	return n;
}

bool
members_share_one(const struct members *m, const struct rule_set *s, size_t a, size_t b,
    uint64_t atoms)
{
	uint64_t many = m->list[a].many & m->list[b].many & atoms;

	for (; many != 0; many &= many - 1) {
		unsigned atom = (unsigned)__builtin_ctzll(many);
		const uint64_t *x, *y;
		unsigned xs = keys_of(m, s, a, atom, &x), ys = keys_of(m, s, b, atom, &y);

		if (count_common(x, xs, y, ys) > 1)
			return false;
	}
	return true;
}
