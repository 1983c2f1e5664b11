/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/estimate_weights.c: the weights that come of an estimation, and what a pair weighs by them
 * (resolve 5). */
#include "resolve/estimate_priv.h"
#include "resolve/fx.h"

#include <string.h>

enum {
	TF_FLOOR = 4,			/* resolve 4.6 */
	CAP_FREE = 10000		/* millibits; resolve 5.5 */
};

double
em_taught(const struct em_field *f)
{
	double pairs = 0;

	for (unsigned row = 0; row < MODEL_ROWS; row++)
		for (unsigned l = 0; l < f->levels; l++)
			pairs += f->sum_m.of[row][l];
	return pairs;
}

static void
put_level(struct model_level *to, const struct em_field *f, unsigned l)
{
	to->m = f->m.of[ROW_ALONE][l];
	to->u = f->u.of[ROW_ALONE][l];
	to->h = f->h.of[ROW_ALONE][l];
	for (unsigned row = 0; row < MODEL_ROWS; row++) {
		unsigned from = f->parent < 0 || row > f->parent_top ? ROW_ALONE : row;

		to->weight[row] = model_bounded(fx_log2(f->m.of[from][l] / f->u.of[from][l]));
		to->household[row] = model_bounded(fx_log2(f->h.of[from][l] / f->u.of[from][l]));
	}
}

/* A parent that is exact tells as well. */
static void
put_told(struct model_field *to, const struct em *em, unsigned i)
{
	const struct em_field *f = &em->field[i];

	memcpy(to->told, f->told, sizeof to->told);
	if (f->parent >= 0)
		to->told[f->parent] |= (uint8_t)(1U << f->parent_top);
	for (unsigned other = 0; other < em->in->fields; other++)
		to->tellers |= (uint16_t)((to->told[other] != 0) << other);
}

void
em_put_model(struct model *m, const struct em *em, struct estimate_notes *notes)
{
	double strangers = 1 - em->lambda_all - (em->household ? em->lambda_h : 0);

	*m = (struct model){ .fields = em->in->fields, .classes = em->in->classes,
		.household = em->household, .tf_floor = TF_FLOOR, .iterations = em->steps,
		.cap_free = em->capped ? CAP_FREE : INT32_MAX };
	for (unsigned i = 0; i < m->fields; i++) {
		m->field[i].levels = em->field[i].levels;
		m->field[i].parent = em->field[i].parent;
		m->field[i].free = em->field[i].free;
		put_told(&m->field[i], em, i);
		m->field[i].plain = em->in->field[i].registered ? UINT8_MAX : 0;
		m->field[i].trained = !notes->fallback && em_taught(&em->field[i]) >= 1;
		notes->untrained[i] = !m->field[i].trained;
		for (unsigned l = 0; l < m->field[i].levels; l++)
			put_level(&m->field[i].level[l], &em->field[i], l);
	}
	for (unsigned c = 0; c < m->classes; c++)
		m->prior[c] = fx_log2(em->lambda[c] / (1 - em->lambda[c] -
		    (em->household ? em->lambda_h : 0)));
	m->household_prior = fx_log2(em->lambda_h / strangers);
	for (unsigned c = 0; c < m->classes && em->in->records > 0; c++)
		m->class_per_record[c] = em->lambda[c] * (double)(em->in->records - 1);
	if (em->in->records > 0) {
		m->matches_per_record = 2 * em->lambda_all * em->all / (double)em->in->records;
		m->household_per_record = em->household ?
		    2 * em->lambda_h * em->all / (double)em->in->records : 0;
	}
	m->guessed = notes->fallback;
	m->kind = notes->fallback ? "fallback" : "estimated";
}

double
estimate_match(const struct model *m, uint64_t pattern, unsigned class)
{
	int64_t w = m->prior[class], b = m->household_prior, free = 0, context = 0, over;

	for (unsigned i = 0; i < m->fields; i++) {
		unsigned level = pattern_level(pattern, i);
		unsigned row = model_row(m, pattern, i);
		const struct model_level *l;

		if (level == LEVEL_NULL)
			continue;
		l = &m->field[i].level[level];
		w += l->weight[row];
		b += l->household[row];
		if (m->field[i].free) {
			free += l->weight[row];
			context += l->household[row] > 0 ? l->household[row] : 0;
		}
	}
	over = free > m->cap_free ? free - m->cap_free : 0;
	w -= over;
	if (m->household)
		w -= fx_softplus((int32_t)(b - (over < context ? over : context)));
	return (double)fx_probability((int32_t)w) / FX_CERTAIN;
}
