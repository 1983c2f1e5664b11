/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/spread.c: what sources tell of a class of pairs. Those who share a context (one album,
 * one brand, one house) share it in one source as often as across two; one thing in two lists that
 * hold things once is across them only. So a class that is everywhere alike is a context, even if
 * nearly all fields agree in it, and one that is across sources only is none. */
#include "resolve/estimate_priv.h"

enum {
	EVENLY = 4,	/* times as many across as inside, per pair, are still everywhere alike */
	ENOUGH = 20	/* pairs to tell by */
};

#define MOSTLY 0.5	/* of the pairs */

/* Expected pairs of a class for so many that could be, inside sources and across them. */
static bool
densities(const struct em *em, const double *found, double *inside, double *across)
{
	unsigned last = em->in->classes - 1;
	double of = 0;

	if (em->in->classes < 2)
		return false;
	*inside = 0;
	for (unsigned c = 0; c < last; c++) {
		*inside += found[c];
		of += (double)em->in->class_pairs[c];
	}
	*across = found[last];
	if (*inside + *across < ENOUGH || of <= 0 || em->in->class_pairs[last] == 0)
		return false;
	*inside /= of;
	*across /= (double)em->in->class_pairs[last];
	return true;
}

bool
spread_across(const struct em *em, const double *found)
{
	double inside, across;

	return densities(em, found, &inside, &across) && inside * EVENLY < across;
}

bool
spread_evenly(const struct em *em, const double *found)
{
	double inside, across;

	return densities(em, found, &inside, &across) && inside * EVENLY >= across;
}

/* Pairs of what passes for matches that agree on each field exactly, and that have it, inside
 * sources [0] and across them [1]. */
struct agreed { double exact[2][FIELDS_MAX], all[2][FIELDS_MAX]; };

static void
count_agreed(const struct em *em, struct agreed *n)
{
	for (size_t p = 0; p < em->patterns; p++) {
		const struct em_pattern *pattern = &em->pattern[p];

		for (size_t i = pattern->first; i < pattern[1].first; i++) {
			const struct em_group *g = &em->group[i];
			unsigned across = g->class + 1u == em->in->classes;
			double pairs = g->pairs * em_posterior(em, pattern->ratios, g->rare,
			    g->class).match;

			for (unsigned f = 0; f < em->in->fields; f++) {
				unsigned level = pattern_level(pattern->levels, f);

				n->all[across][f] += level != LEVEL_NULL ? pairs : 0;
				n->exact[across][f] += level == em->field[f].top ? pairs : 0;
			}
		}
	}
}

/* Fields in which most of what passes for matches differs, and nearly all inside sources, but not across:
 * a bit each. */
static unsigned
own_fields(const struct em *em)
{
	struct agreed n = { .all = { { 0 } } };
	unsigned bits = 0;

	count_agreed(em, &n);
	for (unsigned f = 0; f < em->in->fields; f++)
		bits |= (unsigned)(em->field[f].m.of[ROW_ALONE][0] > MOSTLY && n.exact[1][f] >= ENOUGH &&
		    n.exact[1][f] * n.all[0][f] > EVENLY * n.exact[0][f] * n.all[1][f]) << f;
	return bits;
}

/* What passes for matches becomes the class of those who share a context, who agree on such a field as
 * strangers do; matches are like them, and agree there. Each list writes in its own way, so both are
 * learnt across lists only. */
static void
split_by(struct em *em, unsigned own)
{
	for (unsigned i = 0; i < em->in->fields; i++) {
		struct em_field *f = &em->field[i];
		bool is_own = (own >> i & 1) != 0;

		f->h = is_own ? f->u : f->m;
		for (unsigned row = 0; row < MODEL_ROWS && is_own; row++)
			for (unsigned l = 0; l < f->levels; l++)
				f->m.of[row][l] = f->start[l];
	}
	em->household = true;
	em->lambda_h = em->lambda_all;
	em_renew(em);
	em_run(em);
}

void
spread_split(struct em *em)
{
	struct em before = *em;
	unsigned own;

	if (em->capped || !spread_evenly(em, em->found))
		return;
	own = own_fields(em);
	if (own == 0)
		return;
	em->across = true;
	em->own = own;
	split_by(em, own);
	if (em->found_all < ENOUGH)
		*em = before;
}
