/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/whole.c: a pass over the records for the values of each kind, one over the ties. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/cache.h"
#include "base/map.h"
#include "base/pipeline.h"
#include "resolve/dict.h"
#include "resolve/exact.h"
#include "resolve/generic.h"
#include "resolve/ids.h"
#include "resolve/store.h"
#include "resolve/survive.h"
#include "resolve/types.h"
#include "resolve/values.h"
#include "resolve/whole.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

enum {
	AHEAD = 8,		/* records or ties: how far the cache is told in advance */
	TASK = 1 << 14		/* records or ties of one task */
};

/* Of each value of one kind the cluster of its first holder and one; SEVERAL: another holds it too. */
#define SEVERAL	UINT32_MAX

/* The kinds of values that profiles share, with the fields they are known by. */
static const struct family {
	enum fact_kind	 kind;
	const char	*field;
} families[] = { { FACT_IDENTIFIER, "identifiers" }, { FACT_EMAIL, "email" },
	{ FACT_PHONE, "phone_number" } };

enum { FAMILIES = sizeof families / sizeof *families };

struct looking {
	const struct store	*s;
	const struct types	*types;
	struct exact		*x;
	_Atomic uint32_t	*by[FAMILIES];		/* by number; 0: nobody */
	uint8_t			 family[FACT_KINDS];	/* by kind: place in families, or FAMILIES */
	unsigned		 record_tasks;
};

static uint32_t
value_count(const struct looking *l, enum fact_kind kind)
{
	return l->s->facts.dict[kind] == NULL ? 0 : dict_count(l->s->facts.dict[kind]);
}

/* Whoever comes first, two clusters make it SEVERAL. */
static void
hold(_Atomic uint32_t *by, uint32_t cluster)
{
	uint32_t was = atomic_load_explicit(by, memory_order_relaxed);

	if (was == 0 && atomic_compare_exchange_strong_explicit(by, &was, cluster + 1,
	    memory_order_relaxed, memory_order_relaxed))
		return;
	if (was != cluster + 1 && was != SEVERAL)
		atomic_store_explicit(by, SEVERAL, memory_order_relaxed);
}

static bool
in_play(const struct looking *l, uint32_t word)
{
	return fact_kind(word) != FACT_IDENTIFIER ||
	    types_at(l->types, facts_type(&l->s->facts, word))->key;
}

static void
find_holders(const struct looking *l, size_t from)
{
	const struct store *s = l->s;

	for (size_t i = from; i < s->count && i < from + TASK; i++) {
		if (i + AHEAD < s->count)
			rec_expect_row(s, (uint32_t)(i + AHEAD));
		if (!(s->rec[i].flags & REC_LINKED))
			continue;
		for (const uint32_t *at = rec_row(s, (uint32_t)i); *at != 0; at++) {
			uint8_t family = l->family[fact_kind(*at)];

			if (family < FAMILIES && in_play(l, *at))
				hold(&l->by[family][fact_number(*at)], l->x->cluster[i]);
		}
	}
}

static bool
is_shared(const struct looking *l, int family, uint32_t number)
{
	return atomic_load_explicit(&l->by[family][number], memory_order_relaxed) == SEVERAL;
}

static size_t
count_shared(const struct looking *l)
{
	size_t n = 0;

	for (int k = 0; k < FAMILIES; k++)
		for (uint32_t i = 0; i < value_count(l, families[k].kind); i++)
			n += is_shared(l, k, i);
	return n;
}

static void
add(struct whole *w, const char *field, struct span type, struct span key, struct buf *scratch)
{
	buf_reset(scratch);
	shared_key(scratch, field, type, key);
	map_add(w->shared, buf_span(scratch));
	sieve_add(&w->maybe_shared, key);
}

/* Values in play that two profiles hold. */
static void
add_all_shared(struct whole *w, struct looking *l)
{
	const struct facts *facts = &l->s->facts;
	struct buf scratch = { 0 };

	for (int k = 0; k < FAMILIES; k++) {
		for (uint32_t i = 0; i < value_count(l, families[k].kind); i++) {
			uint32_t word = fact_word(families[k].kind, i);

			if (is_shared(l, k, i))
				add(w, families[k].field, families[k].kind == FACT_IDENTIFIER ?
				    types_at(l->types, facts_type(facts, word))->name : SPAN(""),
				    facts_text(facts, word), &scratch);
		}
		mem_free(l->by[k]);
	}
	buf_done(&scratch);
}

