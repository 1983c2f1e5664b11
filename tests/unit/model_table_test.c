/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/model_table_test.c: values by their digests, which are the same in every run and
 * version, and what is few. */
#include "base/buf.h"
#include "resolve/field.h"
#include "resolve/model_file.h"
#include "resolve/model_table.h"
#include "tap.h"

static void
digests(void)
{
	uint64_t ana = model_value(SPAN("given_name"), SPAN("ana"));

	/* Models of other machines have these: b2sum -l 128 of "given_name\0ana", its first half. */
	ok(ana == UINT64_C(0xc8f2c7e47f3b6618), "a digest is what it always was: %016llx",
	    (unsigned long long)ana);
	ok(ana != model_value(SPAN("family_name"), SPAN("ana")), "and another one in another table");
	ok(model_value(SPAN("a"), SPAN("bc")) != model_value(SPAN("ab"), SPAN("c")),
	    "name and text do not run together");
}

static void
dates(void)
{
	struct buf room = { 0 };

	ok(span_is(model_date(1984 << 9 | 3 << 5 | 12, &room), "1984-03-12"), "a day");
	ok(span_is(model_date(1984 << 9, &room), "1984-00-00"), "a year");
	buf_done(&room);
}

static void
holders(void)
{
	struct model_count list[] = { { 3, 30 }, { 5, 50 }, { UINT64_MAX, 7 } };
	struct model_table t = { SPAN("email"), 100, list, 3 }, none = { SPAN("email"), 0, NULL, 0 };

	ok(model_holders(&t, 3) == 30 && model_holders(&t, 5) == 50 &&
	    model_holders(&t, UINT64_MAX) == 7, "what is listed");
	ok(model_holders(&t, 0) == 1 && model_holders(&t, 4) == 1 && model_holders(&t, 6) == 1,
	    "what is not has one");
	ok(model_holders(&none, 3) == 1 && model_holders(NULL, 3) == 1, "nor has it without a table");
}

static void
generic(void)
{
	struct span email = SPAN("email"), phone = SPAN("phone_number");
	struct model_generic list[] = {
		{ email, model_value(email, SPAN("info@x.example")), SPAN("pattern"), SPAN("null") },
		{ phone, model_value(phone, SPAN("+351211")), SPAN("household"), SPAN("shared") } };
	struct model_file f = { .generic = list, .generics = 2 };

	ok(model_generic_find(&f, email, SPAN("info@x.example")) == &list[0] &&
	    model_generic_find(&f, phone, SPAN("+351211")) == &list[1], "generic values are found");
	ok(model_generic_find(&f, phone, SPAN("info@x.example")) == NULL &&
	    model_generic_find(&f, email, SPAN("")) == NULL, "others are not");
}

static void
few(void)
{
	ok(field_few(FIELD_GIVEN, 100) == 4 && field_few(FIELD_EMAIL, 1000000) == 2, "few are four, or two");
	ok(field_few(FIELD_ARRAY, 999) == 4 && field_few(FIELD_ARRAY, 2999) == 2 &&
	    field_few(FIELD_ARRAY, 4000) == 4, "or as many as one in a thousand is");
	ok(field_kind(FIELD_PLACE) == FACT_PLACE && field_kind(FIELD_ARRAY) == FACT_ATTRIBUTE &&
	    field_kind(FIELD_IDENTIFIER) == FACT_IDENTIFIER, "a type has its kind");
}

int
main(void)
{
	digests();
	dates();
	holders();
	generic();
	few();
	return tap_done();
}
