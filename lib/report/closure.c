/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/closure.c: transitive closure with its true pairs kept up to date.
 *
 * A group knows how many records of each entity it holds. When two groups meet, the members of
 * the smaller one move, so a record moves at most log2(records) times. What a group that is no
 * more once counted stays behind and is never asked for again. */
#include "base/alloc.h"
#include "base/map.h"
#include "report/closure.h"
#include "report/labels.h"

struct closure {
	const struct labels	*truth;
	uint32_t		*group;		/* of a record: the record that stands for it */
	uint32_t		*next;		/* the members of a group in a ring */
	uint32_t		*size;		/* by group */
	struct map		*counts;	/* (group, entity) -> records */
	uint64_t		 pairs, together;
};

struct closure *
closure_new(const struct labels *truth)
{
	size_t n = map_size(truth->ids);
	struct closure *c = mem_zero(1, sizeof *c);

	c->truth = truth;
	c->group = mem_alloc((n + 1) * sizeof *c->group);
	c->next = mem_alloc((n + 1) * sizeof *c->next);
	c->size = mem_alloc((n + 1) * sizeof *c->size);
	c->counts = map_new();
	for (uint32_t i = 0; i < n; i++) {
		c->group[i] = c->next[i] = i;
		c->size[i] = 1;
	}
	return c;
}

void
closure_free(struct closure *c)
{
	if (c == NULL)
		return;
	mem_free(c->group);
	mem_free(c->next);
	mem_free(c->size);
	map_free(c->counts);
	mem_free(c);
}

/* How many records of the entity of `record` the group holds. A record that never moved and
 * never took others in is not in the map. */
static uint64_t *
slot(struct closure *c, uint32_t group, uint32_t record)
{
	struct {
		uint64_t	group, entity;
	} key = { group, map_value(c->truth->ids, record) };

	return map_slot(c->counts, span_make((const char *)&key, sizeof key));
}

void
closure_join(struct closure *c, uint32_t a, uint32_t b)
{
	uint32_t large = c->group[a], small = c->group[b], m, after;

	if (large == small)
		return;
	if (c->size[large] < c->size[small]) {
		large = c->group[b];
		small = c->group[a];
	}
	if (c->size[large] == 1)
		*slot(c, large, large) = 1;
	c->pairs += (uint64_t)c->size[large] * c->size[small];
	m = small;
	do {		/* first counted, then moved: members of `small` are no pairs with each other */
		c->together += *slot(c, large, m);
		m = c->next[m];
	} while (m != small);
	do {
		++*slot(c, large, m);
		c->group[m] = large;
		m = c->next[m];
	} while (m != small);
	after = c->next[large];
	c->next[large] = c->next[small];
	c->next[small] = after;
	c->size[large] += c->size[small];
}

uint64_t
closure_pairs(const struct closure *c)
{
	return c->pairs;
}

uint64_t
closure_together(const struct closure *c)
{
	return c->together;
}
