/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/bound.c: of each level its highest weight, and the most that a frequency adds there.
 * The rest of the sum, for the household, for full names and for what is capped, is never more than
 * nothing. */
#include "resolve/bound.h"
#include "resolve/model.h"
#include "resolve/score.h"
#include "resolve/view.h"

#include <stdbool.h>

enum {
	ALWAYS = 1 << 28,	/* more than all fields add */
	GIVEN_SWAPPED = 2,	/* a level of given names */
	EMAIL_CLOSE_LOCAL = 1, EMAIL_SAME_LOCAL = 2	/* of mailboxes, which names may make: then they are null */
};

static int32_t
more(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

static int32_t
most_at(const struct scorer *s, unsigned f, unsigned level)
{
	const struct score_term *t = &s->term[f][level];
	const struct model_level *l = &s->model->field[f].level[level];
	int32_t most = l->weight[ROW_ALONE];

	for (unsigned row = 0; row < ROW_ALONE && s->model->field[f].parent >= 0; row++)
		most = more(most, l->weight[row]);
	if (t->how != SCORE_NOTHING)
		most += more(t->most, 0);
	return s->view->field[f].exclusive || (s->view->field[f].type == FIELD_EMAIL &&
	    (level == EMAIL_CLOSE_LOCAL || level == EMAIL_SAME_LOCAL)) ? more(most, 0) : most;
}

/* Two plain names that differ are not exact. */
static void
find_most(const struct scorer *s, unsigned f, int32_t most[BOUND_LEVELS])
{
	unsigned top = field_top(s->view->field[f].type);

	for (unsigned l = 0; l <= top; l++) {
		most[l] = most_at(s, f, l);
		if (l < top)
			most[BOUND_PLAIN] = more(most[BOUND_PLAIN], most[l]);
		most[BOUND_ANY] = more(most[BOUND_ANY], most[l]);
	}
}

void
bound_make(struct bound *b, const struct scorer *s, int32_t least, int always, unsigned level)
{
	int32_t most[FIELDS_MAX][BOUND_LEVELS] = { { 0 } }, prior = s->model->prior[0];
	int given = s->view->of_type[FIELD_GIVEN], family = s->view->of_type[FIELD_FAMILY];

	for (unsigned c = 1; c < s->model->classes; c++)
		prior = more(prior, s->model->prior[c]);
	for (unsigned f = 0; f < s->model->fields; f++)
		find_most(s, f, most[f]);
	for (unsigned l = level; always >= 0 && l < LEVELS_MAX; l++)
		most[always][l] = ALWAYS;
	for (unsigned l = 0; l < BOUND_LEVELS; l++) {
		b->given[l] = given < 0 ? 0 : most[given][l];
		b->family[l] = family < 0 ? 0 : most[family][l];
	}
	b->swapped = b->given[GIVEN_SWAPPED];
	for (unsigned i = 0; i < FIELDS_MAX / 2; i++)
		for (unsigned l = 0; l < BOUND_TWO_LEVELS; l++)
			b->two[i][l] = most[2 * i][l % BOUND_LEVELS] +
			    most[2 * i + 1][l / BOUND_LEVELS];
	b->least = least - prior;
}
