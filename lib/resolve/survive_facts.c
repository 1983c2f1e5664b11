/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/survive_facts.c: what a profile says of its members, and the notes on its values
 * that come along with them. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/ascii.h"
#include "base/map.h"
#include "base/number.h"
#include "resolve/exact.h"
#include "resolve/fx.h"
#include "resolve/household.h"
#include "resolve/ids.h"
#include "resolve/merge.h"
#include "resolve/store.h"
#include "resolve/survive_priv.h"

#include <stdlib.h>

enum { FEW = 16 };		/* members that are ranked one by one */

void
shared_key(struct buf *out, const char *field, struct span type, struct span key)
{
	size_t head = strlen(field), len = head + type.len + key.len + 2;
	char *to;

	if (out->cap - out->len < len)
		buf_room(out, len);
	to = out->p + out->len;
	memcpy(to, field, head + 1);
	to += head + 1;
	memcpy(to, type.p, type.len);
	to[type.len] = 0;
	if (key.len > 0)
		memcpy(to + type.len + 1, key.p, key.len);
	out->len += len;
}

/* As candidate_before ranks candidates that have one value each. */
static int
by_rank(const void *a, const void *b)
{
	const struct member *x = *(const struct member *const *)a, *y = *(const struct member *const *)b;

	if (x->at != y->at)
		return x->at > y->at ? -1 : 1;		/* INSTANT_NONE is the smallest */
	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

static void
rank_members(struct survivor *v)
{
	for (size_t i = 0; i < v->count; i++) {
		const struct member *m = &v->members[i];
		size_t at = i;

		for (; at > 0 && v->count <= FEW && by_rank(&m, &v->rank[at - 1]) < 0; at--)
			v->rank[at] = v->rank[at - 1];
		v->rank[at] = m;
	}
	if (v->count > FEW)
		qsort(v->rank, v->count, sizeof *v->rank, by_rank);
}

static uint32_t
noted_letters(const struct record *r)
{
	uint32_t letters = 0;

	for (size_t i = 0; i < r->tag_count; i++)
		letters |= survive_letter(r->tags[i].name);
	for (size_t i = 0; i < r->flags.n; i++)
		letters |= survive_letter(r->flags.v[i]);
	return letters;
}

static uint32_t
said_fields(const struct record *r)
{
	uint32_t fields = 0;

	for (int f = 0; f < ONE_COUNT; f++)
		fields |= (uint32_t)(r->one[f].p != NULL) << f;
	return fields;
}

void
survive_begin(struct survivor *v)
{
	v->noted = 0;
	v->said = 0;
	v->erases = false;
	v->carried.flag = NULL;
	v->rank = mem_grow(v->rank, v->count, &v->rank_cap, sizeof *v->rank);
	v->ids = mem_grow(v->ids, v->count, &v->id_cap, sizeof *v->ids);
	for (size_t i = 0; i < v->count; i++) {
		struct member *m = &v->members[i];

		m->noted = noted_letters(&m->r);
		v->noted |= m->noted;
		v->said |= said_fields(&m->r);
		v->erases |= m->rule != NULL && m->rule->empty_erases;
		v->ids[i] = m->r.id;
	}
	v->free = !v->erases && v->s->rules->pin_count == 0;
	survive_find_pins(v);
	rank_members(v);
}

/* Puts a text into a sorted list once. Most are there, at the end, or come behind all others. */
static void
insert(struct span **list, size_t *count, size_t *cap, struct span text)
{
	size_t at = *count;
	int order = 1;

	while (at > 0 && (order = span_cmp(text, (*list)[at - 1])) < 0)
		at--;
	if (order == 0)
		return;
	if (*count == *cap)
		*list = mem_grow(*list, *count + 1, cap, sizeof **list);
	if (at < *count)
		memmove(*list + at + 1, *list + at, (*count - at) * sizeof **list);
	(*list)[at] = text;
	++*count;
}

void
survive_name(struct survivor *v, struct span name)
{
	insert(&v->names, &v->name_count, &v->name_cap, name);
}

static struct span
with_index(struct survivor *v, struct span path, uint32_t index, struct span rest)
{
	buf_reset(&v->key);
	buf_add(&v->key, path);
	if (index != SURVIVE_WHOLE) {
		buf_byte(&v->key, '.');
		buf_u64(&v->key, index);
	}
	buf_add(&v->key, rest);
	return arena_copy(&v->arena, buf_span(&v->key));
}

void
survive_shared(struct survivor *v, struct span path, uint32_t index)
{
	insert(&v->shared, &v->shared_count, &v->shared_cap, with_index(v, path, index, SPAN("")));
}

static bool
is_digit(struct span text, size_t at)
{
	return at < text.len && ascii_digit(text.p[at]);
}

/* What follows ".INDEX", written as we write it; absent if another number stands there. */
static struct span
after_index(struct span text, uint32_t index)
{
	bool zeros = text.p[1] == '0' && is_digit(text, 2);
	uint64_t n = 0;
	size_t at = 1;

	for (; is_digit(text, at) && n <= index; at++)
		n = 10 * n + (uint64_t)(text.p[at] - '0');
	return n != index || zeros ? span_none() : span_skip(text, at);
}

/* What follows "path", "path.INDEX" in a note on that value; absent if it is on another. */
static struct span
rest_of(struct span note, struct span path, uint32_t index)
{
	struct span rest = span_skip(note, path.len);

	if (!span_starts(note, path) || (rest.len > 0 && rest.p[0] != '.' && rest.p[0] != ':'))
		return span_none();
	if (rest.len == 0 || rest.p[0] != '.' || !is_digit(rest, 1))
		return rest;
	rest = after_index(rest, index);
	return rest.len > 0 && rest.p[0] != '.' && rest.p[0] != ':' ? span_none() : rest;
}

static void
carry_tags(struct survivor *v, struct span path, const struct texts *tags)
{
	struct named_texts *to = NULL;
	struct span *list;
	size_t n = 0;

	for (size_t i = 0; i < v->tag_count && to == NULL; i++)
		if (span_equal(v->tags[i].name, path))
			to = &v->tags[i];
	if (to == NULL) {
		v->tags = mem_grow(v->tags, v->tag_count + 1, &v->tag_cap, sizeof *v->tags);
		to = &v->tags[v->tag_count++];
		*to = (struct named_texts){ path, { NULL, 0 } };
	}
	list = arena_alloc(&v->arena, (to->values.n + tags->n) * sizeof *list);
	for (; n < to->values.n; n++)
		list[n] = to->values.v[n];
	for (size_t i = 0; i < tags->n; i++) {
		bool known = false;

		for (size_t k = 0; k < n && !known; k++)
			known = span_equal(list[k], tags->v[i]);
		if (!known)
			list[n++] = tags->v[i];
	}
	to->values = (struct texts){ list, n };
}

/* The note where its value stands in the profile, which is mostly where it stood in the record;
 * absent if it is on another value. */
static struct span
moved(struct survivor *v, struct span note, struct span path, uint32_t from, uint32_t to)
{
	struct span rest = rest_of(note, path, from);
	bool indexed = path.len + rest.len < note.len;

	if (rest.p == NULL || to == (indexed ? from : SURVIVE_WHOLE))
		return rest.p == NULL ? rest : note;
	return with_index(v, path, to, rest);
}

static void
carry_flag(struct survivor *v, const struct carried *c, struct span path)
{
	const struct carried *last = &v->carried;
	struct span note;

	if (c->flag == last->flag && c->path == last->path && c->len == last->len &&
	    c->from == last->from && c->to == last->to)
		return;
	note = moved(v, span_make(c->flag, c->len), path, c->from, c->to);
	if (note.p == NULL)
		return;
	insert(&v->flags, &v->flag_count, &v->flag_cap, note);
	v->carried = *c;
}

void
survive_carry_notes(struct survivor *v, const struct member *m, struct span path, uint32_t from,
    uint32_t to)
{
	const struct record *r = &m->r;

	for (size_t i = 0; i < r->tag_count; i++) {
		struct span note = moved(v, r->tags[i].name, path, from, to);

		if (note.p != NULL)
			carry_tags(v, note, &r->tags[i].values);
	}
	for (size_t i = 0; i < r->flags.n; i++)
		carry_flag(v, &(struct carried){ r->flags.v[i].p, path.p, r->flags.v[i].len, from, to },
		    path);
}

/* ---- members ---- */

static struct texts
purposes_of(const struct survivor *v, size_t member, bool *said)
{
	const struct record *r = &v->members[member].r;

	*said = r->has_purposes || v->assume.p != NULL;
	if (r->has_purposes || v->assume.p == NULL)
		return r->purposes;
	return (struct texts){ &v->assume, 1 };
}

static bool
has_text(struct texts list, struct span text)
{
	for (size_t i = 0; i < list.n; i++)
		if (span_equal(list.v[i], text))
			return true;
	return false;
}

/* Whether all lists but the first have it. */
static bool
all_have(const struct member_purposes *list, size_t n, struct span purpose)
{
	for (size_t i = 1; i < n; i++)
		if (!has_text(list[i].purposes, purpose))
			return false;
	return true;
}

/* What all members were collected for; never more. */
static void
purposes(struct survivor *v, struct profile *p)
{
	struct member_purposes *list = arena_alloc(&v->arena, v->count * sizeof *list);
	struct texts first;
	struct span *common;
	size_t n = 0, cap;

	p->fields.has_purposes = true;
	for (size_t i = 0; i < v->count; i++) {
		bool said;
		struct texts own = purposes_of(v, i, &said);

		if (said)
			list[p->member_purpose_count++] = (struct member_purposes){ v->ids[i], own };
		p->fields.has_purposes &= said;
	}
	p->member_purposes = list;
	p->has_member_purposes = p->member_purpose_count > 0;
	if (!p->fields.has_purposes)
		return;
	first = list[0].purposes;
	cap = first.n + 1;
	common = arena_alloc(&v->arena, cap * sizeof *common);
	for (size_t i = 0; i < first.n; i++)
		if (all_have(list, v->count, first.v[i]))
			insert(&common, &n, &cap, first.v[i]);
	p->fields.purposes = (struct texts){ common, n };
}

static void
times(struct survivor *v, struct profile *p)
{
	instant least = INSTANT_NONE, most = INSTANT_NONE;

	for (size_t i = 0; i < v->count; i++) {
		const struct member *m = &v->members[i];

		if (m->at == INSTANT_NONE)
			continue;
		if (least == INSTANT_NONE || m->at < least) {
			least = m->at;
			p->first_seen = m->r.observed_at;
		}
		if (most == INSTANT_NONE || m->at > most) {
			most = m->at;
			p->last_seen = m->r.observed_at;
		}
	}
}

static struct texts
taken(struct survivor *v)
{
	struct span *list = arena_alloc(&v->arena, (v->name_count + 1) * sizeof *list);

	for (size_t i = 0; i < v->name_count; i++)
		list[i] = v->names[i];
	return (struct texts){ list, v->name_count };
}

static void
origins(struct survivor *v, struct profile *p)
{
	struct span controller = v->members[0].r.controller;

	for (size_t i = 1; i < v->count; i++)
		if (!span_equal(controller, v->members[i].r.controller))
			controller = span_none();
	p->members = survive_records(v);
	p->fields.controller = controller;
	v->name_count = 0;
	for (size_t i = 0; i < v->count; i++)
		survive_name(v, v->members[i].r.source);
	p->sources = taken(v);
	v->name_count = 0;
	for (size_t i = 0; i < v->count; i++)
		if (v->members[i].r.channel.p != NULL)
			survive_name(v, v->members[i].r.channel);
	p->channels = taken(v);
}

static struct span
fixed_text(struct survivor *v, int32_t number, int places)
{
	buf_reset(&v->key);
	fixed_write(&v->key, number, places);
	return arena_copy(&v->arena, buf_span(&v->key));
}

static void
ties(struct survivor *v, struct profile *p, const struct cluster *c)
{
	const struct survival *s = v->s;
	uint32_t from = c->tie, to = from + c->count - 1;
	struct tie *list = arena_alloc(&v->arena, (to - from + 1) * sizeof *list);
	int32_t weakest = INT32_MAX;

	for (uint32_t t = from; t < to; t++) {
		const struct exact_tie *tie = &s->ties[t];
		bool scored = tie->by == TIE_SCORED;

		list[t - from] = (struct tie){ rec_id(&s->store->rec[tie->a]),
		    rec_id(&s->store->rec[tie->b]), tie_by_name(tie->copy ? TIE_COPY : (enum tie_by)tie->by),
		    scored && !tie->copy ? fixed_text(v, tie->weight, 3) : span_none() };
		if (scored && tie->average < weakest)
			weakest = tie->average;
	}
	p->ties = list;
	p->tie_count = to - from;
	if (weakest != INT32_MAX)
		p->confidence = fixed_text(v, (int32_t)fx_probability(weakest), 6);
}

/* The id of the profile that leads it, with another letter in front. */
static void
household(struct survivor *v, struct profile *p, const struct cluster *c)
{
	const struct survival *s = v->s;
	uint32_t lead = s->household == NULL ? HOUSEHOLD_NONE :
	    s->household[c - s->clusters->list];

	if (lead == HOUSEHOLD_NONE)
		return;
	buf_reset(&v->key);
	buf_byte(&v->key, 'h');
	buf_add(&v->key, span_make(s->clusters->list[lead].id + 1, PROFILE_ID_LEN - 1));
	p->household = arena_copy(&v->arena, buf_span(&v->key));
}

/* Insertion by name: there are few. */
static void
order_tags(struct survivor *v)
{
	for (size_t i = 1; i < v->tag_count; i++) {
		struct named_texts x = v->tags[i];
		size_t at = i;

		for (; at > 0 && span_cmp(x.name, v->tags[at - 1].name) < 0; at--)
			v->tags[at] = v->tags[at - 1];
		v->tags[at] = x;
	}
}

void
survive_facts(struct survivor *v, struct profile *p, const struct cluster *c)
{
	p->fields.id = v->id;
	origins(v, p);
	times(v, p);
	purposes(v, p);
	ties(v, p, c);
	household(v, p, c);
	order_tags(v);
	p->shared = (struct texts){ v->shared, v->shared_count };
	p->fields.tags = v->tags;
	p->fields.tag_count = v->tag_count;
	p->fields.flags = (struct texts){ v->flags, v->flag_count };
}
