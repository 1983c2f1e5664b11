/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/links.c: scored pairs, put into an order that does not depend on their file. */
#include "base/alloc.h"
#include "base/map.h"
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
	map_free(l->rules);
	*l = (struct links){ 0 };
}

int
links_rule(struct links *l, struct span name)
{
	size_t bit = map_add(l->rules, name);

	return bit < LINK_RULES_MAX ? (int)bit : -1;
}

bool
links_add(struct links *l, struct span a, struct span b, const struct link *scored)
{
	size_t x = labels_index(l->truth, a, l->by_key), y = labels_index(l->truth, b, l->by_key);
	struct link *one;

	if (x == SIZE_MAX || y == SIZE_MAX || x == y) {
		l->unknown++;
		return false;
	}
	l->v = mem_grow(l->v, l->n + 1, &l->cap, sizeof *l->v);
	one = &l->v[l->n++];
	*one = *scored;
	one->a = (uint32_t)(x < y ? x : y);
	one->b = (uint32_t)(x < y ? y : x);
	one->same = map_value(l->truth->ids, x) == map_value(l->truth->ids, y);
	return true;
}

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

/* Links of equal weight stay in any order: no figure looks between them. */
void
links_finish(struct links *l)
{
	size_t n = 0;

	if (l->n == 0)
		return;
	qsort(l->v, l->n, sizeof *l->v, by_pair);
	for (size_t i = 0; i < l->n; i++) {
		if (n > 0 && l->v[n - 1].a == l->v[i].a && l->v[n - 1].b == l->v[i].b)
			l->repeated++;
		else
			l->v[n++] = l->v[i];
	}
	l->n = n;
	qsort(l->v, l->n, sizeof *l->v, by_weight);
}
