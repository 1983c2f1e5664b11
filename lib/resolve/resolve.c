/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/resolve.c: runs the stages in order. */
#include "base/alloc.h"
#include "base/error.h"
#include "base/map.h"
#include "base/pipeline.h"
#include "resolve/accord.h"
#include "resolve/facts.h"
#include "resolve/groups.h"
#include "resolve/keys.h"
#include "resolve/resolve.h"
#include "resolve/rules.h"
#include "resolve/types.h"

enum { PROFILES = 512 };	/* of one item on its way out */

int
resolve_read(struct resolve *r, struct feed_options *feed, struct error *e)
{
	r->types = types_new(r->rules);
	r->intake.rules = r->rules;
	r->intake.types = r->types;
	feed->threads = r->threads;
	return intake_run(&r->intake, feed, &r->store, e);
}

static void
count_sizes(struct resolve *r)
{
	static const uint32_t most[] = { 1, 2, 3, 5, 10, 50, UINT32_MAX };

	for (size_t i = 0; i < r->clusters.count; i++) {
		uint32_t n = r->clusters.list[i].count;
		size_t size = 0;

		while (n > most[size])
			size++;
		r->sizes[size]++;
		r->singletons += n == 1;
		if (n > r->largest)
			r->largest = n;
	}
}

int
resolve_join(struct resolve *r, struct error *e)
{
	if (types_overflowed(r->types))
		return error_set(e, INPUT, "E_LIMIT", "more than %d types of identifier", TYPES_MAX);
	if (generic_find(&r->generic, &r->store, r->rules, r->types, r->threads, e) < 0)
		return -1;
	exact_run(&r->exact, &r->store, r->rules, r->types, &r->generic, r->threads);
	if (clusters_build(&r->clusters, &r->store, r->exact.cluster, r->rules, r->id_key,
	    r->threads, e) < 0)
		return -1;
	count_sizes(r);
	return 0;
}

/* ---- what survivorship needs to know of the whole ---- */

struct whole {
	struct survival		 s;
	struct exact_tie	*ties;
	uint32_t		*tie_at;
	bool			*copy;
	struct map		*shared, *defaults;
};

static bool
same_facts(const struct store *s, uint32_t a, uint32_t b)
{
	uint32_t len = facts_len(s->rec[a].facts);

	return len == facts_len(s->rec[b].facts) &&
	    memcmp(s->rec[a].facts, s->rec[b].facts, len) == 0;
}

/* Ties by the place of their cluster among the members. */
static void
order_ties(struct resolve *r, struct whole *w)
{
	size_t records = r->store.count, ties = r->exact.tie_count;
	uint32_t *at_of = mem_alloc((records + 1) * sizeof *at_of);

	w->tie_at = mem_zero(records + 2, sizeof *w->tie_at);
	w->ties = mem_alloc((ties + 1) * sizeof *w->ties);
	w->copy = mem_alloc(ties + 1);
	for (size_t i = 0; i < r->clusters.count; i++)
		for (uint32_t m = 0; m < r->clusters.list[i].count; m++)
			at_of[r->clusters.members[r->clusters.list[i].at + m]] = r->clusters.list[i].at;
	for (size_t t = 0; t < ties; t++)
		w->tie_at[at_of[r->exact.ties[t].a] + 2]++;
	for (size_t i = 2; i < records + 2; i++)
		w->tie_at[i] += w->tie_at[i - 1];
	for (size_t t = 0; t < ties; t++) {
		const struct exact_tie *x = &r->exact.ties[t];
		uint32_t at = w->tie_at[at_of[x->a] + 1]++;

		w->ties[at] = *x;
		w->copy[at] = same_facts(&r->store, x->a, x->b);
	}
	mem_free(at_of);
}

static bool
in_two_profiles(const struct resolve *r, const uint32_t *member, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++)
		if (r->exact.cluster[member[i]] != r->exact.cluster[member[0]])
			return true;
	return false;
}

static void
find_shared(struct resolve *r, struct whole *w)
{
	static const char *const field[VALUE_FAMILIES] = { "identifiers", "email", "phone_number" };
	static const struct join join[VALUE_FAMILIES] = { { { ATOM_IDENTIFIER }, 1, { NULL, 0 },
	    { NULL, 0 } }, { { ATOM_EMAIL }, 1, { NULL, 0 }, { NULL, 0 } },
	    { { ATOM_PHONE }, 1, { NULL, 0 }, { NULL, 0 } } };
	struct keys *k = mem_zero(1, sizeof *k);
	struct buf key = { 0 };

	for (int v = 0; v < VALUE_FAMILIES; v++)
		for (size_t i = 0; i < r->generic.values[v]->count; i++) {
			const struct group *g = &r->generic.values[v]->list[i];
			const uint32_t *member = r->generic.values[v]->members + g->at;

			if (!in_two_profiles(r, member, g->count))
				continue;
			keys_prepare(k, &join[v], r->store.rec[member[0]].facts, r->types);
			buf_reset(&key);
			shared_key(&key, field[v], v == VALUE_IDENTIFIER ?
			    types_at(r->types, g->type)->name : SPAN(""),
			    span_skip(keys_at(k, &join[v], g->key), 3));
			map_add(w->shared, buf_span(&key));
		}
	buf_done(&key);
	keys_done(k);
	mem_free(k);
}

