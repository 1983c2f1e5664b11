/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/household.c: edges between profiles of one house, then households from the surest
 * edge down: a profile that has a home takes no other. */
#include "base/alloc.h"
#include "base/cache.h"
#include "base/pipeline.h"
#include "resolve/household.h"
#include "resolve/houses.h"
#include "resolve/ids.h"
#include "resolve/neighbours.h"
#include "resolve/sort.h"
#include "resolve/store.h"
#include "resolve/view.h"

#include <assert.h>

enum {
	STAYS = 1 << 14,	/* of the houses of one task, at least */
	PROFILES = 1 << 14,	/* whose records one task numbers */
	AHEAD = 8,		/* stays or edges: how far the cache is told in advance */
	MEMBERS = 8		/* of a profile that it is told of; few have more */
};

/* A household in the making. */
struct home {
	uint32_t	up;		/* one it was joined with, or itself */
	uint32_t	house;
	uint8_t		level;		/* of the edge that founded it */
};

struct finding {
	const struct view		*view;
	const struct clusters		*clusters;
	const struct household_options	*o;
	uint32_t			*profile;	/* by record */
	uint32_t			*node_of;	/* by record */
	struct houses			 houses;
	size_t				*task_at;	/* by task: first stay; one more */
	struct neighbours		*found;		/* by task */
	unsigned			 tasks;
	struct sort_key			*edge;		/* of the edges that were found */
	size_t				 edges;
	uint64_t			 institutions;
	uint32_t			*home_of;	/* by profile, or HOUSEHOLD_NONE */
	struct home			*home;
	uint32_t			 homes;
};

/* Of one task: the profiles and the nodes with the same numbers. */
static void
number_some(void *arg, unsigned task)
{
	struct finding *f = arg;
	const struct view *w = f->view;
	size_t from = (size_t)task * PROFILES, to = from + PROFILES;

	for (size_t i = from; i < to && i < f->clusters->count; i++) {
		const struct cluster *c = &f->clusters->list[i];

		if (i + AHEAD < f->clusters->count)
			cache_expect(&f->clusters->members[c[AHEAD].at]);
		for (uint32_t m = 0; m < c->count; m++)
			f->profile[f->clusters->members[c->at + m]] = (uint32_t)i;
	}
	for (size_t n = from; n < to && n < w->nodes; n++)
		for (uint32_t i = w->record_at[n]; i < w->record_at[n + 1]; i++)
			f->node_of[w->record[i]] = (uint32_t)n;
}

static void
number_records(struct finding *f)
{
	size_t records = f->view->store->count;
	size_t most = f->clusters->count > f->view->nodes ? f->clusters->count : f->view->nodes;

	f->profile = mem_alloc((records + 1) * sizeof *f->profile);
	f->node_of = mem_alloc((records + 1) * sizeof *f->node_of);
	parallel_each(f->o->threads, (unsigned)((most + PROFILES - 1) / PROFILES), number_some, f);
}

/* ---- edges ---- */

/* A task is whole houses. */
static unsigned
share_out(struct finding *f)
{
	const struct houses *h = &f->houses;
	size_t cap = 0;
	unsigned tasks = 0;

	for (size_t i = 0; i < h->count;) {
		f->task_at = mem_grow(f->task_at, tasks + 2u, &cap, sizeof *f->task_at);
		f->task_at[tasks++] = i;
		i = i + STAYS < h->count ? i + STAYS : h->count;
		while (i < h->count && h->stay[i].house == h->stay[i - 1].house)
			i++;
		f->task_at[tasks] = i;
	}
	return tasks;
}

/* Whether the stay beside this one is of another profile in the same house: each profile that has
 * neighbours has such a stay, and most have none. Behind `end` another task orders its own. */
static bool
has_neighbour(const struct finding *f, size_t i, size_t end)
{
	const struct stay *stay = &f->houses.stay[i];

	return (i > 0 && stay[-1].house == stay->house && stay[-1].profile != stay->profile) ||
	    (i + 1 < end && stay[1].house == stay->house && stay[1].profile != stay->profile);
}

static void
expect_nodes(const struct finding *f, const struct cluster *c)
{
	const uint32_t *member = f->clusters->members + c->at;

	rec_expect_row(f->view->store, c->leader);
	for (uint32_t m = 0; m < c->count && m < MEMBERS; m++)
		cache_expect(&f->node_of[member[m]]);
}

static void
expect_values(const struct finding *f, const struct cluster *c)
{
	const uint32_t *member = f->clusters->members + c->at;

	for (uint32_t m = 0; m < c->count && m < MEMBERS; m++)
		cache_expect(&f->view->node[f->node_of[member[m]]]);
}

/* Profiles of one house lie anywhere: four steps ahead their clusters, three steps the records that
 * lead them and their members, two steps the rows and nodes of these, one step what the nodes say. */
