/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/lookalike.c: pairs that pass for matches and are of two people who have much in common:
 * families that are registered in one day as twins are, namesakes of one age. Errors hit one field or
 * another, so that matches that differ in a given name have most else alike. Where those who differ
 * there are strangers in a second field, too, what passes for matches is two classes, and the one that
 * differs is none (more classes than are sought, of which some are matches: Larsen and Rubin 2001). It is
 * learnt in place of households, whose pairs are set aside. Scoring needs no class for it: matches
 * that were learnt without look-alikes differ from them. */
#include "base/alloc.h"
#include "resolve/estimate_priv.h"

#include <string.h>

enum {
	ENOUGH = 20,	/* pairs to learn a class from */
	SHARE = 10	/* of what passes for matches, one in so many: fewer do not spoil m */
};

#define APART		0.2	/* of the matches differ in a field, where they are looked for once more */
#define HALF		0.5	/* as often as strangers, at most, matches differ in a field that tells */
#define DIFFER_OFTEN	0.5	/* of the pairs of a class */
#define AS_STRANGERS	0.9	/* of the way from matches to strangers is as strangers */

/* The share of a class, by its levels of a field, that differs there: dates that are not even near. */
static double
differ(const struct em *em, unsigned f, const struct rows *share)
{
	const double *level = share->of[ROW_ALONE];

	return em->in->field[f].type == FIELD_BIRTHDATE ? level[0] + level[1] : level[0];
}

/* What one is born with or is called, and no number: each office gives its own. */
static bool
may_tell(const struct em *em, unsigned f)
{
	enum field_type t = em->in->field[f].type;

	return em->in->field[f].nature == NATURE_PERSONAL && t != FIELD_SEX && t != FIELD_IDENTIFIER &&
	    differ(em, f, &em->field[f].m) * SHARE >= 1;
}

/* The pairs of the class in place of households, out of the sample. */
static void
set_aside(struct em *em)
{
	for (size_t p = 0; p < em->patterns; p++) {
		const struct em_pattern *pattern = &em->pattern[p];
		struct ratios r = em_ratios(em, pattern->levels);

		for (size_t i = pattern->first; i < pattern[1].first; i++) {
			struct em_group *g = &em->group[i];

			g->pairs *= 1 - em_posterior(em, r, g->rare, g->class).household;
		}
	}
}

/* A share of what passes for matches is of the other class. */
static void
divide(struct em *em, double share)
{
	em->lambda_h = em->lambda_all * share;
	for (unsigned c = 0; c < em->in->classes; c++)
		em->lambda[c] *= 1 - share;
	em->lambda_all *= 1 - share;
}

/* Look-alikes are at first as matches are, but in the field where they are strangers. */
static void
learn_apart(struct em *em, unsigned field)
{
	double share = differ(em, field, &em->field[field].m);

	for (unsigned i = 0; i < em->in->fields; i++) {
		struct em_field *f = &em->field[i];

		f->held = f->m;
		f->h = i == field ? f->u : f->m;
	}
	em->household = em->lookalikes = true;
	em->apart = field;
	divide(em, share);
	em_renew(em);
	em_run(em);
}

/* What is across sources only is of one person in both. */
static bool
is_class(const struct em *em)
{
	return em->found_all >= ENOUGH && em->found_h >= ENOUGH && !spread_across(em, em->found_h_of);
}

/* By how many bits the pairs are likelier than they were before, beyond what chance explains. */
static double
gain(const struct em *em, const struct em *before, double scale)
{
	return (context_likelihood(em) - context_likelihood(before)) * scale - context_price(em);
}

double
lookalike_gain(const struct em *em, const struct em *before)
{
	return gain(em, before, context_seen(before));
}

/* In the name, and in what each class mostly has alike. */
bool
lookalike_closer(const struct em *em)
{
	for (unsigned i = 0; i < em->in->fields; i++) {
		double m = em->field[i].m.of[ROW_ALONE][0], h = em->field[i].h.of[ROW_ALONE][0];

		if ((em->in->field[i].lent && m > h) || (em->in->field[i].nature == NATURE_SHARED &&
		    m > DIFFER_OFTEN && h < DIFFER_OFTEN))
			return false;
	}
	return true;
}

