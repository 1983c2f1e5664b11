/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/candidates_test.c: candidate rules are counted and sampled without bias, and the
 * rules chosen of them keep to the budget. */
#include "base/alloc.h"
#include "pairs_case.h"
#include "resolve/estimate.h"
#include "resolve/rule_set.h"
#include "resolve/pairs.h"
#include "sample_case.h"
#include "tap.h"

enum { RECORDS = 2500, FEW = 500 };

/* The rules that hold, one asked after the other. */
static uint64_t
rules_that_hold(const struct rule_set *s, uint32_t a, uint32_t b)
{
	uint64_t rules = 0;

	for (unsigned r = 0; r < s->count; r++)
		rules |= (uint64_t)rule_set_holds(s, r, a, b) << r;
	return rules;
}

/* Every pair of the view with the rules that hold: how many for each rule, and whether the
 * sample says the same of its pairs. */
static void
compare_with_all(const struct candidates *c, const struct sample *of, const struct view *w,
    bool across)
{
	struct rule_set s;
	uint64_t true_pairs[CANDIDATES_MAX] = { 0 }, sum[CANDIDATES_MAX] = { 0 };
	bool masks = true, counts = true, sums = true;

	rule_set_make(&s, w, c->rule, c->count, 1);
	for (uint32_t a = 0; a < w->nodes; a++)
		for (uint32_t b = a + 1; b < w->nodes; b++) {
			uint64_t rules = across && w->source[a] == w->source[b] ? 0 : rule_set_agree(&s, a, b);

			for (; rules != 0; rules &= rules - 1)
				true_pairs[__builtin_ctzll(rules)]++;
		}
	for (size_t i = 0; i < of->count; i++)
		masks &= of->pair[i].mask == rules_that_hold(&s, of->pair[i].a, of->pair[i].b);
	for (size_t i = 0; i < of->count; i++)
		for (unsigned r = 0; r < c->count; r++)
			sum[r] += (of->pair[i].mask >> r & 1) ? of->pair[i].weight : 0;
	for (unsigned r = 0; r < c->count; r++) {
		uint64_t all = true_pairs[r], got = sum[r] / SAMPLE_ONE;

		/* A pair with several common keys is counted in each of their blocks. */
		counts &= c->rule[r].pairs >= all;
		if (all > 2000)
			sums &= got > all - all / 8 && got < all + all / 8;
	}
	ok(masks, "pairs of the sample carry the rules that hold");
	ok(counts, "pairs of the rules are counted");
	ok(sums, "the weights of the sample sum up to the pairs of each rule");
	rule_set_done(&s);
}

static bool
lacks(const struct view *w, const struct chosen *chosen, enum field_type x, enum field_type y)
{
	for (unsigned r = 0; r < chosen->count; r++) {
		bool has = false;

		for (unsigned i = 0; i < chosen->rule[r].count; i++) {
			enum field_type t = w->field[chosen->rule[r].atom[i].field].type;

			has |= t == x || t == y;
		}
		if (!has)
			return true;
	}
	return false;
}

/* Whether a rule asks for a home and for nothing that is a person's own. */
static bool
finds_households(const struct view *w, const struct candidates *c)
{
	for (unsigned r = 0; r < c->count; r++) {
		bool home = false, own = false;

		for (unsigned i = 0; i < c->rule[r].count; i++) {
			enum pair_atom atom = c->rule[r].atom[i].atom;

			home |= atom == PAIR_PLACE || atom == PAIR_PLACE_LOCALITY;
			own |= atom == PAIR_NAME_SET ||
			    w->field[c->rule[r].atom[i].field].nature != NATURE_SHARED;
		}
		if (home && !own)
			return true;
	}
	return false;
}

/* As if pairs for which many rules hold were the matches. */
static void
choose(const struct candidates *c, const struct sample *of, const struct view *w,
    const struct pairs_options *o)
{
	struct tally *t = mem_zero(of->count + 1, sizeof *t);
	double *z = mem_alloc((of->count + 1) * sizeof *z);
	struct chosen chosen;

	for (size_t i = 0; i < of->count; i++) {
		t[i] = (struct tally){ .mask = of->pair[i].mask, .weight = of->pair[i].weight };
		z[i] = __builtin_popcountll(t[i].mask) > 20 ? 0.9 : 0.001;
	}
	pairs_choose(&chosen, c, t, of->count, z, w, o);
	ok(chosen.count > 0 && chosen.count <= CHOSEN_MAX && !chosen.all_pairs &&
	    chosen.planned <= 20000000, "rules are chosen under the budget");
	ok(lacks(w, &chosen, FIELD_GIVEN, FIELD_FAMILY), "one of them holds no name");
	ok(lacks(w, &chosen, FIELD_BIRTHDATE, FIELD_BIRTHDATE), "one of them holds no birth date");
	chosen_done(&chosen);
	mem_free(t);
	mem_free(z);
}

static void
find(struct candidates *c, struct sample *s, const struct view *w, const struct pairs_options *o)
{
	struct sample_visitor v = sample_collect(s);

	candidates_find(c, w, o, &v);
	sample_order(s);
}

