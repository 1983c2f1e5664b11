/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/links.c: scored pairs, put into an order that does not depend on their file. */
#include "base/alloc.h"
#include "base/map.h"
#include "report/closure.h"
#include "report/contingency.h"
#include "report/labels.h"
#include "report/links.h"

#include <stdlib.h>

void
links_init(struct links *l, const struct labels *truth, bool by_key)
{
	*l = (struct links){ .truth = truth, .by_key = by_key, .rules = map_new() };
}

void
links_done(struct links *l)
{
	mem_free(l->v);
	mem_free(l->copy);
	map_free(l->rules);
	*l = (struct links){ 0 };
}

int
links_rule(struct links *l, struct span name)
{
	size_t bit = map_add(l->rules, name);

	return bit < LINK_RULES_MAX ? (int)bit : -1;
}

/* Both records, the smaller index first. False: the truth lacks one, or they are one. */
static bool
find_both(const struct links *l, struct span a, struct span b, uint32_t *low, uint32_t *high)
{
	size_t x = labels_index(l->truth, a, l->by_key), y = labels_index(l->truth, b, l->by_key);

	if (x == SIZE_MAX || y == SIZE_MAX || x == y)
		return false;
	*low = (uint32_t)(x < y ? x : y);
	*high = (uint32_t)(x < y ? y : x);
	return true;
}

static void
put(struct links *l, const struct link *one)
{
	l->v = mem_grow(l->v, l->n + 1, &l->cap, sizeof *l->v);
	l->v[l->n++] = *one;
}

void
links_add(struct links *l, struct span a, struct span b, const struct link *scored)
{
	struct link one = *scored;

	if (find_both(l, a, b, &one.a, &one.b))
		put(l, &one);
	else
		l->unknown++;
}

/* ---- copies: every record points at a smaller one of its copies, the first at itself ---- */

static uint32_t
first_copy(const struct links *l, uint32_t record)
{
	if (l->copy == NULL)
		return record;
	while (l->copy[record] != record) {
		l->copy[record] = l->copy[l->copy[record]];
		record = l->copy[record];
	}
	return record;
}

void
links_copy(struct links *l, struct span a, struct span b)
{
	uint32_t low, high;

	if (!find_both(l, a, b, &low, &high))
		return;
	if (l->copy == NULL) {
		size_t n = map_size(l->truth->ids);

		l->copy = mem_alloc((n + 1) * sizeof *l->copy);
		for (uint32_t i = 0; i < n; i++)
			l->copy[i] = i;
	}
	low = first_copy(l, low);
	high = first_copy(l, high);
	if (low < high)
		l->copy[high] = low;
	else
		l->copy[low] = high;
}

struct closure *
links_closure(const struct links *l)
{
	struct closure *c = closure_new(l->truth);

	for (uint32_t i = 0; l->copy != NULL && i < map_size(l->truth->ids); i++)
		closure_join(c, l->copy[i], i);
	return c;
}

/* How many copies of one record belong to an entity. */
struct share {
	uint32_t	first;		/* the copy that stands for all */
	uint32_t	entity;
	uint64_t	records;
};

/* Shares of all copies, by first and entity; [at[i], at[i + 1]) are those of record i. */
struct shares {
	struct share	*v;
	size_t		*at;
};

static int
by_share(const void *p, const void *q)
{
	const struct share *x = p, *y = q;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return x->entity < y->entity ? -1 : x->entity > y->entity;
}

static struct shares
share_out(const struct links *l)
{
	size_t n = map_size(l->truth->ids), count = 0;
	struct shares s = { mem_zero(n + 1, sizeof *s.v), mem_zero(n + 2, sizeof *s.at) };

	for (uint32_t i = 0; i < n; i++)
		s.v[i] = (struct share){ first_copy(l, i),
		    (uint32_t)map_value(l->truth->ids, i), 1 };
	qsort(s.v, n, sizeof *s.v, by_share);
	for (size_t i = 0; i < n; i++) {
		if (count > 0 && by_share(&s.v[count - 1], &s.v[i]) == 0)
			s.v[count - 1].records++;
		else
			s.v[count++] = s.v[i];
	}
	for (size_t i = 0; i < count; i++)
		s.at[s.v[i].first + 1] = i + 1;
	for (size_t i = 1; i <= n; i++)		/* what has no share begins where the next one does */
		if (s.at[i] == 0)
			s.at[i] = s.at[i - 1];
	return s;
}

