/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/ingest_target_test.c: the words a column may be sent to. */
#include "base/arena.h"
#include "ingest/target.h"
#include "model/fields.h"
#include "tap.h"

#include <stdlib.h>

enum { TRIALS = 100000, SEED = 3 };

static struct arena arena;

static bool
parses(const char *text, struct target *t)
{
	return target_parse(span_from(text), t, &arena);
}

static void
every_field_is_a_target(void)
{
	struct target t;
	bool good = true;

	for (int f = 0; f < ONE_COUNT; f++)
		good &= target_parse(one_name((enum one_field)f), &t, &arena) &&
		    t.kind == TARGET_ONE && t.part == f && !target_is_list(&t);
	ok(good, "every single field");
	for (int f = 0; f < MANY_COUNT; f++)
		good &= target_parse(many_name((enum many_field)f), &t, &arena) &&
		    t.kind == TARGET_MANY && t.part == f && target_is_list(&t);
	ok(good, "every list");
	for (int p = 0; p < PART_COUNT; p++) {
		char text[64];
		struct span part = part_name((enum address_part)p);

		snprintf(text, sizeof text, "address.7.%.*s", (int)part.len, part.p);
		good &=
		    parses(text, &t) && t.kind == TARGET_ADDRESS && t.part == p && t.number == 7;
	}
	ok(good, "every part of an address");
}

static void
words(void)
{
	static const char *const yes[] = { "drop", "observed_at", "collected_at", "identifiers.x",
	    "social.instagram", "attributes.a.b-c_9", "address.0.street_address.2" };
	static const char *const no[] = { "", "Email", "email ", "address", "address.0",
	    "address.0.", "address.8.region", "address.-1.region", "address.x.region",
	    "attributes.", "attributes._a", "attributes.A", "identifiers.é", "social.", "consent",
	    "key" };
	struct target t, other;

	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		ok(parses(yes[i], &t), "\"%s\" is a target", yes[i]);
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		ok(!parses(no[i], &t), "\"%s\" is none", no[i]);
	ok(parses("social.x", &t) && parses("identifiers.x", &other) && target_same(&t, &other),
	    "a handle is an identifier");
	ok(parses("address.0.street_address", &t) && parses("address.0.street_address.2", &other) &&
	    !target_same(&t, &other), "a second line is a place of its own");
	ok(span_is(identifier_tag(SPAN("pt_nif")), "government_id") &&
	    span_is(identifier_tag(SPAN("iban")), "financial") &&
	    identifier_tag(SPAN("loyalty")).p == NULL, "tags that a type brings");
}

/* Whatever parses is the same target as its own path. */
static void
paths_name_their_target(void)
{
	static const char *const pieces[] = { "address", ".", "0", "7", "8", "region", "email",
	    "identifiers", "attributes", "social", "x", "street_address", "2", "_", "Z" };
	bool same = true;
	int parsed = 0;

	srand(SEED);
	for (int i = 0; i < TRIALS; i++) {
		char text[200] = "";
		struct target t, again;

		for (int n = 1 + rand() % 6; n > 0; n--)
			strcat(text, pieces[(size_t)rand() % (sizeof pieces / sizeof *pieces)]);
		if (!parses(text, &t))
			continue;
		parsed++;
		same &= target_parse(t.path, &again, &arena) && target_same(&t, &again);
		same &= target_same(&t, &t);
	}
	ok(same && parsed > 100, "the path of a target names it (%d of %d, seed %d)", parsed,
	    TRIALS, SEED);
}

int
main(void)
{
	every_field_is_a_target();
	words();
	paths_name_their_target();
	arena_done(&arena);
	return tap_done();
}
