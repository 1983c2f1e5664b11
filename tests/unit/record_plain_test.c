/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/record_plain_test.c: what is read in one step is what the scanner and record_read make
 * of the line, for lines of the usual form and for what is nearly one. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/ndjson.h"
#include "model/record.h"
#include "model/record_plain.h"
#include "same_record.h"
#include "tap.h"

enum { TRIALS = 100000 };

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
	char *exact = mem_copy(line.p, line.len);	/* no byte behind it may be read */
	struct span own = span_make(exact, line.len);
	bool taken;

	arena_reset(&arena);
	taken = record_plain(own, &fast, &arena, &values);
	if (taken && (slowly(own, &slow) == NULL || !same_record(&fast, &slow) || !same_values()))
		++*wrong;
	mem_free(exact);
	return taken;
}

static void
forms(void)
{
	size_t wrong = 0;

	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		ok(judge(span_from(plain[i]), &wrong), "line %zu is of the usual form", i);
	for (size_t i = 0; i < sizeof other / sizeof *other; i++)
		ok(!judge(span_from(other[i]), &wrong), "%s is not", other[i]);
	ok(wrong == 0, "both ways read the same");
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
		ok(judge(buf_span(&line), &wrong) == (n == RECORD_LIST_MAX), "a list of %zu values", n);
	}
	ok(wrong == 0, "both ways read lists the same");
	buf_done(&line);
}

/* Lines with one to three bytes changed, inserted or taken out; many still are JSON. */
static void
mutations(void)
{
	static const char bytes[] = "\"\\{}[]:,.-01e tfn\x7f\x80\xbf\xc3\xed\xf4\n";
	struct span from = span_from(plain[1]);
	char *line = mem_alloc(from.len + 8);
	uint64_t x = 1;
	size_t wrong = 0, taken = 0;

	for (int i = 0; i < TRIALS; i++) {
		size_t len = from.len;

		memcpy(line, from.p, len);
		for (uint64_t times = 1 + x % 3; times > 0; times--) {
			size_t at;

			x = x * UINT64_C(6364136223846793005) + 1442695040888963407;
			at = (x >> 33) % len;
			if (x >> 60 < 4) {
				memmove(line + at + 1, line + at, len - at);
				len++;
			} else if (x >> 60 < 8) {
				memmove(line + at, line + at + 1, len - at - 1);
				len--;
				continue;
			}
			line[at] = bytes[(x >> 20) % (sizeof bytes - 1)];
		}
		taken += judge(span_make(line, len), &wrong);
	}
	ok(wrong == 0 && taken > TRIALS / 10, "%zu of %d changed lines are plain and read the same",
	    taken, TRIALS);
	mem_free(line);
}

int
main(void)
{
	scanner = ndjson_new(NULL);
	forms();
	lists();
	mutations();
	ndjson_free(scanner);
	line_values_done(&values);
	line_values_done(&of_tape);
	arena_done(&arena);
	return tap_done();
}
