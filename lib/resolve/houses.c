/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/houses.c: two tables join addresses to houses, then what is written nearly the same;
 * a counting sort lists the stays, in no order within a house. */
#include "base/alloc.h"
#include "base/cache.h"
#include "base/pipeline.h"
#include "resolve/dict.h"
#include "resolve/houses.h"
#include "resolve/similar.h"
#include "resolve/sort.h"
#include "resolve/store.h"
#include "resolve/view.h"

#include <stdatomic.h>

enum {
	STREET_CLOSE = 920,	/* as "same house" compares streets (resolve 4.4) */
	STREETS_MOST = 32,	/* of one number and postcode that are compared with each other */
	TABLES = 2,		/* by postcode, by town */
	NODES = 1 << 14,	/* whose stays one task counts and lists */
	AHEAD = 8		/* how far the cache is told in advance */
};

static uint32_t
find(uint32_t *of, uint32_t i)
{
	while (of[i] != i) {
		of[i] = of[of[i]];
		i = of[i];
	}
	return i;
}

static void
join(struct houses *h, uint32_t a, uint32_t b)
{
	a = find(h->of, a);
	b = find(h->of, b);
	if (a == b)
		return;
	h->of[b] = a;
	if (h->mark[b] < h->mark[a])
		h->mark[a] = h->mark[b];
}

/* The home of a place and its postcode, or its town; 0: it does not have both. */
static uint64_t
key_of(const struct place_row *p, unsigned table)
{
	uint32_t with = table == 0 ? p->postcode : p->locality;

	if (p->home == VALUE_NONE || with == VALUE_NONE)
		return 0;
	return ((uint64_t)p->home << 32 | with) + 1;	/* none is 0 */
}

struct meeting {
	struct houses		*houses;
	const struct place_row	*row;
	uint32_t		 count;
	uint32_t		*first[TABLES];	/* by place: one with the same key, or itself */
	struct sort_key		*number;	/* places by number and postcode */
	size_t			 numbers;
};

static size_t
slot_of(uint64_t key, size_t size)
{
	return (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (size - 1);
}

/* Rows are read in order, but those that they meet in the table lie anywhere. */
static void
expect_meeting(const struct meeting *m, unsigned table, const uint32_t *slot, size_t size, uint32_t i)
{
	if (i + 2 * AHEAD < m->count)
		cache_expect(&slot[slot_of(key_of(&m->row[i + 2 * AHEAD], table), size)]);
	if (i + AHEAD < m->count) {
		uint32_t met = slot[slot_of(key_of(&m->row[i + AHEAD], table), size)];

		cache_expect(&m->row[met == 0 ? 0 : met - 1]);
	}
}

/* Finds for each place the first one that has both parts, and the same ones. */
static void
meet(void *arg, unsigned table)
{
	struct meeting *m = arg;
	size_t size = 16, at;
	uint32_t *slot;			/* place and one, or 0 */

	while (size < (size_t)m->count + m->count / 2)
		size *= 2;
	slot = mem_zero(size, sizeof *slot);
	for (uint32_t i = 0; i < m->count; i++) {
		uint64_t key = key_of(&m->row[i], table);

		expect_meeting(m, table, slot, size, i);
		m->first[table][i] = i;
		if (key == 0)
			continue;
		for (at = slot_of(key, size); slot[at] != 0; at = (at + 1) & (size - 1))
			if (key_of(&m->row[slot[at] - 1], table) == key)
				break;
		if (slot[at] == 0)
			slot[at] = i + 1;
		m->first[table][i] = slot[at] - 1;
	}
	mem_free(slot);
}

static void
join_near(struct houses *h, const struct values *v, const uint32_t *place, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t j = 0; j < i; j++)
			if (find(h->of, place[i]) != find(h->of, place[j]) &&
			    similar_jw_at_least(values_part(v, v->place[place[i]].street),
			    values_part(v, v->place[place[j]].street), STREET_CLOSE))
				join(h, place[i], place[j]);
}

/* One place of each street; false: there are too many streets. */
static bool
find_streets(uint32_t street[STREETS_MOST], size_t *n, const struct place_row *all,
    const struct sort_key *key, size_t count)
{
	*n = 0;
	for (size_t i = 0; i < count; i++) {
		const struct place_row *row = key[i].of;
		size_t same = 0;

		while (same < *n && all[street[same]].street != row->street)
			same++;
		if (same < *n)
			continue;
		if (*n == STREETS_MOST)
			return false;
		street[(*n)++] = (uint32_t)(row - all);
	}
	return true;
}

/* Places by number and postcode, of each home one: those that the table by postcode has joined with
 * an earlier one are left out. */
static void
list_numbers(struct meeting *m)
{
	m->number = mem_alloc(((size_t)m->count + 1) * sizeof *m->number);
	for (uint32_t i = 0; i < m->count; i++) {
		const struct place_row *row = &m->row[i];

		if (m->first[0][i] == i && row->home != VALUE_NONE && row->postcode != VALUE_NONE)
			m->number[m->numbers++] = (struct sort_key){
			    (uint64_t)row->house << 32 | row->postcode, row };
	}
	m->number = sort_keys(m->number, m->numbers);
}

static void
join_by_table(const struct meeting *m)
{
	for (unsigned t = 0; t < TABLES; t++)
		for (uint32_t i = 0; i < m->count; i++)
			if (m->first[t][i] != i)
				join(m->houses, m->first[t][i], i);
}

