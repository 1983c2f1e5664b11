/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/strangers_test.c: random pairs are as many as are wanted and of all records; and
 * pairs that look the same are counted together, whatever the threads. */
#include "pairs_case.h"
#include "resolve/level.h"
#include "resolve/tallies.h"
#include "sample_case.h"
#include "tap.h"

enum { WANTED = 1000000, FEW = 300, SOME = 3000, MANY = 40000, CLASSES = 2 };

static uint64_t
all_pairs(const struct view *w, bool across)
{
	uint64_t all = 0;

	if (!across)
		return (uint64_t)w->nodes * (w->nodes - 1) / 2;
	for (uint32_t a = 0; a < w->nodes; a++)
		for (uint32_t b = a + 1; b < w->nodes; b++)
			all += w->source[a] != w->source[b];
	return all;
}

/* A level that was never seen is worth a share of a pair that was looked at, not of all. */
static bool
for_themselves(const struct sample *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->pair[i].weight != SAMPLE_ONE || s->pair[i].mask != 0)
			return false;
	return true;
}

static void
strangers(struct sample *s, const struct view *w, const struct pairs_options *o, uint64_t all)
{
	struct sample_visitor v = sample_collect(s);
	struct candidates c = { .all = all };

	sample_strangers(&c, w, o, &v);
	sample_order(s);
}

static void
of_so_many(uint32_t records, bool across)
{
	struct pairs_options o = { .seed = 9, .threads = 1, .across = across };
	struct sample s, other;
	struct world world;
	struct view w;
	uint64_t all;

	random_view(&world, &w, records, 9, false);
	all = all_pairs(&w, across);
	strangers(&s, &w, &o, all);
	if (all <= WANTED)
		ok(s.count == all, "%u records%s: every pair", records, across ? ", across" : "");
	else
		ok(s.count > WANTED - WANTED / 10 && s.count < WANTED + WANTED / 10,
		    "%u records%s: about as many pairs as are wanted, %zu of %llu",
		    records, across ? ", across" : "", s.count, (unsigned long long)all);
	ok(sample_once(&s) && (!across || sample_across(&s, &w)), "each of them once");
	ok(for_themselves(&s), "each stands for itself");
	o.threads = 3;
	strangers(&other, &w, &o, all);
	ok(sample_same(&s, &other), "the same on three threads");
	sample_done(&other);
	random_view_done(&world, &w);
	random_view(&world, &w, records, 9, true);
	strangers(&other, &w, &o, all);
	ok(sample_same(&s, &other), "the same in another order of arrival");
	sample_done(&other);
	o.seed = 10;
	strangers(&other, &w, &o, all);
	ok(all <= WANTED || !sample_same(&s, &other), "other pairs for another seed");
	sample_done(&other);
	sample_done(&s);
	random_view_done(&world, &w);
}

/* Random pairs agree on the given name as often as all pairs do. */
static void
without_bias(void)
{
	struct pairs_options o = { .seed = 2, .threads = 2 };
	struct sample s;
	struct world world;
	struct view w;
	uint64_t sampled = 0, all = 0, pairs;
	unsigned given;

	random_view(&world, &w, SOME, 2, false);
	given = (unsigned)w.of_type[FIELD_GIVEN];
	pairs = all_pairs(&w, false);
	strangers(&s, &w, &o, pairs);
	for (size_t i = 0; i < s.count; i++)
		sampled += w.node[s.pair[i].a].slot[given] == w.node[s.pair[i].b].slot[given];
	for (uint32_t a = 0; a < w.nodes; a++)
		for (uint32_t b = a + 1; b < w.nodes; b++)
			all += w.node[a].slot[given] == w.node[b].slot[given];
	ok((double)sampled / (double)s.count > 0.95 * (double)all / (double)pairs &&
	    (double)sampled / (double)s.count < 1.05 * (double)all / (double)pairs,
	    "strangers agree as often as all pairs do");
	sample_done(&s);
	random_view_done(&world, &w);
}

/* ---- tallies ---- */

static void
count_all(struct tallies *t, const struct view *w, const double *share, unsigned threads)
{
	struct pairs_options o = { .threads = threads };
	struct tallying *y = tallying_new(w, CLASSES, share);
	struct sample_visitor v = tallying_visitor(y);

	sample_all(w, &o, &v);
	tallying_take(y, t, threads);
	tallying_free(y);
}

/* Pairs of the pattern and class, counted one by one. */
static uint64_t
alike(const struct view *w, uint64_t pattern, unsigned class)
{
	struct comparison c;
	uint64_t n = 0;

	for (uint32_t a = 0; a < w->nodes; a++)
		for (uint32_t b = a + 1; b < w->nodes; b++) {
			compare_nodes(w, a, b, &c);
			n += c.pattern == pattern && (w->source[a] != w->source[b]) == class;
		}
	return n;
}

static bool
one_home(const struct view *w, uint64_t pattern)
{
	unsigned level = pattern_level(pattern, (unsigned)w->of_type[FIELD_PLACE]);

	return level == 4 || level == 6 || level == 7;
}

