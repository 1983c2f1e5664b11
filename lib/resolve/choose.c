/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/choose.c: which candidate rules are worth their pairs (resolve 3.3.4).
 * Taking the rule with the most matches for a pair, again and again, fills the sixteen places with
 * narrow rules long before the budget is spent. So a pair has a price, and the rule is taken
 * whose matches exceed the price of its pairs the most: a wide rule that does the work of five
 * narrow ones leaves four places. What rules taken later make superfluous is dropped.
 * Sums are integers, so they are the same in any order. */
#include "base/alloc.h"
#include "resolve/effort.h"
#include "resolve/estimate.h"	/* struct tally */
#include "resolve/pairs.h"
#include "resolve/refine.h"
#include "resolve/sample.h"
#include "resolve/shortlist.h"
#include "resolve/sort.h"

enum {
	Z_ONE = 1 << 20,	/* a match that is certain */
	PRICE = 300,		/* pairs a record that cost what all expected matches are worth */
	STEP = 2, STEPS = 12	/* by which the price rises and falls, and how often it may fall */
};

/* Pairs of the sample for which the same candidates hold. */
struct group {
	uint64_t	mask;
	uint64_t	pairs;		/* in 1/SAMPLE_ONE */
	uint64_t	matches;	/* in 1/Z_ONE of that */
};

/* What a rule adds to those that are chosen. */
struct added {
	uint64_t	pairs, matches;
};

struct choosing {
	const struct candidates	*c;
	const struct view	*w;
	struct group		*group;
	size_t			 groups;
	uint64_t		 given;		/* by the rules file: bit i for candidate i */
	uint64_t		 taken;		/* the same of all rules that are */
	uint64_t		 matches;	/* of the whole sample */
	uint64_t		 budget;	/* in pairs */
	double			 price;		/* of a pair, in matches of the sample's units */
	struct added		 added[CANDIDATES_MAX];
};

static int
by_mask(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	return (x->mask > y->mask) - (x->mask < y->mask);
}

static void
make_groups(struct choosing *x, const struct tally *sample, size_t count, const double *z,
    unsigned threads)
{
	struct group *g = mem_alloc((count + 1) * sizeof *g);

	for (size_t i = 0; i < count; i++) {
		uint64_t matches = (uint64_t)(z[i] * Z_ONE) * sample[i].weight;

		g[i] = (struct group){ sample[i].mask, sample[i].weight, matches };
		x->matches += matches;
	}
	sort_array(g, count, sizeof *g, by_mask, threads);
	for (size_t i = 0; i < count; i++) {
		struct group *last = x->groups == 0 ? NULL : &g[x->groups - 1];

		if (last != NULL && last->mask == g[i].mask) {
			last->pairs += g[i].pairs;
			last->matches += g[i].matches;
		} else
			g[x->groups++] = g[i];
	}
	x->group = g;
}

/* What each rule adds to the rules in `taken`. */
static void
sum_up(struct choosing *x, uint64_t taken)
{
	memset(x->added, 0, sizeof x->added);
	for (size_t i = 0; i < x->groups; i++) {
		const struct group *g = &x->group[i];

		if ((g->mask & taken) != 0)
			continue;
		for (uint64_t mask = g->mask; mask != 0; mask &= mask - 1) {
			struct added *a = &x->added[__builtin_ctzll(mask)];

			a->pairs += g->pairs;
			a->matches += g->matches;
		}
	}
}

static bool
more_for_a_pair(const struct added *a, const struct added *b)
{
	return (double)a->matches * (double)(b->pairs + 1) >
	    (double)b->matches * (double)(a->pairs + 1);
}

static double
profit(const struct choosing *x, const struct added *a)
{
	return (double)a->matches - (double)a->pairs * x->price;
}

/* Of equals the one with fewer pairs: the candidates stand in that order, then in that of their
 * text. */
