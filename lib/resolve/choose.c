/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/choose.c: which candidate rules are worth their pairs (resolve 3.3.4).
 * Sums are integers, so they are the same in any order. */
#include "base/alloc.h"
#include "resolve/pairs.h"
#include "resolve/sample.h"
#include "resolve/shortlist.h"

enum {
	Z_ONE = 1 << 20,		/* a match that is certain */
	LEAST_PER_MILLE = 1		/* expected matches that a rule must add for N pairs */
};

/* What a rule adds to those that are chosen. */
struct added {
	uint64_t	pairs;		/* in 1/SAMPLE_ONE */
	uint64_t	matches;	/* in 1/Z_ONE of that */
	bool		chosen;
};

struct choosing {
	const struct candidates	*c;
	const struct view	*w;
	uint64_t		*z;		/* by pair of the sample: of a match; pair, then its weight */
	bool			*covered;
	struct added		 added[CANDIDATES_MAX];
	uint64_t		 matches;	/* of the whole sample */
	uint64_t		 budget;	/* left, in pairs */
	struct chosen		*out;
};

static void
sum_up(struct choosing *x, const double *z)
{
	const struct candidates *c = x->c;

	for (size_t i = 0; i < c->sampled; i++) {
		uint64_t weight = c->sample[i].weight;

		x->z[i] = (uint64_t)(z[i] * Z_ONE) * weight;
		x->matches += x->z[i];
		for (uint64_t mask = c->sample[i].mask; mask != 0; mask &= mask - 1) {
			struct added *a = &x->added[__builtin_ctzll(mask)];

			a->pairs += weight;
			a->matches += x->z[i];
		}
	}
}

static void
cover(struct choosing *x, unsigned rule)
{
	const struct candidates *c = x->c;

	for (size_t i = 0; i < c->sampled; i++) {
		if (x->covered[i] || !(c->sample[i].mask >> rule & 1))
			continue;
		x->covered[i] = true;
		for (uint64_t mask = c->sample[i].mask; mask != 0; mask &= mask - 1) {
			struct added *a = &x->added[__builtin_ctzll(mask)];

			a->pairs -= c->sample[i].weight;
			a->matches -= x->z[i];
		}
	}
}

static double
ratio(const struct added *a)
{
	return (double)a->matches / (double)(a->pairs + 1);
}

/* Fewer pairs win a tie; the candidates stand in the order of their pairs, then of their text. */
static int
best_rule(const struct choosing *x, bool (*wanted)(const struct view *w, const struct pair_rule *r))
{
	int best = -1;

	for (unsigned i = 0; i < x->c->count; i++) {
		const struct added *a = &x->added[i];

		if (a->chosen || a->matches == 0 || a->pairs / SAMPLE_ONE > x->budget ||
		    (wanted != NULL && !wanted(x->w, &x->c->rule[i])))
			continue;
		if (best < 0 || ratio(a) > ratio(&x->added[best]))
			best = (int)i;
	}
	return best;
}

static bool
worth_it(const struct choosing *x, unsigned rule)
{
	const struct added *a = &x->added[rule];
	double per_record = (double)a->matches / ((double)a->pairs + 1) * SAMPLE_ONE;

	return per_record * (double)x->w->records * 1000 >= (double)x->matches * LEAST_PER_MILLE;
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

static void
take(struct choosing *x, unsigned rule, uint64_t all)
{
	struct added *a = &x->added[rule];
	struct pair_rule *r = &x->out->rule[x->out->count++];
	uint64_t share = x->budget < all / CHOSEN_MAX ? all / CHOSEN_MAX : x->budget;

	*r = x->c->rule[rule];
	r->new_pairs = a->pairs / SAMPLE_ONE;
	r->expected = (double)a->matches / SAMPLE_ONE / Z_ONE;
	r->cap = cap_of(x->c, rule, share);
	x->out->planned += r->new_pairs;
	x->budget -= r->new_pairs < x->budget ? r->new_pairs : x->budget;
	a->chosen = true;
	cover(x, rule);
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

static void
need(struct choosing *x, bool (*wanted)(const struct view *w, const struct pair_rule *r),
    uint64_t all)
{
	int rule;

	for (unsigned i = 0; i < x->out->count; i++)
		if (wanted(x->w, &x->out->rule[i]))
			return;
	rule = best_rule(x, wanted);
	if (rule >= 0)
		take(x, (unsigned)rule, all);
}

/* Two places are kept for rules that must be there. */
static void
choose(struct choosing *x)
{
	uint64_t all = x->budget;

	while (x->out->count < CHOSEN_MAX - 2) {
		int rule = best_rule(x, NULL);

		if (rule < 0 || !worth_it(x, (unsigned)rule))
			break;
		take(x, (unsigned)rule, all);
	}
	need(x, without_names, all);
	need(x, without_birthdate, all);
	while (x->out->count < CHOSEN_MAX) {
		int rule = best_rule(x, NULL);

		if (rule < 0 || !worth_it(x, (unsigned)rule))
			break;
		take(x, (unsigned)rule, all);
	}
}

void
pairs_choose(struct chosen *chosen, const struct candidates *c, const double *z,
    const struct view *w, const struct pairs_options *o)
{
	struct choosing x = { .c = c, .w = w, .out = chosen, .budget = pairs_budget(w, o) };

	*chosen = (struct chosen){ .all_pairs = c->all_pairs };
	if (c->all_pairs) {
		chosen->planned = c->all;
		return;
	}
	x.z = mem_alloc((c->sampled + 1) * sizeof *x.z);
	x.covered = mem_zero(c->sampled + 1, sizeof *x.covered);
	sum_up(&x, z);
	choose(&x);
	mem_free(x.z);
	mem_free(x.covered);
}
