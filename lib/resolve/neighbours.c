/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/neighbours.c: the residents of one house, pair by pair. Where too many families live
 * in one house, each flat is looked at alone. */
#include "base/alloc.h"
#include "resolve/houses.h"
#include "resolve/ids.h"
#include "resolve/level.h"
#include "resolve/neighbours.h"
#include "resolve/sort.h"
#include "resolve/store.h"
#include "resolve/view.h"

#include <stdlib.h>

enum {
	RESIDENTS_MOST = 100,	/* more make no household, whatever their names */
	HOUSE_LEVEL = 6,	/* of places: the same house at least */
	FLAT_LEVEL = 5,		/* another flat of the house, if there is more in common */
	FAMILY_LEVEL = 3,	/* of family names: a rare one in common at least */
	FEW = 16		/* stays or names that are ordered one by one */
};

static const instant BEYOND = (instant)2 * 365 * DAY_MS;	/* what was seen, an address may hold */

enum known { KNOWN_FAMILY, KNOWN_PHONE, KNOWN_EMAIL, KNOWN };

static const enum field_type field_of[KNOWN] = { FIELD_FAMILY, FIELD_PHONE, FIELD_EMAIL };

struct resident {
	uint32_t		 profile;
	const struct stay	*stay;		/* at this house */
	uint32_t		 stays;
	instant			 first, last;	/* INSTANT_NONE: not known */
	size_t			 at[KNOWN + 1];	/* places in neighbours.value */
};

