/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/traits.c: keys get numbers value by value, and then nodes get those of their values.
 * Whole values and dates have numbers already. */
#include "base/alloc.h"
#include "base/attr.h"
#include "base/cache.h"
#include "base/pipeline.h"
#include "resolve/dict.h"
#include "resolve/traits.h"

enum {
	TASK = 1 << 14,		/* nodes of one task */
	BATCH = 256,		/* nodes that are gone through atom by atom */
	AHEAD = 16,		/* nodes: how far the cache is told in advance */
	SIZE_FIRST = 1 << 10	/* of a table of numbers */
};

/* Keys by their hash, which they are: numbers count from 1. */
struct numbers {
	uint64_t	*key;		/* 0: a free place */
	uint32_t	*number;
	size_t		 size, used;	/* size: a power of 2, at least a third more than used */
};

/* The traits of one atom, where they do not stand in the slots. */
struct column {
	unsigned	 atom;
	uint32_t	*of_value, *of_set, *of_node;
	struct numbers	 numbers;
	uint32_t	*list;
	size_t		 used, cap;
};

struct making {
	struct traits		*t;
	const struct view	*w;
	uint16_t		*fields_of;	/* by set: the fields that have it */
	struct column		 column[ATOMS_MAX];
};

/* ---- numbers of keys ---- */

static size_t
place(const struct numbers *n, uint64_t key)
{
	size_t at = key & (n->size - 1);

	while (n->key[at] != 0 && n->key[at] != key)
		at = (at + 1) & (n->size - 1);
	return at;
}

static void
open_for(struct numbers *n, size_t size)
{
	n->size = size;
	n->key = mem_zero_dense(size, sizeof *n->key);
	n->number = mem_alloc(size * sizeof *n->number);
}

static void
numbers_done(struct numbers *n)
{
	mem_free(n->key);
	mem_free(n->number);
	*n = (struct numbers){ 0 };
}

static void
grow(struct numbers *n)
{
	struct numbers old = *n;

	open_for(n, old.size == 0 ? SIZE_FIRST : 2 * old.size);
	for (size_t i = 0; i < old.size; i++)
		if (old.key[i] != 0) {
			size_t at = place(n, old.key[i]);

			n->key[at] = old.key[i];
			n->number[at] = old.number[i];
		}
	numbers_done(&old);
}

/* The number of a key: the given one if it is new. */
static uint32_t
number(struct numbers *n, uint64_t key, uint32_t wanted)
{
	size_t at;

	if (n->used * 4 >= n->size * 3)
		grow(n);
	at = place(n, key);
	if (n->key[at] == 0) {
		n->key[at] = key;
		n->number[at] = wanted;
		n->used++;
	}
	return n->number[at];
}

static uint32_t
next_number(struct numbers *n, uint64_t key)
{
	return number(n, key, (uint32_t)n->used + 1);
}

/* ---- traits of values, of sets, of names ---- */

static uint32_t
several(struct column *c, const uint64_t *key, unsigned count)
{
	uint32_t at = (uint32_t)c->used;

	if (count < 2)
		return count == 0 ? 0 : next_number(&c->numbers, key[0]);
	c->list = mem_grow(c->list, c->used + count + 1, &c->cap, sizeof *c->list);
	c->list[c->used++] = count;
	for (unsigned i = 0; i < count; i++)
		c->list[c->used++] = next_number(&c->numbers, key[i]);
	return at | TRAIT_SEVERAL;
}

static uint32_t
trait_of_value(struct column *c, const struct atom_keys *k, uint32_t value)
{
	uint32_t at;

	if (k->shape == KEY_OF_VALUE)
		return k->key[value] == 0 ? 0 : next_number(&c->numbers, k->key[value]);
	at = k->at[value];
	return several(c, k->key + at, k->at[value + 1] - at);
}

/* What a value has as its number without our doing; 0: nothing. */
static uint32_t
own_number(const struct atom_keys *k, uint32_t value)
{
	return k->shape == KEY_OF_DATE ? date_number(k->of.atom, value) : value + 1;
}

