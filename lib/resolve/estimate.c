/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/estimate.c: the order of an estimation and its checks (resolve 5). */
#include "base/alloc.h"
#include "resolve/estimate_priv.h"
#include "resolve/fx.h"
#include "resolve/known.h"

#include <string.h>

enum {
	MATCHES_LEAST = 20,		/* below which m is not learnt */
	MATCHES_MOST = 50,		/* a record; or: */
	MATCHES_COMPARED = 20000000,	/* pairs, as many as any run may compare (pairs_budget), */
	MATCHES_SHARE = 10,		/* if they are no more than one in so many of all pairs */
	STRANGERS_LEAST = 4,		/* and never more than one in so many: strangers teach as well */
	HOUSEHOLD_RECORDS = 1000,	/* one household pair for so many, else the class is off */
	COMMON = 8			/* times as often alike among strangers as the rarest field */
};

#define DIFFER_SELDOM	0.2	/* of the matches, where families would else pass for them: see DIFFER_MOST */
#define MATCHES_OWN	0.5	/* of the matches agree on more than commonplace things */
#define MATCHES_KEPT	0.9	/* of them, beside a class for those who share a context */

/* Without anything that a household shares its class would be whatever else is frequent; without
 * anything that is a person's own it would be the matches. Families have a name in common wherever they
 * live, which teaches nothing of them and is known all the same. */
static bool
may_be_households(const struct estimate_input *in, bool guess)
{
	bool shared = false, own = false;

	for (unsigned i = 0; i < in->fields; i++) {
		shared |= in->field[i].nature == NATURE_SHARED;
		own |= in->field[i].nature == NATURE_PERSONAL;
	}
	return in->household && (!in->homeless || guess) && shared && own;
}

static unsigned
highest_seen(const struct em *em, unsigned field)
{
	unsigned highest = 0;

	for (size_t p = 0; p < em->patterns; p++) {
		unsigned level = pattern_level(em->pattern[p].levels, field);

		if (level != LEVEL_NULL && level > highest)
			highest = level;
	}
	return highest;
}

/* Where no address has a postcode, or none a door, the highest levels are beyond reach, and what
 * matches mostly are is the highest that a pair has. */
static void
start_within_reach(struct em *em)
{
	for (unsigned i = 0; i < em->in->fields; i++) {
		struct em_field *f = &em->field[i];
		unsigned highest = highest_seen(em, i);
		double most = f->start[f->top];

		if (em->in->field[i].type != FIELD_PLACE || highest == 0)
			continue;
		f->start[f->top] = f->start[highest];
		f->start[highest] = most;
	}
}

static void
begin(struct em *em, const struct estimate_input *in)
{
	*em = (struct em){ .in = in, .household = may_be_households(in, false), .own_most = DIFFER_MOST };
	for (unsigned i = 0; i < in->fields; i++) {
		struct em_field *f = &em->field[i];

		f->levels = field_levels(in->field[i].type);
		f->top = f->levels - 1;
		f->parent = -1;
		f->free = in->field[i].nature == NATURE_FREE;
		em->capped |= !f->free;
		known_matches(in->field[i].type, f->start);
	}
	for (unsigned c = 0; c < in->classes; c++)
		em->all += (double)in->class_pairs[c];
	em_gather(em);
	start_within_reach(em);
	prior_start(em);
	u_start(em);
	em_start(em);
}

static void
end(struct em *em)
{
	mem_free(em->pattern);
	mem_free(em->group);
	mem_free(em->stranger);
}

/* A person may have a hundred records, and a few such make more pairs than fifty a record. So many are
 * believed as a run can compare, unless they are a tenth of all pairs: then it is the file that is
 * alike. So it is where a few records make more pairs than that. */
static double
matches_most(const struct em *em)
{
	double usual = (double)MATCHES_MOST * (double)em->in->records, share = em->all / MATCHES_SHARE;
	double heavy = share < MATCHES_COMPARED ? share : MATCHES_COMPARED;
	double most = usual > heavy ? usual : heavy, few = em->all / STRANGERS_LEAST;

	return most < few ? most : few;
}

/* NULL: the estimate can be used. */
static const char *
fault(const struct em *em)
{
	if (em->found_all < MATCHES_LEAST)
		return "too few matches";
	if (em->found_all > matches_most(em))
		return "more matches than a file of people can hold";
	for (unsigned i = 0; i < em->in->fields; i++) {
		const struct em_field *f = &em->field[i];

		if (em->in->field[i].nature == NATURE_PERSONAL &&
		    f->m.of[ROW_ALONE][f->top] <= f->u.of[ROW_ALONE][f->top])
			return "a field that is a person's own agrees no more among matches";
	}
	return NULL;
}

