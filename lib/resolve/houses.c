/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/houses.c: two tables join addresses to houses, then what is written nearly the same;
 * a counting sort lists the stays. */
#include "base/alloc.h"
#include "resolve/dict.h"
#include "resolve/houses.h"
#include "resolve/similar.h"
#include "resolve/sort.h"
#include "resolve/store.h"
#include "resolve/view.h"

enum {
	STREET_CLOSE = 920,	/* as "same house" compares streets (resolve 4.4) */
	STREETS_MOST = 32	/* of one number and postcode that are compared with each other */
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

struct parts {
	uint32_t	a, b;
};

static struct parts
home_and_postcode(const struct place_row *p)
{
	return (struct parts){ p->home, p->postcode };
}

static struct parts
home_and_town(const struct place_row *p)
{
	return (struct parts){ p->home, p->locality };
}

/* Joins the places that have both parts, and the same ones. */
static void
join_by(struct houses *h, const struct place_row *row, uint32_t count,
    struct parts (*of)(const struct place_row *))
{
	size_t size = 16, at;
	uint32_t *table;		/* place and one, or 0 */

	while (size < (size_t)count + count / 2)
		size *= 2;
	table = mem_zero(size, sizeof *table);
	for (uint32_t i = 0; i < count; i++) {
		struct parts p = of(&row[i]), other;
		uint64_t key = (uint64_t)p.a << 32 | p.b;

		if (p.a == VALUE_NONE || p.b == VALUE_NONE)
			continue;
		at = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (size - 1);
		for (; table[at] != 0; at = (at + 1) & (size - 1)) {
			other = of(&row[table[at] - 1]);
			if (other.a == p.a && other.b == p.b)
				break;
		}
		if (table[at] == 0)
			table[at] = i + 1;
		else
			join(h, table[at] - 1, i);
	}
	mem_free(table);
}

/* A place by its number, postcode and street. */
struct numbered {
	uint32_t	house, postcode, street, place;
};

static int
by_number(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;

	if (x->house != y->house)
		return x->house < y->house ? -1 : 1;
	if (x->postcode != y->postcode)
		return x->postcode < y->postcode ? -1 : 1;
	return x->street < y->street ? -1 : x->street > y->street;
}

static void
join_near(struct houses *h, const struct values *v, const struct numbered *list, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t j = 0; j < i; j++)
			if (find(h->of, list[i].place) != find(h->of, list[j].place) &&
			    similar_jw_at_least(values_part(v, list[i].street),
			    values_part(v, list[j].street), STREET_CLOSE))
				join(h, list[i].place, list[j].place);
}

/* Where a number and postcode have too many streets, they tell little. */
static void
join_slips(struct houses *h, const struct values *v, uint32_t places, unsigned threads)
{
	struct numbered *list = mem_alloc(((size_t)places + 1) * sizeof *list);
	size_t count = 0, streets = 0, end;

	for (uint32_t i = 0; i < places; i++) {
		const struct place_row *p = &v->place[i];

		if (p->home != VALUE_NONE && p->postcode != VALUE_NONE)
			list[count++] = (struct numbered){ p->house, p->postcode, p->street, i };
	}
	sort_array(list, count, sizeof *list, by_number, threads);
	for (size_t i = 0; i < count; i++)		/* of each street one place is enough */
		if (streets == 0 || by_number(&list[streets - 1], &list[i]) != 0)
			list[streets++] = list[i];
	for (size_t i = 0; i < streets; i = end) {
		for (end = i + 1; end < streets && list[end].house == list[i].house &&
		    list[end].postcode == list[i].postcode;)
			end++;
		if (end - i <= STREETS_MOST)
			join_near(h, v, list + i, end - i);
	}
	mem_free(list);
}

/* Calls for every place that a linked record of a profile names. */
static void
each_stay(const struct houses *h, const struct view *w, const uint32_t *profile,
    void (*visit)(void *arg, const struct stay *s), void *arg)
{
	const struct store *s = w->store;
	int field = w->of_type[FIELD_PLACE];

	for (uint32_t n = 0; n < w->nodes; n++) {
		uint32_t one;
		const uint32_t *list;
		uint32_t count = view_values(w, w->node[n].slot[field], &one, &list);

		for (uint32_t i = 0; i < count; i++) {
			if (w->values.place[list[i]].home == VALUE_NONE)
				continue;
			for (uint32_t r = w->record_at[n]; r < w->record_at[n + 1]; r++)
				visit(arg, &(struct stay){ h->of[list[i]], profile[w->record[r]],
				    list[i], s->rec[w->record[r]].observed_at });
		}
	}
}

struct listing {
	struct houses	*h;
	uint32_t	*at;		/* by house */
};

static void
count_one(void *arg, const struct stay *s)
{
	struct listing *l = arg;

	l->at[s->house]++;
	l->h->count++;
}

static void
list_one(void *arg, const struct stay *s)
{
	struct listing *l = arg;

	l->h->stay[l->at[s->house]++] = *s;
}

void
houses_find(struct houses *h, const struct view *w, const uint32_t *profile, unsigned threads)
{
	const struct values *v = &w->values;
	const struct dict *addresses = w->store->facts.dict[FACT_PLACE];
	uint32_t places = addresses == NULL ? 0 : dict_count(addresses), held = 0;
	struct listing l = { h, mem_zero((size_t)places + 1, sizeof *l.at) };

	*h = (struct houses){ .of = mem_alloc(((size_t)places + 1) * sizeof *h->of),
	    .mark = mem_copy(v->hash[FACT_PLACE], (size_t)places * sizeof *h->mark) };
	for (uint32_t i = 0; i < places; i++)
		h->of[i] = i;
	join_by(h, v->place, places, home_and_postcode);
	join_by(h, v->place, places, home_and_town);
	join_slips(h, v, places, threads);
	for (uint32_t i = 0; i < places; i++)
		h->of[i] = find(h->of, i);
	each_stay(h, w, profile, count_one, &l);
	for (uint32_t i = 0; i < places; i++) {
		uint32_t n = l.at[i];

		l.at[i] = held;
		held += n;
	}
	h->stay = mem_alloc((h->count + 1) * sizeof *h->stay);
	each_stay(h, w, profile, list_one, &l);
	mem_free(l.at);
}

void
houses_done(struct houses *h)
{
	mem_free(h->of);
	mem_free(h->mark);
	mem_free(h->stay);
	*h = (struct houses){ 0 };
}
