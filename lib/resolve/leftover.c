/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/leftover.c: the prior of a pair of two records that are left, by expectation and
 * maximisation over their weights alone. */
#include "base/alloc.h"
#include "resolve/fx.h"
#include "resolve/leftover.h"
#include "resolve/merge.h"
#include "resolve/score.h"
#include "resolve/store.h"
#include "resolve/view.h"

enum {
	ONCE_BITS = 3000,	/* an eighth */
	STEPS = 50,
	RAISE_MOST = LEFTOVER_BELOW
};

bool
holds_once(const struct model *m, unsigned class)
{
	return class + 1 < m->classes && m->prior[class] <= m->prior[m->classes - 1] - ONCE_BITS;
}

static bool
source_once(const struct model *m, unsigned source)
{
	return holds_once(m, model_class(m->classes, source, source));
}

bool
leftover_possible(const struct view *w, const struct model *m)
{
	unsigned sources = 0;

	for (unsigned s = 0; s < w->sources && sources < 2; s++)
		sources += source_once(m, s);
	return sources == 2;
}

/* Nodes of one record that is alone in its cluster; returns how many pairs across sources they
 * make. */
static uint64_t
mark(struct scorer *s, const struct merged *merged)
{
	const struct view *w = s->view;
	uint32_t *size = mem_zero(w->store->count + 1, sizeof *size);
	uint64_t *of_source = mem_zero((size_t)w->sources + 1, sizeof *of_source), all = 0, inside = 0;

	for (uint32_t i = 0; i < w->record_at[w->nodes]; i++)
		size[merged->cluster[w->record[i]]]++;
	s->left = mem_zero((size_t)w->nodes + 1, sizeof *s->left);
	for (uint32_t n = 0; n < w->nodes; n++) {
		s->left[n] = view_copies(w, n) == 1 && source_once(s->model, w->source[n]) &&
		    size[merged->cluster[w->record[w->record_at[n]]]] == 1;
		of_source[w->source[n]] += s->left[n];
	}
	for (unsigned i = 0; i < w->sources; i++) {
		all += of_source[i];
		inside += of_source[i] * (of_source[i] - (of_source[i] > 0)) / 2;
	}
	mem_free(size);
	mem_free(of_source);
	return all * (all - (all > 0)) / 2 - inside;
}

static bool
both_left(const struct scorer *s, const struct edge *e)
{
	return s->left[e->a] && s->left[e->b] && s->view->source[e->a] != s->view->source[e->b];
}

/* Expected matches, in millionths, if all weights were raised by so much. */
static uint64_t
expected(const struct scorer *s, const struct edge *edges, size_t count, int32_t raise)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++)
		if (both_left(s, &edges[i]))
			sum += fx_probability(edges[i].weight + raise);
	return sum;
}

/* The raise at which the expected matches are the share of the pairs that it stands for. */
static int32_t
settle(const struct scorer *s, const struct edge *edges, size_t count, uint64_t pairs)
{
	int32_t prior = s->model->prior[s->model->classes - 1], raise = 0;

	for (int step = 0; step < STEPS; step++) {
		uint64_t matches = expected(s, edges, count, raise) / FX_CERTAIN;
		int32_t next = fx_log2_ratio(matches, pairs > matches ? pairs - matches : 1) - prior;

		next = next < 0 || matches == 0 ? 0 : next > RAISE_MOST ? RAISE_MOST : next;
		if (next == raise)
			break;
		raise = next;
	}
	return raise;
}

bool
leftover_find(struct scorer *s, struct edge *edges, size_t count, const struct merged *merged)
{
	uint64_t pairs = mark(s, merged);

	s->raise = settle(s, edges, count, pairs);
	for (size_t i = 0; i < count && s->raise > 0; i++)
		if (both_left(s, &edges[i]))
			edges[i].weight += s->raise;
	return s->raise > 0;
}