static int
by_unit(const void *a, const void *b)
{
	const struct stay *x = a, *y = b;

	if (x->house != y->house)
		return x->house < y->house ? -1 : 1;
	if (x->profile != y->profile)
		return x->profile < y->profile ? -1 : 1;
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* Most houses have few. */
static void
order_stays(struct stay *stay, size_t count)
{
	if (count > FEW) {
		qsort(stay, count, sizeof *stay, by_unit);
		return;
	}
	for (size_t i = 1; i < count; i++) {
		struct stay x = stay[i];
		size_t at = i;

		for (; at > 0 && by_unit(&x, &stay[at - 1]) < 0; at--)
			stay[at] = stay[at - 1];
		stay[at] = x;
	}
}

/* ---- residents ---- */

static void
add_value(struct neighbours *n, size_t from, uint32_t value)
{
	for (size_t i = from; i < n->values; i++)
		if (n->value[i] == value)
			return;
	n->value = mem_grow(n->value, n->values + 1, &n->value_cap, sizeof *n->value);
	n->value[n->values++] = value;
}

/* The names, phones and mailboxes of all records of the profile. */
static void
add_values(struct neighbours *n, struct resident *r)
{
	const struct view *w = n->view;
	const struct cluster *c = &n->clusters->list[r->profile];

	for (int k = 0; k < KNOWN; k++) {
		int field = w->of_type[field_of[k]];

		r->at[k] = n->values;
		for (uint32_t m = 0; m < c->count && field >= 0; m++) {
			uint32_t node = n->node_of[n->clusters->members[c->at + m]], one;
			const uint32_t *list;
			uint32_t count = view_values(w, w->node[node].slot[field], &one, &list);

			for (uint32_t i = 0; i < count; i++)
				add_value(n, r->at[k], list[i]);
		}
	}
	r->at[KNOWN] = n->values;
}

static bool
organisation(const struct neighbours *n, uint32_t profile)
{
	const struct store *s = n->view->store;
	uint32_t party = facts_find(rec_row(s, n->clusters->list[profile].leader), FACT_PARTY);

	return fact_number(party) == 'o';
}

/* Stays are sorted by profile. */
static void
find_residents(struct neighbours *n, const struct stay *stay, size_t count)
{
	n->residents = n->values = 0;
	for (size_t i = 0, end; i < count; i = end) {
		struct resident r = { .profile = stay[i].profile, .stay = &stay[i],
		    .first = stay[i].at, .last = stay[i].at };

		for (end = i; end < count && stay[end].profile == r.profile; end++) {
			if (stay[end].at < r.first)
				r.first = stay[end].at;	/* an unknown time is the earliest */
			if (stay[end].at > r.last)
				r.last = stay[end].at;
		}
		r.stays = (uint32_t)(end - i);
		if (organisation(n, r.profile))
			continue;
		add_values(n, &r);
		n->resident = mem_grow(n->resident, n->residents + 1, &n->resident_cap,
		    sizeof *n->resident);
		n->resident[n->residents++] = r;
	}
}

static void
order_names(uint32_t *name, size_t count)
{
	if (count > FEW) {
		qsort(name, count, sizeof *name, sort_by_number);
		return;
	}
	for (size_t i = 1; i < count; i++) {
		uint32_t x = name[i];
		size_t at = i;

		for (; at > 0 && name[at - 1] > x; at--)
			name[at] = name[at - 1];
		name[at] = x;
	}
}

/* Family names of all residents. */
static uint32_t
families(struct neighbours *n)
{
	size_t count = 0;
	uint32_t distinct = 0;

	n->name = mem_grow(n->name, n->values + 1, &n->name_cap, sizeof *n->name);
	for (size_t i = 0; i < n->residents; i++) {
		const struct resident *r = &n->resident[i];

		for (size_t v = r->at[KNOWN_FAMILY]; v < r->at[KNOWN_FAMILY + 1]; v++)
			n->name[count++] = n->value[v];
	}
	order_names(n->name, count);
	for (size_t i = 0; i < count; i++)
		distinct += i == 0 || n->name[i] != n->name[i - 1];
	return distinct;
}

/* ---- pairs ---- */

/* Each record that names a place is a stay there. */
static bool
again(const struct stay *stay, uint32_t i)
{
	return i > 0 && stay[i].place == stay[i - 1].place;
}

static unsigned
place_level(const struct neighbours *n, const struct resident *x, const struct resident *y)
{
	unsigned best = 0;

	for (uint32_t i = 0; i < x->stays; i++) {
		if (again(x->stay, i))
			continue;
		for (uint32_t j = 0; j < y->stays; j++) {
			unsigned level = again(y->stay, j) ? LEVEL_NULL :
			    level_place(&n->view->values, x->stay[i].place, y->stay[j].place);

			if (level != LEVEL_NULL && level > best)
				best = level;
		}
	}
	return best;
}

static bool
one_family(const struct neighbours *n, const struct resident *x, const struct resident *y)
{
	for (size_t i = x->at[KNOWN_FAMILY]; i < x->at[KNOWN_FAMILY + 1]; i++)
		for (size_t j = y->at[KNOWN_FAMILY]; j < y->at[KNOWN_FAMILY + 1]; j++) {
			unsigned level = level_family(&n->view->values, n->value[i], n->value[j]);

			if (level != LEVEL_NULL && level >= FAMILY_LEVEL)
				return true;
		}
	return false;
}

static unsigned
shared_contacts(const struct neighbours *n, const struct resident *x, const struct resident *y)
{
	unsigned shared = 0;

	for (int k = KNOWN_PHONE; k <= KNOWN_EMAIL; k++)
		for (size_t i = x->at[k]; i < x->at[k + 1]; i++)
			for (size_t j = y->at[k]; j < y->at[k + 1]; j++)
				shared += n->value[i] == n->value[j];
	return shared < UINT16_MAX ? shared : UINT16_MAX;
}

static bool
meet(const struct resident *x, const struct resident *y)
{
	if (x->first == INSTANT_NONE || y->first == INSTANT_NONE)
		return true;
	return x->first - BEYOND <= y->last && y->first - BEYOND <= x->last;
}

static void
find_edges(struct neighbours *n, uint32_t house)
{
	for (size_t i = 1; i < n->residents; i++)
		for (size_t j = 0; j < i; j++) {
			const struct resident *x = &n->resident[j], *y = &n->resident[i];
			unsigned level = meet(x, y) ? place_level(n, x, y) : 0, contacts;

			if (level < FLAT_LEVEL)
				continue;
			contacts = shared_contacts(n, x, y);
			if (level < HOUSE_LEVEL && contacts == 0 && !one_family(n, x, y))
				continue;
			n->edge = mem_grow(n->edge, n->edges + 1, &n->edge_cap, sizeof *n->edge);
			n->edge[n->edges++] = (struct home_edge){ x->last < y->last ? x->last : y->last,
			    x->profile, y->profile, house, n->houses->mark[house],
			    (uint16_t)contacts, (uint8_t)level };
		}
}

/* Whether the stays are few enough people for a household; if so their edges are found. */
static bool
find_in(struct neighbours *n, const struct stay *stay, size_t count, uint32_t house)
{
	find_residents(n, stay, count);
	if (n->residents > RESIDENTS_MOST || families(n) > n->max_families)
		return false;
	find_edges(n, house);
	return true;
}

/* `house` becomes the flat, so that the order is by flat; who names none lives nowhere. */
static void
find_in_flats(struct neighbours *n, struct stay *stay, size_t count, uint32_t house)
{
	for (size_t i = 0; i < count; i++)
		stay[i].house = n->view->values.place[stay[i].place].unit;
	order_stays(stay, count);
	for (size_t i = 0, end; i < count && stay[i].house != VALUE_NONE; i = end) {
		for (end = i; end < count && stay[end].house == stay[i].house; end++)
			;
		(void)find_in(n, stay + i, end - i, house);
	}
}

static bool
alone(const struct stay *stay, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (stay[i].profile != stay[0].profile)
			return false;
	return true;
}

void
neighbours_find(struct neighbours *n, struct stay *stay, size_t count)
{
	uint32_t house = stay[0].house;

	if (alone(stay, count))
		return;
	order_stays(stay, count);
	if (find_in(n, stay, count, house))
		return;
	n->institutions++;
	find_in_flats(n, stay, count, house);
}

void
neighbours_done(struct neighbours *n)
{
	mem_free(n->edge);
	mem_free(n->resident);
	mem_free(n->value);
	mem_free(n->name);
}
