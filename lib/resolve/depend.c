/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/depend.c: comparisons that go together among strangers, as a town and its postcode
 * do: the second says little once the first has spoken. Each comparison may have one parent
 * (resolve 5.1), so that the comparisons form trees and no evidence is counted twice. */
#include "resolve/estimate_priv.h"
#include "resolve/fx.h"

#include <stdlib.h>
#include <string.h>

#define LIFT_LEAST	4.0	/* times as often together as by chance */
#define TOGETHER_LEAST	50.0	/* pairs that have both levels */
#define OTHERWISE	0.5	/* of those who share a context and one of two fields differ in the other */
#define TOLD_LEAST	0.8	/* of the pairs with one level are exact in the other field, */
#define TOLD_LIFT	1.25	/* and so much more often than all */

/* Pairs where both have a level, by the levels of each. */
struct both { double of[LEVELS_MAX][LEVELS_MAX]; };

struct sums { double a[LEVELS_MAX], b[LEVELS_MAX], all; };

struct tie {
	unsigned	a, b;		/* fields, a < b */
	double		information;
};

/* Fields of the pattern that are a person's own and do not agree at all, a bit each: where one is
 * set, the pair is hardly one person's. */
static unsigned
apart(const struct em *em, uint64_t levels)
{
	unsigned bits = 0;

	for (unsigned f = 0; f < em->in->fields; f++)
		if (em->in->field[f].nature == NATURE_PERSONAL && em->in->field[f].type != FIELD_SEX &&
		    pattern_level(levels, f) <= (em->in->field[f].type == FIELD_BIRTHDATE))
			bits |= 1U << f;
	return bits;
}

static unsigned
persons_own(const struct em *em)
{
	unsigned bits = 0;

	for (unsigned f = 0; f < em->in->fields; f++)
		if (em->in->field[f].nature == NATURE_PERSONAL && em->in->field[f].type != FIELD_SEX)
			bits |= 1U << f;
	return bits;
}

/* Where a file holds what is a person's own, two fields are looked at over the pairs that
 * disagree on such a third one: matches, not known yet, would tie any two together. Where there are
 * a few sources, over the pairs inside them: a source may repeat what the others have, but hardly
 * itself, and strangers are everywhere the same. */
static void
count(const struct em *em, struct both both[FIELDS_MAX][FIELDS_MAX])
{
	unsigned own = persons_own(em);

	for (size_t i = 0; i < em->strangers; i++) {
		const struct em_stranger *s = &em->stranger[i];
		unsigned differ = apart(em, s->levels);
		double pairs;

		if (em->in->classes > 2 && s->class + 1u == em->in->classes)
			continue;
		pairs = s->pairs * em_posterior(em, em_ratios(em, s->levels), s->rare, s->class).stranger;
		for (unsigned a = 0; a < em->in->fields; a++) {
			unsigned la = pattern_level(s->levels, a);

			for (unsigned b = a + 1; la != LEVEL_NULL && b < em->in->fields; b++) {
				unsigned lb = pattern_level(s->levels, b);

				unsigned others = own & ~(1U << a | 1U << b);

				if (lb != LEVEL_NULL && (others == 0 || (differ & others) != 0))
					both[a][b].of[la][lb] += pairs;
			}
		}
	}
}

/* Of a cell: p log2(p / (p_a p_b)). */
static double
part(double p, double pa, double pb)
{
	return p > 0 && pa > 0 && pb > 0 ? p * fx_log2_double(p / (pa * pb)) : 0;
}

/* Whether two levels are together often enough, and more often than by chance. Levels from
 * `least` up are looked at: 0 is no agreement. */
static bool
together(const struct both *n, const struct sums *sum, unsigned least_a, unsigned least_b,
    double others)
{
	for (unsigned i = least_a; i < LEVELS_MAX; i++)
		for (unsigned j = least_b; j < LEVELS_MAX; j++)
			if (n->of[i][j] >= TOGETHER_LEAST + others * sum->all &&
			    n->of[i][j] * sum->all >= LIFT_LEAST * sum->a[i] * sum->b[j])
				return true;
	return false;
}

/* Mutual information in bits over all pairs. */
static double
information(const struct both *n, const struct sums *sum)
{
	double bits = 0;

	for (unsigned i = 0; i < LEVELS_MAX; i++)
		for (unsigned j = 0; j < LEVELS_MAX; j++)
			bits += part(n->of[i][j] / sum->all, sum->a[i] / sum->all,
			    sum->b[j] / sum->all);
	return bits * sum->all;
}

static struct sums
sums_of(const struct both *n)
{
	struct sums sum = { .all = 0 };

	for (unsigned i = 0; i < LEVELS_MAX; i++)
		for (unsigned j = 0; j < LEVELS_MAX; j++) {
			sum.a[i] += n->of[i][j];
			sum.b[j] += n->of[i][j];
			sum.all += n->of[i][j];
		}
	return sum;
}

static int
by_information(const void *x, const void *y)
{
	const struct tie *a = x, *b = y;

	if (a->information != b->information)
		return a->information > b->information ? -1 : 1;
	return a->a != b->a ? (a->a < b->a ? -1 : 1) : (a->b > b->b) - (a->b < b->b);
}

/* Of random pairs, how many may be matches or of one household that are not known yet: as if
 * every other record had one. What is not more frequent than they are does not show that
 * strangers have two fields in common. */
static double
share_of_others(const struct em *em)
{
	double known = em->lambda_all + (em->household ? em->lambda_h : 0);
	double any = em->all > 0 ? (double)em->in->records / 2 / em->all : 1;

	return known > any ? known : any;
}