static void
counted_together(void)
{
	double share[FIELDS_MAX];
	struct tallies t, other;
	struct world world;
	struct view w;
	uint64_t sum = 0, weight = 0;
	bool order = true, rare = false, same;

	for (unsigned f = 0; f < FIELDS_MAX; f++)
		share[f] = 0.01;
	random_view(&world, &w, FEW, 4, false);
	count_all(&t, &w, share, 1);
	for (size_t i = 0; i < t.count; i++) {
		sum += t.list[i].pairs;
		weight += t.list[i].weight;
		order &= i == 0 || t.list[i - 1].pattern <= t.list[i].pattern;
		rare |= t.list[i].rare.all != 0;
	}
	ok(t.count > 1 && order, "tallies are in the order of their patterns");
	ok(sum == all_pairs(&w, false) && weight == SAMPLE_ONE * sum, "every pair is in one");
	ok(rare, "what agrees is rarer than its field says, or more common");
	for (size_t i = 0, n = 0; i < t.count; i += t.count / 8 + 1) {
		n = 0;
		for (size_t k = 0; k < t.count; k++)
			n += t.list[k].pattern == t.list[i].pattern &&
			    t.list[k].class == t.list[i].class ? t.list[k].pairs : 0;
		ok(n == alike(&w, t.list[i].pattern, t.list[i].class),
		    "as many as look like that");
	}
	count_all(&other, &w, share, 3);
	same = t.count == other.count &&
	    memcmp(t.list, other.list, t.count * sizeof *t.list) == 0;
	ok(same, "the same on three threads");
	tallies_done(&t);
	tallies_done(&other);
	for (unsigned f = 0; f < FIELDS_MAX; f++)
		share[f] = -1;
	count_all(&t, &w, share, 1);
	rare = false;
	for (size_t i = 0; i < t.count; i++)
		rare |= t.list[i].rare.all != t.list[i].rare.shared ||
		    (t.list[i].rare.all != 0 && !one_home(&w, t.list[i].pattern));
	ok(!rare, "where it is not known how often strangers agree, nothing is rarer but a home");
	tallies_done(&t);
	random_view_done(&world, &w);
}

/* Two records that say the same, twenty that do, three that say something else each. */
static void
with_copies(void)
{
	static const uint16_t rule_fields[] = { 1, 3 };	/* given name; given and family name */
	struct tallies t;
	struct world world;
	struct view w;
	struct pairs_options o = { .threads = 1 };
	struct tallying *y;
	struct sample_visitor v;
	double share[FIELDS_MAX] = { 0 };
	uint64_t weight = 0, copies = 0, mask = 0;
	char id[16], other[64];

	world_open(&world);
	world.resolve.scored = true;
	for (unsigned i = 0; i < 25; i++) {
		snprintf(id, sizeof id, "a:%02u", i);
		snprintf(other, sizeof other, "'given_name':'G%c','family_name':'F%c'", 'a' + i, 'a' + i);
		world_rec(&world, id, i < 2 ? "'given_name':'Ana'" : i < 22 ? "'given_name':'Rui','family_name':'Paz'"
		    : other);
	}
	world_read(&world, 1);
	w = (struct view){ .fields = 0 };
	view_make(&w, world.store, world.rules, world.resolve.types, world.resolve.attributes, 1);
	y = tallying_new(&w, 1, share);
	v = tallying_visitor(y);
	sample_all(&w, &o, &v);
	tallying_take(y, &t, 1);
	tallying_copies(y, &t, rule_fields, 2);
	tallying_free(y);
	for (size_t i = 0; i < t.count; i++)
		weight += t.list[i].weight;
	for (size_t i = t.count; i < t.count + t.copies; i++) {
		copies += t.list[i].weight;
		mask |= pattern_level(t.list[i].pattern, (unsigned)w.of_type[FIELD_FAMILY]) == LEVEL_NULL ?
		    t.list[i].mask << 8 : t.list[i].mask;
	}
	ok(w.nodes == 5 && weight == SAMPLE_ONE * 10, "a pair of nodes is one pair");
	ok(t.copies == 2 && copies == SAMPLE_ONE * (1 + 16 * 15 / 2),
	    "records that say the same are more pairs, but of very many only so many count");
	ok(mask == (3 | 1 << 8), "and rules hold for them whose fields have a value");
	tallies_done(&t);
	view_done(&w);
	world_close(&world);
}

/* Who has a hostel in common has less in common than who has a home of two: else the pairs of the hostel
 * would pass for as many households. */
static void
homes(void)
{
	struct tallies t;
	struct world world;
	struct view w = { .fields = 0 };
	double share[FIELDS_MAX] = { 0 };
	uint64_t of_two = 0, of_hostel = 0;
	char id[16], other[128];
	unsigned place;

	world_open(&world);
	world.resolve.scored = true;
	for (unsigned i = 0; i < 64; i++) {
		snprintf(id, sizeof id, "a:%02u", i);
		snprintf(other, sizeof other, "'given_name':'G%c%c','address':[{'street_address':'Rua das Flores %u',"
		    "'locality':'Porto','postal_code':'4000-001'}]", 'a' + i % 26, 'a' + i / 26, i < 40 ? 1 + i / 2 : 99);
		world_rec(&world, id, other);
	}
	world_read(&world, 1);
	view_make(&w, world.store, world.rules, world.resolve.types, world.resolve.attributes, 1);
	place = (unsigned)w.of_type[FIELD_PLACE];
	count_all(&t, &w, share, 1);
	for (size_t i = 0; i < t.count; i++)
		if (pattern_level(t.list[i].pattern, place) == field_top(FIELD_PLACE)) {
			of_two += t.list[i].rare.shared > 0 ? t.list[i].weight : 0;
			of_hostel += t.list[i].rare.shared < 0 ? t.list[i].weight : 0;
		}
	ok(of_two == SAMPLE_ONE * 20 && of_hostel == SAMPLE_ONE * (24 * 23 / 2),
	    "a hostel in common is less than a home of two: %llu and %llu",
	    (unsigned long long)of_two, (unsigned long long)of_hostel);
	tallies_done(&t);
	view_done(&w);
	world_close(&world);
}

int
main(void)
{
	of_so_many(1, false);
	of_so_many(FEW, false);
	of_so_many(FEW, true);
	of_so_many(SOME, false);
	of_so_many(SOME, true);
	of_so_many(MANY, false);
	without_bias();
	counted_together();
	with_copies();
	homes();
	return tap_done();
}