static void
many_records(uint64_t seed, bool across)
{
	struct pairs_options o = { .pairs_per_record = 30, .seed = seed, .threads = 1,
	    .across = across };
	struct candidates c, again;
	struct sample of, other;
	struct world world;
	struct view w;

	printf("# seed %" PRIu64 "%s\n", seed, across ? ", across sources" : "");
	random_view(&world, &w, RECORDS, seed, false);
	find(&c, &of, &w, &o);
	ok(!c.all_pairs && c.count > 10, "there are candidates");
	ok(sample_once(&of), "each pair of the sample is there once");
	ok(!across || sample_across(&of, &w), "of two sources where that is asked");
	compare_with_all(&c, &of, &w, across);
	choose(&c, &of, &w, &o);
	o.threads = 3;
	find(&again, &other, &w, &o);
	ok(c.count == again.count && sample_same(&of, &other), "the same on three threads");
	candidates_done(&again);
	sample_done(&other);
	random_view_done(&world, &w);
	random_view(&world, &w, RECORDS, seed, true);
	find(&again, &other, &w, &o);
	ok(c.count == again.count && sample_same(&of, &other),
	    "the same in another order of arrival");
	candidates_done(&c);
	candidates_done(&again);
	sample_done(&of);
	sample_done(&other);
	random_view_done(&world, &w);
}

static void
few_records(bool across)
{
	struct pairs_options o = { .pairs_per_record = 30, .threads = 2, .across = across };
	struct candidates c;
	struct chosen chosen;
	struct sample of;
	struct world world;
	struct view w;
	uint64_t all = 0;

	random_view(&world, &w, FEW, 5, false);
	for (uint32_t a = 0; a < w.nodes; a++)
		for (uint32_t b = a + 1; b < w.nodes; b++)
			all += !across || w.source[a] != w.source[b];
	find(&c, &of, &w, &o);
	ok(c.all_pairs && c.count == 0 && c.all == all && of.count == all && sample_once(&of) &&
	    (!across || sample_across(&of, &w)),
	    "few records%s: every pair is in the sample", across ? " of several sources" : "");
	pairs_choose(&chosen, &c, NULL, 0, NULL, &w, &o);
	ok(chosen.all_pairs && chosen.planned == all, "and every pair is planned");
	chosen_done(&chosen);
	candidates_done(&c);
	sample_done(&of);
	random_view_done(&world, &w);
}

/* Enough records that all pairs are too many, and no field to compare. */
static void
nothing_to_compare(uint32_t records)
{
	struct pairs_options o = { .pairs_per_record = 30, .threads = 2 };
	struct candidates c;
	struct chosen chosen;
	struct sample of;
	struct world world;
	struct view w = { 0 };
	char id[32];

	world_open(&world);
	world.resolve.scored = true;
	for (uint32_t i = 0; i < records; i++) {
		snprintf(id, sizeof id, "x:%u", (unsigned)i);
		world_rec(&world, id, "");
	}
	world_read(&world, 1);
	view_make(&w, world.store, world.rules, world.resolve.types, world.resolve.attributes, 2);
	find(&c, &of, &w, &o);
	ok(c.count == 0 && c.all == (uint64_t)records * (records - (records > 0)) / 2,
	    "%u records that say nothing have no candidates", (unsigned)records);
	pairs_choose(&chosen, &c, NULL, 0, NULL, &w, &o);
	ok(chosen.count == 0 && chosen.all_pairs == (records < RECORDS), "and no rule");
	chosen_done(&chosen);
	candidates_done(&c);
	sample_done(&of);
	random_view_done(&world, &w);
}

/* Papers of a job say so much of it that imagined matches need no rule for those who live together. */
static void
households_are_seen(void)
{
	struct pairs_options o = { .pairs_per_record = 30, .seed = 1, .threads = 2 };
	struct random r = { 7 };
	struct candidates c;
	struct sample of;
	struct world world;
	struct view w = { 0 };
	char id[32], members[400];

	world_open(&world);
	world.resolve.scored = true;
	for (unsigned i = 0; i < RECORDS; i++) {
		unsigned home = draw(&r, RECORDS / 6), job = draw(&r, RECORDS / 20);

		snprintf(id, sizeof id, "x:%u", i);
		snprintf(members, sizeof members, "'given_name':'%c%co%c','family_name':'%ca%cer',"
		    "'address':[{'street_address':'%u Elm Street','locality':'York'}],"
		    "'attributes':{'wages':'%u','employer':'%c%c%c Works','plant':'%u %c%c Road','unit':'%u'}",
		    'A' + (char)draw(&r, 20), 'a' + (char)draw(&r, 20), 'a' + (char)draw(&r, 3),
		    'A' + (char)(home % 20), 'a' + (char)(home % 7), home + 1, 10000 + draw(&r, 50000),
		    'A' + (char)(job % 23), 'a' + (char)(job % 19), 'a' + (char)(job % 17), job + 1,
		    'A' + (char)(job % 13), 'a' + (char)(job % 11), draw(&r, 9));
		world_rec(&world, id, members);
	}
	world_read(&world, 1);
	view_make(&w, world.store, world.rules, world.resolve.types, world.resolve.attributes, 2);
	find(&c, &of, &w, &o);
	ok(finds_households(&w, &c), "a rule finds those who live together, whatever else there is");
	candidates_done(&c);
	sample_done(&of);
	random_view_done(&world, &w);
}

int
main(void)
{
	many_records(3, false);
	many_records(4, true);
	households_are_seen();
	few_records(false);
	few_records(true);
	nothing_to_compare(RECORDS);
	nothing_to_compare(1);
	return tap_done();
}
