/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/record_plain_test.c: what is read in one step is what the scanner and record_read make
 * of the line, for lines of the usual form and for what is nearly one. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/ndjson.h"
#include "model/record.h"
#include "model/record_plain.h"
#include "plain_case.h"
#include "same_record.h"

static const char *const plain[] = {
	"{\"kind\":\"record\",\"id\":\"shop:1\"}",
	"{\"kind\":\"record\",\"id\":\"shop:a:b\",\"source\":\"shop\",\"key\":\"a:b\",\"channel\":\"web\","
	    "\"observed_at\":\"2026-05-01T00:00:00Z\",\"collected_at\":\"2020-01-01\","
	    "\"given_name\":\"Jos\xc3\xa9\",\"middle_name\":\"\xe6\x9d\x8e\",\"family_name\":\"de Souza "
	    "\xf0\x9f\x98\x80\",\"name\":\"J\",\"birthdate\":\"1988-02-11\",\"gender\":\"female\","
	    "\"locale\":\"pt-BR\",\"zoneinfo\":\"America/Bahia\",\"nickname\":[\"Z\xc3\xa9\"],"
	    "\"email\":[\"a@b.example\",\"c@d.example\"],\"phone_number\":[\"+5511987654321\"],"
	    "\"website\":[\"b.example\"],\"address\":[{\"formatted\":\"Rua X\"},{\"street_address\":\"Rua"
	    " X 12\",\"po_box\":\"7\",\"locality\":\"S\xc3\xa3o Paulo\",\"region\":\"SP\","
	    "\"postal_code\":\"01310-100\",\"country\":\"BR\"}],"
	    "\"identifiers\":{\"loyalty\":[\"L-1\",\"L-2\"],\"tax\":[\"9\"]},"
	    "\"attributes\":{\"n\":-0.50,\"m\":120,\"t\":true,\"f\":false,\"s\":\"x y\",\"l\":[\"a\",\"b\"]},"
	    "\"purposes\":[\"identity_resolution\"],\"controller\":\"north\",\"collected\":\"web\","
	    "\"tags\":{\"email.0\":[\"special\"]},\"flags\":[\"email.0:reserved_domain\"]}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"attributes\":{\"a\":0}}",
};

/* Good or bad, these are for the scanner. */
static const char *const other[] = {
	"", "{", "{}", "{\"kind\":\"record\"}", "{\"kind\":\"record\",\"id\":\"s:1\"",
	"{\"kind\":\"record\",\"id\":\"s:1\"} ", "{\"kind\":\"record\",\"id\":\"s:1\"}}",
	"{\"kind\":\"record\", \"id\":\"s:1\"}", "{\"id\":\"s:1\",\"kind\":\"record\"}",
	"{\"kind\":\"record\",\"id\":\"s\"}", "{\"kind\":\"record\",\"id\":\"s:1\",\"source\":\"t\"}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"key\":\"1\",\"source\":\"s\"}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"id\":\"s:1\"}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"given_name\":\"\"}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"given_name\":\"A\\u0041\"}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"given_name\":\"\xc3\"}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"given_name\":\"\xed\xa0\x80\"}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"given_name\":\"a\tb\"}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"given_name\":null}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"email\":[]}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"email\":[\"a\",]}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"address\":[{}]}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"address\":[{\"country\":\"BR\",\"region\":\"SP\"}]}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"identifiers\":{\"a\":[\"1\"],\"a\":[\"2\"]}}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"attributes\":{\"a\":1,\"b\":2,\"a\":3}}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"attributes\":{\"a\":01}}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"attributes\":{\"a\":1.}}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"attributes\":{\"a\":-}}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"attributes\":{\"a\":1e5}}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"attributes\":{\"a\":{\"b\":1}}}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"attributes\":{\"a\":null}}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"purposes\":[]}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"decisions\":[]}",
	"{\"kind\":\"record\",\"id\":\"s:1\",\"shoe_size\":\"44\"}",
};

static struct ndjson *scanner;
static struct arena arena;
static struct line_values values, of_tape;

/* By the scanner; NULL where it, or record_read, refuses the line. */
static const struct record *
slowly(struct span line, struct record *r)
{
	struct error e = { 0 };
	size_t at;

	return ndjson_scan(scanner, line, &at, &e) == 0 && record_read(scanner, r, &arena, &e) == 0 ?
	    r : NULL;
}

/* After both: the values that were met on the way, and those of the tape. */
static bool
same_values(void)
{
	bool equal;

	line_values_find(&of_tape, scanner);
	equal = values.count == of_tape.count;
	for (size_t i = 0; equal && i < values.count; i++)
		equal = values.v[i].p == of_tape.v[i].p && values.v[i].len == of_tape.v[i].len;
	return equal;
}

/* Whether the line is plain; *wrong counts those that are and should not be, or read differently. */
static bool
judge(struct span line, size_t *wrong)
{
	struct record fast, slow;
	bool taken;

	arena_reset(&arena);
	taken = record_plain(line, &fast, &arena, &values);
	if (taken && (slowly(line, &slow) == NULL || !same_record(&fast, &slow) || !same_values()))
		++*wrong;
	return taken;
}

/* A list as long as lists may be, and one that is longer. */
static void
lists(void)
{
	struct buf line = { 0 };
	size_t wrong = 0;

	for (size_t n = RECORD_LIST_MAX; n <= RECORD_LIST_MAX + 1; n++) {
		buf_reset(&line);
		buf_text(&line, "{\"kind\":\"record\",\"id\":\"s:1\",\"email\":[\"a\"");
		for (size_t i = 1; i < n; i++)
			buf_text(&line, ",\"b\"");
		buf_text(&line, "]}");
		ok(plain_judged(judge, buf_span(&line), &wrong) == (n == RECORD_LIST_MAX), "a list of %zu values", n);
	}
	ok(wrong == 0, "both ways read lists the same");
	buf_done(&line);
}

int
main(void)
{
	scanner = ndjson_new(NULL);
	plain_forms(judge, plain, sizeof plain / sizeof *plain, other, sizeof other / sizeof *other);
	lists();
	plain_mutations(judge, plain[1]);
	ndjson_free(scanner);
	line_values_done(&values);
	line_values_done(&of_tape);
	arena_done(&arena);
	return tap_done();
}
