/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/block_big.c: the ladder. */
#include "base/alloc.h"
#include "base/attr.h"
#include "resolve/ladder.h"
#include "resolve/shortlist.h"
#include "resolve/sort.h"

#include <stdatomic.h>
#include <string.h>

enum { REFINE_KEYS = 4 };	/* of a node under a refining atom: RULE_KEYS × 4 × 4 = BLOCK_KEYS */

static unsigned
keys_of_rule(const void *arg, uint32_t node, uint64_t key[BLOCK_KEYS])
{
	const struct ladder *l = arg;

	return traits_keys(l->traits, l->rule, node, key);
}

static unsigned
refine(const struct ladder *l, unsigned step, uint32_t node, uint64_t key[ATOM_KEYS])
{
	unsigned n = atoms_keys(&l->set->atoms, l->set->rule[l->rule].refine[step], node, key);

	return n < REFINE_KEYS ? n : REFINE_KEYS;
}

static void
add_entry(struct step *s, uint64_t key, uint32_t node)
{
	if (s->count == s->cap) {
		s->key = mem_grow(s->key, s->count + 1, &s->cap, sizeof *s->key);
		s->node = mem_resize(s->node, s->cap * sizeof *s->node);
	}
	s->key[s->count] = key;
	s->node[s->count++] = node;
}

static void
split(struct ladder *l, unsigned step, uint64_t key, const uint32_t *node, size_t count)
{
	UNCLEARED uint64_t more[ATOM_KEYS];

	for (size_t i = 0; i < count; i++) {
		unsigned n = refine(l, step, node[i], more);

		for (unsigned k = 0; k < n; k++)
			add_entry(&l->step[step + 1], key_join(key, more[k]), node[i]);
	}
}

static void
note(struct chosen *chosen, struct big_block b)
{
	chosen->big = mem_grow(chosen->big, chosen->bigs + 1, &chosen->big_cap, sizeof *chosen->big);
	chosen->big[chosen->bigs++] = b;
}

/* ---- what is said of a block ---- */

/* A key as it is made of traits, and what it is in every run. */
struct two_keys {
	uint64_t	here, ever;
};

/* Goes on from a key after `step` steps to the one that is wanted after `last`. */
static bool
find_refined(const struct ladder *l, uint32_t node, struct two_keys base, unsigned step,
    unsigned last, struct two_keys *wanted)
{
	UNCLEARED uint64_t more[ATOM_KEYS];
	unsigned n;

	if (step == last) {
		wanted->ever = base.ever;
		return base.here == wanted->here;
	}
	n = refine(l, step, node, more);
	for (unsigned i = 0; i < n; i++)
		if (find_refined(l, node, (struct two_keys){ key_join(base.here, more[i]),
		    key_join(base.ever, more[i]) }, step + 1, last, wanted))
			return true;
	return false;
}

/* The same from `atom` on, of those of the rule. */
static bool
find_key(const struct ladder *l, uint32_t node, struct two_keys base, unsigned atom, unsigned last,
    struct two_keys *wanted)
{
	const struct rule_atoms *r = &l->set->rule[l->rule];
	UNCLEARED uint64_t key[ATOM_KEYS];
	const uint32_t *number;
	unsigned n;

	if (atom == r->count)
		return find_refined(l, node, base, 0, last, wanted);
	(void)atoms_keys(&l->set->atoms, r->atom[atom], node, key);
	n = traits_numbers(l->traits, r->atom[atom], node, &number);
	for (unsigned i = 0; i < n && i < rule_width(r->count); i++)
		if (find_key(l, node, (struct two_keys){ key_join(base.here, number[i]),
		    key_join(base.ever, key[i]) }, atom + 1, last, wanted))
			return true;
	return false;
}

/* The key of a block that is the same in every run; `node` is one of its members. */
static uint64_t
lasting_key(const struct ladder *l, unsigned step, uint64_t key, uint32_t node)
{
	struct two_keys wanted = { key, 0 };

	(void)find_key(l, node, (struct two_keys){ 0, 0 }, 0, step, &wanted);
	return wanted.ever;
}

static int
by_step(const void *a, const void *b)
{
	const struct big_block *x = a, *y = b;

	if (x->step != y->step)
		return x->step < y->step ? -1 : 1;
	return x->key < y->key ? -1 : x->key > y->key;
}

/* ---- the climb ---- */

struct climbing {
	struct ladder			*l;
	struct chosen			*chosen;
	const struct view		*w;
	const struct pairs_options	*o;
	uint32_t			*by_source;
};

