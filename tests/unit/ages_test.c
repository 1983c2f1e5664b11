/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/ages_test.c: ages of lists of different years. */
#include "resolve/ages.h"
#include "resolve_case.h"
#include "tap.h"

enum { PEOPLE = 60, LATER = 10 };

static void
person(struct world *w, const char *source, int i, const char *member, int age)
{
	char id[32], members[160];

	snprintf(id, sizeof id, "%s:%02d", source, i);
	snprintf(members, sizeof members, "'given_name':'Ana','family_name':'Souza%c%c','attributes':{'%s':'%d'}",
	    'a' + i / 26, 'a' + i % 26, member, age);
	world_rec(w, id, members);
}

static int
age_of(const struct world *w, const char *id)
{
	const uint32_t *at = rec_row(w->store, world_find(w, id));
	int age = -1;

	for (; *at != 0; at++)
		if (fact_kind(*at) == FACT_ATTRIBUTE)
			age = atoi(facts_text(&w->store->facts, *at).p);
	return age;
}

/* The same people in two lists, of whom every seventh is somebody else of that name. */
static void
two_lists(struct world *w, const char *member, int later)
{
	world_open(w);
	w->resolve.scored = true;
	for (int i = 0; i < PEOPLE; i++) {
		int age = i + i % 3;

		person(w, "new", i, member, i % 7 == 0 ? (age + 31) % 70 : age + later + (i % 5 == 0));
		person(w, "old", i, member, age);
	}
	world_read(w, 1);
	ages_align(w->store, w->resolve.attributes);
}

int
main(void)
{
	struct world w;

	two_lists(&w, "age", LATER);
	ok(age_of(&w, "new:01") == 12 && age_of(&w, "old:01") == 12, "who is ten years older in a later list is as old");
	ok(age_of(&w, "old:08") == 20, "so is who is another one of the name");
	world_close(&w);

	two_lists(&w, "age", 0);
	ok(age_of(&w, "new:01") == 2 && age_of(&w, "old:08") == 10, "lists of one year stay as they are");
	world_close(&w);

	two_lists(&w, "balance", 1000);
	ok(age_of(&w, "new:01") == 1002 && age_of(&w, "old:01") == 2, "what nobody can be old is no age");
	world_close(&w);

	world_open(&w);
	w.resolve.scored = true;
	for (int i = 0; i < PEOPLE; i++) {
		person(&w, "new", i, "points", i * 37 % 61);
		person(&w, "old", i, "points", i * 11 % 59);
	}
	world_read(&w, 1);
	ages_align(w.store, w.resolve.attributes);
	ok(age_of(&w, "new:01") == 37 && age_of(&w, "old:01") == 11, "numbers that are apart in every way stay, too");
	world_close(&w);
	return tap_done();
}
