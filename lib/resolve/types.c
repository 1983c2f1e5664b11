/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/types.c: the identifier types of a run, with what the rules say of each. */
#include "base/alloc.h"
#include "base/arena.h"
#include "resolve/rules.h"
#include "resolve/types.h"

#include <pthread.h>

enum { RESERVED_MOST = TYPES_MAX / 2 };

struct types {
	const struct rules	*rules;
	pthread_mutex_t		 lock;
	struct arena		 arena;
	struct type		 list[TYPES_MAX];
	struct span		 reserved[RESERVED_MOST];
	size_t			 count, reserved_count;
	size_t			 others;	/* of count: not reserved */
	bool			 overflowed;
};

struct types *
types_new(const struct rules *rules)
{
	struct types *t = mem_zero(1, sizeof *t);

	t->rules = rules;
	pthread_mutex_init(&t->lock, NULL);
	return t;
}

void
types_free(struct types *t)
{
	if (t == NULL)
		return;
	pthread_mutex_destroy(&t->lock);
	arena_done(&t->arena);
	mem_free(t);
}

static void
fill(const struct types *t, struct type *type)
{
	const struct identifier_rule *rule = rules_identifier(t->rules, type->name);

	type->exclusive = rules_exclusive(t->rules, type->name);
	type->priority = RULES_PRIORITY_NONE;
	type->check = (uint8_t)rules_check(t->rules, type->name);
	type->key = true;
	type->limit = type->exclusive ? 1 : t->rules->limit_default;
	if (rule == NULL)
		return;
	type->priority = rule->priority;
	type->key = rule->key;
	if (rule->limit > 0)
		type->limit = rule->limit;
}

static bool
is_reserved(const struct types *t, struct span name)
{
	for (size_t i = 0; i < t->reserved_count; i++)
		if (span_equal(t->reserved[i], name))
			return true;
	return false;
}

void
types_reserve(struct types *t, struct span name)
{
	if (t->reserved_count < RESERVED_MOST && !is_reserved(t, name))
		t->reserved[t->reserved_count++] = name;
}

bool
types_reserved(const struct types *t, size_t i)
{
	return is_reserved(t, t->list[i].name);
}

/* Whether there is room does not depend on which of the others came first. */
static int
find_or_add(struct types *t, struct span name)
{
	bool other;

	for (size_t i = 0; i < t->count; i++)
		if (span_equal(t->list[i].name, name))
			return (int)i;
	other = !is_reserved(t, name);
	if (other && t->others + t->reserved_count == TYPES_MAX) {
		t->overflowed = true;
		return -1;
	}
	t->others += other;
	t->list[t->count].name = arena_copy(&t->arena, name);
	fill(t, &t->list[t->count]);
	return (int)t->count++;
}

int
types_add(struct types *t, struct span name)
{
	int index;

	pthread_mutex_lock(&t->lock);
	index = find_or_add(t, name);
	pthread_mutex_unlock(&t->lock);
	return index;
}

size_t
types_count(const struct types *t)
{
	return t->count;
}

const struct type *
types_at(const struct types *t, size_t i)
{
	return &t->list[i];
}

bool
types_overflowed(const struct types *t)
{
	return t->overflowed;
}

static bool
before(const struct type *a, const struct type *b)
{
	if (a->priority != b->priority)
		return a->priority < b->priority;
	if (a->exclusive != b->exclusive)
		return a->exclusive;
	return span_cmp(a->name, b->name) < 0;
}

/* By insertion: there are a handful. */
void
types_order(const struct types *t, uint8_t *order)
{
	for (size_t i = 0; i < t->count; i++) {
		size_t at = i;

		while (at > 0 && before(&t->list[i], &t->list[order[at - 1]])) {
			order[at] = order[at - 1];
			at--;
		}
		order[at] = (uint8_t)i;
	}
}
