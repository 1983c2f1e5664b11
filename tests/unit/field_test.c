/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/field_test.c: which paths a contract may name, what drops them, what they hold. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "export/field.h"
#include "io/ndjson.h"
#include "model/profile.h"
#include "tap.h"

static void
paths(void)
{
	static const struct {
		const char	*path;
		int		 kind;		/* -1: unknown, -2: not in this version */
	} table[] = {
		{ "given_name", FIELD_ONE }, { "family_name", FIELD_ONE }, { "name", FIELD_ONE },
		{ "birthdate", FIELD_ONE }, { "gender", FIELD_ONE }, { "email", FIELD_MANY },
		{ "phone_number", FIELD_MANY }, { "address.street_address", FIELD_ADDRESS_PART },
		{ "address.locality", FIELD_ADDRESS_PART }, { "address.region", FIELD_ADDRESS_PART },
		{ "address.postal_code", FIELD_ADDRESS_PART }, { "address.country", FIELD_ADDRESS_PART },
		{ "identifiers.loyalty", FIELD_IDENTIFIER }, { "attributes.diet", FIELD_ATTRIBUTE },
		{ "consent.basis", FIELD_BASIS }, { "consent.valid_until", FIELD_VALID_UNTIL },
		{ "pseudonym", FIELD_PSEUDONYM }, { "profile_id", FIELD_PROFILE_ID },
		{ "first_seen", FIELD_FIRST_SEEN }, { "last_seen", FIELD_LAST_SEEN },
		{ "consent.since", -2 }, { "members", -2 }, { "preference.language", -2 },
		{ "", -1 }, { "shoe_size", -1 }, { "address", -1 }, { "address.", -1 },
		{ "address.planet", -1 }, { "identifiers", -1 }, { "identifiers.", -1 },
		{ "attributes.", -1 }, { "Email", -1 }, { "email ", -1 }, { "decisions", -1 },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct field f;
		bool later, good = field_parse(span_from(table[i].path), &f, &later);

		ok(good == (table[i].kind >= 0) && later == (table[i].kind == -2) &&
		    (!good || (int)f.kind == table[i].kind), "path \"%s\"", table[i].path);
	}
}

static void
drops(void)
{
	static const struct {
		const char	*path, *dropped;
		bool		 gone;
	} table[] = {
		{ "given_name", "given_name", true }, { "given_name", "given", false },
		{ "given_name", "family_name", false }, { "address.locality", "address", true },
		{ "address.locality", "address.locality", true },
		{ "address.locality", "address.region", false }, { "address.locality", "addr", false },
		{ "attributes.diet", "attributes", true }, { "email", "", false },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct field f;
		bool later;

		ok(field_parse(span_from(table[i].path), &f, &later) &&
		    field_dropped(&f, span_from(table[i].dropped)) == table[i].gone,
		    "dropping \"%s\" %s %s", table[i].dropped, table[i].gone ? "takes" : "leaves",
		    table[i].path);
	}
}

static const char line[] = "{\"kind\":\"profile\",\"id\":\"p1\",\"given_name\":\"Ana\","
    "\"email\":[\"a@example.com\",\"b@example.com\"],\"address\":[{\"locality\":\"Bonn\"},"
    "{\"country\":\"PT\",\"locality\":\"Faro\"}],\"identifiers\":{\"loyalty\":[\"L-1\",\"L-2\"]},"
    "\"attributes\":{\"diet\":\"a\\\"b\\u00e9\",\"age\":41,\"plain\":\"x\"},"
    "\"first_seen\":\"2026-01-01T00:00:00Z\",\"last_seen\":\"2026-02-01T00:00:00Z\"}";

/* The values joined by "|"; a part that an address lacks is "-". */
static void
values(void)
{
	static const struct {
		const char	*path, *want;
	} table[] = {
		{ "given_name", "Ana" }, { "family_name", "" }, { "email", "a@example.com|b@example.com" },
		{ "phone_number", "" }, { "address.locality", "Bonn|Faro" }, { "address.country", "-|PT" },
		{ "address.region", "" }, { "identifiers.loyalty", "L-1|L-2" }, { "identifiers.other", "" },
		{ "attributes.diet", "a\"b\xc3\xa9" }, { "attributes.age", "41" },
		{ "attributes.plain", "x" }, { "attributes.none", "" }, { "profile_id", "p1" },
		{ "first_seen", "2026-01-01T00:00:00Z" }, { "last_seen", "2026-02-01T00:00:00Z" },
	};
	struct ndjson *n = ndjson_new(NULL);
	struct arena arena = { 0 };
	struct error e = { 0 };
	struct profile p;
	size_t at;

	ok(ndjson_scan(n, span_from(line), &at, &e) == 0 && profile_read(n, &p, &arena, &e) == 0,
	    "the profile is read");
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct field f;
		struct span *v;
		struct buf got = { 0 };
		bool later = false;
		size_t count = field_parse(span_from(table[i].path), &f, &later) ?
		    field_values(&f, &p, &v, &arena) : 0;

		for (size_t k = 0; k < count; k++) {
			buf_text(&got, k > 0 ? "|" : "");
			buf_add(&got, v[k].p == NULL ? SPAN("-") : v[k]);
		}
		is_text(got.p == NULL ? "" : got.p, got.len, table[i].want, table[i].path);
		buf_done(&got);
	}
	arena_done(&arena);
	ndjson_free(n);
}

int
main(void)
{
	paths();
	drops();
	values();
	return tap_done();
}