static void
run_with_ties(struct em *em)
{
	em_renew(em);
	u_correct(em);
	em_renew(em);
	em_run(em);
}

/* Which fields strangers often have alike, beside the one that they have alike least: a record has
 * some stranger's value there. Being rarer than rare makes no other field commonplace. */
static void
find_common(struct em *em)
{
	double rarest = 1;

	for (unsigned i = 0; i < em->in->fields; i++) {
		double exact = em->field[i].u.of[ROW_ALONE][em->field[i].top];

		rarest = exact < rarest ? exact : rarest;
	}
	for (unsigned i = 0; i < em->in->fields; i++) {
		double exact = em->field[i].u.of[ROW_ALONE][em->field[i].top];

		em->field[i].common = exact > COMMON * rarest && exact * (double)em->in->records >= 1;
	}
}

/* The share of what passes for matches that agrees on more than commonplace things: a town, a year,
 * a kind. Two records of one person or thing have something in common that few others have. */
static double
beyond_commonplace(const struct em *em)
{
	double own = 0, all = 0;

	for (size_t p = 0; p < em->patterns; p++) {
		const struct em_pattern *pattern = &em->pattern[p];
		bool agrees = false;

		for (unsigned i = 0; i < em->in->fields && !agrees; i++) {
			unsigned level = pattern_level(pattern->levels, i);

			agrees = level != LEVEL_NULL && !em->field[i].common &&
			    field_level(em->in->field[i].type, level)->tf != TF_NONE;
		}
		for (size_t i = pattern->first; i < pattern[1].first; i++) {
			double n = em->group[i].pairs * em_posterior(em, pattern->ratios,
			    em->group[i].rare, em->group[i].class).match;

			all += n;
			own += agrees ? n : 0;
		}
	}
	return all > 0 ? own / all : 0;
}

/* Whether to keep the class for those who share commonplace things: not if what is left for matches has
 * even less beside them. Where matches had enough beside them it must take none, and make the pairs
 * so much likelier that chance does not explain it. */
static bool
context_helps(const struct em *em, const struct em *before, double share)
{
	if (em->found_all < MATCHES_LEAST || beyond_commonplace(em) < share ||
	    spread_across(em, em->found_h_of))
		return false;
	return share < MATCHES_OWN || (em->found_all >= MATCHES_KEPT * before->found_all &&
	    context_likelihood(em) > context_likelihood(before) + context_price(em));
}

/* Back to what priors and shares start from, under what was set meanwhile. */
static void
start_anew(struct em *em)
{
	prior_start(em);
	u_start(em);
	em_start(em);
}

/* A class of its own for those who share commonplace things. The likelihood of a part of the pairs,
 * chosen by what they agree on, would not say whether it is needed. */
static void
learn_context(struct em *em)
{
	double share = beyond_commonplace(em);
	struct em before = *em;

	if (share >= MATCHES_OWN && !em->in->all_pairs)
		return;
	em->household = true;
	start_anew(em);
	run_with_ties(em);
	if (context_helps(em, &before, share)) {
		context_tie(em);
		return;
	}
	*em = before;
	em_run(em);
}

/* Few pairs, or pairs across sources only, are no households. */
static void
check_households(struct em *em)
{
	bool across = spread_across(em, em->found_h_of);

	if (!across && em->found_h * HOUSEHOLD_RECORDS >= (double)em->in->records)
		return;
	em->household = false;
	em_run(em);
	if (!across)
		lookalike_households(em);
}

/* Matches that have the field on both sides. */
static double
matches_with(const struct em *em, unsigned field)
{
	double matches = 0;

	for (size_t p = 0; p < em->patterns; p++) {
		const struct em_pattern *pattern = &em->pattern[p];

		if (pattern_level(pattern->levels, field) == LEVEL_NULL)
			continue;
		for (size_t i = pattern->first; i < pattern[1].first; i++)
			matches += em->group[i].pairs * em_posterior(em, pattern->ratios,
			    em->group[i].rare, em->group[i].class).match;
	}
	return matches;
}

/* Of an attribute nothing is known but that matches mostly have alike what they have at all. Where no match
 * has it on both sides so far, that guess alone would speak against those who could teach better: two
 * papers about one person may name two employers. So it says nothing, until some match teaches it. */
static bool
forget_untaught(struct em *em)
{
	bool any = false;

	for (unsigned i = 0; i < em->in->fields; i++) {
		struct em_field *f = &em->field[i];

		if (!f->free || matches_with(em, i) >= 1)
			continue;
		memcpy(f->start, f->u.of[ROW_ALONE], sizeof f->start);
		any = true;
	}
	return any;
}