static void
find_generic(struct whole *w, const struct generic *g)
{
	struct span head = SPAN("identifiers.");
	struct buf scratch = { 0 };

	for (size_t i = 0; i < g->count; i++) {
		const struct generic_value *v = &g->list[i];
		bool id = span_starts(v->field, head);

		if (span_is(v->field, "birthdate")) {
			map_add(w->defaults, v->value);
			continue;
		}
		add(w, id ? "identifiers" : v->field.p[0] == 'e' ? "email" : "phone_number",
		    id ? span_skip(v->field, head.len) : SPAN(""), v->value, &scratch);
	}
	buf_done(&scratch);
}

/* Ties lie anywhere: two steps ahead the records, one step ahead their rows. */
static void
expect(const struct store *s, const struct exact *x, size_t t)
{
	if (t + 2 * AHEAD < x->tie_count) {
		cache_expect(&s->rec[x->ties[t + 2 * AHEAD].a]);
		cache_expect(&s->rec[x->ties[t + 2 * AHEAD].b]);
	}
	if (t + AHEAD < x->tie_count) {
		cache_expect(rec_row(s, x->ties[t + AHEAD].a));
		cache_expect(rec_row(s, x->ties[t + AHEAD].b));
	}
}

/* A tie between records that say the same is a copy. */
static void
find_copies(const struct looking *l, size_t from)
{
	struct exact *x = l->x;

	for (size_t t = from; t < x->tie_count && t < from + TASK; t++) {
		expect(l->s, x, t);
		x->ties[t].copy = facts_same(rec_row(l->s, x->ties[t].a), rec_row(l->s, x->ties[t].b));
	}
}

static void
look(void *arg, unsigned task)
{
	const struct looking *l = arg;

	if (task < l->record_tasks)
		find_holders(l, (size_t)task * TASK);
	else
		find_copies(l, (size_t)(task - l->record_tasks) * TASK);
}

void
whole_find(struct whole *w, const struct store *s, const struct types *types,
    struct exact *x, const struct generic *g, const struct values *values, unsigned threads)
{
	struct looking l = { .s = s, .types = types, .x = x,
	    .record_tasks = (unsigned)((s->count + TASK - 1) / TASK) };
	unsigned tie_tasks = values != NULL ? 0 : (unsigned)((x->tie_count + TASK - 1) / TASK);

	w->shared = map_new();
	w->defaults = map_new();
	memset(l.family, FAMILIES, sizeof l.family);
	for (int k = 0; k < FAMILIES; k++) {
		l.family[families[k].kind] = (uint8_t)k;
		l.by[k] = mem_zero((size_t)value_count(&l, families[k].kind) + 1, sizeof *l.by[k]);
	}
	parallel_each(threads, l.record_tasks + tie_tasks, look, &l);
	sieve_make(&w->maybe_shared, count_shared(&l) + g->count);
	add_all_shared(w, &l);
	find_generic(w, g);
	usual_find(&w->given, s, FACT_GIVEN, values == NULL ? NULL : values->present[FACT_GIVEN]);
	usual_find(&w->family, s, FACT_FAMILY, values == NULL ? NULL : values->present[FACT_FAMILY]);
}

/* Members stand cluster by cluster, the smallest record of each first, which is what the cluster is
 * known by. As ties are a forest that spans the clusters, each has one less than it has members: so
 * where its ties go is known without counting them. */
static uint32_t *
places_of_ties(const struct store *s, const struct exact *x, const struct clusters *c)
{
	uint32_t *next = mem_alloc((s->count + 1) * sizeof *next), tie = 0;

	for (size_t i = 0; i < s->count; i++) {
		uint32_t record = c->members[i];

		if (i + AHEAD < s->count)
			cache_expect(&x->cluster[c->members[i + AHEAD]]);
		if (x->cluster[record] == record)
			next[record] = tie;
		else
			tie++;
	}
	assert(tie == x->tie_count);
	return next;
}

void
whole_order_ties(struct whole *w, const struct store *s, const struct exact *x,
    const struct clusters *c)
{
	uint32_t *next;

	w->ties = mem_alloc((x->tie_count + 1) * sizeof *w->ties);
	next = places_of_ties(s, x, c);
	for (size_t t = 0; t < x->tie_count; t++)
		w->ties[next[x->cluster[x->ties[t].a]]++] = x->ties[t];
	mem_free(next);
}

void
whole_done(struct whole *w)
{
	map_free(w->shared);
	sieve_done(&w->maybe_shared);
	map_free(w->defaults);
	usual_done(&w->given);
	usual_done(&w->family);
	mem_free(w->ties);
	*w = (struct whole){ 0 };
}