static void
too_large(struct climbing *c, unsigned step, uint64_t key, const uint32_t *node, size_t count)
{
	struct ladder *l = c->l;
	struct pair_rule *rule = &c->chosen->rule[l->rule];
	bool last = step == l->set->rule[l->rule].refines;
	size_t size = ladder_size(l, node, count);

	l->big = mem_grow(l->big, l->bigs + 1, &l->big_cap, sizeof *l->big);
	l->big[l->bigs++] = key;
	note(c->chosen, (struct big_block){ lasting_key(l, step, key, node[0]), (uint32_t)size,
	    (uint8_t)l->rule, (uint8_t)step, last });
	rule->oversized += step == 0;
	if (last) {
		uint64_t pairs = pairs_among(c->w, node, size, c->o->across, c->by_source);

		rule->skipped++;
		rule->lost += pairs;
		c->chosen->lost += pairs;
	} else {
		split(l, step, key, node, count);
	}
}

static void
climb(struct climbing *c, unsigned step, _Atomic uint16_t *over)
{
	struct step *s = &c->l->step[step];

	for (size_t at = 0, end; at < s->count; at = end) {
		end = blocks_end(s->key, at, s->count);
		if (end - at <= c->l->cap || ladder_size(c->l, s->node + at, end - at) <= c->l->cap)
			continue;
		for (size_t i = at; step == 0 && i < end; i++)
			atomic_fetch_or_explicit(&over[s->node[i]],
			    (uint16_t)(1U << c->l->rule), memory_order_relaxed);
		too_large(c, step, s->key[at], s->node + at, end - at);
	}
}

static int
by_key(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

void
ladder_make(struct ladder *l, struct blocks *b, const struct traits *t, struct chosen *chosen,
    unsigned rule, const struct view *w, const struct pairs_options *o, _Atomic uint16_t *over)
{
	struct climbing c = { l, chosen, w, o, NULL };
	size_t noted = chosen->bigs;

	*l = (struct ladder){ .traits = t, .set = t->set, .rule = rule,
	    .cap = chosen->rule[rule].cap, .real = o->real };
	chosen->rule[rule].oversized = 0;
	chosen->rule[rule].skipped = 0;
	chosen->rule[rule].lost = 0;
	c.by_source = mem_zero((size_t)w->sources + 1, sizeof *c.by_source);
	blocks_make(b, w->nodes, keys_of_rule, l, o->threads);
	l->step[0] = (struct step){ b->key, b->node, b->count, b->count };
	for (unsigned step = 0; step <= t->set->rule[rule].refines; step++) {
		if (step > 0 && l->step[step].count > 0)
			blocks_sort(l->step[step].key, l->step[step].node, l->step[step].count);
		climb(&c, step, over);
	}
	sort_array(l->big, l->bigs, sizeof *l->big, by_key, 1);
	if (chosen->bigs > noted)
		sort_array(chosen->big + noted, chosen->bigs - noted, sizeof *chosen->big, by_step, 1);
	mem_free(c.by_source);
}

void
ladder_drop_steps(struct ladder *l)
{
	for (unsigned step = 1; step < LADDER_STEPS; step++) {
		mem_free(l->step[step].key);
		mem_free(l->step[step].node);
	}
	memset(l->step, 0, sizeof l->step);
}

void
ladder_done(struct ladder *l)
{
	ladder_drop_steps(l);
	mem_free(l->big);
	*l = (struct ladder){ 0 };
}

/* ---- the keys of one node ---- */

static bool
is_big(const struct ladder *l, uint64_t key)
{
	size_t from = 0, to = l->bigs;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (l->big[mid] < key)
			from = mid + 1;
		else
			to = mid;
	}
	return from < l->bigs && l->big[from] == key;
}

static unsigned
add_final(const struct ladder *l, uint32_t node, uint64_t base, unsigned step,
    uint64_t key[BLOCK_KEYS], unsigned n)
{
	UNCLEARED uint64_t more[ATOM_KEYS];
	unsigned count;

	if (!is_big(l, base)) {
		key[n] = base;
		return n + 1;
	}
	if (step == l->set->rule[l->rule].refines)
		return n;
	count = refine(l, step, node, more);
	for (unsigned i = 0; i < count; i++)
		n = add_final(l, node, key_join(base, more[i]), step + 1, key, n);
	return n;
}

unsigned
ladder_keys(const struct ladder *l, uint32_t node, uint64_t key[BLOCK_KEYS])
{
	UNCLEARED uint64_t base[RULE_KEYS];
	unsigned bases = traits_keys(l->traits, l->rule, node, base), n = 0;

	for (unsigned i = 0; i < bases; i++)
		n = add_final(l, node, base[i], 0, key, n);
	sort_array(key, n, sizeof *key, by_key, 1);
	return n;
}
