/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/worth_test.c: what a weight is worth by the strangers that are seen at it. */
#include "resolve/worth.h"
#include "tap.h"

static bool
near(int32_t got, int32_t want)
{
	bool is = got >= want - 2 && got <= want + 2;

	if (!is)
		printf("# got %d, want %d\n", got, want);
	return is;
}

/* 1000 pairs at half a bit above -3 bits, of which the weights take 919 for strangers. */
static void
at_one_weight(void)
{
	struct worth_step none[WORTH_STEPS] = { 0 }, few[WORTH_STEPS] = { 0 }, as_said[WORTH_STEPS] = { 0 };
	struct worth_step fewer[WORTH_STEPS] = { 0 };
	struct worth w;

	worth_learn(&w, none);
	ok(worth_of(&w, -2500) == -2500, "a weight is its own worth where nothing is known");
	worth_add(as_said, -2500, 1000, 849.777, 0.5, 424.888);
	worth_learn(&w, as_said);
	ok(near(worth_of(&w, -2500), -2500), "and where half of the strangers could be seen and as many are");
	worth_add(fewer, -2500, 1000, 849.777, 0.5, 100);
	worth_learn(&w, fewer);
	/* 849.777 * 120 / 444.888 = 229.21 strangers */
	ok(near(worth_of(&w, -2500), 1750), "fewer strangers make it heavier");
	ok(near(worth_of(&w, 3000), 7250), "and others by as much, if no more is known");
	worth_add(few, -2500, 10, 8.49777, 0.5, 0);
	worth_learn(&w, few);
	/* 8.49777 * 20 / 24.2489 = 7.0088 of ten */
	ok(near(worth_of(&w, -2500), -1228), "a few events change little");
}

/* The weights take half of all for strangers; hardly one is at 2 bits, and at 4 bits they all are. */
static void
rises(void)
{
	struct worth_step steps[WORTH_STEPS] = { 0 };
	struct worth w;
	bool falls = false;

	worth_add(steps, -6500, 10000, 9890, 1, 9890);
	worth_add(steps, 2500, 1000, 150, 1, 0);
	worth_add(steps, 4500, 1000, 42, 1, 700);
	worth_learn(&w, steps);
	for (int32_t weight = WORTH_LEAST - 500; weight < WORTH_MOST + 500; weight += 10)
		falls |= worth_of(&w, weight) < worth_of(&w, weight - 10);
	ok(!falls && w.points == 2, "a higher weight is never worth less");
	ok(worth_counts(WORTH_LEAST) && !worth_counts(WORTH_LEAST - 1) && worth_counts(WORTH_MOST - 1) &&
	    !worth_counts(WORTH_MOST), "what is as good as none, or certain, is not looked at");
}

int
main(void)
{
	at_one_weight();
	rises();
	return tap_done();
}