static bool
has_own(const struct atom_keys *k)
{
	return k->shape == KEY_OF_DATE || (k->shape == KEY_OF_VALUE && k->owned == NULL);
}

static void
find_values(struct making *m, struct column *c)
{
	const struct atom_keys *k = &m->t->set->atoms.list[c->atom];
	const struct dict *d = m->w->values.facts->dict[m->w->field[k->of.field].kind];
	uint32_t count = d == NULL ? 0 : dict_count(d);

	c->of_value = mem_alloc(((size_t)count + 1) * sizeof *c->of_value);
	for (uint32_t i = 0; i < count; i++)
		c->of_value[i] = trait_of_value(c, k, i);
}

static uint32_t
trait_of_set(struct making *m, struct column *c, uint32_t set)
{
	const struct atoms *atoms = &m->t->set->atoms;
	const struct atom_keys *k = &atoms->list[c->atom];
	UNCLEARED uint64_t key[ATOM_KEYS];
	const uint32_t *value;
	uint32_t one, count = view_values(m->w, SLOT_SET | set, &one, &value);

	for (uint32_t i = 0; has_own(k) && i < count; i++)
		if (own_number(k, value[i]) != 0)
			number(&c->numbers, atoms_value_key(k, value[i]), own_number(k, value[i]));
	return several(c, key, atoms_set_keys(atoms, c->atom, set, key));
}

static void
find_sets(struct making *m, struct column *c)
{
	unsigned field = m->t->set->atoms.list[c->atom].of.field;

	c->of_set = mem_alloc(((size_t)m->w->sets + 1) * sizeof *c->of_set);
	for (uint32_t i = 0; i < m->w->sets; i++)
		if (m->fields_of[i] >> field & 1)
			c->of_set[i] = trait_of_set(m, c, i);
}

/* Nearly every name is another one: two steps ahead what its key is made of, one step ahead where the
 * key has its number. */
static void
expect_name(const struct making *m, const struct column *c, uint32_t node)
{
	const struct atoms *atoms = &m->t->set->atoms;
	uint64_t key;

	if (node + 2 * AHEAD < m->w->nodes)
		atoms_expect(atoms, c->atom, node + 2 * AHEAD);
	if (node + AHEAD >= m->w->nodes || c->numbers.size == 0 ||
	    atoms_one(atoms, c->atom, node + AHEAD, &key) <= 0)
		return;
	cache_expect(&c->numbers.key[key & (c->numbers.size - 1)]);
	cache_expect(&c->numbers.number[key & (c->numbers.size - 1)]);
}

static void
find_names(struct making *m, struct column *c)
{
	UNCLEARED uint64_t key[ATOM_KEYS];

	c->of_node = mem_alloc(((size_t)m->w->nodes + 1) * sizeof *c->of_node);
	for (uint32_t i = 0; i < m->w->nodes; i++) {
		expect_name(m, c, i);
		c->of_node[i] = several(c, key, atoms_keys(&m->t->set->atoms, c->atom, i, key));
	}
}

static void
make_column(void *arg, unsigned atom)
{
	struct making *m = arg;
	struct column *c = &m->column[atom];
	const struct atom_keys *k = &m->t->set->atoms.list[atom];

	c->atom = atom;
	if (k->shape == KEY_OF_NAMES) {
		find_names(m, c);
	} else {
		if (!has_own(k))
			find_values(m, c);
		find_sets(m, c);
	}
	m->t->list[atom] = c->list;
	numbers_done(&c->numbers);
}

/* ---- rows ---- */

static uint32_t
trait_of(const struct making *m, const struct column *c, const struct atom_keys *k, uint32_t node)
{
	uint32_t slot;

	if (c->of_node != NULL)
		return c->of_node[node];
	slot = m->w->node[node].slot[k->of.field];
	if (slot == 0)
		return 0;
	if (slot & SLOT_SET)
		return c->of_set[slot & ~SLOT_SET];
	return c->of_value != NULL ? c->of_value[slot - 1] : own_number(k, slot - 1);
}

