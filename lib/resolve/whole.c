/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/whole.c: one pass over the shared values, one over the ties. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/cache.h"
#include "base/map.h"
#include "resolve/dict.h"
#include "resolve/exact.h"
#include "resolve/generic.h"
#include "resolve/ids.h"
#include "resolve/store.h"
#include "resolve/survive.h"
#include "resolve/types.h"
#include "resolve/whole.h"

enum { AHEAD = 8 };	/* ties: how far the cache is told in advance */

/* Of each value of one kind the cluster of its first holder and one; SEVERAL: another holds it too. */
#define SEVERAL	UINT32_MAX

struct values_held {
	enum fact_kind	 kind;
	const char	*field;
	uint32_t	*by;		/* by number; 0: nobody */
};

static void
hold(uint32_t *by, uint32_t cluster)
{
	if (*by == 0)
		*by = cluster + 1;
	else if (*by != cluster + 1)
		*by = SEVERAL;
}

static void
find_holders(const struct values_held *h, const struct store *s, const struct types *types,
    const struct exact *x)
{
	for (uint32_t i = 0; i < s->count; i++) {
		if (!(s->rec[i].flags & REC_LINKED))
			continue;
		for (const uint32_t *at = rec_row(s, i); *at != 0; at++)
			if (fact_kind(*at) == h->kind && (h->kind != FACT_IDENTIFIER ||
			    types_at(types, facts_type(&s->facts, *at))->key))
				hold(&h->by[fact_number(*at)], x->cluster[i]);
	}
}

static void
add_shared(struct whole *w, const struct values_held *h, uint32_t number, const struct store *s,
    const struct types *types, struct buf *key)
{
	uint32_t word = fact_word(h->kind, number);

	buf_reset(key);
	shared_key(key, h->field, h->kind == FACT_IDENTIFIER ?
	    types_at(types, facts_type(&s->facts, word))->name : SPAN(""), facts_text(&s->facts, word));
	map_add(w->shared, buf_span(key));
}

/* Values in play that two profiles hold. */
static void
find_shared(struct whole *w, const struct store *s, const struct types *types,
    const struct exact *x)
{
	static const struct values_held all[] = { { FACT_IDENTIFIER, "identifiers", NULL },
	    { FACT_EMAIL, "email", NULL }, { FACT_PHONE, "phone_number", NULL } };
	struct buf key = { 0 };

	for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
		struct values_held h = all[k];
		uint32_t count = s->facts.dict[h.kind] == NULL ? 0 : dict_count(s->facts.dict[h.kind]);

		h.by = mem_zero((size_t)count + 1, sizeof *h.by);
		if (count > 0)
			find_holders(&h, s, types, x);
		for (uint32_t i = 0; i < count; i++)
			if (h.by[i] == SEVERAL)
				add_shared(w, &h, i, s, types, &key);
		mem_free(h.by);
	}
	buf_done(&key);
}

static void
find_generic(struct whole *w, const struct generic *g)
{
	struct span head = SPAN("identifiers.");
	struct buf key = { 0 };

	for (size_t i = 0; i < g->count; i++) {
		const struct generic_value *v = &g->list[i];
		bool id = span_starts(v->field, head);

		if (span_is(v->field, "birthdate")) {
			map_add(w->defaults, v->value);
			continue;
		}
		buf_reset(&key);
		shared_key(&key, id ? "identifiers" : v->field.p[0] == 'e' ? "email" : "phone_number",
		    id ? span_skip(v->field, head.len) : SPAN(""), v->value);
		map_add(w->shared, buf_span(&key));
	}
	buf_done(&key);
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
find_copies(struct whole *w, const struct store *s, const struct exact *x)
{
	w->copy = mem_alloc(x->tie_count + 1);
	for (size_t t = 0; t < x->tie_count; t++) {
		expect(s, x, t);
		w->copy[t] = facts_same(rec_row(s, x->ties[t].a), rec_row(s, x->ties[t].b));
	}
}

void
whole_find(struct whole *w, const struct store *s, const struct types *types,
    const struct exact *x, const struct generic *g)
{
	w->shared = map_new();
	w->defaults = map_new();
	find_shared(w, s, types, x);
	find_generic(w, g);
	map_sieve(w->shared);
	find_copies(w, s, x);
}

void
whole_order_ties(struct whole *w, const struct store *s, const struct exact *x,
    const struct clusters *c)
{
	uint32_t *at_of = mem_alloc((s->count + 1) * sizeof *at_of);
	bool *copy = mem_alloc(x->tie_count + 1);

	w->tie_at = mem_zero(s->count + 2, sizeof *w->tie_at);
	w->ties = mem_alloc((x->tie_count + 1) * sizeof *w->ties);
	for (size_t i = 0; i < c->count; i++)
		for (uint32_t m = 0; m < c->list[i].count; m++)
			at_of[c->members[c->list[i].at + m]] = c->list[i].at;
	for (size_t t = 0; t < x->tie_count; t++)
		w->tie_at[at_of[x->ties[t].a] + 2]++;
	for (size_t i = 2; i < s->count + 2; i++)
		w->tie_at[i] += w->tie_at[i - 1];
	for (size_t t = 0; t < x->tie_count; t++) {
		uint32_t at = w->tie_at[at_of[x->ties[t].a] + 1]++;

		w->ties[at] = x->ties[t];
		copy[at] = w->copy[t];
	}
	mem_free(at_of);
	mem_free(w->copy);
	w->copy = copy;
}

void
whole_done(struct whole *w)
{
	map_free(w->shared);
	map_free(w->defaults);
	mem_free(w->ties);
	mem_free(w->tie_at);
	mem_free(w->copy);
	*w = (struct whole){ 0 };
}
