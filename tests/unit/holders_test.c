/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/holders_test.c: of many records and origins the same is found as of few */
#include "base/arena.h"
#include "consent/holders.h"
#include "tap.h"

enum { MANY = 200, PLACES = 40 };

/* A profile may say twice where a value came from; a decision goes by what stands first. */
static void
first_of_a_place(void)
{
	struct arena arena = { 0 };
	struct provenance list[MANY] = { 0 };
	struct profile p = { .provenance = list, .provenance_count = MANY };
	struct facts few = { 0 }, many = { 0 };
	bool same = true, found = true;

	for (uint32_t i = 0; i < MANY; i++) {
		uint32_t place = i * 77 % PLACES;

		list[i].path = span_from(place % 2 == 0 ? "email" : "phone_number");
		list[i].index = place / 2;
	}
	holders_index(&many, &p, &arena);
	for (uint32_t i = 0; i < PLACES; i++) {
		struct span path = span_from(i % 2 == 0 ? "email" : "phone_number");
		const struct provenance *first = origin_of(&few, &p, path, i / 2);

		found &= first != NULL;
		same &= first == origin_of(&many, &p, path, i / 2);
	}
	ok(many.origins != NULL && found && same, "of two origins of one value the first counts, among many as among few");
	ok(origin_of(&many, &p, span_from("website"), 0) == NULL, "a value that has none has none");
	arena_done(&arena);
}

static void
first_of_an_id(void)
{
	struct arena arena = { 0 };
	struct fact_member list[MANY] = { 0 };
	char id[MANY][8];
	struct profile p = { 0 };
	struct facts few = { .members = list, .member_count = MANY }, many = few;
	bool same = true;

	for (int i = 0; i < MANY; i++) {
		snprintf(id[i], sizeof id[i], "a:%02d", i * 7 % 100);
		list[i].id = span_from(id[i]);
	}
	holders_index(&many, &p, &arena);
	for (int i = 0; i < MANY; i++)
		same &= member_index(&few, list[i].id) == member_index(&many, list[i].id);
	ok(many.members_by_id != NULL && same && member_index(&many, span_from("b:1")) == -1,
	    "of two records of one id the first counts, among many as among few");
	arena_done(&arena);
}

int
main(void)
{
	first_of_a_place();
	first_of_an_id();
	return tap_done();
}