/* Atom by atom: what one look-up waits for is fetched while the next ones are on their way. */
static void
fill_rows(void *arg, unsigned task)
{
	const struct making *m = arg;
	uint32_t nodes = m->w->nodes, from = task * TASK, to = nodes - from < TASK ? nodes : from + TASK;
	size_t width = (size_t)m->t->words * TRAITS_WORD;
	uint32_t *row = (uint32_t *)m->t->row;

	memset(row + from * width, 0, (to - from) * width * sizeof *row);
	for (uint32_t at = from; at < to; at += BATCH)
		for (unsigned a = 0; a < m->t->set->matched; a++)
			for (uint32_t i = at; i < to && i < at + BATCH; i++)
				row[i * width + a] = trait_of(m, &m->column[a],
				    &m->t->set->atoms.list[a], i);
}

static void
find_fields_of_sets(struct making *m)
{
	m->fields_of = mem_zero((size_t)m->w->sets + 1, sizeof *m->fields_of);
	for (uint32_t i = 0; m->w->sets > 0 && i < m->w->nodes; i++)
		for (unsigned f = 0; f < m->w->fields; f++)
			if (m->w->node[i].slot[f] & SLOT_SET)
				m->fields_of[m->w->node[i].slot[f] & ~SLOT_SET] |= (uint16_t)(1U << f);
}

void
traits_make(struct traits *t, const struct rule_set *s, unsigned threads)
{
	struct making *m = mem_zero(1, sizeof *m);
	uint32_t nodes = s->atoms.view->nodes;

	*t = (struct traits){ .set = s, .words = (s->matched + TRAITS_WORD - 1) / TRAITS_WORD };
	m->t = t;
	m->w = s->atoms.view;
	find_fields_of_sets(m);
	parallel_each(threads, s->matched, make_column, m);
	t->row = mem_alloc(((size_t)nodes * t->words + 1) * sizeof *t->row);
	parallel_each(threads, (nodes + TASK - 1) / TASK, fill_rows, m);
	for (unsigned a = 0; a < s->matched; a++) {
		mem_free(m->column[a].of_value);
		mem_free(m->column[a].of_set);
		mem_free(m->column[a].of_node);
	}
	mem_free(m->fields_of);
	mem_free(m);
}

void
traits_done(struct traits *t)
{
	for (unsigned a = 0; a < ATOMS_MAX; a++)
		mem_free(t->list[a]);
	mem_free(t->row);
	*t = (struct traits){ 0 };
}

/* ---- keys ---- */

/* The numbers of a trait; returns how many. */
static unsigned
numbers_of(const struct traits *t, unsigned atom, const uint32_t *trait, const uint32_t **list)
{
	const uint32_t *at;

	if (!(*trait & TRAIT_SEVERAL)) {
		*list = trait;
		return *trait != 0;
	}
	at = t->list[atom] + (*trait & ~TRAIT_SEVERAL);
	*list = at + 1;
	return *at;
}

unsigned
traits_numbers(const struct traits *t, unsigned atom, uint32_t node, const uint32_t **list)
{
	return numbers_of(t, atom, (const uint32_t *)traits_row(t, node) + atom, list);
}

/* Some atom has several. */
static unsigned
several_keys(const struct traits *t, const struct rule_atoms *r, uint32_t node,
    uint64_t key[RULE_KEYS])
{
	UNCLEARED uint64_t of_atom[RULE_ATOMS][ATOM_KEYS];
	const uint64_t *list[RULE_ATOMS];
	unsigned n[RULE_ATOMS];

	for (unsigned a = 0; a < r->count; a++) {
		const uint32_t *number;

		n[a] = traits_numbers(t, r->atom[a], node, &number);
		for (unsigned i = 0; i < n[a]; i++)
			of_atom[a][i] = number[i];
		list[a] = of_atom[a];
	}
	return rule_products(r->count, list, n, key);
}

