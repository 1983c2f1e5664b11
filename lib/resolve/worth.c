/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/worth.c: odds by weight, from strangers that are seen to be some.
 *
 * Of n pairs at a weight the model takes S for strangers, and of those V would be seen; seen are s. So
 * there are S·(s + K) ÷ (V + K) strangers, K events being as good as what the model says: where
 * little is seen its word stands, where much is seen S cancels out, and s ÷ V of what could be seen is
 * what counts. The odds are those of the rest, (n − F) ÷ F, and rise with the weight. */
#include "resolve/fx.h"
#include "resolve/worth.h"

enum { EVENTS = 20 };	/* K: below as many an estimate of false links says nothing, see threshold.c */

/* Nothing is certain: 13 bits down, where a pair is as good as none, and 24 up. */
static const double most_strangers = 1 - 1.0 / (1 << 13), least_strangers = 1.0 / (1 << 24);

/* Neighbouring steps that have odds in common. */
struct pool {
	double	pairs, weight, strangers;
};

bool
worth_counts(int32_t weight)
{
	return weight >= WORTH_LEAST && weight < WORTH_MOST;
}

void
worth_add(struct worth_step steps[WORTH_STEPS], int32_t weight, double pairs, double strangers,
    double visible, double seen)
{
	struct worth_step *s = &steps[(weight - WORTH_LEAST) / WORTH_STEP];

	s->pairs += pairs;
	s->weight += pairs * weight;
	s->strangers += strangers;
	s->visible += strangers * visible;
	s->seen += seen;
}

static struct pool
pool_of(const struct worth_step *s)
{
	double strangers = s->strangers * (s->seen + EVENTS) / (s->visible + EVENTS);

	if (strangers > s->pairs * most_strangers)
		strangers = s->pairs * most_strangers;
	if (strangers < s->pairs * least_strangers)
		strangers = s->pairs * least_strangers;
	return (struct pool){ s->pairs, s->weight, strangers };
}

/* Whether the share of strangers does not fall from one to the next. */
static bool
falls_not(const struct pool *a, const struct pool *b)
{
	return b->strangers * a->pairs >= a->strangers * b->pairs;
}

static unsigned
pool_steps(struct pool pool[WORTH_STEPS], const struct worth_step steps[WORTH_STEPS])
{
	unsigned n = 0;

	for (unsigned i = 0; i < WORTH_STEPS; i++) {
		if (steps[i].pairs <= 0)
			continue;
		pool[n++] = pool_of(&steps[i]);
		for (; n > 1 && falls_not(&pool[n - 2], &pool[n - 1]); n--) {
			pool[n - 2].pairs += pool[n - 1].pairs;
			pool[n - 2].weight += pool[n - 1].weight;
			pool[n - 2].strangers += pool[n - 1].strangers;
		}
	}
	return n;
}

void
worth_learn(struct worth *w, const struct worth_step steps[WORTH_STEPS])
{
	struct pool pool[WORTH_STEPS];

	w->points = pool_steps(pool, steps);
	for (unsigned i = 0; i < w->points; i++) {
		w->weight[i] = (int32_t)(pool[i].weight / pool[i].pairs);
		w->odds[i] = fx_log2((pool[i].pairs - pool[i].strangers) / pool[i].strangers);
	}
}

/* In between along a line; outside as far off as the nearest. */
int32_t
worth_of(const struct worth *w, int32_t weight)
{
	unsigned i = 0;
	int64_t rise, run;

	if (w->points == 0)
		return weight;
	while (i < w->points && w->weight[i] < weight)
		i++;
	if (i == 0 || i == w->points) {
		i -= i > 0;
		return weight + w->odds[i] - w->weight[i];
	}
	rise = w->odds[i] - w->odds[i - 1];
	run = w->weight[i] - w->weight[i - 1];
	return (int32_t)(w->odds[i - 1] + rise * (weight - w->weight[i - 1]) / run);
}