static int
best_rule(struct choosing *x)
{
	double best = 0;
	int rule = -1;

	sum_up(x, x->taken);
	for (unsigned i = 0; i < x->c->count; i++) {
		double p = profit(x, &x->added[i]);

		if (p > best && !(x->taken >> i & 1)) {
			best = p;
			rule = (int)i;
		}
	}
	return rule;
}

/* Pairs of the rules that are taken. */
static uint64_t
planned(const struct choosing *x)
{
	uint64_t pairs = 0;

	for (size_t i = 0; i < x->groups; i++)
		if ((x->group[i].mask & x->taken) != 0)
			pairs += x->group[i].pairs;
	return pairs / SAMPLE_ONE;
}

/* The largest size with which the blocks up to it make no more pairs than the rule may. */
static uint32_t
cap_of(const struct candidates *c, unsigned rule, uint64_t most)
{
	const uint64_t *sizes = c->sizes + (size_t)rule * (BLOCK_MOST + 1);
	uint64_t pairs = 0;
	uint32_t n = 0;

	while (n < BLOCK_MOST && pairs + sizes[n + 1] <= most)
		pairs += sizes[++n];
	return n < BLOCK_LEAST ? BLOCK_LEAST : n;
}

/* Whether blocks above the cap were seen. */
static bool
above_cap(const struct candidates *c, unsigned rule, uint32_t cap)
{
	const uint64_t *sizes = c->sizes + (size_t)rule * (BLOCK_MOST + 1);
	uint64_t pairs = c->rule[rule].pairs;

	for (uint32_t n = 0; n <= cap; n++)
		pairs -= sizes[n];
	return pairs > 0;
}

/* ---- at least one rule without names, one without a birth date ---- */

static bool
uses(const struct view *w, const struct pair_rule *r, enum field_type x, enum field_type y)
{
	for (unsigned i = 0; i < r->count; i++) {
		enum field_type t = w->field[r->atom[i].field].type;

		if (t == x || t == y)
			return true;
	}
	return false;
}

static bool
without_names(const struct view *w, const struct pair_rule *r)
{
	return !uses(w, r, FIELD_GIVEN, FIELD_FAMILY);
}

static bool
without_birthdate(const struct view *w, const struct pair_rule *r)
{
	return !uses(w, r, FIELD_BIRTHDATE, FIELD_BIRTHDATE);
}

/* Whatever it costs, up to its share of the budget: blocking recall is estimated from rules that
 * have nothing in common. */
static void
need(struct choosing *x, bool (*wanted)(const struct view *w, const struct pair_rule *r))
{
	int best = -1;

	sum_up(x, x->taken);
	for (unsigned i = 0; i < x->c->count; i++) {
		const struct added *a = &x->added[i];

		if (!wanted(x->w, &x->c->rule[i]))
			continue;
		if (x->taken >> i & 1)
			return;
		if (a->matches > 0 && a->pairs / SAMPLE_ONE <= x->budget / CHOSEN_MAX &&
		    (best < 0 || more_for_a_pair(a, &x->added[best])))
			best = (int)i;
	}
	if (best >= 0 && __builtin_popcountll(x->taken) < CHOSEN_MAX)
		x->taken |= UINT64_C(1) << best;
}

/* Takes a rule out again whose matches others find by now. */
static bool
drop_worst(struct choosing *x)
{
	for (unsigned i = 0; i < x->c->count; i++) {
		uint64_t bit = UINT64_C(1) << i;

		if (!(x->taken & ~x->given & bit))
			continue;
		sum_up(x, x->taken & ~bit);
		if (profit(x, &x->added[i]) <= 0) {
			x->taken &= ~bit;
			return true;
		}
	}
	return false;
}

static void
fill(struct choosing *x, unsigned most)
{
	while ((unsigned)__builtin_popcountll(x->taken) < most) {
		int rule = best_rule(x);

		if (rule < 0)
			return;
		x->taken |= UINT64_C(1) << rule;
	}
}