/* In a file of attributes alone what is commonplace has a class of its own (see estimate.c), and
 * only exact agreement ties. */
static unsigned
ties_find(const struct em *em, struct tie tie[FIELDS_MAX * FIELDS_MAX])
{
	struct both both[FIELDS_MAX][FIELDS_MAX];
	double others = share_of_others(em);
	unsigned n = 0;

	memset(both, 0, sizeof both);
	count(em, both);
	for (unsigned a = 0; a < em->in->fields; a++)
		for (unsigned b = a + 1; b < em->in->fields; b++) {
			struct sums sum = sums_of(&both[a][b]);
			bool own = em->in->field[a].nature == NATURE_PERSONAL &&
			    em->in->field[b].nature == NATURE_PERSONAL;

			if (!own && together(&both[a][b], &sum, em->capped ? 1 : em->field[a].top,
			    em->capped ? 1 : em->field[b].top, others))
				tie[n++] = (struct tie){ a, b, information(&both[a][b], &sum) };
		}
	qsort(tie, n, sizeof *tie, by_information);
	return n;
}

static unsigned
root_of(const struct em *em, unsigned f)
{
	while (em->field[f].parent >= 0)
		f = (unsigned)em->field[f].parent;
	return f;
}

static bool
adopt(struct em *em, unsigned child, unsigned parent)
{
	if (em->field[child].parent >= 0)
		return false;
	em->field[child].parent = (int)parent;
	em->field[child].parent_top = em->field[parent].top;
	return true;
}

/* The rarer agreement speaks first: it keeps the frequency of its value as evidence. */
static void
tie_up(struct em *em, const struct tie *tie)
{
	const struct em_field *a = &em->field[tie->a], *b = &em->field[tie->b];
	bool a_rarer = a->u.of[ROW_ALONE][a->top] <= b->u.of[ROW_ALONE][b->top];
	unsigned parent = a_rarer ? tie->a : tie->b, child = a_rarer ? tie->b : tie->a;

	if (root_of(em, parent) != root_of(em, child) && !adopt(em, child, parent))
		adopt(em, parent, child);
}

/* With another parent the levels are at first as if there were none. */
static void
start_rows(struct em_field *f)
{
	for (unsigned row = em_first(f); row < ROW_ALONE; row = em_next(f, row)) {
		memcpy(f->m.of[row], f->m.of[ROW_ALONE], sizeof f->m.of[row]);
		memcpy(f->u.of[row], f->u.of[ROW_ALONE], sizeof f->u.of[row]);
		memcpy(f->h.of[row], f->h.of[ROW_ALONE], sizeof f->h.of[row]);
	}
	f->held = f->m;
}

void
depend_tie(struct em *em, unsigned child, unsigned parent)
{
	struct em_field *f = &em->field[child];
	double *together = f->h.of[em->field[parent].top], rest = 1 - f->u.of[ROW_ALONE][f->top];

	f->parent = (int)parent;
	f->parent_top = em->field[parent].top;
	start_rows(f);
	for (unsigned l = 0; l < f->top; l++)
		together[l] = f->u.of[ROW_ALONE][l] * OTHERWISE / rest;
	together[f->top] = 1 - OTHERWISE;
}

bool
depend_find(struct em *em)
{
	struct tie tie[FIELDS_MAX * FIELDS_MAX] = { { 0 } };
	unsigned n = ties_find(em, tie);
	int before[FIELDS_MAX] = { 0 };
	bool changed = false;

	for (unsigned f = 0; f < em->in->fields; f++) {
		before[f] = em->field[f].parent;
		em->field[f].parent = -1;
	}
	for (unsigned i = 0; i < n; i++)
		tie_up(em, &tie[i]);
	for (unsigned f = 0; f < em->in->fields; f++)
		if (em->field[f].parent != before[f]) {
			changed = true;
			start_rows(&em->field[f]);
		}
	return changed;
}

/* Which levels of a tell that b is exact. */
static uint8_t
tells(const struct both *n, unsigned top_b, bool turned, double others)
{
	double exact[LEVELS_MAX] = { 0 }, all[LEVELS_MAX] = { 0 }, sum = 0, sum_exact = 0;
	uint8_t levels = 0;

	for (unsigned i = 0; i < LEVELS_MAX; i++)
		for (unsigned j = 0; j < LEVELS_MAX; j++) {
			double pairs = turned ? n->of[j][i] : n->of[i][j];

			all[i] += pairs;
			exact[i] += j == top_b ? pairs : 0;
			sum += pairs;
			sum_exact += j == top_b ? pairs : 0;
		}
	for (unsigned i = 1; i < LEVELS_MAX; i++)
		if (exact[i] >= TOGETHER_LEAST + others * sum && exact[i] >= TOLD_LEAST * all[i] &&
		    exact[i] * sum >= TOLD_LIFT * all[i] * sum_exact)
			levels |= (uint8_t)(1U << i);
	return levels;
}

void
depend_tell(struct em *em)
{
	struct both both[FIELDS_MAX][FIELDS_MAX];
	double others = share_of_others(em);

	memset(both, 0, sizeof both);
	count(em, both);
	for (unsigned a = 0; a < em->in->fields; a++)
		for (unsigned b = a + 1; b < em->in->fields; b++) {
			em->field[b].told[a] = tells(&both[a][b], em->field[b].top, false, others);
			em->field[a].told[b] = tells(&both[a][b], em->field[a].top, true, others);
		}
}
