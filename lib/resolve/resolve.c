/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/resolve.c: runs the stages in order. */
#include "base/alloc.h"
#include "base/beside.h"
#include "base/cache.h"
#include "base/error.h"
#include "base/pipeline.h"
#include "io/lines.h"
#include "resolve/accord.h"
#include "resolve/ages.h"
#include "resolve/forced.h"
#include "resolve/frozen.h"
#include "resolve/hashed.h"
#include "resolve/plan.h"
#include "resolve/model_file.h"
#include "resolve/one_name.h"
#include "resolve/resolve.h"
#include "resolve/rules.h"
#include "resolve/types.h"

enum {
	PROFILES = 128,		/* of one item on its way out: what they take stays in the cache until it
				 * is written */
	AHEAD = 3, AHEAD_MEMBERS = 4, AHEAD_BYTES = 256, CACHE_LINE = 64
};

/* Attributes that are compared however many there are: those of the rules or the model, and those with
 * a meaning. */
static void
reserve_attributes(struct resolve *r)
{
	const struct model_file *f = r->how.frozen;
	struct span head = SPAN("attributes.");

	types_reserve(r->attributes, SPAN(FACT_ORGANISATION));
	types_reserve(r->attributes, SPAN(FACT_WHOLE_NAME));
	types_reserve(r->attributes, SPAN(FACT_WEBSITE));
	for (size_t i = 0; i < r->rules->attribute_count; i++)
		types_reserve(r->attributes, r->rules->attributes[i]);
	for (size_t i = 0; f != NULL && i < f->model.fields; i++)
		if (span_starts(f->field[i].name, head))
			types_reserve(r->attributes, f->field[i].name);
	for (size_t i = 0; i < r->rules->field_count; i++)
		if (span_starts(r->rules->fields[i].path, head))
			types_reserve(r->attributes, r->rules->fields[i].path);
}

/* Which of so many attributes say something of a person nobody can tell before all are counted; and
 * those that came first are others in another order of input. */
static void
drop_attributes(struct resolve *r)
{
	struct facts *f = &r->store.facts;

	for (size_t i = 0; i < f->count; i++)
		if (fact_kind(f->word[i]) == FACT_ATTRIBUTE &&
		    !types_reserved(r->attributes, facts_type(f, f->word[i])))
			facts_drop(&f->word[i]);
}

