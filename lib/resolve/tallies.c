/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/tallies.c: compares pairs in pieces of a fixed size, then sorts what they look
 * like, so that the counts are the same for any number of threads. */
#include "base/alloc.h"
#include "base/pipeline.h"
#include "resolve/level.h"
#include "resolve/pairs.h"
#include "resolve/score.h"
#include "resolve/sort.h"
#include "resolve/tallies.h"
#include "resolve/view.h"

enum {
	TASK = 1 << 14,		/* pairs of one task */
	RARER_MOST = 40		/* bits: beyond it nothing is in doubt */
};

struct seen {
	uint64_t	pattern, mask, weight;
	uint32_t	index;
	uint8_t		class;
	int8_t		rare, rare_shared;
};

struct looking {
	const struct view	*w;
	const struct sampled	*sample;
	struct seen		*seen;
	size_t			 count;
	unsigned		 classes;
	const double		*share;		/* of exact agreement, by field; -1: not known */
};

/* How many linked records hold a value. */
static uint32_t
holders(const struct view *w, const struct field *f, uint32_t number)
{
	return f->kind == FACT_BIRTHDATE ? values_day(&w->values, number) :
	    w->values.holders[f->kind][number];
}

/* By how many bits the values that agree exactly are rarer than agreement in their field is: it
 * counts when weights are learnt as it does when pairs are scored, or common names would pass for
 * matches. */
static void
rarer(const struct looking *l, const struct comparison *c, struct seen *s)
{
	int all = 0, shared = 0;

	for (unsigned f = 0; f < l->w->fields; f++) {
		const struct field *field = &l->w->field[f];
		uint64_t n;
		int bits;

		if (pattern_level(c->pattern, f) != field_top(field->type) || l->share[f] <= 0 ||
		    field_level(field->type, field_top(field->type))->tf != TF_FULL ||
		    field->type == FIELD_PLACE || (c->a[f] & DATE_UNSURE) != 0)
			continue;
		n = holders(l->w, field, c->a[f]);
		bits = score_rarer(field, l->share[f], n, l->w->records);
		all += bits;
		shared += field->nature == NATURE_SHARED ? bits : 0;
	}
	s->rare = (int8_t)(all < -RARER_MOST ? -RARER_MOST : all > RARER_MOST ? RARER_MOST : all);
	s->rare_shared = (int8_t)(shared < -RARER_MOST ? -RARER_MOST :
	    shared > RARER_MOST ? RARER_MOST : shared);
}

static void
look(void *arg, unsigned task)
{
	struct looking *l = arg;
	size_t from = (size_t)task * TASK, to = from + TASK;

	for (size_t i = from; i < to && i < l->count; i++) {
		const struct sampled *s = &l->sample[i];
		struct comparison c;

		compare_nodes(l->w, s->a, s->b, &c);
		l->seen[i] = (struct seen){ c.pattern, s->mask, s->weight, (uint32_t)i,
		    (uint8_t)model_class(l->classes, l->w->source[s->a], l->w->source[s->b]), 0, 0 };
		rarer(l, &c, &l->seen[i]);
	}
}

static int
by_pattern(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->pattern != y->pattern)
		return x->pattern < y->pattern ? -1 : 1;
	if (x->mask != y->mask)
		return x->mask < y->mask ? -1 : 1;
	if (x->class != y->class)
		return x->class - y->class;
	return x->rare != y->rare ? x->rare - y->rare : x->rare_shared - y->rare_shared;
}

void
tallies_make(struct tallies *t, const struct view *w, const struct sampled *sample, size_t count,
    unsigned classes, const double *share, unsigned threads)
{
	struct looking l = { w, sample, mem_alloc((count + 1) * sizeof *l.seen), count, classes,
	    share };
	size_t cap = 0;

	parallel_each(threads, (unsigned)((count + TASK - 1) / TASK), look, &l);
	sort_array(l.seen, count, sizeof *l.seen, by_pattern, threads);
	*t = (struct tallies){ NULL, 0, mem_alloc((count + 1) * sizeof *t->of) };
	for (size_t i = 0; i < count; i++) {
		const struct seen *s = &l.seen[i];

		if (i == 0 || by_pattern(s, s - 1) != 0) {
			t->list = mem_grow(t->list, t->count + 1, &cap, sizeof *t->list);
			t->list[t->count++] = (struct tally){ .pattern = s->pattern, .mask = s->mask,
			    .class = s->class, .rare = s->rare, .rare_shared = s->rare_shared };
		}
		t->list[t->count - 1].weight += s->weight;
		t->list[t->count - 1].pairs++;
		t->of[s->index] = (uint32_t)(t->count - 1);
	}
	mem_free(l.seen);
}

void
tallies_done(struct tallies *t)
{
	mem_free(t->list);
	mem_free(t->of);
}
