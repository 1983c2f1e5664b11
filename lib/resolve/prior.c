/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/prior.c: how likely a pair is a match before it is compared (resolve 5.2): λ over
 * all pairs, and for pairs inside each source and across them, so that a source that holds a
 * person once is seen from the data. */
#include "resolve/estimate_priv.h"

#define LAMBDA_MOST	0.49	/* with nothing to compare, no pair is as likely a match as not */
#define SEEN_BY_SURE	0.8	/* of the matches, by the sure rules */
#define LAMBDA_LEAST	0x1p-40	/* who is alike beyond forty bits is no series but one thing twice */
#define HALF		0.5

enum {
	SURE_LEAST = 10,	/* matches that a file is thought to hold at the start */
	RECORDS_A_MATCH = 4,	/* or one for so many records, in a small one */
	CLASS_LEAST = 20,	/* expected matches below which a class has no λ of its own */
	NONE_SEEN = 3		/* matches that may be there when none was seen */
};

static double
between(double least, double x, double most)
{
	return x < least ? least : x > most ? most : x;
}

void
prior_start(struct em *em)
{
	double sure = em->in->sure, floor = (double)em->in->records / RECORDS_A_MATCH;

	if (floor > SURE_LEAST)
		floor = SURE_LEAST;
	if (sure < floor)
		sure = floor;
	em->lambda_start = em->all > 0 ? sure / (SEEN_BY_SURE * em->all) : LAMBDA_MOST;
	em->lambda_all = em->lambda_start = between(0, em->lambda_start, LAMBDA_MOST);
	em->lambda_h = em->lambda_start < LAMBDA_MOST / 2 ? em->lambda_start : LAMBDA_MOST / 2;
	for (unsigned c = 0; c < CLASSES_MAX; c++)
		em->lambda[c] = em->lambda_all;
}

/* A class with few matches keeps the common λ, but never more than what it may still hold. One
 * that is never compared is of sources that hold each person once, as whoever asked for that
 * says; a cluster asks for it all the same. */
static double
of_class(const struct em *em, unsigned c)
{
	double pairs = (double)em->in->class_pairs[c], most;

	if (pairs <= 0)
		pairs = em->all;
	if (em->found[c] >= CLASS_LEAST)
		return between(0, em->found[c] / pairs, LAMBDA_MOST);
	most = (em->found[c] + NONE_SEEN) / pairs;
	return most < em->lambda_all ? most : em->lambda_all;
}

/* A few pairs that look like matches make each other likelier. Where nothing else is learnt no more are
 * believed than a small file is thought to hold, or the sure rules join. */
static double
lambda_most(const struct em *em)
{
	double small = (double)em->in->records / RECORDS_A_MATCH / em->all;

	if (!em->guess)
		return LAMBDA_MOST;
	return between(em->lambda_start, small, LAMBDA_MOST);
}

void
prior_renew(struct em *em)
{
	double least, looked_at = em->all;

	if (em->all <= 0)
		return;
	if (em->across)
		looked_at = (double)em->in->class_pairs[em->in->classes - 1];
	least = between(0, 1 / em->all, LAMBDA_MOST / 2);
	em->lambda_all = between(least, em->found_all / em->all, lambda_most(em));
	em->lambda_h = between(least, em->found_h / looked_at, LAMBDA_MOST / 2);
	for (unsigned c = 0; c < em->in->classes; c++)
		em->lambda[c] = of_class(em, c);
}

/* Pairs of a class that are likely matches, under its λ. */
static double
likely(const struct em *em, unsigned c)
{
	double pairs = 0;

	for (size_t p = 0; p < em->patterns; p++)
		for (size_t i = em->pattern[p].first; i < em->pattern[p + 1].first; i++) {
			const struct em_group *g = &em->group[i];

			if (g->class == c && g->fixed == 0)
				pairs += g->pairs * em_posterior(em, em->pattern[p].ratios, g->rare, c).match;
		}
	return pairs;
}

/* What was left out while matches were learnt, inside sources that hold a thing once, may be like them all the
 * same: a series is. No more of it is likely to match than may be there where none was seen. */
void
prior_left_out(struct em *em)
{
	for (unsigned c = 0; c + 1 < em->in->classes; c++) {
		double most = em->found[c] + NONE_SEEN;

		for (double n = likely(em, c); n > most && em->lambda[c] > LAMBDA_LEAST; n = likely(em, c))
			em->lambda[c] *= most / n < HALF ? most / n : HALF;
	}
}