static uint64_t
records_of(const struct shares *s, uint32_t first)
{
	uint64_t n = 0;

	for (size_t i = s->at[first]; i < s->at[first + 1]; i++)
		n += s->v[i].records;
	return n;
}

/* Pairs of a copy of a with a copy of b. */
static void
count_across(const struct shares *s, struct link *one)
{
	size_t i = s->at[one->a], k = s->at[one->b];

	one->pairs = records_of(s, one->a) * records_of(s, one->b);
	one->same = 0;
	while (i < s->at[one->a + 1] && k < s->at[one->b + 1]) {
		if (s->v[i].entity < s->v[k].entity)
			i++;
		else if (s->v[i].entity > s->v[k].entity)
			k++;
		else
			one->same += s->v[i++].records * s->v[k++].records;
	}
}

static void
count_within(const struct shares *s, struct link *one)
{
	one->pairs = pairs_of(records_of(s, one->a));
	one->same = 0;
	for (size_t i = s->at[one->a]; i < s->at[one->a + 1]; i++)
		one->same += pairs_of(s->v[i].records);
}

static void
add_copies(struct links *l, const struct shares *s)
{
	for (uint32_t i = 0; i < map_size(l->truth->ids); i++) {
		struct link one = { .a = i, .b = i, .weight_w = LINK_WEIGHT_MAX,
		    .p = NO_PROBABILITY, .kept = true };

		if (first_copy(l, i) != i)
			continue;
		count_within(s, &one);
		if (one.pairs > 0)
			put(l, &one);
	}
}

/* ---- order ---- */

static int
heavier(const struct link *x, const struct link *y)
{
	if (x->weight_w != y->weight_w)
		return x->weight_w > y->weight_w ? -1 : 1;
	return x->kept != y->kept ? (x->kept ? -1 : 1) : 0;
}

static int
by_pair(const void *p, const void *q)
{
	const struct link *x = p, *y = q;

	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	if (x->b != y->b)
		return x->b < y->b ? -1 : 1;
	return heavier(x, y);
}

static int
by_weight(const void *p, const void *q)
{
	return heavier(p, q);
}

/* Leaves the heaviest link of every pair; returns how many others there were. */
static uint64_t
drop_repeated(struct links *l)
{
	size_t n = 0, before = l->n;

	if (l->n == 0)
		return 0;
	qsort(l->v, l->n, sizeof *l->v, by_pair);
	for (size_t i = 0; i < l->n; i++)
		if (n == 0 || l->v[n - 1].a != l->v[i].a || l->v[n - 1].b != l->v[i].b)
			l->v[n++] = l->v[i];
	l->n = n;
	return before - n;
}

/* Links of copies become links of the records that stand for them. */
static void
fold(struct links *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		struct link one = l->v[i];
		uint32_t x = first_copy(l, one.a), y = first_copy(l, one.b);

		if (x == y)
			continue;
		one.a = x < y ? x : y;
		one.b = x < y ? y : x;
		l->v[n++] = one;
	}
	l->n = n;
	(void)drop_repeated(l);
}

/* Links of equal weight stay in any order: no figure looks between them. */
void
links_finish(struct links *l)
{
	struct shares s = share_out(l);

	l->repeated = drop_repeated(l);
	fold(l);
	for (size_t i = 0; i < l->n; i++)
		count_across(&s, &l->v[i]);
	add_copies(l, &s);
	mem_free(s.v);
	mem_free(s.at);
	if (l->n > 0)
		qsort(l->v, l->n, sizeof *l->v, by_weight);
}
