/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/contest.c: see contest.h. */
#include "base/alloc.h"
#include "resolve/contest.h"
#include "resolve/merge.h"
#include "resolve/model.h"
#include "resolve/rivals.h"
#include "resolve/threshold.h"
#include "resolve/view.h"

struct contest {
	const struct view	*view;
	const struct model	*model;
	int32_t			*best;		/* by node and source: the heaviest link to one there */
};

static int32_t *
best_of(const struct contest *c, uint32_t node, uint32_t other)
{
	return &c->best[(size_t)node * c->view->sources + c->view->source[other]];
}

static bool
once(const struct contest *c, uint32_t node)
{
	unsigned source = c->view->source[node];

	return rivals_once(c->model, model_class(c->model->classes, source, source));
}

/* Links between sources of which one holds a person once; a pair of one source is no contest. */
static bool
counts(const struct contest *c, const struct edge *e)
{
	return e->weight >= 0 && c->view->source[e->a] != c->view->source[e->b] &&
	    (once(c, e->a) || once(c, e->b));
}

static void
keep_heavier(int32_t *best, int32_t weight)
{
	if (*best < weight)
		*best = weight;
}

static bool
contested(const struct contest *c, const struct edge *e)
{
	return (once(c, e->b) && *best_of(c, e->a, e->b) > e->weight) ||
	    (once(c, e->a) && *best_of(c, e->b, e->a) > e->weight);
}

void
contest_count(struct cut_counts *seen, const struct view *w, const struct model *m,
    const struct edge *edges, size_t count)
{
	struct contest c = { w, m, NULL };

	if (!rivals_possible(w, m))
		return;
	c.best = mem_zero((size_t)w->nodes * w->sources + 1, sizeof *c.best);
	for (size_t i = 0; i < count; i++)
		if (counts(&c, &edges[i])) {
			keep_heavier(best_of(&c, edges[i].a, edges[i].b), edges[i].weight);
			keep_heavier(best_of(&c, edges[i].b, edges[i].a), edges[i].weight);
		}
	for (size_t i = 0; i < count; i++)
		if (counts(&c, &edges[i])) {
			seen->judged[cut_of(edges[i].weight)]++;
			seen->clash[cut_of(edges[i].weight)] += contested(&c, &edges[i]);
		}
	mem_free(c.best);
}
