/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/anchor.c: pairs that share an identifier of which a person has one, as labels (resolve 5). */
#include "resolve/estimate_priv.h"
#include "resolve/fx.h"

#include <string.h>

enum {
	ANCHOR_LEAST = 2000,		/* pairs that share an exclusive identifier */
	ANCHOR_PRIOR = 200		/* pairs that the learnt m is worth beside them */
};

static bool
shares_identifier(const struct em *em, uint64_t levels)
{
	for (unsigned i = 0; i < em->in->fields; i++)
		if (em->in->field[i].exclusive && pattern_level(levels, i) == em->field[i].top)
			return true;
	return false;
}

/* Levels over the pairs that share an identifier, each as far as it is likely to be a match.
 * Returns the pairs. */
static double
count_anchored(const struct em *em, struct rows sum[FIELDS_MAX])
{
	double pairs = 0;

	memset(sum, 0, FIELDS_MAX * sizeof *sum);
	for (size_t p = 0; p < em->patterns; p++) {
		const struct em_pattern *pattern = &em->pattern[p];
		double n = 0;

		if (!shares_identifier(em, pattern->levels))
			continue;
		for (size_t i = pattern->first; i < pattern[1].first; i++)
			n += em->group[i].pairs * em_posterior(em, pattern->ratios,
			    em->group[i].rare, em->group[i].class).match;
		pairs += n;
		for (unsigned f = 0; f < em->in->fields; f++) {
			unsigned level = pattern_level(pattern->levels, f);

			if (level != LEVEL_NULL)
				sum[f].of[em_row(&em->field[f], pattern->levels)][level] += n;
		}
	}
	return pairs;
}

/* Pairs that share an identifier of which a person has one are as good as labelled: m of the
 * other fields is what they say, and the priors follow. */
void
anchor(struct em *em, struct estimate_notes *notes)
{
	struct rows sum[FIELDS_MAX];

	if (count_anchored(em, sum) < ANCHOR_LEAST)
		return;
	for (unsigned i = 0; i < em->in->fields; i++) {
		struct em_field *f = &em->field[i];
		double before = f->m.of[ROW_ALONE][f->top];

		for (unsigned row = 0; row < ROW_ALONE; row++)
			for (unsigned l = 0; l < f->levels; l++)
				sum[i].of[ROW_ALONE][l] += sum[i].of[row][l];
		f->held = f->m;
		if (em->in->field[i].exclusive)
			continue;
		for (unsigned row = em_first(f); row < MODEL_ROWS; row = em_next(f, row))
			em_mix(f->held.of[row], sum[i].of[row], f->m.of[row], ANCHOR_PRIOR, f->levels);
		notes->gap[i] = fx_log2(f->held.of[ROW_ALONE][f->top] / before);
	}
	em->hold_m = true;
	em_run(em);
}
