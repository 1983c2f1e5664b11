/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/estimate_guess_test.c: a file of a few records teaches nothing, and is judged by what is known. */
#include "resolve/estimate.h"
#include "tap.h"

enum { GIVEN, FAMILY, BORN, EMAIL, NOTE, FIELDS, PAIRS = 45, RECORDS = 10 };

static const struct field people[FIELDS] = {
	[GIVEN] = { .type = FIELD_GIVEN, .nature = NATURE_PERSONAL },
	[FAMILY] = { .type = FIELD_FAMILY, .nature = NATURE_SHARED },
	[BORN] = { .type = FIELD_BIRTHDATE, .nature = NATURE_PERSONAL },
	[EMAIL] = { .type = FIELD_EMAIL, .nature = NATURE_SHARED },
	[NOTE] = { .type = FIELD_STRING, .nature = NATURE_FREE },
};

static uint64_t
pattern(unsigned given, unsigned family, unsigned born, unsigned email, unsigned note)
{
	const unsigned level[FIELDS] = { given, family, born, email, note };
	uint64_t p = UINT64_MAX;

	for (unsigned f = 0; f < FIELDS; f++)
		p = pattern_set(p, f, level[f]);
	return p;
}

static unsigned
top(unsigned f)
{
	return field_top(people[f].type);
}

/* Ten records: the first pairs are like `alike`, the others of strangers. The probabilities go to z. */
static void
ten_records(uint64_t alike, unsigned count, struct model *m, struct estimate_notes *n, double z[PAIRS])
{
	struct tally list[PAIRS];
	struct estimate_input in = { .field = people, .fields = FIELDS, .sampled = list,
		.sampled_count = PAIRS, .strangers = list, .stranger_count = PAIRS, .all_pairs = true,
		.class_pairs = { PAIRS }, .classes = 1, .records = RECORDS, .household = true,
		.homeless = true, .namesake = 0.01, .twin = 0.02 };

	for (unsigned i = 0; i < PAIRS; i++)
		list[i] = (struct tally){ i < count ? alike : pattern(0, 0, 0, 0, 0), 0, 256, 1, 0, 0, { 0, 0, 0 } };
	for (unsigned f = 0; f < FIELDS_MAX; f++)
		in.exact_share[f] = -1;
	estimate_model(m, &in, z, n);
}

static int32_t
weight(const struct model *m, unsigned f, unsigned level)
{
	return m->field[f].level[level].weight[ROW_ALONE];
}

static void
what_is_known(void)
{
	double z[PAIRS];
	struct model m;
	struct estimate_notes n;

	ten_records(pattern(top(GIVEN), top(FAMILY), top(BORN), top(EMAIL), 0), 3, &m, &n, z);
	ok(n.fallback && m.guessed, "three matches teach nothing: %s", n.why);
	ok(z[0] > 0.999, "and are found, whatever the note of the day says: %.6f", z[0]);
	ok(weight(&m, GIVEN, 0) < -7000 && weight(&m, BORN, 0) < -8000,
	    "nobody has two given names or birth dates that have nothing in common: %d, %d",
	    weight(&m, GIVEN, 0), weight(&m, BORN, 0));
	ok(weight(&m, EMAIL, 0) > -3000 && weight(&m, EMAIL, top(EMAIL)) > 9000,
	    "one has two mailboxes rather than two have one: %d, %d", weight(&m, EMAIL, 0),
	    weight(&m, EMAIL, top(EMAIL)));
	ok(weight(&m, NOTE, 0) > -1500, "an attribute may be of the day: %d", weight(&m, NOTE, 0));
	ok(m.household, "a family has its name in common wherever it lives");
}

static void
families(void)
{
	double z[PAIRS];
	struct model m;
	struct estimate_notes n;

	ten_records(pattern(0, top(FAMILY), 0, top(EMAIL), 0), 1, &m, &n, z);
	ok(z[0] < 0.1, "two of a family with one mailbox stay two: %.6f", z[0]);
	ten_records(pattern(0, 4, top(BORN), top(EMAIL), 0), 1, &m, &n, z);
	ok(z[0] < 0.5, "and twins, of whose names one has a slip: %.6f", z[0]);
	ten_records(pattern(top(GIVEN), top(FAMILY), LEVEL_NULL, top(EMAIL), 0), 1, &m, &n, z);
	ok(z[0] > 0.9, "one with the same name is one: %.6f", z[0]);
}

static void
no_landslide(void)
{
	double z[PAIRS];
	struct model m;
	struct estimate_notes n;

	ten_records(pattern(1, LEVEL_NULL, 1, LEVEL_NULL, top(NOTE)), 30, &m, &n, z);
	ok(n.fallback && z[0] < 0.5, "that thirty pairs of ten records are alike makes them no matches: %.6f", z[0]);
	ten_records(pattern(LEVEL_NULL, top(FAMILY), LEVEL_NULL, LEVEL_NULL, 0), 20, &m, &n, z);
	ok(n.lambda <= n.lambda_start * 1.000001, "nor do those that share a name make each other likelier: %.3f, %.3f",
	    n.lambda, n.lambda_start);
}

int
main(void)
{
	what_is_known();
	families();
	no_landslide();
	return tap_done();
}
