/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/survive_candidates.c: the candidates of a field, the chain that chooses among them,
 * and where the chosen one came from. */
#include "base/alloc.h"
#include "resolve/rules.h"
#include "resolve/strategy.h"
#include "resolve/survive_priv.h"

#include <stdlib.h>
#include <string.h>

enum {
	ALIKE = 4,	/* candidates that a value is compared with before it gets a key of its own */
	FEW = 16	/* candidates that are ranked one by one */
};

/* Whether a later record of the same source, which erases, says that it has no value. */
bool
survive_erased(const struct survivor *v, const struct member *m, enum field_class class,
    size_t field)
{
	if (m->rule == NULL || !m->rule->empty_erases)
		return false;
	for (size_t i = 0; i < v->count; i++)
		if (v->members[i].at > m->at && span_equal(v->members[i].r.source, m->r.source) &&
		    ((class == CLASS_ONE && v->members[i].r.one[field].p == NULL) ||
		    (class == CLASS_MANY && v->members[i].r.many[field].n == 0) ||
		    (class == CLASS_ADDRESS && v->members[i].r.address_count == 0)))
			return true;
	return false;
}

void
survive_candidate(struct survivor *v, const struct member *m, struct span value, uint32_t index)
{
	if (v->listed == v->list_cap)
		v->list = mem_grow(v->list, v->listed + 1, &v->list_cap, sizeof *v->list);
	v->list[v->listed++] = (struct candidate){ .value = value, .key = value,
	    .source = m->r.source, .at = m->at, .priority = m->priority, .member = m->place,
	    .index = index, .ties = m->ties, .valid = 1 };
}

size_t
survive_earlier(const struct survivor *v, size_t i)
{
	for (size_t k = 0; k < i && k < ALIKE; k++)
		if (span_equal(v->list[k].value, v->list[i].value))
			return k;
	return i;
}

/* A value that is pinned to a member, and still is at this time. */
struct pinned {
	const struct pin	*pin;
	size_t			 member;
};

static int
in_rules(const void *a, const void *b)
{
	const struct pin *x = ((const struct pinned *)a)->pin, *y = ((const struct pinned *)b)->pin;

	return (x > y) - (x < y);
}

static size_t
first_pin(const struct rules *rules, struct span record)
{
	size_t low = 0, high = rules->pin_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (span_cmp(rules->pins_by_record[middle]->record, record) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
pin_holds(const struct survivor *v, const struct pin *x)
{
	return x->until == INSTANT_NONE || v->s->as_of == INSTANT_NONE || x->until > v->s->as_of;
}

void
survive_find_pins(struct survivor *v)
{
	const struct rules *rules = v->s->rules;

	v->pin_count = 0;
	for (size_t i = 0; rules->pin_count > 0 && i < v->count; i++) {
		struct span id = v->members[i].r.id;

		for (size_t p = first_pin(rules, id); p < rules->pin_count &&
		    span_equal(rules->pins_by_record[p]->record, id); p++) {
			if (!pin_holds(v, rules->pins_by_record[p]))
				continue;
			v->pins = mem_grow(v->pins, v->pin_count + 1, &v->pin_cap, sizeof *v->pins);
			v->pins[v->pin_count++] = (struct pinned){ rules->pins_by_record[p], i };
		}
	}
	if (v->pin_count > 1)
		qsort(v->pins, v->pin_count, sizeof *v->pins, in_rules);
}

size_t
survive_pins_first(struct survivor *v)
{
	size_t first = 0;

	for (size_t i = 0; i < v->listed; i++) {
		struct candidate x = v->list[i];

		if (!x.pinned)
			continue;
		memmove(v->list + first + 1, v->list + first, (i - first) * sizeof x);
		v->list[first++] = x;
	}
	return first;
}

bool
survive_pin(struct survivor *v, struct span path, const struct chain *chain)
{
	bool any = false;

	for (size_t p = 0; p < v->pin_count; p++) {
		const struct pinned *x = &v->pins[p];

		if (!span_equal(x->pin->path, path))
			continue;
		survive_candidate(v, &v->members[x->member], x->pin->value, 0);
		v->list[v->listed - 1].pinned = any = true;
	}
	if (any && !chain_has(chain, STRATEGY_PINNED) && !chain_has(chain, STRATEGY_UNION))
		v->listed = survive_pins_first(v);
	return any;
}

static int
by_rank(const void *a, const void *b)
{
	return candidate_before(a, b) ? -1 : candidate_before(b, a);
}

void
survive_rank(struct candidate *list, size_t n)
{
	if (n > FEW) {
		qsort(list, n, sizeof *list, by_rank);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		struct candidate x;
		size_t at = i;

		if (!candidate_before(&list[i], &list[i - 1]))
			continue;
		x = list[i];
		for (; at > 0 && candidate_before(&x, &list[at - 1]); at--)
			list[at] = list[at - 1];
		list[at] = x;
	}
}

void
survive_origin(struct survivor *v, struct span path, uint32_t index,
    const struct candidate *winner, struct texts records, struct span rule)
{
	if (v->from_count == v->from_cap)
		v->from = mem_grow(v->from, v->from_count + 1, &v->from_cap, sizeof *v->from);
	v->from[v->from_count++] = (struct provenance){ path, index,
	    v->ids[winner->member], records, rule };
}

struct texts
survive_record(const struct survivor *v, const struct candidate *c)
{
	return (struct texts){ &v->ids[c->member], 1 };
}

struct texts
survive_records(const struct survivor *v)
{
	return (struct texts){ v->ids, v->count };
}

static const struct span identifiers_head = SPAN_INIT("identifiers.");

/* All names of the members in byte order, and of values that are pinned to them, in v->names. */
void
survive_names(struct survivor *v, bool identifiers)
{
	v->name_count = 0;
	for (size_t i = 0; i < v->count; i++) {
		const struct record *r = &v->members[i].r;
		size_t n = identifiers ? r->identifier_count : r->attribute_count;

		for (size_t k = 0; k < n; k++)
			survive_name(v, identifiers ? r->identifiers[k].name : r->attributes[k].name);
	}
	for (size_t p = 0; identifiers && p < v->pin_count; p++) {
		struct span path = v->pins[p].pin->path;

		if (span_starts(path, identifiers_head))
			survive_name(v, span_skip(path, identifiers_head.len));
	}
}

struct span
survive_path(struct survivor *v, const char *head, struct span name)
{
	buf_reset(&v->key);
	buf_text(&v->key, head);
	buf_add(&v->key, name);
	return arena_copy(&v->arena, buf_span(&v->key));
}
