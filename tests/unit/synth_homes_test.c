/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/synth_homes_test.c: households as the locales have them, what befalls people in a
 * year, and numbers that are one person's at a time. */
#include "base/alloc.h"
#include "synth/contact.h"
#include "synth/place.h"
#include "synth_case.h"
#include "tap.h"

#include <stdlib.h>

enum { PEOPLE = 200000, HOMES_OF = 3000000, YEAR = 365 };

struct tally {
	uint64_t	people, sons, namesakes, children, after_child, twins, moves, phones,
			mailboxes, homes, couples, one_name, one_place, foreign, alike;
};

static bool
same(const struct text *a, const struct text *b)
{
	return span_equal(text_span(a), text_span(b));
}

/* The first of a home is a man, and his sons follow. */
static void
count_child(const struct person *list, const struct person *p, struct tally *t)
{
	t->children++;
	if (p->sex == 0 && list[0].sex == 0) {
		t->sons++;
		t->namesakes += same(&list[0].given, &p->given);
	}
	if (p[-1].role == ROLE_CHILD) {
		t->after_child++;
		t->twins += p[-1].born == p->born;
		t->alike += same(&p[-1].given, &p->given);
	}
}

static void
count_couple(const struct world *w, const struct person *list, struct tally *t)
{
	struct place a, b;

	place_on(w, &list[0], w->as_of, &a);
	place_on(w, &list[1], w->as_of, &b);
	t->couples++;
	t->one_name += same(&list[0].family, &list[1].family);
	t->one_place += same(&a.number, &b.number) && same(&a.postcode, &b.postcode);
}

static void
visit(void *arg, const struct world *w, const struct home *h, const struct person *list)
{
	struct tally *t = arg;

	t->homes++;
	t->foreign += h->foreign;
	t->moves += h->moves.n;
	for (uint32_t i = 0; i < h->size; i++) {
		t->people++;
		t->phones += list[i].phones.n;
		t->mailboxes += list[i].mailboxes.n;
		if (list[i].role == ROLE_CHILD)
			count_child(list, &list[i], t);
	}
	if (h->kind == HOME_COUPLE)
		count_couple(w, list, t);
}

static bool
about(uint64_t part, uint64_t of, double share_wanted, double apart)
{
	double is = (double)part / (double)of;

	return is > share_wanted * (1 - apart) && is < share_wanted * (1 + apart);
}

static void
homes_are_as_stated(void)
{
	struct world w = case_world("retail", LOCALES, 18), german;
	struct tally t = { 0 }, d = { 0 };

	case_each_home(&w, PEOPLE, visit, &t);
	case_done(&w);
	ok(about(t.namesakes, t.sons, 0.02, 0.3), "2 %% of sons have the father's name: %llu of %llu",
	    (unsigned long long)t.namesakes, (unsigned long long)t.sons);
	ok(about(t.twins, t.after_child, 0.03, 0.3), "3 %% of births after another are twins");
	ok(t.alike == 0, "brothers and sisters have names of their own");
	ok(about(t.foreign, t.homes, 0.04, 0.1), "4 %% of homes have names from elsewhere");
	ok(about(t.moves, t.homes * HISTORY_YEARS, 0.09, 0.05), "9 %% of homes move in a year");
	ok(about(t.phones, t.people * HISTORY_YEARS, 0.08, 0.05), "8 %% change their number");
	ok(about(t.mailboxes, t.people * HISTORY_YEARS, 0.12, 0.05), "12 %% change their mailbox");
	ok(about(t.one_place, t.couples, 0.94, 0.03), "couples live together, but for the divorced");
	german = case_world("retail", LOCALE_DE, 18);
	case_each_home(&german, PEOPLE / 4, visit, &d);
	case_done(&german);
	ok(about(d.one_name, d.couples, 0.68, 0.1), "two of three German couples have one name");
}

static void
few_live_in_institutions(void)
{
	struct world w = case_world("retail", LOCALES, 18);
	uint64_t there = 0, largest = 0;

	for (uint64_t at = 0; at < HOMES_OF;) {
		struct home h;

		home_make(&w, at, (at / DISTRICT + 1) * DISTRICT, &h);
		if (h.kind == HOME_INSTITUTION)
			there += h.size;
		if (h.size > largest)
			largest = h.size;
		at += h.size;
	}
	case_done(&w);
	ok(about(there, HOMES_OF, 0.002, 0.4), "0.2 %% of people live in institutions: %llu",
	    (unsigned long long)there);
	ok(largest > 100 && largest <= HOME_LARGEST, "of 20 to 400 people");
}

/* ---- numbers ------------------------------------------------------------------------------- */
struct numbers {
	uint64_t	*now, *before;		/* hashes of a number, on the last day and at first */
	size_t		 n;
};

static void
note_numbers(void *arg, const struct world *w, const struct home *h, const struct person *list)
{
	struct numbers *v = arg;
	struct text now, before;

	for (uint32_t i = 0; i < h->size && v->n < PEOPLE; i++) {
		person_phone(w, &list[i], w->as_of, &now);
		person_phone(w, &list[i], w->as_of - HISTORY_DAYS - 1, &before);
		v->now[v->n] = hash64(text_span(&now), 0);
		v->before[v->n] = same(&now, &before) ? 0 : hash64(text_span(&before), 0);
		v->n++;
	}
}

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Some numbers that one gave up are another's now, and no two strangers have one number. */
static void
numbers_are_handed_on(void)
{
	struct world w = case_world("clean", LOCALE_EN, 18);
	struct numbers v = { mem_alloc(PEOPLE * 8), mem_alloc(PEOPLE * 8), 0 };
	uint64_t twice = 0, handed_on = 0;
	struct preset changes = *w.preset;

	changes.changes = 100;
	w.preset = &changes;
	case_each_home(&w, PEOPLE, note_numbers, &v);
	qsort(v.now, v.n, sizeof *v.now, by_number);
	for (size_t i = 1; i < v.n; i++)
		twice += v.now[i] == v.now[i - 1];
	for (size_t i = 0; i < v.n; i++)
		handed_on += v.before[i] != 0 &&
		    bsearch(&v.before[i], v.now, v.n, sizeof *v.now, by_number) != NULL;
	ok(twice == 0, "no two people have a number of their own in common: %llu",
	    (unsigned long long)twice);
	ok(handed_on > v.n / 1000 && handed_on < v.n / 20, "some have the number another gave up: %llu",
	    (unsigned long long)handed_on);
	mem_free(v.now);
	mem_free(v.before);
	case_done(&w);
}

int
main(void)
{
	homes_are_as_stated();
	few_live_in_institutions();
	numbers_are_handed_on();
	return tap_done();
}
