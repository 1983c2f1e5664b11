/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/field_levels_test.c: what holds of the levels of every type. */
#include "resolve/field.h"
#include "tap.h"

static bool
names_differ(enum field_type t)
{
	for (unsigned i = 0; i < field_levels(t); i++)
		for (unsigned k = 0; k < i; k++)
			if (strcmp(field_level(t, i)->name, field_level(t, k)->name) == 0)
				return false;
	return true;
}

static bool
types_differ(enum field_type t)
{
	for (int k = 0; k < (int)t; k++)
		if (strcmp(field_type_name(t), field_type_name((enum field_type)k)) == 0)
			return false;
	return true;
}

static void
each_type(enum field_type t)
{
	unsigned top = field_top(t);

	ok(top + 1 == field_levels(t) && top >= 1 && top < LEVELS_MAX, "%s has its levels",
	    field_type_name(t));
	ok(names_differ(t) && types_differ(t), "each under a name of its own");
	ok(field_level(t, 0)->tf == TF_NONE && !field_level(t, 0)->chain,
	    "where nothing agrees no value is rare");
	ok(field_level(t, top)->chain, "to agree exactly weighs no less than to be close");
	ok((field_level(t, top)->tf == TF_NONE) == (t == FIELD_SEX),
	    "and the rarer the value the more, but for a sex");
}

static void
patterns(void)
{
	uint64_t all = UINT64_MAX, p = 0;
	bool kept = true;

	for (unsigned f = 0; f < FIELDS_MAX; f++)
		p = pattern_set(p, f, f);
	for (unsigned f = 0; f < FIELDS_MAX; f++) {
		kept &= pattern_level(p, f) == f && pattern_level(all, f) == LEVEL_NULL;
		kept &= pattern_level(pattern_set(p, f, 0), f) == 0 &&
		    pattern_set(pattern_set(p, f, 7), f, f) == p;
	}
	ok(kept, "a pattern keeps sixteen levels apart");
}

int
main(void)
{
	for (int t = 0; t < FIELD_TYPES; t++)
		each_type((enum field_type)t);
	patterns();
	return tap_done();
}
