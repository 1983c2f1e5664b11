/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/estimate_u.c: how strangers agree (resolve 5.1). Random pairs of a real file hold
 * matches too, and agree because of them; so each random pair counts as far as it is likely to be
 * one of strangers, and what is counted over all records loses the share that matches have. */
#include "resolve/estimate_priv.h"
#include "resolve/known.h"

#include <string.h>

enum { LIKE = 1 };		/* the level of strings or texts that have something in common */

#define LEAST_LEFT	(1.0 / 50)	/* of a share stays, however many matches there are */
#define UNSEEN		(1.0 / 4)	/* pairs that a level is worth that was never seen */

/* Pairs of one field by level: as they are, and as far as they are of strangers. */
struct counted {
	struct rows	seen, strangers;
};

/* Two organisations do not have one name, or nearly one: who has it is one of them, however many records
 * have it, and says nothing of strangers. */
static bool
one_name(const struct em *em, uint64_t levels)
{
	for (unsigned f = 0; f < em->in->fields; f++) {
		unsigned level = pattern_level(levels, f);

		if (em->in->field[f].registered && level != LEVEL_NULL && level > LIKE)
			return true;
	}
	return false;
}

static bool
is_own(enum field_type t)
{
	return t == FIELD_EMAIL || t == FIELD_IDENTIFIER;
}

/* The mailbox or number that is the same where nothing else can be compared, attributes aside; -1: there is none. A
 * telephone is a family's or a firm's too often. Nothing tells such a pair from a match, so that it is no example of
 * strangers: taken for one it would say that strangers share mailboxes, and then none would be evidence enough. */
static int
same_alone(const struct em *em, uint64_t levels)
{
	int found = -1;

	for (unsigned f = 0; f < em->in->fields; f++) {
		unsigned level = pattern_level(levels, f);

		if (level == LEVEL_NULL || em->field[f].free)
			continue;
		if (found >= 0 || level != em->field[f].top || !is_own(em->in->field[f].type))
			return -1;
		found = (int)f;
	}
	return found;
}

static void
count(const struct em *em, struct counted counted[FIELDS_MAX], bool all_strangers)
{
	for (size_t i = 0; i < em->strangers; i++) {
		const struct em_stranger *s = &em->stranger[i];
		double left = one_name(em, s->levels) ? 0 : all_strangers ? 1 :
		    em_posterior(em, em_ratios(em, s->levels), s->rare, s->class).stranger;
		int alone = same_alone(em, s->levels);

		for (unsigned f = 0; f < em->in->fields; f++) {
			unsigned level = pattern_level(s->levels, f);
			unsigned row;

			if (level == LEVEL_NULL || (int)f == alone)
				continue;
			row = em_row(&em->field[f], s->levels);
			counted[f].seen.of[row][level] += s->pairs;
			counted[f].strangers.of[row][level] += s->pairs * left;
		}
	}
}

static double
larger(double a, double b)
{
	return a > b ? a : b;
}

/* Shares of levels from counts; what was never seen gets a little. Returns the pairs that they rest on:
 * where all that agree on a parent are matches, they say nothing of strangers who do. */
static double
shares(double share[LEVELS_MAX], const double seen[LEVELS_MAX], const double strangers[LEVELS_MAX],
    unsigned levels)
{
	double counted = 0, sum = 0;

	for (unsigned l = 0; l < levels; l++) {
		double pairs = larger(strangers[l], seen[l] * LEAST_LEFT);

		share[l] = larger(pairs, UNSEEN);
		counted += pairs;
		sum += share[l];
	}
	for (unsigned l = 0; l < levels; l++)
		share[l] /= sum;
	return counted;
}

/* The share of exact agreement is known from counting values: what matches and households put
 * there goes, and the other levels share the rest. own: how much that is in a mailbox or number of one's own. */