static void
expect(const struct finding *f, size_t i, size_t end)
{
	const struct cluster *list = f->clusters->list;
	const struct stay *stay = f->houses.stay;

	if (i + 4 * AHEAD < end && has_neighbour(f, i + 4 * AHEAD, end)) {
		cache_expect(&list[stay[i + 4 * AHEAD].profile].at);
		cache_expect(&list[stay[i + 4 * AHEAD].profile].leader);
	}
	if (i + 3 * AHEAD < end && has_neighbour(f, i + 3 * AHEAD, end)) {
		const struct cluster *c = &list[stay[i + 3 * AHEAD].profile];

		cache_expect(&f->view->store->rec[c->leader].row);
		cache_expect(&f->clusters->members[c->at]);
	}
	if (i + 2 * AHEAD < end && has_neighbour(f, i + 2 * AHEAD, end))
		expect_nodes(f, &list[stay[i + 2 * AHEAD].profile]);
	if (i + AHEAD < end && has_neighbour(f, i + AHEAD, end))
		expect_values(f, &list[stay[i + AHEAD].profile]);
}

static void
find_some(void *arg, unsigned task)
{
	struct finding *f = arg;
	struct neighbours *n = &f->found[task];
	struct stay *stay = f->houses.stay;

	*n = (struct neighbours){ .view = f->view, .clusters = f->clusters, .houses = &f->houses,
	    .node_of = f->node_of, .max_families = f->o->max_families };
	for (size_t i = f->task_at[task], end; i < f->task_at[task + 1]; i = end) {
		for (end = i + 1; end < f->task_at[task + 1] && stay[end].house == stay[i].house;)
			end++;
		for (size_t k = i; k < end; k++)
			expect(f, k, f->task_at[task + 1]);
		neighbours_find(n, stay + i, end - i);
	}
}

/* The surest first; two profiles that moved together have an edge at each house, and live in
 * the one where they were seen last. */
static int
by_surest(const void *a, const void *b)
{
	const struct home_edge *x = ((const struct sort_key *)a)->of;
	const struct home_edge *y = ((const struct sort_key *)b)->of;

	if (x->level != y->level)
		return x->level > y->level ? -1 : 1;
	if (x->contacts != y->contacts)
		return x->contacts > y->contacts ? -1 : 1;
	if (x->last != y->last)
		return x->last > y->last ? -1 : 1;
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	if (x->b != y->b)
		return x->b < y->b ? -1 : 1;
	return x->mark < y->mark ? -1 : x->mark > y->mark;
}

/* Smaller where by_surest is sure to say so: four bits of the level, as many of the contacts, and
 * when it was, to a quarter of a second. */
static uint64_t
head_of(const struct home_edge *e)
{
	uint64_t contacts = e->contacts < 15 ? e->contacts : 15;
	uint64_t last = (uint64_t)e->last ^ UINT64_C(1) << 63;

	assert(e->level <= 15);
	return (uint64_t)(15 - e->level) << 60 | (15 - contacts) << 56 | ~last >> 8;
}

/* By the heads, then those in order that have the same. */
static void
order_edges(struct finding *f)
{
	struct sort_key *key = f->edge = sort_keys(f->edge, f->edges);

	for (size_t from = 0, to; from < f->edges; from = to) {
		for (to = from + 1; to < f->edges && key[to].key == key[from].key; to++)
			;
		if (to > from + 1)
			sort_array(key + from, to - from, sizeof *key, by_surest, f->o->threads);
	}
}

static void
find_edges(struct finding *f)
{
	f->tasks = share_out(f);
	f->found = mem_zero(f->tasks + 1u, sizeof *f->found);
	parallel_each(f->o->threads, f->tasks, find_some, f);
	for (unsigned t = 0; t < f->tasks; t++)
		f->edges += f->found[t].edges;
	f->edge = mem_alloc((f->edges + 1) * sizeof *f->edge);
	f->edges = 0;
	for (unsigned t = 0; t < f->tasks; t++) {
		const struct neighbours *n = &f->found[t];

		for (size_t i = 0; i < n->edges; i++)
			f->edge[f->edges++] = (struct sort_key){ head_of(&n->edge[i]), &n->edge[i] };
		f->institutions += n->institutions;
	}
	order_edges(f);
}

/* ---- homes ---- */

static uint32_t
home_of(struct finding *f, uint32_t profile)
{
	uint32_t at = f->home_of[profile];

	while (at != HOUSEHOLD_NONE && f->home[at].up != at)
		at = f->home[at].up = f->home[f->home[at].up].up;
	return at;
}

/* Two homes of one house are one if an edge like those that founded them connects them; a weaker
 * one does not: who names no flat would join all flats. */
