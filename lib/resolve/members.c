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

/* A slot by its value alone; of no value or a set, the first value and none of its keys. Without a
 * branch: whether a node has a value is not to be guessed. */
struct single {
	uint32_t	value;
	uint32_t	mask;		/* all bits, or none */
};

static inline struct single
single_of(uint32_t slot)
{
	uint32_t mask = -(uint32_t)(slot - 1 < SLOT_SET - 1);

	return (struct single){ (slot - 1) & mask, mask };
}

static inline uint64_t
key_of_single(const struct atom_keys *k, struct single x)
{
	return k->key[x.value] & (uint64_t)(int64_t)(int32_t)x.mask;
}

/* A name has several keys for several words. Then it is the first that is fetched: they follow. */
static inline uint64_t
key_of_words(const struct atom_keys *k, struct single x, bool *several)
{
	uint32_t from = k->at[x.value], n = (k->at[x.value + 1] - from) & x.mask;

	*several = n > 1;
	return n == 0 ? 0 : k->key[from];
}

/* The keys of the next atom come while those of this one are looked up. */
static void
expect_atom(const struct rule_set *s, const uint32_t *node, size_t count, unsigned atom)
{
	const struct atom_keys *k = &s->atoms.list[atom];
	const struct compared *slots = s->atoms.view->node;
	unsigned field = k->of.field;

	if (k->key == NULL || k->shape == KEY_OF_DATE)
		return;
	for (size_t i = 0; i < count && k->shape == KEY_OF_VALUE; i++)
		cache_expect(&k->key[single_of(slots[node[i]].slot[field]).value]);
	for (size_t i = 0; i < count && k->shape == KEYS_OF_VALUE; i++)
		cache_expect(&k->at[single_of(slots[node[i]].slot[field]).value]);
	for (size_t i = 0; i < count && k->shape == KEY_OF_NAMES; i++)
		atoms_expect(&s->atoms, atom, node[i]);
}

/* One atom of a member, whose shape is known where this is called. */
ALWAYS_INLINE void
load_one(const struct atom_keys *k, enum atom_shape shape, uint32_t slot, unsigned atom,
    struct member *x, uint64_t *key)
{
	struct single single = single_of(slot);
	bool several = false;

	if (shape == KEYS_OF_VALUE)
		*key = key_of_words(k, single, &several);
	else
		*key = key_of_single(k, single);
	several |= (slot & SLOT_SET) != 0;
	x->has |= (uint64_t)(*key != 0) << atom;
	x->many |= (uint64_t)several << atom;
}

/* Names of two fields, dates, and fields of which there is no value. */
static void
load_other(struct members *m, const struct rule_set *s, size_t at, size_t count, unsigned atom)
{
	uint64_t *key = m->key + at * s->atoms.count + atom;

	for (size_t i = at; i < at + count; i++, key += s->atoms.count) {
		struct member *x = &m->list[i];
		int n = atoms_one(&s->atoms, atom, x->node, key);

		x->has |= (uint64_t)(n > 0) << atom;
		x->many |= (uint64_t)(n < 0) << atom;
	}
}

/* Atom by atom: what one look-up waits for is fetched while the next ones are on their way. */
static void
load_atom(struct members *m, const struct rule_set *s, size_t at, size_t count, unsigned atom)
{
	const struct atom_keys *k = &s->atoms.list[atom];
	const struct compared *node = s->atoms.view->node;
	uint64_t *key = m->key + at * s->atoms.count + atom;

	if (k->key == NULL || (k->shape != KEY_OF_VALUE && k->shape != KEYS_OF_VALUE)) {
		load_other(m, s, at, count, atom);
		return;
	}
	for (struct member *x = m->list + at; x < m->list + at + count; x++, key += s->atoms.count)
		if (k->shape == KEY_OF_VALUE)
			load_one(k, KEY_OF_VALUE, node[x->node].slot[k->of.field], atom, x, key);
		else
			load_one(k, KEYS_OF_VALUE, node[x->node].slot[k->of.field], atom, x, key);
}

/* The lists of all atoms under which it may have several keys. A set of values may have one key only,
 * or none. */
static void
load_many(struct members *m, const struct rule_set *s, size_t i)
{
	struct member *x = &m->list[i];
	uint64_t *key = m->key + i * s->atoms.count;
	UNCLEARED uint64_t room[ATOM_KEYS];
	const uint64_t *list;
	unsigned lists = 0;

	x->more = (uint32_t)m->more_count;
	for (uint64_t many = x->many; many != 0; many &= many - 1)
		add_more(m, 0);
	for (uint64_t many = x->many; many != 0; many &= many - 1) {
		unsigned atom = (unsigned)__builtin_ctzll(many);
		unsigned n = atoms_list(&s->atoms, atom, x->node, room, &list);

		key[atom] = n == 0 ? 0 : list[0];
		x->has |= (uint64_t)(n > 0) << atom;
		if (n < 2) {
			x->many &= ~(UINT64_C(1) << atom);
			continue;
		}
		m->more[x->more + lists++] = m->more_count;
		add_more(m, n);
		for (unsigned k = 0; k < n; k++)
			add_more(m, list[k]);
	}
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
