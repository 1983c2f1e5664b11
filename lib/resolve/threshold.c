/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/threshold.c: estimates of false links from the weights themselves, from records
 * that belong to nobody, and from identifiers that speak against a link. */
#include "resolve/fx.h"
#include "resolve/threshold.h"

#include <stddef.h>

#define KEEP_ASKED	0.5	/* of the links that are expected to be true, for a target that somebody asked for */

enum {
	EVENTS_LEAST = 20,	/* below which an estimate says nothing */
	SHIFT_STEP = 5,		/* millibits: a shift that moves less has come to rest */
	SHIFT_MOST = -20000	/* of which hardly a link is left */
};

/* Sums from a cut upwards. */
struct above {
	uint64_t	links, doubt, decoy, decoy_household, judged, clash, slip;
};

unsigned
cut_of(int32_t weight)
{
	return (unsigned)(weight > CUT_MOST ? CUT_MOST : weight) / CUT_STEP;
}

void
cut_add_link(struct cut_counts *c, int32_t weight, uint64_t n)
{
	c->links[cut_of(weight)] += n;
	c->doubt[cut_of(weight)] += n * (FX_CERTAIN - fx_probability(weight));
}

void
cut_sum(struct cut_counts *to, const struct cut_counts *from)
{
	for (unsigned i = 0; i < CUTS; i++) {
		to->links[i] += from->links[i];
		to->doubt[i] += from->doubt[i];
		to->decoy[i] += from->decoy[i];
		to->decoy_household[i] += from->decoy_household[i];
		to->judged[i] += from->judged[i];
		to->clash[i] += from->clash[i];
		to->slip[i] += from->slip[i];
	}
}

static void
add(struct above *a, const struct cut_counts *c, unsigned i)
{
	a->links += c->links[i];
	a->doubt += c->doubt[i];
	a->decoy += c->decoy[i];
	a->decoy_household += c->decoy_household[i];
	a->judged += c->judged[i];
	a->clash += c->clash[i];
	a->slip += c->slip[i];
}

static struct above
above(const struct cut_counts *c, unsigned from)
{
	struct above a = { 0 };

	for (unsigned i = CUTS; i-- > from;)
		add(&a, c, i);
	return a;
}

static double
at_most_one(double share)
{
	return share < 0 ? 0 : share > 1 ? 1 : share;
}

static double
by_model(const struct above *a)
{
	return a->links == 0 ? 0 : (double)a->doubt / FX_CERTAIN / (double)a->links;
}

/* A record meets each stranger as it meets a decoy: decoys stand for the other N − 1, and each
 * false link has two ends. A household decoy stands for the people of one's own household. */
static double
by_decoys(const struct above *a, const struct cut_facts *f)
{
	double wrong = 0;

	if (a->links == 0)
		return 0;
	if (f->decoys > 0)
		wrong += (double)a->decoy * (double)(f->records - 1) / (2 * (double)f->decoys);
	if (f->household_compared > 0)
		wrong += (double)a->decoy_household / (double)f->household_compared *
		    f->household_pairs;
	return at_most_one(wrong / (double)a->links);
}

/* Identifiers of one person differ by a slip now and then; as often they differ by more. */
static double
by_conflicts(const struct above *a)
{
	return a->judged == 0 ? 0 :
	    at_most_one(((double)a->clash - (double)a->slip) / (double)a->judged);
}

/* Enough events at the lowest cut: what is rare at a higher one is then known to be rare. */
static void
set_usable(struct cut *cut, const struct above *lowest)
{
	cut->estimate[CUT_BY_MODEL].usable = lowest->links >= EVENTS_LEAST;
	cut->estimate[CUT_BY_DECOYS].usable =
	    lowest->decoy + lowest->decoy_household >= EVENTS_LEAST;
	cut->estimate[CUT_BY_CONFLICTS].usable = lowest->clash >= EVENTS_LEAST;
}