int
resolve_read(struct resolve *r, struct feed_options *feed, struct error *e)
{
	r->types = types_new(r->rules);
	r->attributes = types_new(r->rules);
	reserve_attributes(r);
	for (size_t i = 0; i < r->rules->attribute_count; i++)
		types_add(r->attributes, r->rules->attributes[i]);
	r->intake.rules = r->rules;
	r->intake.types = r->types;
	r->intake.attributes = r->attributes;
	r->intake.scored = r->scored;
	feed->threads = r->threads;
	mem_give_back();
	if (intake_run(&r->intake, feed, &r->store, e) < 0)
		return -1;
	mem_give_back();
	return 0;
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

static void
leave_room(struct resolve *r)
{
	r->how.left = plan_left(r->intake.memory, r->intake.bytes, r->store.count);
}

static int
too_much(const struct resolve *r, struct error *e)
{
	return plan_refuse(r->intake.bytes, r->store.count, r->by_weight.beside, e);
}

/* Edges to clusters; what came of it in the form that the profiles are written from. */
static int
join_scored(struct resolve *r, struct error *e)
{
	struct merged *m = &r->by_weight.merged;
	struct exact *x = &r->exact;

	if (r->verdicts != NULL) {
		r->demands = mem_alloc((r->verdicts->count + 1) * sizeof *r->demands);
		r->demand_count = verdicts_demand(r->verdicts, &r->store, r->demands,
		    &r->unknown_verdicts);
		r->known_verdicts = r->demand_count;
	}
	forced_find(r);
	generic_drop_groups(&r->generic);
	r->how.demands = r->demands;
	r->how.demand_count = r->demand_count;
	leave_room(r);
	if (!scored_run(&r->by_weight, &r->store, r->rules, r->types, r->attributes, &r->how))
		return too_much(r, e);
	x->cluster = m->cluster;
	m->cluster = NULL;
	x->keys = mem_zero(r->rules->join_count + 1, sizeof *x->keys);
	x->ties = r->keep ? mem_copy(m->ties, m->tie_count * sizeof *x->ties) : m->ties;
	x->tie_count = m->tie_count;
	if (!r->keep)
		m->ties = NULL;
	if (!r->keep)
		scored_let_go(&r->by_weight);
	return 0;
}

/* What the profiles are written without. */
static void
let_go(void *arg)
{
	struct resolve *r = arg;

	if (r->keep)
		return;
	generic_drop_groups(&r->generic);
	view_let_go(&r->by_weight.view);
	store_drop_facts(&r->store);
	mem_give_back();
}

static int
prepare(struct resolve *r, struct error *e)
{
	if (types_overflowed(r->types))
		return error_set(e, USAGE, "E_LIMIT", "more than %d types of identifier: name those that say "
		    "nothing of a person under \"ignore\" in the rules", TYPES_MAX);
	if (types_overflowed(r->attributes))
		drop_attributes(r);
	if (r->summary)
		field_stats_find(&r->fields, &r->store, r->rules, r->types, r->threads);
	if (r->scored) {
		one_name_unite(&r->store);
		hashed_mailboxes(&r->store, r->rules, r->types);
		ages_align(&r->store, r->attributes);
	}
	r->generic.frozen = frozen_decides(&r->how) ? r->how.frozen : NULL;
	return generic_find(&r->generic, &r->store, r->rules, r->types, r->threads, e);
}

int
resolve_estimate(struct resolve *r, struct error *e)
{
	r->summary = true;
	if (prepare(r, e) < 0)
		return -1;
	knowledge_unknown(&r->how.known, &r->store, &r->unknown_verdicts, &r->unknown_labels);
	leave_room(r);
	if (!scored_estimate(&r->by_weight, &r->store, r->rules, r->types, r->attributes, &r->how) ||
	    !scored_weigh(&r->by_weight, &r->how))
		return too_much(r, e);
	return 0;
}

int
resolve_join(struct resolve *r, struct error *e)
{
	if (prepare(r, e) < 0)
		return -1;
	if (!r->scored)
		exact_run(&r->exact, &r->store, r->rules, r->types, &r->generic, r->threads);
	else if (join_scored(r, e) < 0)
		return -1;
	whole_find(&r->whole, &r->store, r->types, &r->exact, &r->generic, r->scored ? &r->by_weight.view.values : NULL,
	    r->threads);
	if (!r->scored)
		let_go(r);
	if (clusters_build(&r->clusters, &r->store, r->exact.cluster, r->rules, r->id_key,
	    r->threads, e) < 0)
		return -1;
	count_sizes(r);
	return 0;
}

void
resolve_households(struct resolve *r)
{
	if (!r->scored)
		return;
	if (!r->no_households)
		households_find(&r->households, &r->by_weight.view, &r->clusters, r->rules,
		    &(struct household_options){ r->rules->weights.max_families > 0 ?
		    r->rules->weights.max_families : HOUSEHOLD_FAMILIES, r->threads });
	r->leaving = beside_start(r->threads, let_go, r);
}

/* ---- profiles on their way out ---- */

struct item {
	size_t		from;
	struct buf	profiles, conflicts;
	uint64_t	counts[CONFLICTS];
	size_t		too_long;	/* of its profiles */
	struct item	*next;
};

struct writing {
	struct resolve	*r;
	const uint32_t	*household;	/* by profile: who leads its household; or NULL */
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

/* The clusters stand in the order of their ids, hence their members, records and lines anywhere
 * in memory. Each leads to the next, so the cache is told of them in three steps. */
static void
expect_members(const struct resolve *r, const struct cluster *c)
{
	cache_expect(&r->clusters.members[c->at]);
	if (c->count > 1)
		cache_expect(&r->whole.ties[c->tie]);
}

static void
expect_records(const struct resolve *r, const struct cluster *c)
{
	if (c->count > 2)
		cache_expect(&r->whole.ties[c->tie + c->count - 2]);
	for (uint32_t m = 0; m < c->count && m < AHEAD_MEMBERS; m++)
		rec_expect(&r->store, r->clusters.members[c->at + m]);
}

static void
expect_lines(const struct resolve *r, const struct cluster *c)
{
	for (uint32_t m = 0; m < c->count && m < AHEAD_MEMBERS; m++) {
		const struct rec *rec = &r->store.rec[r->clusters.members[c->at + m]];

		for (uint32_t at = 0; at < AHEAD_BYTES; at += CACHE_LINE)
			cache_expect(rec->cold + at);
	}
}

static void
expect(const struct writing *w, size_t c)
{
	const struct resolve *r = w->r;
	const struct clusters *all = &r->clusters;

	if (w->household != NULL && c + AHEAD < all->count &&
	    w->household[c + AHEAD] != HOUSEHOLD_NONE)
		cache_expect(all->list[w->household[c + AHEAD]].id);
	if (c + 3 * AHEAD < all->count)
		expect_members(r, &all->list[c + 3 * AHEAD]);
	if (c + 2 * AHEAD < all->count)
		expect_records(r, &all->list[c + 2 * AHEAD]);
	if (c + AHEAD < all->count)
		expect_lines(r, &all->list[c + AHEAD]);
}

static void
work(void *arg, void *item, unsigned worker)
{
	struct writing *w = arg;
	struct item *i = item;

	buf_reset(&i->profiles);
	buf_reset(&i->conflicts);
	memset(i->counts, 0, sizeof i->counts);
	i->too_long = 0;
	for (size_t c = i->from; c < i->from + PROFILES && c < w->r->clusters.count; c++) {
		size_t before = i->profiles.len;

		expect(w, c);
		survivor_write(w->survivor[worker], &w->r->clusters.list[c], &i->profiles,
		    &i->conflicts, i->counts);
		i->too_long += i->profiles.len - before > LINE_MOST + 1;	/* and its newline */
	}
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
	w->r->too_long += i->too_long;
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

/* What is known of profiles as they stand now; their ids may have changed since they were found. */
struct by_profile {
	struct resolve	*r;
	uint32_t	*household;
};

static void
order_by_profile(void *arg, unsigned task)
{
	struct by_profile *b = arg;

	if (task == 0)
		whole_order_ties(&b->r->whole, &b->r->store, &b->r->exact, &b->r->clusters);
	else if (b->r->households.lead != NULL)
		b->household = households_by_profile(&b->r->households, &b->r->clusters);
}

int
resolve_profiles(struct resolve *r, resolve_sink *profiles, resolve_sink *conflicts, void *arg,
    struct error *e)
{
	struct survival survival = { .store = &r->store, .rules = r->rules,
	    .clusters = &r->clusters, .shared = r->whole.shared,
	    .maybe_shared = &r->whole.maybe_shared, .defaults = r->whole.defaults,
	    .given = &r->whole.given, .family = &r->whole.family,
	    .assume = r->intake.assume, .as_of = r->as_of, .conflicts = r->conflicts,
	    .show_values = r->show_values };
	struct by_profile by_profile = { r, NULL };
	struct writing w = { .r = r, .profiles = profiles, .conflicts = conflicts, .arg = arg };
	struct pipeline p = { make, work, emit, drop, r->threads, 0 };
	int done;

	beside_end(r->leaving);
	r->leaving = NULL;
	parallel_each(r->threads, 2, order_by_profile, &by_profile);
	survival.ties = r->whole.ties;
	survival.household = w.household = by_profile.household;
	w.survivor = mem_alloc(r->threads * sizeof *w.survivor);
	for (unsigned i = 0; i < r->threads; i++)
		w.survivor[i] = survivor_new(&survival);
	done = pipeline_run(&p, &w, e);
	if (done == 0 && r->conflicts)
		tell_accord(&w);
	for (unsigned i = 0; i < r->threads; i++)
		survivor_free(w.survivor[i]);
	mem_free(w.survivor);
	mem_free(by_profile.household);
	while (w.spare != NULL) {
		struct item *i = w.spare;

		w.spare = i->next;
		buf_done(&i->profiles);
		buf_done(&i->conflicts);
		mem_free(i);
	}
	return done;
}

struct span
resolve_mode(const struct resolve *r)
{
	return !r->scored ? SPAN("exact") : r->how.frozen == NULL ? SPAN("auto") : SPAN("model");
}

void
resolve_done(struct resolve *r)
{
	beside_end(r->leaving);
	whole_done(&r->whole);
	households_done(&r->households);
	mem_free(r->demands);
	clusters_done(&r->clusters);
	field_stats_done(&r->fields);
	exact_done(&r->exact);
	scored_done(&r->by_weight);
	generic_done(&r->generic);
	store_done(&r->store);
	types_free(r->types);
	types_free(r->attributes);
}
