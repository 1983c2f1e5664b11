/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/events_index.c: who has which event, here and in the compiled state before. */
#include "base/alloc.h"
#include "consent/base_events.h"
#include "consent/event.h"
#include "consent/events.h"
#include "consent/events_priv.h"

#include <string.h>

static const unsigned char *
half(const struct event *v, bool suppression)
{
	return suppression ? v->sid.suppression : v->sid.lookup;
}

/* The place of the token in the table: that of its slice, or a free one. */
static size_t
place_of(const struct index *x, const unsigned char token[16])
{
	uint64_t hash;
	size_t at;

	memcpy(&hash, token, sizeof hash);
	at = (size_t)hash & x->mask;
	while (x->table[at] != 0 && memcmp(x->slices[x->table[at] - 1].token, token, 16) != 0)
		at = (at + 1) & x->mask;
	return at;
}

static uint32_t
add_slice(struct index *x, const unsigned char token[16])
{
	size_t at = place_of(x, token);

	if (x->table[at] == 0) {
		x->slices = mem_grow(x->slices, x->count + 1, &x->cap, sizeof *x->slices);
		x->slices[x->count] = (struct slice){ .count = 0 };
		memcpy(x->slices[x->count].token, token, 16);
		x->table[at] = (uint32_t)++x->count;
	}
	x->slices[x->table[at] - 1].count++;
	return x->table[at];
}

static size_t
base_events_of(const struct events *es, const unsigned char token[16], bool suppression,
    const struct event *const **list)
{
	return es->base == NULL ? 0 : base_of(es->base, token, suppression, list);
}

/* Who has events here and before has them in one list. */
static void
add_base(struct slice *s, const struct events *es, bool suppression)
{
	const struct event *const *before;
	size_t n = es->little ? 0 : base_events_of(es, s->token, suppression, &before);

	for (size_t i = 0; i < n; i++)
		s->first[i] = before[i];
	s->count = n;
}

/* Counts the events of each token, shares the list out, and fills it in order of seq. */
void
events_index_build(struct index *x, const struct events *es, bool suppression)
{
	uint32_t *slice_of = mem_zero(es->count, sizeof *slice_of);	/* + 1; 0: not in here */
	const struct event **next;
	const struct event *const *before;
	size_t wanted = 0, slots = 16, all;

	for (size_t i = 0; i < es->count; i++)
		wanted += es->list[i]->sid_type.p != NULL &&
		    suppression == (es->list[i]->type == EVENT_SUPPRESS);
	while (slots < wanted * 2)
		slots *= 2;
	x->table = mem_zero(slots, sizeof *x->table);
	x->mask = slots - 1;
	for (size_t i = 0; i < es->count && wanted > 0; i++)
		if (es->list[i]->sid_type.p != NULL &&
		    suppression == (es->list[i]->type == EVENT_SUPPRESS))
			slice_of[i] = add_slice(x, half(es->list[i], suppression));
	all = wanted;
	if (es->little)
		x->joined = mem_zero(x->count + 1, sizeof *x->joined);
	for (size_t i = 0; i < x->count && !es->little; i++)
		all += base_events_of(es, x->slices[i].token, suppression, &before);
	x->list = next = mem_zero(all, sizeof(struct event *));
	for (size_t i = 0; i < x->count; i++) {
		size_t own = x->slices[i].count;

		x->slices[i].first = next;
		add_base(&x->slices[i], es, suppression);
		next += own + x->slices[i].count;
	}
	for (size_t i = 0; i < es->count && wanted > 0; i++)
		if (slice_of[i] != 0) {
			struct slice *s = &x->slices[slice_of[i] - 1];

			s->first[s->count++] = es->list[i];
		}
	mem_free(slice_of);
}

/* Who has events here and before has them in one list, as soon as somebody asks for it. */
static void
join(const struct index *x, const struct events *es, size_t at, bool suppression)
{
	struct slice *s = &x->slices[at];
	struct joined *j = &x->joined[at];
	const struct event *const *before;
	size_t n;

	if (j->done)
		return;
	j->done = true;
	n = base_events_of(es, s->token, suppression, &before);
	if (n == 0)
		return;
	j->list = mem_zero(n + s->count, sizeof(struct event *));
	for (size_t i = 0; i < n; i++)
		j->list[i] = before[i];
	for (size_t i = 0; i < s->count; i++)
		j->list[n + i] = s->first[i];
	s->first = j->list;
	s->count += n;
}

static size_t
found(const struct events *es, const unsigned char token[16], bool suppression,
    const struct event *const **list)
{
	const struct index *x = suppression ? &es->by_suppression : &es->by_sid;
	uint32_t at = x->table[place_of(x, token)];

	if (at != 0 && x->joined != NULL)
		join(x, es, at - 1, suppression);
	*list = at == 0 ? NULL : (const struct event *const *)x->slices[at - 1].first;
	return at == 0 ? 0 : x->slices[at - 1].count;
}

void
events_index_done(struct index *x)
{
	for (size_t i = 0; x->joined != NULL && i < x->count; i++)
		mem_free(x->joined[i].list);
	mem_free(x->joined);
	mem_free(x->list);
	mem_free(x->slices);
	mem_free(x->table);
}

void
events_expect(const struct events *es, const struct token *t, enum events_near near)
{
	if (es->base != NULL)
		base_expect(es->base, t->lookup, near);
}

size_t
events_of(const struct events *es, const struct token *t, const struct event *const **list)
{
	size_t n = found(es, t->lookup, false, list);

	return n > 0 ? n : base_events_of(es, t->lookup, false, list);
}

size_t
events_suppressing(const struct events *es, const struct token *t, const struct event *const **list)
{
	size_t n = found(es, t->suppression, true, list);

	return n > 0 ? n : base_events_of(es, t->suppression, true, list);
}
