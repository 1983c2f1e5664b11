/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/sample_keys_test.c: a key that is looked at has all its nodes, and about one key in so
 * many is looked at, of one atom and of several, whatever the seed. */
#include "base/alloc.h"
#include "pairs_case.h"
#include "resolve/sample_keys.h"
#include "tap.h"

#include <stdlib.h>

enum { RECORDS = 1000, SEEDS = 500 };

struct counts {
	uint64_t	keys, found;	/* nodes times keys */
	bool		whole, once;
};

static int
by_half(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	if (x->half != y->half)
		return x->half < y->half ? -1 : 1;
	return (x->node > y->node) - (x->node < y->node);
}

/* All keys of a rule, in order. */
static struct keyed_list
all_keys(const struct rule_set *set, unsigned rule, uint32_t nodes)
{
	struct keyed_list all = { 0 };
	uint64_t key[RULE_KEYS];

	for (uint32_t i = 0; i < nodes; i++) {
		unsigned n = rule_set_keys(set, rule, i, key);

		for (unsigned k = 0; k < n; k++) {
			all.list = mem_grow(all.list, all.count + 1, &all.cap, sizeof *all.list);
			all.list[all.count++] = (struct keyed){ key_half(key[k]), i };
		}
	}
	qsort(all.list, all.count, sizeof *all.list, by_half);
	return all;
}

/* Each key is found with all its nodes, or not at all. */
static void
compare(struct counts *c, const struct keyed_list *all, struct keyed_list *found)
{
	size_t at = 0;

	qsort(found->list, found->count, sizeof *found->list, by_half);
	c->keys += all->count;
	c->found += found->count;
	for (size_t i = 0; i < all->count; i++) {
		bool is = at < found->count && by_half(&all->list[i], &found->list[at]) == 0;

		if (i > 0 && all->list[i].half == all->list[i - 1].half)
			c->whole &= is == (at > 0 && found->list[at - 1].half == all->list[i].half);
		at += is;
	}
	c->once &= at == found->count;
}

/* Rules of one, two and three atoms, one of names of several words. */
static unsigned
make_rules(const struct view *w, struct pair_rule rule[4])
{
	uint8_t given = (uint8_t)w->of_type[FIELD_GIVEN], family = (uint8_t)w->of_type[FIELD_FAMILY];
	uint8_t date = (uint8_t)w->of_type[FIELD_BIRTHDATE];

	rule[0] = (struct pair_rule){ .atom = { { PAIR_FAMILY_TOKEN, family } }, .count = 1 };
	rule[1] = (struct pair_rule){ .atom = { { PAIR_BIRTHDATE, date } }, .count = 1 };
	rule[2] = (struct pair_rule){ .atom = { { PAIR_GIVEN, given }, { PAIR_FAMILY_TOKEN, family } },
	    .count = 2 };
	rule[3] = (struct pair_rule){ .atom = { { PAIR_FAMILY_SOUND, family },
	    { PAIR_GIVEN_SOUND, given }, { PAIR_BIRTHDATE_YEAR, date } }, .count = 3 };
	return 4;
}

static void
sample(const struct view *w, unsigned shift)
{
	struct pair_rule rule[4];
	struct rule_set set;
	unsigned rules = make_rules(w, rule);
	struct keyed_list all[4];
	struct counts c[4];

	rule_set_make(&set, w, rule, rules, 1);
	for (unsigned r = 0; r < rules; r++) {
		all[r] = all_keys(&set, r, w->nodes);
		c[r] = (struct counts){ .whole = true, .once = true };
	}
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct key_sample s = { .set = &set, .seed = seed };

		for (unsigned r = 0; r < rules; r++)
			s.shift[r] = shift + r % 2;
		key_sample_find(&s, 1 + (unsigned)seed % 3);
		for (unsigned r = 0; r < rules; r++) {
			struct keyed_list found = key_sample_take(&s, r);

			compare(&c[r], &all[r], &found);
			mem_free(found.list);
		}
		key_sample_done(&s);
	}
	for (unsigned r = 0; r < rules; r++) {
		uint64_t found = c[r].found << (shift + r % 2);

		ok(c[r].keys > 0 && c[r].whole && c[r].once,
		    "rule %u, shift %u: keys with all their nodes", r, shift);
		ok(found > c[r].keys * 4 / 5 && found < c[r].keys * 5 / 4,
		    "rule %u, shift %u: one key in so many", r, shift);
		mem_free(all[r].list);
	}
	rule_set_done(&set);
}

int
main(void)
{
	struct world world;
	struct view w;

	random_view(&world, &w, RECORDS, 6, false);
	sample(&w, 0);
	sample(&w, 1);
	sample(&w, 4);
	sample(&w, 5);
	random_view_done(&world, &w);
	return tap_done();
}