static double
worst(const struct cut *cut)
{
	double most = 0;

	for (unsigned e = 0; e < CUT_ESTIMATORS; e++)
		if (cut->estimate[e].usable && cut->estimate[e].fdr > most)
			most = cut->estimate[e].fdr;
	return most;
}

static void
set_estimates(struct cut *cut, const struct above *a, const struct cut_facts *f, double target)
{
	cut->links = a->links;
	cut->estimate[CUT_BY_MODEL].fdr = by_model(a);
	cut->estimate[CUT_BY_DECOYS].fdr = by_decoys(a, f);
	cut->estimate[CUT_BY_CONFLICTS].fdr = by_conflicts(a);
	cut->met = worst(cut) <= target;
}

void
cut_at(struct cut *cut, const struct cut_counts *c, const struct cut_facts *f, int32_t link,
    double target)
{
	struct above lowest = above(c, 0), a = above(c, link < 0 ? 0 : cut_of(link));

	*cut = (struct cut){ .link = link };
	set_usable(cut, &lowest);
	set_estimates(cut, &a, f, target);
}

static double
expected(const struct above *a)
{
	return (double)a->links - (double)a->doubt / FX_CERTAIN;
}

/* From the top down, so that of the cuts that meet the target the least comes last. */
void
cut_find(struct cut *cut, const struct cut_counts *c, const struct cut_facts *f, double target,
    bool asked)
{
	double keep = asked ? KEEP_ASKED : 1 - target;
	struct above lowest = above(c, 0), a = { 0 };
	struct cut at = { .link = 0 };

	*cut = (struct cut){ .link = -1 };
	set_usable(&at, &lowest);
	for (unsigned i = CUTS; i-- > 0;) {
		add(&a, c, i);
		if (i > 0 && expected(&a) < keep * expected(&lowest))
			continue;
		at.link = (int32_t)i * CUT_STEP;
		set_estimates(&at, &a, f, target);
		if (cut->link < 0 || at.met ||
		    (!cut->met && (asked ? worst(&at) <= worst(cut) : i == 0)))
			*cut = at;
	}
}

/* Half an event more, of one link more (Jeffreys): a hundred links that nobody doubts do not show that
 * none in a thousand is false. Where links are many it changes nothing. */
void
cut_settle(struct cut *cut, uint64_t links, uint64_t doubt, double target)
{
	struct above a = { .links = links + 1, .doubt = doubt + FX_CERTAIN / 2 };

	if (links == 0)
		a = (struct above){ .links = 0 };
	cut->estimate[CUT_BY_MODEL].fdr = by_model(&a);
	cut->met = worst(cut) <= target;
}

static double
borne_out(const struct cut_counts *c, int32_t shift)
{
	double matches = 0;

	for (unsigned i = 0; i < CUTS; i++)
		if (c->links[i] > 0)
			matches += (double)c->links[i] *
			    fx_probability((int32_t)i * CUT_STEP + CUT_STEP / 2 + shift);
	return matches / FX_CERTAIN;
}

/* Of the matches that a model believes in some are pairs that are likelier none, and only their number
 * makes them: classes overlap, and what it takes for matches may be something else. If nobody is
 * among those, matches are rarer than it says, all weights are that much less, links bear out fewer
 * again, and so on until it rests. Where classes are apart nearly nothing happens. */
int32_t
cut_borne_out(const struct cut_counts *c, double expected)
{
	int32_t shift = 0, next = 0;

	do {
		double matches = borne_out(c, next);

		shift = next;
		if (matches < expected)
			next = fx_log2(matches / expected);
		if (next < SHIFT_MOST)
			next = SHIFT_MOST;
	} while (next < shift - SHIFT_STEP);
	return next;
}

const char *
cut_estimator_name(enum cut_estimator e)
{
	static const char *const name[] = { "model", "decoy", "conflict" };

	return name[e];
}
