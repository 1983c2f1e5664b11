/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/rivals_test.c: candidates of one record compete; worked by hand. */
#include "resolve/merge.h"
#include "resolve/model.h"
#include "resolve/rivals.h"
#include "resolve/threshold.h"
#include "resolve/view.h"
#include "tap.h"

enum { NODES = 40, NEAR = 3 };		/* millibits that a figure may be off */

/* Two sources of twenty records; node i < 20 is of the first. Every record is alone unless said. */
struct scene {
	struct view	view;
	uint32_t	source[NODES];
	uint32_t	record_at[NODES + 1];
	struct model	model;
	struct edge	edges[64];
	size_t		n;
};

static void
scene_open(struct scene *s)
{
	*s = (struct scene){ .view = { .nodes = NODES, .sources = 2, .records = NODES },
	    .model = { .classes = 3, .prior = { -20000, -20000, -10000 } } };
	for (uint32_t i = 0; i < NODES; i++) {
		s->source[i] = i >= NODES / 2;
		s->record_at[i + 1] = i + 1;
	}
	s->view.source = s->source;
	s->view.record_at = s->record_at;
}

static void
edge(struct scene *s, uint32_t a, uint32_t b, int32_t weight)
{
	s->edges[s->n++] = (struct edge){ a, b, weight, 0 };
}

static bool
near(int32_t got, int32_t want)
{
	bool is = got >= want - NEAR && got <= want + NEAR;

	if (!is)
		printf("# got %d, want %d\n", got, want);
	return is;
}

static unsigned
weigh(struct scene *s)
{
	struct cut_counts seen = { 0 };

	return rivals_weigh(&seen, s->edges, s->n, &s->view, &s->model, 2);
}

/* Every record of the first has its match, but that of 0 is weighed at -2 bits only. */
static void
last_one(void)
{
	struct scene s;

	scene_open(&s);
	edge(&s, 0, 20, -2000);
	for (uint32_t i = 1; i < NODES / 2; i++)
		edge(&s, i, 20 + i, 30000);
	ok(weigh(&s) == 1, "it holds for the pair of sources");
	/* 0.8 of a stranger, of whom nothing is seen, become 0.8 * 20 / 20.798 = 0.7693: -1.738 bits; 19.2307
	 * matches of 20: 1 - r = 0.03846; -1.738 - 2 log2(0.03846) = 7.663 */
	ok(near(s.edges[0].weight, 7663), "two records without another candidate need less of their own");
	ok(near(s.edges[1].weight, 30000 + 262 + 9401), "what is sure stays sure");
}

static void
rivals(void)
{
	struct scene s;

	scene_open(&s);
	edge(&s, 0, 20, 10000);
	edge(&s, 0, 21, 7000);
	for (uint32_t i = 2; i < NODES / 2; i++)
		edge(&s, i, 20 + i, 20000);
	(void)weigh(&s);
	/* a stranger is seen at 7 bits, which are worth log2(20 / 21) less; 20 and 21 need a match as much;
	 * against 0-20 stands 2^6.93, against 0-21 stands 2^10 */
	ok(near(s.edges[0].weight, 10000 - 6930), "a rival takes from the better candidate");
	ok(near(s.edges[1].weight, 6930 - 10000), "and the worse one is none");
}

/* Node 20 stands for two records of the second source: either is the other's rival. */
static void
copies(void)
{
	struct scene s;

	scene_open(&s);
	for (uint32_t i = 21; i <= NODES; i++)
		s.record_at[i]++;
	edge(&s, 0, 20, 10000);
	for (uint32_t i = 1; i < NODES / 2; i++)
		edge(&s, i, 20 + i, 20000);
	(void)weigh(&s);
	ok(s.edges[0].weight <= 0, "between two copies nobody can choose");
}

/* Two records of each source that are all alike: each is with one of the others,
 * and half of the pairs are right. */
static void
square(void)
{
	struct scene s;

	scene_open(&s);
	edge(&s, 0, 20, 8000);
	edge(&s, 0, 21, 8000);
	edge(&s, 1, 20, 8000);
	edge(&s, 1, 21, 8000);
	for (uint32_t i = 2; i < NODES / 2; i++)
		edge(&s, i, 20 + i, 20000);
	(void)weigh(&s);
	ok(near(s.edges[0].weight, 0) && near(s.edges[1].weight, 0) && near(s.edges[2].weight, 0) &&
	    near(s.edges[3].weight, 0), "between two and two that are alike odds are even");
}

static void
not_for_all(void)
{
	struct scene s;

	scene_open(&s);
	edge(&s, 0, 20, -2000);
	s.model.prior[1] = -12999;
	ok(!rivals_possible(&s.view, &s.model) && weigh(&s) == 0 && s.edges[0].weight == -2000,
	    "a source with matches inside has no part in it");
	s.model.prior[1] = -13000;
	ok(rivals_possible(&s.view, &s.model), "an eighth of those across is few enough");
	s.n = 0;
	for (uint32_t i = 0; i < NODES / 2; i++) {
		edge(&s, i, 20 + i, 9000);
		if (i % 5 == 0)
			edge(&s, i, 20 + i + 1, 9000);
	}
	ok(weigh(&s) == 0 && s.edges[0].weight == 9000,
	    "nor have sources where a fifth of the records has two strong candidates");
	s.view.sources = 1;
	s.model.classes = 1;
	for (uint32_t i = 0; i < NODES; i++)
		s.source[i] = 0;
	ok(!rivals_possible(&s.view, &s.model), "nor has a single source");
}

int
main(void)
{
	last_one();
	rivals();
	copies();
	square();
	not_for_all();
	return tap_done();
}