static void
find_generic(struct resolve *r, struct whole *w)
{
	struct span head = SPAN("identifiers.");
	struct buf key = { 0 };

	for (size_t i = 0; i < r->generic.count; i++) {
		const struct generic_value *v = &r->generic.list[i];
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

static void
prepare(struct resolve *r, struct whole *w)
{
	w->shared = map_new();
	w->defaults = map_new();
	order_ties(r, w);
	find_shared(r, w);
	find_generic(r, w);
	store_drop_facts(&r->store);
	w->s = (struct survival){ &r->store, r->rules, &r->clusters, w->ties, w->tie_at, w->copy,
	    w->shared, w->defaults, r->intake.assume, r->as_of, r->conflicts, r->show_values };
}

static void
forget(struct whole *w)
{
	map_free(w->shared);
	map_free(w->defaults);
	mem_free(w->ties);
	mem_free(w->tie_at);
	mem_free(w->copy);
}

/* ---- profiles on their way out ---- */

struct item {
	size_t		from;
	struct buf	profiles, conflicts;
	uint64_t	counts[CONFLICTS];
	struct item	*next;
};

struct writing {
	struct resolve	*r;
	struct survivor	**survivor;	/* by worker */
	size_t		 next;
	struct item	*spare;
	resolve_sink	*profiles, *conflicts;
	void		*arg;
};

static int
make(void *arg, void **item, struct error *e)
{
	struct writing *w = arg;
	struct item *i = w->spare;

	(void)e;
	if (w->next >= w->r->clusters.count)
		return 0;
	if (i != NULL)
		w->spare = i->next;
	else
		i = mem_zero(1, sizeof *i);
	i->from = w->next;
	w->next += PROFILES;
	*item = i;
	return 1;
}

static void
work(void *arg, void *item, unsigned worker)
{
	struct writing *w = arg;
	struct item *i = item;

	buf_reset(&i->profiles);
	buf_reset(&i->conflicts);
	memset(i->counts, 0, sizeof i->counts);
	for (size_t c = i->from; c < i->from + PROFILES && c < w->r->clusters.count; c++)
		survivor_write(w->survivor[worker], &w->r->clusters.list[c], &i->profiles,
		    &i->conflicts, i->counts);
}

static int
emit(void *arg, void *item, struct error *e)
{
	struct writing *w = arg;
	struct item *i = item;

	(void)e;
	w->profiles(w->arg, buf_span(&i->profiles));
	if (w->r->conflicts)
		w->conflicts(w->arg, buf_span(&i->conflicts));
	for (int c = 0; c < CONFLICTS; c++)
		w->r->conflict_count[c] += i->counts[c];
	i->next = w->spare;
	w->spare = i;
	return 0;
}

static void
drop(void *arg, void *item)
{
	struct writing *w = arg;
	struct item *i = item;

	i->next = w->spare;
	w->spare = i;
}

/* What the sources agree on is known when all profiles are through. */
static void
tell_accord(struct writing *w)
{
	struct accord *all = accord_new();
	struct buf text = { 0 };

	for (unsigned i = 0; i < w->r->threads; i++)
		accord_add(all, survivor_accord(w->survivor[i]));
	accord_write(all, w->r->show_values, &text);
	w->conflicts(w->arg, buf_span(&text));
	buf_done(&text);
	accord_free(all);
}

int
resolve_profiles(struct resolve *r, resolve_sink *profiles, resolve_sink *conflicts, void *arg,
    struct error *e)
{
	struct whole whole = { .ties = NULL };
	struct writing w = { r, NULL, 0, NULL, profiles, conflicts, arg };
	struct pipeline p = { make, work, emit, drop, r->threads, 0 };
	int done;

	prepare(r, &whole);
	w.survivor = mem_alloc(r->threads * sizeof *w.survivor);
	for (unsigned i = 0; i < r->threads; i++)
		w.survivor[i] = survivor_new(&whole.s);
	done = pipeline_run(&p, &w, e);
	if (done == 0 && r->conflicts)
		tell_accord(&w);
	for (unsigned i = 0; i < r->threads; i++)
		survivor_free(w.survivor[i]);
	mem_free(w.survivor);
	while (w.spare != NULL) {
		struct item *i = w.spare;

		w.spare = i->next;
		buf_done(&i->profiles);
		buf_done(&i->conflicts);
		mem_free(i);
	}
	forget(&whole);
	return done;
}

void
resolve_done(struct resolve *r)
{
	clusters_done(&r->clusters);
	exact_done(&r->exact);
	generic_done(&r->generic);
	store_done(&r->store);
	types_free(r->types);
}
