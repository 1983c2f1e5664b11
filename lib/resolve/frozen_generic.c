/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/frozen_generic.c: each value is looked up once, then its facts are dropped. */
#include "base/alloc.h"
#include "base/map.h"
#include "resolve/dict.h"
#include "resolve/facts.h"
#include "resolve/frozen_generic.h"
#include "resolve/generic.h"
#include "resolve/model_file.h"
#include "resolve/model_table.h"
#include "resolve/store.h"
#include "resolve/types.h"

struct looking {
	struct generic		*g;
	struct store		*s;
	const struct types	*types;
	const struct map	*allow;
	struct buf		 room;
	uint32_t		*holders;	/* by number of the value; 0 of those that stay */
};

static uint32_t *
count_holders(const struct store *s, enum fact_kind kind)
{
	uint32_t *holders = mem_zero((size_t)dict_count(s->facts.dict[kind]) + 1, sizeof *holders);

	for (size_t i = 0; i < s->count; i++)
		for (const uint32_t *at = rec_row(s, (uint32_t)i);
		    s->rec[i].flags & REC_LINKED && *at != 0; at++)
			if (fact_kind(*at) == kind)
				holders[fact_number(*at)]++;
	return holders;
}

static struct span
field_of(struct looking *l, enum fact_kind kind, uint32_t number)
{
	if (kind == FACT_EMAIL)
		return SPAN("email");
	if (kind == FACT_PHONE)
		return SPAN("phone_number");
	buf_reset(&l->room);
	buf_text(&l->room, "identifiers.");
	buf_add(&l->room, types_at(l->types, l->s->facts.type[kind][number])->name);
	return buf_span(&l->room);
}

/* Whether the value goes out of play. */
static bool
judge(struct looking *l, enum fact_kind kind, uint32_t number)
{
	struct generic *g = l->g;
	struct span value = dict_text(l->s->facts.dict[kind], number);
	struct span field = field_of(l, kind, number);
	const struct model_generic *found = map_has(l->allow, value) ? NULL :
	    model_generic_find(g->frozen, field, value);

	if (found == NULL)
		return false;
	g->list = mem_grow(g->list, g->count + 1, &g->cap, sizeof *g->list);
	g->list[g->count++] = (struct generic_value){ .field = arena_copy(&g->arena, field),
		.value = arena_copy(&g->arena, value), .holders = l->holders[number],
		.reason = found->reason.p, .action = found->action.p };
	return found->action.p[0] == 'n';
}

static void
one_kind(struct looking *l, enum fact_kind kind)
{
	uint32_t values;

	if (l->s->facts.dict[kind] == NULL)
		return;
	values = dict_count(l->s->facts.dict[kind]);
	l->holders = count_holders(l->s, kind);
	for (uint32_t i = 0; i < values; i++)
		if (l->holders[i] > 0 && !judge(l, kind, i))
			l->holders[i] = 0;
	for (size_t i = 0; i < l->s->count; i++)
		for (uint32_t *at = l->s->facts.word + l->s->rec[i].row;
		    l->s->rec[i].flags & REC_LINKED && *at != 0; at++)
			if (fact_kind(*at) == kind && l->holders[fact_number(*at)] > 0)
				facts_drop(at);
	mem_free(l->holders);
}

void
frozen_generic(struct generic *g, struct store *s, const struct types *types,
    const struct map *allow)
{
	struct looking l = { .g = g, .s = s, .types = types, .allow = allow };

	one_kind(&l, FACT_IDENTIFIER);
	one_kind(&l, FACT_EMAIL);
	one_kind(&l, FACT_PHONE);
	buf_done(&l.room);
}
