/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/ingest_mapping_test.c: what a mapping says once it is read. The faults have their
 * table in tests/ingest_mapping.bats. */
#include "ingest_case.h"
#include "tap.h"

#include <stdlib.h>

enum { TRIALS = 20000, SEED = 5 };

static const char whole[] = "\"key\":{\"columns\":[\"a\",\"b\"],\"with\":\"-\"},\"columns\":{"
    "\"c\":{\"to\":\"attributes.c\",\"type\":\"decimal\",\"decimal\":\",\",\"precision\":2,"
    "\"tags\":[\"financial\"],\"values\":{\"x\":\"1\"},\"optional\":true},"
    "\"b\":\"email\",\"a\":{\"consent\":[{\"purpose\":\"news\",\"polarity\":\"true_is_no\"},"
    "{\"purpose\":\"sms\",\"values\":{\"j\":\"grant\",\"n\":\"deny\"},\"at\":\"observed_at\"}]}},"
    "\"groups\":[{\"columns\":{\"value\":\"T {n}\",\"label\":\"L {n}\"},\"to\":\"phone_number\"},"
    "{\"columns\":{\"locality\":\"City {n}\",\"region\":\"State {n}\"},\"to\":\"address\"}],"
    "\"derive\":{\"birthdate\":{\"year\":\"y\",\"day\":\"d\"},"
    "\"family_name\":{\"column\":\"n\",\"split\":\", \",\"part\":2}},"
    "\"constants\":{\"address.0.country\":\"PT\"},\"skip_when\":{\"s\":[\"x\",\"y\"]},"
    "\"// note\":\"says nothing\",\"unmapped\":\"drop\"";

static void
says(void)
{
	size_t faults;
	struct mapping *m = case_mapping(whole, &faults);
	const struct column_rule *c = &m->columns[2];

	ok(faults == 0, "a good mapping has no fault");
	ok(m->key == KEY_COLUMNS && m->key_columns.n == 2 && span_is(m->key_with, "-"), "key");
	ok(m->column_count == 3 && span_is(m->columns[0].name, "a") &&
	    span_is(m->columns[1].name, "b") && span_is(c->name, "c"), "columns in byte order");
	ok(c->type == TYPE_DECIMAL && c->decimal == ',' && c->precision == 2 && c->tags.n == 1 &&
	    c->value_count == 1 && c->optional && !c->required, "a column object");
	ok(m->columns[0].target.kind == TARGET_DROP && m->columns[0].consent_count == 2,
	    "a consent column goes nowhere else");
	ok(m->columns[0].consents[0].polarity == POLARITY_TRUE_IS_NO &&
	    m->columns[0].consents[1].value_count == 2, "polarities");
	ok(m->group_count == 3 && m->groups[0].label.p != NULL && !m->groups[0].numbered &&
	    m->groups[1].numbered, "groups");
	ok(m->derive_count == 2 && m->derives[0].kind == DERIVE_DATE &&
	    m->derives[0].columns.v[1].p == NULL && m->derives[1].part == 2, "derived columns");
	ok(m->constant_count == 1 && m->skip_count == 1 && m->skips[0].values.n == 2,
	    "constants and rows to skip");
	ok(m->unmapped == UNMAPPED_DROP && m->has_identity, "the rest");
	ok(span_is(m->source.clock, "device") && !m->source.has_zone &&
	    m->source.date_order == DATE_INFER && m->source.purpose_count == 1, "defaults");
	ok(strlen(m->digest) == 64, "the digest of its bytes");
	mapping_free(m);
	mapping_free(NULL);
}

static void
zones(void)
{
	static const struct {
		const char	*text;
		int		 minutes;	/* 1: a fault */
	} rows[] = { { "Z", 0 }, { "+02:00", 120 }, { "-03:30", -210 }, { "+14:00", 840 },
	    { "+15:00", 1 }, { "+02:60", 1 }, { "2:00", 1 }, { "+0200", 1 }, { "UTC", 1 } };

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf text = { 0 };
		struct mapping *m;
		size_t faults;

		buf_print(&text, "{\"cdp_mapping\":1,\"source\":{\"name\":\"a\",\"channel\":\"web\","
		    "\"collected\":\"subject\",\"purposes\":[],\"tz\":\"%s\"},"
		    "\"key\":{\"column\":\"a\"},\"columns\":{\"a\":\"drop\"}}", rows[i].text);
		buf_byte(&text, '\0');
		m = case_parse(text.p, &faults);
		ok(rows[i].minutes == 1 ? faults == 1 : faults == 0 && m->source.has_zone &&
		    m->source.zone_minutes == rows[i].minutes, "zone %s", rows[i].text);
		mapping_free(m);
		buf_done(&text);
	}
}

static void
purposes(void)
{
	static const char *const yes[] = { "a", "marketing.newsletter", "a.b.c.d.e.f.g.h", "x_1-y" };
	static const char *const no[] = { "", ".", "a.", ".a", "a..b", "A", "a b", "_a",
	    "a.b.c.d.e.f.g.h.i" };

	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		ok(purpose_id_ok(span_from(yes[i])), "\"%s\" names a purpose", yes[i]);
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		ok(!purpose_id_ok(span_from(no[i])), "\"%s\" does not", no[i]);
}

/* One byte changed anywhere: a mapping, faults, or no mapping; never a crash. And no change of
 * a name of a member goes unseen. */
static void
changed_bytes(void)
{
	struct buf text = { 0 };
	int without = 0, faulty = 0, good = 0;

	srand(SEED);
	buf_print(&text, "{\"cdp_mapping\":1," CASE_SOURCE ",%s}", whole);
	buf_byte(&text, '\0');
	for (int i = 0; i < TRIALS; i++) {
		size_t at = (size_t)rand() % (text.len - 1), faults;
		char old = text.p[at];
		struct mapping *m;

		text.p[at] = (char)(1 + rand() % 255);
		m = case_parse(text.p, &faults);
		without += m == NULL;
		faulty += m != NULL && faults > 0;
		good += m != NULL && faults == 0;
		mapping_free(m);
		text.p[at] = old;
	}
	ok(without > 0 && faulty > 0 && good > 0 && without + faulty + good == TRIALS,
	    "a changed byte: %d no mapping, %d faulty, %d still good (seed %d)", without, faulty, good,
	    SEED);
	buf_done(&text);
}

int
main(void)
{
	says();
	zones();
	purposes();
	changed_bytes();
	return tap_done();
}
