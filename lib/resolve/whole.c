/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/whole.c: one pass over the shared values, one over the ties. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/cache.h"
#include "base/map.h"
#include "resolve/exact.h"
#include "resolve/generic.h"
#include "resolve/groups.h"
#include "resolve/ids.h"
#include "resolve/keys.h"
#include "resolve/store.h"
#include "resolve/survive.h"
#include "resolve/types.h"
#include "resolve/whole.h"

enum { AHEAD = 8 };	/* ties: how far the cache is told in advance */

static bool
in_two_profiles(const struct exact *x, const uint32_t *member, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++)
		if (x->cluster[member[i]] != x->cluster[member[0]])
			return true;
	return false;
}

static void
find_shared(struct whole *w, const struct store *s, const struct types *types,
    const struct exact *x, const struct generic *all)
{
	static const char *const field[VALUE_FAMILIES] = { "identifiers", "email", "phone_number" };
	static const struct join join[VALUE_FAMILIES] = {
		{ .atom = { ATOM_IDENTIFIER }, .count = 1 },
		{ .atom = { ATOM_EMAIL }, .count = 1 },
		{ .atom = { ATOM_PHONE }, .count = 1 },
	};
	struct buf key = { 0 };
	struct keys k;

	for (int v = 0; v < VALUE_FAMILIES; v++)
		for (size_t i = 0; i < all->values[v]->count; i++) {
			const struct group *g = &all->values[v]->list[i];
			const uint32_t *member = all->values[v]->members + g->at;

			if (!in_two_profiles(x, member, g->count))
				continue;
			keys_prepare(&k, &join[v], &s->facts, rec_row(s, member[0]),
			    types);
			buf_reset(&key);
			shared_key(&key, field[v], v == VALUE_IDENTIFIER ?
			    types_at(types, g->type)->name : SPAN(""),
			    facts_text(&s->facts, keys_word(&k, g->key)));
			map_add(w->shared, buf_span(&key));
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
	find_shared(w, s, types, x, g);
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