/* Whether look-alikes are strangers in a second field, one that most matches have alike. */
static bool
strangers_twice(const struct em *em)
{
	for (unsigned i = 0; i < em->in->fields; i++) {
		const struct em_field *f = &em->field[i];
		double m = differ(em, i, &f->m), h = differ(em, i, &f->h), u = differ(em, i, &f->u);

		if (i != em->apart && m < HALF * u && h - m >= AS_STRANGERS * (u - m))
			return true;
	}
	return false;
}

/* The class of look-alikes that explains most, if there is one. */
static bool
find_lookalikes(struct em *em, double scale)
{
	struct em plain = *em, best;
	double most = 0;

	plain.household = plain.lookalikes = false;
	em_run(&plain);
	best = plain;
	for (unsigned f = 0; f < em->in->fields; f++) {
		double more;

		if (!may_tell(&plain, f))
			continue;
		*em = plain;
		learn_apart(em, f);
		more = is_class(em) && strangers_twice(em) ? gain(em, &plain, scale) : 0;
		if (more > most) {
			most = more;
			best = *em;
		}
	}
	*em = best;
	return most > 0;
}

static bool
any_may_tell(const struct em *em)
{
	for (unsigned f = 0; f < em->in->fields; f++)
		if (may_tell(em, f))
			return true;
	return false;
}

/* One class of them after the other, each out of what the last one left. */
void
lookalike_split(struct em *em)
{
	struct em split = *em;
	double scale;

	if (em->across || em->in->across || !any_may_tell(em))
		return;
	scale = context_seen(em);
	split.group = mem_alloc((em->groups + 1) * sizeof *split.group);
	memcpy(split.group, em->group, em->groups * sizeof *split.group);
	split.hold_u = true;
	set_aside(&split);
	while (find_lookalikes(&split, scale)) {
		em->hold_m = true;
		set_aside(&split);
	}
	mem_free(split.group);
	if (!em->hold_m) {
		em_ask(em);
		return;
	}
	for (unsigned i = 0; i < em->in->fields; i++)
		em->field[i].held = split.field[i].m;
	em_run(em);
}

/* Who differ in what is a person's own may all be of households: where these are more than the matches
 * are, they pass for matches from the first step on, and none are left to learn a class from. So most of
 * what is found now must have passed for matches; of identifiers nobody knows whose they are. */
void
lookalike_households(struct em *em)
{
	struct em before = *em;
	double share = 0, passed;

	for (unsigned i = 0; i < em->in->fields; i++) {
		double own = may_tell(em, i) ? differ(em, i, &em->field[i].m) : 0;

		share = own > share ? own : share;
	}
	if (share == 0 || em->in->across)
		return;
	for (unsigned i = 0; i < em->in->fields; i++) {
		struct em_field *f = &em->field[i];

		f->h = em->in->field[i].nature == NATURE_PERSONAL &&
		    !em_lent(em, i) ? f->u : f->m;
	}
	em->household = em->hold_u = true;
	divide(em, share);
	em_renew(em);
	em_run(em);
	em->hold_u = false;
	passed = before.found_all - em->found_all;
	if (is_class(em) && 2 * passed > em->found_h && lookalike_gain(em, &before) > 0) {
		em_run(em);
		return;
	}
	*em = before;
	em_ask(em);
}

/* Where matches differ less often in what is a person's own they do so more often from now on. */
static bool
more_apart(struct em *em)
{
	bool any = false;

	for (unsigned i = 0; i < em->in->fields; i++) {
		struct em_field *f = &em->field[i];

		if (em->in->field[i].nature != NATURE_PERSONAL || f->m.of[ROW_ALONE][0] >= APART)
			continue;
		any = true;
		for (unsigned row = em_first(f); row < MODEL_ROWS; row = em_next(f, row)) {
			double *m = f->m.of[row], rest = 1 - m[0];

			for (unsigned l = 1; l < f->levels && rest > 0; l++)
				m[l] *= (1 - APART) / rest;
			m[0] = APART;
		}
	}
	return any;
}

/* Matches that differ in what is a person's own may pass for households from the first step on, and then
 * teach nobody that matches differ there: a few pairs in the sample decide which it is. So they are
 * looked for once more from where they differ, and what explains the pairs better is kept. */
void
lookalike_matches(struct em *em)
{
	struct em before = *em;

	if (!em->household || em->in->across || !more_apart(em))
		return;
	em_renew(em);
	em_run(em);
	if (em->found_all <= before.found_all || lookalike_gain(em, &before) <= 0) {
		*em = before;
		em_ask(em);
	}
}