static void
settle(struct finding *f, const struct home_edge *e)
{
	uint32_t x = home_of(f, e->a), y = home_of(f, e->b);

	if (x == HOUSEHOLD_NONE && y == HOUSEHOLD_NONE) {
		f->home[f->homes] = (struct home){ f->homes, e->house, e->level };
		f->home_of[e->a] = f->home_of[e->b] = f->homes++;
	} else if (x == HOUSEHOLD_NONE || y == HOUSEHOLD_NONE) {
		uint32_t home = x == HOUSEHOLD_NONE ? y : x;

		if (f->home[home].house == e->house)
			f->home_of[x == HOUSEHOLD_NONE ? e->a : e->b] = home;
	} else if (x != y && f->home[x].house == e->house && f->home[y].house == e->house &&
	    e->level >= f->home[x].level && e->level >= f->home[y].level) {
		f->home[x > y ? x : y].up = x > y ? y : x;
	}
}

static void
find_homes(struct finding *f)
{
	size_t profiles = f->clusters->count;

	f->home_of = mem_alloc((profiles + 1) * sizeof *f->home_of);
	for (size_t i = 0; i < profiles; i++)
		f->home_of[i] = HOUSEHOLD_NONE;
	f->home = mem_alloc((profiles / 2 + 1) * sizeof *f->home);	/* each has two at least */
	for (size_t i = 0; i < f->edges; i++) {
		if (i + 2 * AHEAD < f->edges)
			cache_expect(f->edge[i + 2 * AHEAD].of);
		if (i + AHEAD < f->edges) {
			const struct home_edge *next = f->edge[i + AHEAD].of;

			cache_expect(&f->home_of[next->a]);
			cache_expect(&f->home_of[next->b]);
		}
		settle(f, f->edge[i].of);
	}
}

/* Each home is known by its leading profile. */
static void
find_leads(struct households *h, struct finding *f, const struct rules *rules)
{
	const struct store *s = f->view->store;
	const struct cluster *list = f->clusters->list;
	uint32_t *priority = source_priorities(s, rules);
	uint32_t *lead = mem_alloc(((size_t)f->homes + 1) * sizeof *lead);

	for (uint32_t i = 0; i < f->homes; i++) {
		lead[i] = HOUSEHOLD_NONE;
		h->count += f->home[i].up == i;
	}
	for (uint32_t i = 0; i < f->clusters->count; i++) {
		uint32_t home = home_of(f, i), leader = list[i].leader;

		if (i + AHEAD < f->clusters->count)
			cache_expect(&s->rec[list[i + AHEAD].leader].observed_at);
		if (home != HOUSEHOLD_NONE && (lead[home] == HOUSEHOLD_NONE ||
		    leads_before(s, priority, leader, lead[home])))
			lead[home] = leader;
	}
	for (uint32_t i = 0; i < f->clusters->count; i++) {
		uint32_t home = home_of(f, i);

		if (i + AHEAD < f->clusters->count)
			cache_expect(&h->lead[list[i + AHEAD].leader]);
		if (home == HOUSEHOLD_NONE)
			continue;
		h->lead[list[i].leader] = lead[home];
		h->profiles++;
	}
	mem_free(priority);
	mem_free(lead);
}

void
households_find(struct households *h, const struct view *w, const struct clusters *c,
    const struct rules *rules, const struct household_options *o)
{
	size_t records = w->store->count;
	struct finding f = { .view = w, .clusters = c, .o = o };

	*h = (struct households){ .lead = mem_alloc((records + 1) * sizeof *h->lead),
	    .records = records };
	for (size_t i = 0; i < records; i++)
		h->lead[i] = HOUSEHOLD_NONE;
	if (w->of_type[FIELD_PLACE] < 0)
		return;
	number_records(&f);
	houses_find(&f.houses, w, f.profile, o->threads);
	find_edges(&f);
	find_homes(&f);
	find_leads(h, &f, rules);
	h->institutions = f.institutions;
	houses_done(&f.houses);
	mem_free(f.profile);
	mem_free(f.node_of);
	mem_free(f.task_at);
	for (unsigned t = 0; t < f.tasks; t++)
		neighbours_done(&f.found[t]);
	mem_free(f.found);
	mem_free(f.edge);
	mem_free(f.home_of);
	mem_free(f.home);
}

uint32_t *
households_by_profile(const struct households *h, const struct clusters *c)
{
	uint32_t *household = mem_alloc((c->count + 1) * sizeof *household);
	uint32_t *profile = mem_alloc((h->records + 1) * sizeof *profile);	/* by leader */

	for (size_t i = 0; i < c->count; i++)
		profile[c->list[i].leader] = (uint32_t)i;
	for (size_t i = 0; i < c->count; i++) {
		uint32_t lead = h->lead[c->list[i].leader];

		if (i + AHEAD < c->count)
			cache_expect(&h->lead[c->list[i + AHEAD].leader]);
		household[i] = lead == HOUSEHOLD_NONE ? HOUSEHOLD_NONE : profile[lead];
	}
	mem_free(profile);
	return household;
}

void
households_done(struct households *h)
{
	mem_free(h->lead);
	*h = (struct households){ 0 };
}