static void
put_exact(const struct em *em, unsigned i, double exact, double own, double share[LEVELS_MAX])
{
	const struct em_field *f = &em->field[i];
	double h = em->household ? em->lambda_h : 0, m = em->lambda_all, rest = 1 - share[f->top];
	double known = is_own(em->in->field[i].type) ? own :
	    m * f->m.of[ROW_ALONE][f->top] + h * f->h.of[ROW_ALONE][f->top];
	double left = larger(exact - known, exact * LEAST_LEFT) / (1 - m - h);

	if (left <= 0 || left >= 1 || rest <= 0)
		return;
	for (unsigned l = 0; l < f->top; l++)
		share[l] *= (1 - left) / rest;
	share[f->top] = left;
}

/* Mixes in what is known of the type, or over all rows, as if it were so many pairs more. */
static void
mix(double share[LEVELS_MAX], double pairs, const double known[LEVELS_MAX], double known_pairs,
    unsigned levels)
{
	for (unsigned l = 0; l < levels; l++)
		share[l] = (share[l] * pairs + known[l] * known_pairs) / (pairs + known_pairs);
}

static void
put_field(struct em *em, unsigned i, const struct counted *c, bool correct, double own)
{
	struct em_field *f = &em->field[i];
	double seen[LEVELS_MAX] = { 0 }, strangers[LEVELS_MAX] = { 0 }, pairs;
	double exact = em->in->all_pairs || em->in->field[i].registered ? -1 : em->in->exact_share[i];

	for (unsigned row = 0; row < MODEL_ROWS; row++)
		for (unsigned l = 0; l < f->levels; l++) {
			seen[l] += c->seen.of[row][l];
			strangers[l] += c->strangers.of[row][l];
		}
	pairs = shares(f->u.of[ROW_ALONE], seen, strangers, f->levels);
	mix(f->u.of[ROW_ALONE], pairs, known_strangers(em->in->field[i].type), KNOWN_PAIRS, f->levels);
	if (exact > 0 && correct)
		put_exact(em, i, exact, own, f->u.of[ROW_ALONE]);
	for (unsigned row = em_first(f); row < ROW_ALONE; row = em_next(f, row)) {
		pairs = shares(f->u.of[row], c->seen.of[row], c->strangers.of[row], f->levels);
		mix(f->u.of[row], pairs, f->u.of[ROW_ALONE], PRIOR_PAIRS, f->levels);
	}
}

/* Of the pairs of a pattern those that are matches or households. */
static double
found_of(const struct em *em, size_t p)
{
	struct ratios r = em_ratios(em, em->pattern[p].levels);
	double n = 0, looked_at = em->across ? (double)em->in->class_pairs[em->in->classes - 1] / em->all : 1;

	for (size_t i = em->pattern[p].first; i < em->pattern[p + 1].first; i++) {
		const struct em_group *g = &em->group[i];
		struct posterior z;

		if (em_left_out(em, g->class) || g->unmet)
			continue;
		z = em_posterior(em, r, g->rare, g->class);
		n += g->pairs * (z.match + z.household / looked_at);
	}
	return n;
}

/* By mailbox or number the share of pairs, of those with one on both sides, that agree in full and are found to be
 * none of strangers. It is counted, since matches have these more often than others: where lists have nothing
 * else in common all of them do, and who takes them for as frequent there as anywhere leaves matches among the
 * strangers, by which a mailbox is no evidence. */
static void
find_own(const struct em *em, double own[FIELDS_MAX])
{
	for (size_t p = 0; p < em->patterns; p++) {
		double n = found_of(em, p);

		for (unsigned f = 0; f < em->in->fields; f++)
			if (is_own(em->in->field[f].type) && pattern_level(em->pattern[p].levels, f) == em->field[f].top)
				own[f] += n / em->in->both[f];
	}
}

static void
renew(struct em *em, bool correct)
{
	struct counted counted[FIELDS_MAX];
	double own[FIELDS_MAX] = { 0 };

	if (correct)
		find_own(em, own);
	memset(counted, 0, sizeof counted);
	count(em, counted, !correct);
	for (unsigned i = 0; i < em->in->fields; i++)
		put_field(em, i, &counted[i], correct, own[i]);
}

void
u_start(struct em *em)
{
	renew(em, false);
}

void
u_correct(struct em *em)
{
	renew(em, true);
}