/* Once matches are known the ties are sought again, because matches make fields go together too. Where the
 * file has more than attributes, ties were sought among those who are hardly one person in the first
 * place. Families that are more than the matches are may then undo a tie, and pass for matches without it; so
 * there it stays if the pairs are less likely with the new ones. */
static void
tie_again(struct em *em)
{
	struct em before = *em;
	bool families = em->household && em->found_h > em->found_all;

	if (!depend_find(em))
		return;
	run_with_ties(em);
	if (em->capped && families && context_likelihood(em) < context_likelihood(&before)) {
		*em = before;
		em_ask(em);
	}
}

/* So many of the matches differ in some field that is a person's own, but for a number. */
static bool
differ_often(const struct em *em, double share)
{
	for (unsigned i = 0; i < em->in->fields; i++)
		if (em->in->field[i].nature == NATURE_PERSONAL && em->in->field[i].type != FIELD_IDENTIFIER &&
		    em->field[i].m.of[ROW_ALONE][0] >= share)
			return true;
	return false;
}

/* Where no rule brings together who merely live together, those of a household are known from rules that ask for
 * something beside the home: a year, a name. They seem to have that in common more often than chance has it, and
 * pass for matches. With those whom no rule brings together they do not. */
static bool
learn_unmet(struct em *em)
{
	em->unmet = true;
	start_anew(em);
	run_with_ties(em);
	return em->found_all >= MATCHES_LEAST && !differ_often(em, DIFFER_SELDOM);
}

/* Where hardly anybody is there twice, families drift step by step into what passes for matches, which may have
 * anything in common, while those of a household have in common what one shares. Then matches often differ in what
 * is their own. So all is learnt with everybody who shares a home. Where matches still are like that, and differ as
 * often as they may, it is learnt with matches that seldom do, and kept unless pairs are less likely by more
 * than chance explains. */
static void
keep_families_out(struct em *em)
{
	struct em before = *em;

	if (!em->household || em->in->across || !differ_often(em, DIFFER_SELDOM) || learn_unmet(em))
		return;
	*em = before;
	if (differ_often(em, DIFFER_MOST)) {
		em->own_most = DIFFER_SELDOM;
		start_anew(em);
		run_with_ties(em);
		if (context_likelihood(em) + context_price(em) > context_likelihood(&before))
			return;
		*em = before;
	}
	em_ask(em);
}

/* Fields that go together among strangers are tied before the first step: else what they make
 * alike would pass for matches where it is more frequent than those. */
static void
learn(struct em *em)
{
	depend_find(em);
	run_with_ties(em);
	if (em->found_all >= MATCHES_LEAST && forget_untaught(em))
		em_run(em);
	if (em->household)
		check_households(em);
	keep_families_out(em);
	tie_again(em);
	lookalike_matches(em);
	lookalike_split(em);
	if (em->capped || em->household)
		return;
	find_common(em);
	learn_context(em);
	spread_split(em);
}

static void
start_again(struct em *em, void (*known)(enum field_type, double[LEVELS_MAX]))
{
	for (unsigned i = 0; i < em->in->fields; i++) {
		em->field[i].parent = -1;
		known(em->in->field[i].type, em->field[i].start);
	}
	start_within_reach(em);
	em->household = may_be_households(em->in, em->guess);
	em->across = em->hold_m = em->unmet = false;
	em->own = 0;
	em->own_most = DIFFER_MOST;
	start_anew(em);
}

/* Some field is known to be somebody's own: a name, a birth date, a number. */
static bool
of_people(const struct estimate_input *in)
{
	for (unsigned i = 0; i < in->fields; i++)
		if (in->field[i].nature == NATURE_PERSONAL && in->field[i].type < FIELD_STRING)
			return true;
	return false;
}

/* With what is known of the types only the priors are learnt; a file whose priors cannot be right keeps
 * the first guess of them too. */
static void
fall_back(struct em *em)
{
	em->guess = of_people(em->in);
	start_again(em, em->guess ? known_person : known_matches);
	em->hold_m = em->hold_h = true;
	em_run(em);
	if (em->found_all > matches_most(em))
		prior_start(em);
}

/* Where nobody is found who says nearly everything alike, such as goods that each shop describes in its
 * own words and names that somebody wrote down by ear, those are looked for who say it in a like way. */
static const char *
learn_alike(struct em *em)
{
	const char *why;

	start_again(em, known_alike);
	learn(em);
	why = fault(em);
	if (why != NULL)
		start_again(em, known_matches);
	return why;
}

/* Branches and firms of a group have a name in common, firms of one house have not. So it is learnt both ways,
 * and that one is kept which makes the pairs likelier by more than chance. */
