/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/context.c: what those have in common who share a context and nothing else. Tenants of
 * one building have its address, and often its telephone too: beside the other, each says little.
 * They are too few to show among strangers (depend.c), so each tie is tried, and stays if the pairs
 * are so much likelier with it that chance does not explain it. */
#include "resolve/estimate_priv.h"
#include "resolve/fx.h"

enum { CLASSES = 3 };		/* matches, those of one context, strangers */

#define CHANCE	1.4427		/* bits that a share gains that says nothing new (Akaike), 1/ln 2 */

/* Of a pattern among strangers, in bits. */
static double
by_chance(const struct em *em, uint64_t levels)
{
	double bits = 0;

	for (unsigned i = 0; i < em->in->fields; i++) {
		const struct em_field *f = &em->field[i];
		unsigned level = pattern_level(levels, i);

		if (level != LEVEL_NULL)
			bits += fx_log2_double(f->u.of[em_row(f, levels)][level]);
	}
	return bits;
}

/* Under the shares that were learnt; pairs that nobody looked at are of strangers. */
double
context_likelihood(const struct em *em)
{
	double h = em->household ? em->lambda_h : 0, bits = 0, rest = em->all;

	for (size_t p = 0; p < em->patterns; p++) {
		const struct em_pattern *pattern = &em->pattern[p];
		double strangers = by_chance(em, pattern->levels);
		struct ratios r = em_ratios(em, pattern->levels);

		for (size_t i = pattern->first; i < pattern[1].first; i++) {
			const struct em_group *g = &em->group[i];
			double m = em->lambda[g->class];
			struct ratios rarer = em_rarer(em, r, g->rare);

			bits += g->pairs * (strangers + fx_log2_double(m * rarer.match +
			    h * rarer.household + 1 - m - h));
			rest -= g->pairs;
		}
	}
	return bits + rest * fx_log2_double(1 - em->lambda_all - h);
}

double
context_seen(const struct em *em)
{
	double pairs = 0, all = 0;

	for (size_t i = 0; i < em->in->sampled_count; i++) {
		const struct tally *t = &em->in->sampled[i];
		double z = em_posterior(em, em_ratios(em, t->pattern), t->rare, t->class).match;

		pairs += z * t->pairs;
		all += z * (double)t->weight;
	}
	return all > 0 ? pairs * 256 / all : 0;
}

/* A share of all pairs, and shares of the levels of each field. */
double
context_price(const struct em *em)
{
	unsigned shares = 1;

	for (unsigned i = 0; i < em->in->fields; i++)
		shares += em->field[i].levels - 1;
	return CHANCE * shares;
}

/* What a tie must gain: it learns the levels of the child anew for each level of the parent. */
static double
price(const struct em *em, unsigned child, unsigned parent)
{
	return CHANCE * CLASSES * em->field[parent].levels * (em->field[child].levels - 1);
}

static bool
may_tie(const struct em *em, unsigned child, unsigned parent)
{
	return child != parent && !em->field[child].common && !em->field[parent].common &&
	    em->field[child].parent < 0 && em->field[parent].parent < 0;
}

/* The likelihood of a part of the pairs, chosen by what they agree on, would say nothing. */
void
context_tie(struct em *em)
{
	struct em before = *em, best = *em;
	double without, most = 0;

	if (!em->in->all_pairs)
		return;
	without = context_likelihood(em);
	for (unsigned parent = 0; parent < em->in->fields; parent++)
		for (unsigned child = 0; child < em->in->fields; child++) {
			double gain;

			if (!may_tie(&before, child, parent))
				continue;
			*em = before;
			depend_tie(em, child, parent);
			em_renew(em);
			em_run(em);
			gain = context_likelihood(em) - without - price(em, child, parent);
			if (gain > most) {
				most = gain;
				best = *em;
			}
		}
	*em = best;
	em_ask(em);
}
