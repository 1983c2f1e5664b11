/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/worth.h: what a weight is worth where candidates compete. If two sources hold each person
 * once, a pair of which one record is with another already joins two people: nobody needs labels
 * to see that. How many such pairs are seen at a weight tells how many more are not seen to be. */
#ifndef CDP_RESOLVE_WORTH_H
#define CDP_RESOLVE_WORTH_H

#include <stdbool.h>
#include <stdint.h>

enum {
	WORTH_LEAST = -12000, WORTH_MOST = 24000, WORTH_STEP = 1000,	/* millibits */
	WORTH_STEPS = (WORTH_MOST - WORTH_LEAST) / WORTH_STEP
};

/* Pairs of about one weight. */
struct worth_step {
	double	pairs, weight;		/* and the sum of their weights */
	double	strangers;		/* of them, as the weights have it */
	double	visible;		/* of the strangers: would be seen to be strangers */
	double	seen;			/* are seen */
};

struct worth {
	unsigned	points;
	int32_t		weight[WORTH_STEPS], odds[WORTH_STEPS];	/* millibits, rising both */
};

/* Whether a weight is among those that are looked at: neither as good as none nor certain. */
bool worth_counts(int32_t weight);
/* Pairs of one such weight; the strangers that the weight has among them, the share of strangers that would
 * be seen to be some, and how many pairs are seen to be. */
void worth_add(struct worth_step steps[WORTH_STEPS], int32_t weight, double pairs, double strangers,
    double visible, double seen);
void worth_learn(struct worth *w, const struct worth_step steps[WORTH_STEPS]);
/* What stands in its place; never less for a higher one. */
int32_t worth_of(const struct worth *w, int32_t weight);

#endif