static void
join_or_list(void *arg, unsigned task)
{
	if (task == 0)
		join_by_table(arg);
	else
		list_numbers(arg);
}

/* Where a number and postcode have too many streets, they tell little. */
static void
join_slips(const struct meeting *m, const struct values *v)
{
	uint32_t street[STREETS_MOST];
	size_t streets;

	for (size_t from = 0, to; from < m->numbers; from = to) {
		for (to = from + 1; to < m->numbers && m->number[to].key == m->number[from].key; to++)
			;
		if (to + AHEAD < m->numbers)
			cache_expect(m->number[to + AHEAD].of);
		if (to > from + 1 && find_streets(street, &streets, v->place, m->number + from, to - from))
			join_near(m->houses, v, street, streets);
	}
}

static void
join_places(struct houses *h, const struct values *v, uint32_t places, unsigned threads)
{
	struct meeting m = { .houses = h, .row = v->place, .count = places };

	for (unsigned t = 0; t < TABLES; t++)
		m.first[t] = mem_alloc(((size_t)places + 1) * sizeof *m.first[t]);
	parallel_each(threads, TABLES, meet, &m);
	parallel_each(threads, 2, join_or_list, &m);
	join_slips(&m, v);
	for (unsigned t = 0; t < TABLES; t++)
		mem_free(m.first[t]);
	mem_free(m.number);
}

struct listing {
	struct houses		*h;
	const struct view	*w;
	const uint32_t		*profile;
	_Atomic uint32_t	*at;		/* by house: its stays, then where the next one goes */
	bool			 count;		/* they are only counted */
};

/* The houses of places lie anywhere, and what is counted of these anywhere else. */
static void
expect_stays(const struct listing *l, uint32_t node, uint32_t end, int field)
{
	const struct view *w = l->w;
	uint32_t one;
	const uint32_t *list;

	if (node + 2 * AHEAD < end &&
	    view_values(w, w->node[node + 2 * AHEAD].slot[field], &one, &list) > 0) {
		cache_expect(&l->h->of[list[0]]);
		if (!l->count)
			cache_expect(&w->store->rec[w->record[w->record_at[node + 2 * AHEAD]]].observed_at);
	}
	if (node + AHEAD < end && view_values(w, w->node[node + AHEAD].slot[field], &one, &list) > 0 &&
	    l->h->of[list[0]] != HOUSE_NONE)
		cache_expect(&l->at[l->h->of[list[0]]]);
}

/* A stay for every place that a linked record of a profile names. */
static void
list_stay(struct listing *l, uint32_t node, uint32_t place)
{
	const struct view *w = l->w;
	uint32_t house = l->h->of[place], from = w->record_at[node], to = w->record_at[node + 1];
	uint32_t at = atomic_fetch_add_explicit(&l->at[house], to - from, memory_order_relaxed);

	for (uint32_t r = from; r < to && !l->count; r++)
		l->h->stay[at++] = (struct stay){ house, l->profile[w->record[r]], place,
		    w->store->rec[w->record[r]].observed_at };
}

static void
list_some(void *arg, unsigned task)
{
	struct listing *l = arg;
	const struct view *w = l->w;
	int field = w->of_type[FIELD_PLACE];
	uint32_t from = task * NODES, end = w->nodes - from < NODES ? w->nodes : from + NODES;

	for (uint32_t n = from; n < end; n++) {
		uint32_t one;
		const uint32_t *list;
		uint32_t count = view_values(w, w->node[n].slot[field], &one, &list);

		expect_stays(l, n, end, field);
		for (uint32_t i = 0; i < count; i++)
			if (l->h->of[list[i]] != HOUSE_NONE)
				list_stay(l, n, list[i]);
	}
}

/* Several threads list the stays of one house in any order; neighbours_find orders them. */
static void
list_stays(struct houses *h, const struct view *w, const uint32_t *profile, uint32_t places,
    unsigned threads)
{
	struct listing l = { h, w, profile, mem_zero((size_t)places + 1, sizeof *l.at), true };
	unsigned tasks = (w->nodes + NODES - 1) / NODES;
	uint32_t held = 0;

	parallel_each(threads, tasks, list_some, &l);
	for (uint32_t i = 0; i < places; i++) {
		uint32_t n = l.at[i];

		l.at[i] = held;
		held += n;
	}
	h->count = held;
	h->stay = mem_alloc((h->count + 1) * sizeof *h->stay);
	l.count = false;
	parallel_each(threads, tasks, list_some, &l);
	mem_free(l.at);
}

void
houses_find(struct houses *h, const struct view *w, const uint32_t *profile, unsigned threads)
{
	const struct values *v = &w->values;
	const struct dict *addresses = w->store->facts.dict[FACT_PLACE];
	uint32_t places = addresses == NULL ? 0 : dict_count(addresses);

	*h = (struct houses){ .of = mem_alloc(((size_t)places + 1) * sizeof *h->of),
	    .mark = mem_copy(v->hash[FACT_PLACE], (size_t)places * sizeof *h->mark) };
	for (uint32_t i = 0; i < places; i++)
		h->of[i] = i;
	join_places(h, v, places, threads);
	for (uint32_t i = 0; i < places; i++)	/* who has no street and number is joined with nobody */
		h->of[i] = v->place[i].home == VALUE_NONE ? HOUSE_NONE : find(h->of, i);
	list_stays(h, w, profile, places, threads);
}

void
houses_done(struct houses *h)
{
	mem_free(h->of);
	mem_free(h->mark);
	mem_free(h->stay);
	*h = (struct houses){ 0 };
}
