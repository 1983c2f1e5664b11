/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/formatted_test.c: addresses in one text, in parts. */
#include "resolve/formatted.h"
#include "base/arena.h"
#include "model/record.h"
#include "tap.h"

#include <string.h>

/* "street|postcode|locality|region|country", or "" where it stays as it is. */
static const char *
parts(const char *text)
{
	static char out[200];
	struct arena arena = { 0 };
	struct address room, a = { 0 };
	const struct address *got;

	a.part[PART_FORMATTED] = span_from(text);
	got = formatted_parts(&a, &room, &arena);
	snprintf(out, sizeof out, got == &a ? "" : "%.*s|%.*s|%.*s|%.*s|%.*s", SPAN_ARG(got->part[PART_STREET_ADDRESS]),
	    SPAN_ARG(got->part[PART_POSTAL_CODE]), SPAN_ARG(got->part[PART_LOCALITY]),
	    SPAN_ARG(got->part[PART_REGION]), SPAN_ARG(got->part[PART_COUNTRY]));
	arena_done(&arena);
	return out;
}

static void
is(const char *text, const char *expected)
{
	const char *got = parts(text);

	ok(strcmp(got, expected) == 0, "\"%s\" is \"%s\": \"%s\"", text, expected, got);
}

int
main(void)
{
	struct address room, a = { 0 };
	struct arena arena = { 0 };

	is("98 Park Row, Leeds, LS1 4AB", "98 Park Row|LS1 4AB|Leeds||");
	is("12 Elm St, Springfield, IL 62704, United States", "12 Elm St|62704|Springfield|IL|US");
	is("Rua das Flores 12, 1000-001 Lisboa, Portugal", "Rua das Flores 12|1000-001|Lisboa||PT");
	is("Husova 12\n602 00 Brno", "Husova 12|602 00|Brno||");
	is("Rua das Flores 12, Lisboa", "");
	is("Rua das Flores 12", "");
	is("Portugal", "");
	is("", "");
	a.part[PART_FORMATTED] = SPAN("98 Park Row, Leeds, LS1 4AB");
	a.part[PART_POSTAL_CODE] = SPAN("LS1 4AB");
	ok(formatted_parts(&a, &room, &arena) == &a, "parts that are there are believed");
	a.part[PART_POSTAL_CODE] = span_none();
	a.part[PART_COUNTRY] = SPAN("GB");
	ok(span_is(formatted_parts(&a, &room, &arena)->part[PART_COUNTRY], "GB"), "a country stays");
	arena_done(&arena);
	return tap_done();
}
