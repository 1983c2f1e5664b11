/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/sample_case.h: the pairs of a sample, kept and put in order. */
#ifndef TEST_SAMPLE_CASE_H
#define TEST_SAMPLE_CASE_H

#include "base/alloc.h"
#include "resolve/sample.h"

#include <stdlib.h>
#include <string.h>

struct sample_task {
	struct sampled	*pair;
	size_t		 count, cap;
};

struct sample {
	struct sample_task	*task;
	unsigned		 tasks;
	struct sampled		*pair;		/* after sample_order: of all tasks, by a, b */
	size_t			 count;
};

static void
sample_start(void *arg, unsigned tasks)
{
	struct sample *s = arg;

	s->task = mem_zero(tasks + (size_t)1, sizeof *s->task);
	s->tasks = tasks;
}

static void
sample_visit(void *arg, unsigned task, const struct sampled *pair, size_t count)
{
	struct sample_task *t = &((struct sample *)arg)->task[task];

	t->pair = mem_grow(t->pair, t->count + count, &t->cap, sizeof *t->pair);
	memcpy(t->pair + t->count, pair, count * sizeof *pair);
	t->count += count;
}

static struct sample_visitor
sample_collect(struct sample *s)
{
	*s = (struct sample){ 0 };
	return (struct sample_visitor){ sample_start, sample_visit, s };
}

static int
sample_by_nodes(const void *a, const void *b)
{
	const struct sampled *x = a, *y = b;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return (x->b > y->b) - (x->b < y->b);
}

static void
sample_order(struct sample *s)
{
	size_t all = 0;

	for (unsigned t = 0; t < s->tasks; t++)
		all += s->task[t].count;
	s->pair = mem_alloc((all + 1) * sizeof *s->pair);
	for (unsigned t = 0; t < s->tasks; t++) {
		if (s->task[t].count > 0)
			memcpy(s->pair + s->count, s->task[t].pair,
			    s->task[t].count * sizeof *s->pair);
		s->count += s->task[t].count;
		mem_free(s->task[t].pair);
	}
	mem_free(s->task);
	s->task = NULL;
	qsort(s->pair, s->count, sizeof *s->pair, sample_by_nodes);
}

static void
sample_done(struct sample *s)
{
	mem_free(s->pair);
}

/* Each pair once, its nodes in order. */
static bool
sample_once(const struct sample *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->pair[i].a >= s->pair[i].b ||
		    (i > 0 && sample_by_nodes(&s->pair[i - 1], &s->pair[i]) >= 0))
			return false;
	return true;
}

static bool
sample_across(const struct sample *s, const struct view *w)
{
	for (size_t i = 0; i < s->count; i++)
		if (w->source[s->pair[i].a] == w->source[s->pair[i].b])
			return false;
	return true;
}

static bool
sample_same(const struct sample *x, const struct sample *y)
{
	for (size_t i = 0; i < x->count && x->count == y->count; i++)
		if (sample_by_nodes(&x->pair[i], &y->pair[i]) != 0 ||
		    x->pair[i].mask != y->pair[i].mask || x->pair[i].weight != y->pair[i].weight)
			return false;
	return x->count == y->count;
}

#endif