unsigned
traits_keys(const struct traits *t, unsigned rule, uint32_t node, uint64_t key[RULE_KEYS])
{
	const struct rule_atoms *r = &t->set->rule[rule];
	const uint32_t *trait = (const uint32_t *)traits_row(t, node);
	uint64_t joined = 0;
	uint32_t any = 0;

	for (unsigned a = 0; a < r->count; a++) {
		uint32_t number = trait[r->atom[a]];

		if (number == 0)
			return 0;
		any |= number;
		joined = key_join(joined, number);
	}
	if (any & TRAIT_SEVERAL)
		return several_keys(t, r, node, key);
	key[0] = joined;
	return 1;
}

/* ---- pairs ---- */

/* Four at a time; the last four are some of those before them again. */
static inline bool
among(uint32_t number, const uint32_t *list, unsigned count)
{
	traits_word found = { 0 };
	uint64_t half[2];

	for (unsigned i = 0; count < TRAITS_WORD && i < count; i++)
		if (list[i] == number)
			return true;
	for (unsigned i = 0; count >= TRAITS_WORD && i < count; i += TRAITS_WORD) {
		traits_word four;

		memcpy(&four, list + (i + TRAITS_WORD < count ? i : count - TRAITS_WORD), sizeof four);
		found |= (traits_word)(four == number);
	}
	memcpy(half, &found, sizeof half);
	return (half[0] | half[1]) != 0;
}

/* As keys_common_within: the first in one list is the first in the other, too. */
static unsigned
common_within(const uint32_t *x, unsigned xs, const uint32_t *y, unsigned ys)
{
	for (unsigned i = 0; i < xs; i++) {
		unsigned j = 0;

		if (!among(x[i], y, ys))
			continue;
		while (y[j] != x[i])
			j++;
		return (i > j ? i : j) + 1;
	}
	return 0;
}

/* Under each of these atoms, of which one trait is several, the two have a common key among the first
 * ones. */
static bool
have_common(const struct traits *t, const uint32_t *x, const uint32_t *y, uint64_t atoms,
    unsigned width)
{
	for (; atoms != 0; atoms &= atoms - 1) {
		unsigned i = (unsigned)__builtin_ctzll(atoms), at;
		const uint32_t *of_a, *of_b;
		unsigned as = numbers_of(t, i, &x[i], &of_a), bs = numbers_of(t, i, &y[i], &of_b);

		at = common_within(of_a, as, of_b, bs);
		if (at == 0 || at > width)
			return false;
	}
	return true;
}

/* The first common key is the first to come within the width of a rule, too: a later one is
 * further on in both lists. */
uint64_t
traits_settle(const struct traits *t, uint32_t a, uint32_t b, uint64_t several, uint64_t rules)
{
	const uint32_t *x = (const uint32_t *)traits_row(t, a);
	const uint32_t *y = (const uint32_t *)traits_row(t, b);
	uint64_t hold = 0;

	for (; rules != 0; rules &= rules - 1) {
		const struct rule_atoms *r = &t->set->rule[__builtin_ctzll(rules)];

		if (have_common(t, x, y, rule_bits(r) & several, rule_width(r->count)))
			hold |= rules & -rules;
	}
	return hold;
}

/* No number stands in a list twice. */
static bool
share_several(const uint32_t *x, unsigned xs, const uint32_t *y, unsigned ys)
{
	unsigned n = 0;

	for (unsigned i = 0; i < xs && n < 2; i++)
		n += among(x[i], y, ys);
	return n > 1;
}

bool
traits_share_one(const struct traits *t, uint32_t a, uint32_t b, uint64_t atoms)
{
	const uint32_t *x = (const uint32_t *)traits_row(t, a);
	const uint32_t *y = (const uint32_t *)traits_row(t, b);

	for (; atoms != 0; atoms &= atoms - 1) {
		unsigned i = (unsigned)__builtin_ctzll(atoms), as, bs;
		const uint32_t *of_a, *of_b;

		if (!(x[i] & y[i] & TRAIT_SEVERAL))
			continue;
		as = numbers_of(t, i, &x[i], &of_a);
		bs = numbers_of(t, i, &y[i], &of_b);
		if (as * bs > SHARE_STEPS || share_several(of_a, as, of_b, bs))
			return false;
	}
	return true;
}
