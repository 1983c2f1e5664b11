/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/traits_test.c: traits say of two nodes what the keys of their values say. */
#include "base/alloc.h"
#include "pairs_case.h"
#include "resolve/traits.h"
#include "tap.h"

enum { RECORDS = 250, RULES = 60 };

static void
random_rules(struct pair_rule rule[RULES], const struct view *w, struct random *r)
{
	struct pair_atom_of of[ATOMS_MAX];
	unsigned atoms = atoms_of_view(w, of);

	for (unsigned i = 0; i < RULES; i++) {
		rule[i] = (struct pair_rule){ .count = 1 + draw(r, RULE_ATOMS), .refines = 1 };
		for (unsigned a = 0; a < rule[i].count; a++)
			rule[i].atom[a] = of[draw(r, atoms)];
		rule[i].refine[0] = of[draw(r, atoms)];
	}
}

static uint64_t
held(const struct rule_set *s, uint32_t a, uint32_t b)
{
	uint64_t rules = 0;

	for (unsigned r = 0; r < s->count; r++)
		rules |= (uint64_t)rule_set_holds(s, r, a, b) << r;
	return rules;
}

static unsigned
in_common(const struct rule_set *s, unsigned atom, uint32_t a, uint32_t b)
{
	uint64_t x[ATOM_KEYS], y[ATOM_KEYS];
	unsigned xs = atoms_keys(&s->atoms, atom, a, x), ys = atoms_keys(&s->atoms, atom, b, y), n = 0;

	for (unsigned i = 0; i < xs; i++)
		for (unsigned j = 0; j < ys; j++)
			n += x[i] == y[j];
	return n;
}

static void
all_pairs(uint64_t seed, unsigned threads)
{
	struct random r = { seed };
	struct pair_rule rule[RULES];
	struct rule_set s;
	struct traits t;
	struct world world;
	struct view w;
	bool rules = true, has = true, one = true;

	random_view(&world, &w, RECORDS, seed, false);
	random_rules(rule, &w, &r);
	rule_set_make(&s, &w, rule, RULES, threads);
	traits_make(&t, &s, threads);
	for (uint32_t a = 0; a < w.nodes; a++) {
		uint64_t atoms = traits_has(&t, a), key[ATOM_KEYS];

		for (unsigned i = 0; i < s.matched; i++)
			has &= (atoms >> i & 1) == (atoms_keys(&s.atoms, i, a, key) > 0);
		for (uint32_t b = 0; b < w.nodes; b++) {
			unsigned i = draw(&r, s.matched);

			rules &= traits_agree(&t, a, b, atoms) == held(&s, a, b);
			one &= traits_share_one(&t, a, b, UINT64_C(1) << i) ==
			    (in_common(&s, i, a, b) < 2);
		}
	}
	ok(rules, "seed %" PRIu64 ": rules hold for traits as they hold for keys", seed);
	ok(has, "seed %" PRIu64 ": a trait stands where there is a key", seed);
	ok(one, "seed %" PRIu64 ": two keys in common are seen", seed);
	traits_done(&t);
	rule_set_done(&s);
	random_view_done(&world, &w);
}

int
main(void)
{
	for (uint64_t seed = 1; seed <= 8; seed++)
		all_pairs(seed, 1 + (unsigned)(seed % 2));
	return tap_done();
}
