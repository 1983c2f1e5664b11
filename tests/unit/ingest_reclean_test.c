/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/ingest_reclean_test.c: a record cleaned again is the same record. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "ingest/credential.h"
#include "ingest/reclean.h"
#include "io/ndjson.h"
#include "model/record.h"
#include "tap.h"

#include <stdlib.h>

enum { TRIALS = 3000, SEED = 23 };

static struct secrets *secrets;

/* The line after one cleaning, LF included; how many secrets were taken out. */
static uint64_t
clean(struct span line, struct buf *out)
{
	struct ndjson *n = ndjson_new(NULL);
	struct arena arena = { 0 };
	struct error e = { 0 };
	struct record r;
	uint64_t taken = 0;
	size_t at;

	if (ndjson_scan(n, line, &at, &e) == 0 && record_read(n, &r, &arena, &e) == 0) {
		taken = reclean(&r, n, INSTANT_NONE, secrets, &arena);
		record_write(&r, out);
	}
	arena_done(&arena);
	ndjson_free(n);
	return taken;
}

#define HEAD "{\"kind\":\"record\",\"id\":\"a:1\",\"source\":\"a\",\"key\":\"1\","

static void
becomes(const char *members, const char *want)
{
	struct buf line = { 0 }, expected = { 0 }, got = { 0 };

	buf_print(&line, HEAD "%s}", members);
	buf_print(&expected, HEAD "%s}\n", want);
	buf_byte(&expected, '\0');
	clean(buf_span(&line), &got);
	is_text(got.p == NULL ? "" : got.p, got.len, expected.p, members);
	buf_done(&line);
	buf_done(&expected);
	buf_done(&got);
}

static void
twice_is_once(void)
{
	static const char *const pieces[] = { "\"email\":[\"ANA@acme.test\",\"no\",\"x@\"]",
	    "\"email\":[\" a@b.test \"]", "\"phone_number\":[\"+55 11 98765-4321\",\"12\"]",
	    "\"given_name\":\"  ana\\tmaria \"", "\"family_name\":\"SOUZA\"",
	    "\"birthdate\":\"1985-02-30\"", "\"birthdate\":\"19850228\"", "\"gender\":\"F\"",
	    "\"gender\":\"7\"", "\"observed_at\":\"2025-01-01 10:00\"",
	    "\"collected_at\":\"whenever\"",
	    "\"identifiers\":{\"iban\":[\" X \"],\"card\":[\"null\"]}",
	    "\"address\":[{\"country\":\"Brasil\",\"region\":\"sp\"},{\"locality\":\" Ulm\"}]",
	    "\"attributes\":{\"latitude\":\"1.234\",\"pin\":1,\"raw_email\":\"x\"}",
	    "\"flags\":[\"email:no_at\"]",
	    "\"tags\":{\"attributes.latitude\":[\"coarse_location\"]}" };
	const size_t count = sizeof pieces / sizeof *pieces;
	bool same = true;
	int read = 0;

	srand(SEED);
	for (int t = 0; t < TRIALS; t++) {
		struct buf line = { 0 }, once = { 0 }, twice = { 0 };
		uint64_t again = 0;

		buf_text(&line, HEAD "\"x\":1");
		for (size_t i = 0; i < count; i++)
			if (rand() % 3 == 0)
				buf_print(&line, ",%s", pieces[i]);
		buf_byte(&line, '}');
		clean(buf_span(&line), &once);
		if (once.len > 0) {		/* else a member stood there twice */
			read++;
			again = clean(span_head(buf_span(&once), once.len - 1), &twice);
			same &= again == 0 && span_equal(buf_span(&once), buf_span(&twice));
		}
		buf_done(&line);
		buf_done(&once);
		buf_done(&twice);
	}
	ok(same && read > TRIALS / 4, "cleaned twice is cleaned once (%d records, seed %d)", read,
	    SEED);
}

int
main(void)
{
	struct record empty = { 0 };

	secrets = secrets_new();
	becomes("\"email\":[\"ANA@acme.org\"]", "\"email\":[\"ana@acme.org\"]");
	becomes("\"email\":[\"a b\"]",
	    "\"attributes\":{\"raw_email\":\"a b\"},\"flags\":[\"email:no_at\"]");
	becomes("\"email\":[\"a b\"],\"attributes\":{\"raw_email\":\"c\",\"z\":1}",
	    "\"attributes\":{\"raw_email\":[\"c\",\"a b\"],\"z\":1},\"flags\":[\"email:no_at\"]");
	becomes("\"birthdate\":\"n/a\",\"mystery\":1", "\"mystery\":1");
	becomes("\"collected_at\":\"2025-01-01 10:00\"",
	    "\"collected_at\":\"2025-01-01T10:00:00Z\",\"flags\":[\"collected_at:zone_assumed\"]");
	becomes("\"attributes\":{\"longitude\":\"-9.12345\"}",
	    "\"attributes\":{\"longitude\":\"-9.12345\"},\"tags\":{\"attributes.longitude\":["
	    "\"precise_location\"]}");
	becomes("\"attributes\":{\"longitude\":\"-9.12\"}", "\"attributes\":{\"longitude\":\"-9.12\"}");
	becomes("\"identifiers\":{\"br_cpf\":[\"52998224725\"]},\"tags\":{\"a\":[\"x\"],\"z\":[\"y\"]}",
	    "\"identifiers\":{\"br_cpf\":[\"52998224725\"]},\"tags\":{\"a\":[\"x\"],"
	    "\"identifiers.br_cpf\":[\"government_id\"],\"z\":[\"y\"]}");
	becomes("\"attributes\":{\"a\":1,\"b\":{\"password\":\"x\"},\"c\":null}",
	    "\"attributes\":{\"a\":1}");
	becomes("\"purposes\":[],\"mystery\":{\"a\":[1]}", "\"purposes\":[],\"mystery\":{\"a\":[1]}");
	twice_is_once();
	ok(reclean_empty(&empty), "a record without a value is empty");
	empty.one[ONE_BIRTHDATE] = SPAN("1985-02-28");
	ok(!reclean_empty(&empty), "one with any value is not");
	secrets_free(secrets);
	return tap_done();
}