static void
choose_at_price(struct choosing *x)
{
	x->taken = x->given;
	fill(x, CHOSEN_MAX);
	while (drop_worst(x))
		;
	fill(x, CHOSEN_MAX - 2);	/* places for rules that must be there */
	need(x, without_names);
	need(x, without_birthdate);
	fill(x, CHOSEN_MAX);
}

/* In the order of what each adds to those before it for a pair: matches soon, and the figures of
 * a rule say what it is for. Returns which have blocks above their cap: bit i for rule i. */
static unsigned
write_out(struct choosing *x, struct chosen *chosen)
{
	uint64_t before = 0, all = x->budget;
	unsigned large = 0;

	chosen->planned = planned(x);
	while (x->taken != 0) {
		struct pair_rule *r = &chosen->rule[chosen->count++];
		unsigned best = (unsigned)__builtin_ctzll(x->taken);

		sum_up(x, before);
		for (uint64_t left = x->taken; left != 0; left &= left - 1) {
			unsigned rule = (unsigned)__builtin_ctzll(left);

			if (more_for_a_pair(&x->added[rule], &x->added[best]))
				best = rule;
		}
		*r = x->c->rule[best];
		r->new_pairs = x->added[best].pairs / SAMPLE_ONE;
		r->expected = (double)x->added[best].matches / SAMPLE_ONE / Z_ONE;
		r->cap = cap_of(x->c, best, all);
		if (above_cap(x->c, best, r->cap))
			large |= 1U << (chosen->count - 1);
		before |= UINT64_C(1) << best;
		x->taken &= ~(UINT64_C(1) << best);
	}
	return large;
}

/* No rule keeps to the budget as it is: the one with the most matches for a pair will, by its
 * cap. */
static void
take_one(struct choosing *x)
{
	int best = -1;

	sum_up(x, 0);
	for (unsigned i = 0; i < x->c->count; i++) {
		const struct added *a = &x->added[i];

		if (a->matches > 0 && (best < 0 ||
		    more_for_a_pair(a, &x->added[best])))
			best = (int)i;
	}
	if (best >= 0)
		x->taken = UINT64_C(1) << best;
}

/* Rules that are given cost what they cost; their blocks have caps as others have. */
static uint64_t
given_bits(const struct candidates *c)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < c->count; i++)
		bits |= c->rule[i].given ? UINT64_C(1) << i : 0;
	return bits;
}

/* Where few pairs are planned the price falls, where the budget is not kept it rises. */
static void
find_price(struct choosing *x)
{
	uint64_t cheap = effort_pairs(x->w, EFFORT_PAIRS), taken;

	x->price = (double)x->matches / SAMPLE_ONE / ((double)x->w->records * PRICE);
	choose_at_price(x);
	for (int i = 0; i < STEPS && planned(x) < cheap; i++) {
		taken = x->taken;
		x->price /= STEP;
		choose_at_price(x);
		if (planned(x) > cheap) {
			x->taken = taken;
			return;
		}
	}
	while (planned(x) > x->budget && x->taken != x->given) {
		x->price *= STEP;
		choose_at_price(x);
	}
	if (x->taken == 0)
		take_one(x);
}

void
pairs_choose(struct chosen *chosen, const struct candidates *c, const struct tally *sample,
    size_t count, const double *z, const struct view *w, const struct pairs_options *o)
{
	struct choosing x = { .c = c, .w = w, .budget = pairs_budget(w, o) };
	unsigned large;

	*chosen = (struct chosen){ .all_pairs = c->all_pairs };
	if (c->all_pairs) {
		chosen->planned = c->all;
		return;
	}
	x.given = given_bits(c);
	make_groups(&x, sample, count, z, o->threads);
	find_price(&x);
	large = write_out(&x, chosen);
	rules_refine(chosen->rule, chosen->count, large, c->atoms, o);
	mem_free(x.group);
}
