/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/consent_plain_test.c: what is read in one step is what the scanner and consent_event_read
 * make of the line, for lines of the usual form and for what is nearly one. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/ndjson.h"
#include "model/consent.h"
#include "model/consent_plain.h"
#include "plain_case.h"

static const char *const plain[] = {
	"{\"kind\":\"consent\",\"type\":\"grant\"}",
	"{\"kind\":\"consent\",\"id\":\"e1\",\"type\":\"grant\","
	    "\"identifier\":{\"type\":\"email\",\"value\":\"jos\xc3\xa9@b.example\"},\"account\":\"a\","
	    "\"covers\":\"person\",\"controller\":\"north\",\"purpose\":\"marketing.newsletter\","
	    "\"channel\":\"email\",\"dest\":\"d\",\"basis\":\"consent\",\"ctype\":\"explicit\","
	    "\"notice\":\"newsletter@7/de-DE\",\"at\":\"2024-05-31T05:21:07Z\",\"clock\":\"trusted\","
	    "\"src\":\"crm\",\"method\":\"web_form\",\"auth\":\"x\",\"actor\":\"y\",\"jur\":\"DE\","
	    "\"until\":\"2030-01-01\",\"ref\":\"r\",\"cause\":\"c\",\"by\":\"b\","
	    "\"evidence\":{\"record\":\"crm:C1\",\"column\":\"News\"},\"data\":{\"a\":\"b\"}}",
};

/* Good or bad, these are for the scanner. */
static const char *const other[] = {
	"", "{", "{}", "{\"kind\":\"consent\"", "{\"kind\":\"consent\",\"type\":\"grant\"} ",
	"{\"kind\":\"consent\",\"type\":\"grant\"}}", "{\"kind\":\"consent\", \"type\":\"grant\"}",
	"{\"type\":\"grant\",\"kind\":\"consent\"}", "{\"kind\":\"consents\",\"type\":\"grant\"}",
	"{\"kind\":\"consent\",\"type\":\"grant\",\"type\":\"grant\"}",
	"{\"kind\":\"consent\",\"type\":\"\"}", "{\"kind\":\"consent\",\"type\":\"gr\\u0061nt\"}",
	"{\"kind\":\"consent\",\"type\":\"\xc3\"}", "{\"kind\":\"consent\",\"type\":null}",
	"{\"kind\":\"consent\",\"type\":\"grant\",\"sseq\":7}",
	"{\"kind\":\"consent\",\"type\":\"grant\",\"shoe_size\":\"44\"}",
	"{\"kind\":\"consent\",\"type\":\"grant\",\"identifier\":{}}",
	"{\"kind\":\"consent\",\"type\":\"grant\",\"identifier\":{\"type\":\"email\"}}",
	"{\"kind\":\"consent\",\"type\":\"grant\",\"identifier\":{\"value\":\"x\",\"type\":\"email\"}}",
	"{\"kind\":\"consent\",\"type\":\"grant\",\"evidence\":{}}",
	"{\"kind\":\"consent\",\"type\":\"grant\",\"evidence\":{\"a\":\"b\",\"a\":\"c\"}}",
	"{\"kind\":\"consent\",\"type\":\"grant\",\"evidence\":{\"a\":1}}",
	"{\"kind\":\"consent\",\"type\":\"grant\",\"evidence\":[\"a\"]}",
	"{\"kind\":\"consent\",\"type\":\"grant\",\"evidence\":{\"a\":\"b\",}}",
	"{\"kind\":\"consent\",\"type\":\"grant\",\"data\":{\"a\":\"1\",\"b\":\"1\",\"c\":\"1\",\"d\":\"1\","
	    "\"e\":\"1\",\"f\":\"1\",\"g\":\"1\",\"h\":\"1\",\"i\":\"1\"}}",
};

static struct ndjson *scanner;
static struct arena arena;

/* By the scanner; false where it, or consent_event_read, refuses the line. */
static bool
slowly(struct span line, struct consent_event *c)
{
	struct error e = { 0 };
	size_t at;

	return ndjson_scan(scanner, line, &at, &e) == 0 &&
	    ndjson_is(scanner, ndjson_find(scanner, 0, SPAN("kind")), SPAN("consent")) &&
	    consent_event_read(scanner, c, &arena, &e) == 0;
}

/* consent_event_write tells every member. */
static bool
same(const struct consent_event *a, const struct consent_event *b)
{
	struct buf x = { 0 }, y = { 0 };
	bool equal;

	consent_event_write(a, &x);
	consent_event_write(b, &y);
	equal = span_equal(buf_span(&x), buf_span(&y));
	buf_done(&x);
	buf_done(&y);
	return equal;
}

/* Whether the line is plain; *wrong counts those that are and should not be, or read differently. */
static bool
judge(struct span line, size_t *wrong)
{
	struct consent_event fast, slow;
	bool taken = consent_plain(line, &fast);

	arena_reset(&arena);
	*wrong += taken && (!slowly(line, &slow) || !same(&fast, &slow));
	return taken;
}

/* What is written is read in one step. */
static void
written(void)
{
	struct consent_event c;
	struct buf line = { 0 };
	size_t wrong = 0;

	ok(consent_plain(span_from(plain[1]), &c), "an event with all members");
	consent_event_write(&c, &line);
	ok(plain_judged(judge, span_head(buf_span(&line), line.len - 1), &wrong) && wrong == 0, "is read when written");
	buf_done(&line);
}

int
main(void)
{
	scanner = ndjson_new(NULL);
	plain_forms(judge, plain, sizeof plain / sizeof *plain, other, sizeof other / sizeof *other);
	written();
	plain_mutations(judge, plain[1]);
	ndjson_free(scanner);
	arena_done(&arena);
	return tap_done();
}