static const char *
learn_lent(struct em *em, const char *why)
{
	struct em before = *em;
	bool any = false;

	for (unsigned i = 0; i < em->in->fields; i++)
		any |= em->in->field[i].lent;
	if (!any || !may_be_households(em->in, false))
		return why;
	em->lends = true;
	start_again(em, known_matches);
	learn(em);
	if (em->household && fault(em) == NULL && lookalike_closer(em) &&
	    (why != NULL || lookalike_gain(em, &before) > 0))
		return NULL;
	*em = before;
	em_ask(em);
	return why;
}

/* NULL: what was learnt can be used. */
static const char *
learn_from(struct em *em, const struct estimate_input *in)
{
	const char *why;

	begin(em, in);
	learn(em);
	why = fault(em);
	if (why != NULL && em->found_all < MATCHES_LEAST)
		why = learn_alike(em);
	return learn_lent(em, why);
}

/* What was learnt from pairs across sources is held; a field that they do not have on both sides keeps what
 * all pairs taught. */
static void
hold(struct em *once, const struct em *all)
{
	for (unsigned i = 0; i < once->in->fields; i++) {
		struct em_field *f = &once->field[i];
		bool taught = em_taught(f) >= MATCHES_LEAST;

		f->held = f->m;
		for (unsigned row = 0; row < MODEL_ROWS && !taught; row++)
			memcpy(f->held.of[row], all->field[i].m.of[ROW_ALONE], sizeof f->held.of[row]);
	}
	once->hold_m = true;
}

/* Learns from pairs across sources alone, and then asks all pairs how many are like that. */
static const char *
learn_across(struct em *once, const struct em *all, const struct estimate_input *across)
{
	const char *why = learn_from(once, across);

	if (why == NULL)
		hold(once, all);
	else
		fall_back(once);
	once->in = all->in;
	em_run(once);
	return why;
}

/* Episodes of a show and sizes of a shoe are alike inside a source, and where they are more than matches they
 * pass for them; so do editions, which are alike across sources as well. So where what passes for matches is
 * as often inside sources as across, or more, those are sought that are across: if hardly any pair inside is
 * like them, what is alike there is a series; true duplicates would be. */
static void
learn_series(struct em *em, const char **why)
{
	struct estimate_input across = *em->in;
	const char *why_across;
	struct em once;

	across.across = true;
	why_across = learn_across(&once, em, &across);
	if (!spread_across(&once, once.found)) {
		end(&once);
		return;
	}
	if (why_across != NULL) {	/* nor are those few inside that the start values take for matches */
		once.in = &across;
		fall_back(&once);
		once.in = em->in;
	}
	end(em);
	*em = once;
	*why = why_across;
}

/* Where a context was told from matches because these are across sources, each of which holds a thing once,
 * there are no more of them than things. If there are it is one context taken for another, and what is
 * across sources is learnt alone. */
static void
learn_once(struct em *em)
{
	struct estimate_input across = *em->in;
	struct em once;

	across.across = true;
	if (learn_from(&once, &across) != NULL || once.found_all >= em->found_all) {
		end(&once);
		return;
	}
	once.in = em->in;
	end(em);
	*em = once;
}

static void
put_notes(struct estimate_notes *notes, const struct em *em)
{
	notes->lambda_start = em->lambda_start;
	notes->lambda = em->lambda_all;
	notes->matches = em->found_all;
	notes->households = em->household ? em->found_h : 0;
	notes->steps = em->steps;
	notes->likelihood = context_likelihood(em);
	notes->seen = context_seen(em);
	notes->chance = context_price(em);
}

void
estimate_model(struct model *m, const struct estimate_input *in, double *z,
    struct estimate_notes *notes)
{
	struct em em;

	*notes = (struct estimate_notes){ .fallback = false };
	notes->why = learn_from(&em, in);
	if (notes->why != NULL)
		fall_back(&em);
	else if (em.across && in->most_once > 0 && em.found_all > in->most_once)
		learn_once(&em);
	else if (!in->across && spread_evenly(&em, em.found))
		learn_series(&em, &notes->why);
	notes->fallback = notes->why != NULL;
	prior_left_out(&em);
	if (!notes->fallback) {
		anchor(&em, notes);
		depend_tell(&em);
	}
	em_put_model(m, &em, notes);
	put_notes(notes, &em);
	for (size_t i = 0; i < in->sampled_count; i++) {
		const struct tally *t = &in->sampled[i];

		z[i] = t->fixed != 0 ? t->fixed > 0 :
		    em_posterior(&em, em_ratios(&em, t->pattern), t->rare, t->class).match;
	}
	end(&em);
}
