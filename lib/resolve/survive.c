/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/survive.c: a profile from its members: reads their lines, lets every field choose,
 * writes the result. */
#include "base/alloc.h"
#include "io/json_write.h"
#include "io/ndjson.h"
#include "model/record_plain.h"
#include "resolve/accord.h"
#include "resolve/cold_record.h"
#include "resolve/conflict.h"
#include "resolve/exact.h"
#include "resolve/ids.h"
#include "resolve/rules.h"
#include "resolve/store.h"
#include "resolve/strategy.h"
#include "resolve/survive_priv.h"

struct survivor *
survivor_new(const struct survival *s)
{
	struct survivor *v = mem_zero(1, sizeof *v);

	v->s = s;
	v->reader = cold_reader_new(s->store->cold);
	v->scanner = ndjson_new(NULL);
	v->kept = mem_alloc(RECORD_LIST_MAX * sizeof *v->kept);
	v->accord = s->conflicts ? accord_new() : NULL;
	v->assume = s->assume.p == NULL ? s->assume : arena_copy(&v->kinds, s->assume);
	v->plain = json_plain(v->assume) == v->assume.len && s->rules->pin_count == 0;
	return v;
}

void
survivor_free(struct survivor *v)
{
	if (v == NULL)
		return;
	cold_reader_free(v->reader);
	ndjson_free(v->scanner);
	accord_free(v->accord);
	arena_done(&v->arena);
	arena_done(&v->kinds);
	buf_done(&v->key);
	mem_free(v->list);
	mem_free(v->kept);
	mem_free(v->from);
	mem_free(v->pins);
	mem_free(v->members);
	mem_free(v->rank);
	mem_free(v->ids);
	mem_free(v->names);
	mem_free(v->tags);
	mem_free(v->flags);
	mem_free(v->shared);
	mem_free(v);
}

/* The lines were read once already, so they can be read again. */
static void
read_line(struct survivor *v, const struct rec *rec, struct record *r)
{
	bool ready;

	if (!cold_record(v->reader, rec->cold, r, &v->arena, &ready)) {
		ready = false;
		if (record_from(rec_line(v->s->store, rec, &v->arena), r, v->scanner, &v->arena,
		    &v->unread) < 0)
			*r = (struct record){ .id = rec_id(rec) };
	}
	v->ready &= ready;
}

static void
read_members(struct survivor *v, const struct cluster *c)
{
	const struct survival *s = v->s;

	v->members = mem_grow(v->members, c->count, &v->member_cap, sizeof *v->members);
	v->count = c->count;
	v->ready = v->plain;
	for (uint32_t i = 0; i < c->count; i++) {
		struct member *m = &v->members[i];
		const struct rec *rec = &s->store->rec[s->clusters->members[c->at + i]];

		m->at = rec->observed_at;
		m->place = i;
		m->ties = 0;
		read_line(v, rec, &m->r);
		m->rule = rules_source(s->rules, m->r.source);
		m->priority = m->rule == NULL ? RULES_PRIORITY_NONE : m->rule->priority;
	}
}

/* Where a record stands among the members, which are in the order of their numbers. */
static size_t
place_of(const struct survival *s, const struct cluster *c, uint32_t rec)
{
	const uint32_t *member = s->clusters->members + c->at;
	size_t low = 0, high = c->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (member[middle] < rec)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
count_ties(struct survivor *v, const struct cluster *c)
{
	const struct survival *s = v->s;
	uint32_t from = c->tie, to = from + c->count - 1;

	for (uint32_t t = from; t < to; t++) {
		v->members[place_of(s, c, s->ties[t].a)].ties++;
		v->members[place_of(s, c, s->ties[t].b)].ties++;
	}
}

const struct accord *
survivor_accord(const struct survivor *v)
{
	return v->accord;
}

void
survivor_write(struct survivor *v, const struct cluster *c, struct buf *out,
    struct buf *conflicts, uint64_t counts[CONFLICTS])
{
	struct profile p = { 0 };

	arena_reset(&v->arena);
	v->from_count = v->tag_count = v->flag_count = v->shared_count = 0;
	v->conflicts = v->s->conflicts ? conflicts : NULL;
	v->conflict_counts = counts;
	v->id = span_make(c->id, PROFILE_ID_LEN);
	read_members(v, c);
	count_ties(v, c);
	survive_begin(v);
	survive_ones(v, &p);
	for (int f = 0; f < MANY_COUNT; f++)
		survive_many(v, &p, (enum many_field)f);
	survive_addresses(v, &p);
	survive_identifiers(v, &p);
	survive_attributes(v, &p);
	survive_facts(v, &p, c);
	if (v->count > 1)
		conflict_find(v, &p.fields);
	if (v->accord != NULL)
		accord_count(v->accord, v);
	p.provenance = v->from;
	p.provenance_count = v->from_count;
	p.ready = v->ready;
	profile_write(&p, out);
}
