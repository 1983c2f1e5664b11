/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/verdict_file_test.c: what a file of verdicts may say, and what it means for the
 * records of a run. */
#include "base/error.h"
#include "io/source.h"
#include "resolve/merge.h"
#include "resolve/verdict_file.h"
#include "resolve_case.h"
#include "tap.h"

#define SAME(a, b)	"{\"kind\":\"link\",\"a\":\"" a "\",\"b\":\"" b "\",\"verdict\":\"same\"}\n"
#define DIFFERENT(a, b)	"{\"kind\":\"link\",\"a\":\"" a "\",\"b\":\"" b "\",\"verdict\":\"different\"}\n"
#define REVIEW(a, b)	"{\"kind\":\"link\",\"a\":\"" a "\",\"b\":\"" b "\",\"verdict\":\"review\"}\n"
#define STREAM		"{\"kind\":\"stream\",\"schema\":\"cdp/1\",\"tool\":\"cdp-resolve\"}\n"
#define END		"{\"kind\":\"end\",\"in\":0,\"out\":1,\"ok\":true}\n"

static int
read_text(struct verdicts *v, const char *text, struct error *e)
{
	struct byte_source *s = source_of(span_from(text), "mine.ndjson");
	int r = verdicts_read(v, s, e);

	source_close(s);
	return r;
}

static void
refused(const char *text, enum status status, uint64_t line, const char *what)
{
	struct verdicts v = { 0 };
	struct error e = { 0 };

	ok(read_text(&v, text, &e) < 0 && e.status == status && e.line == line &&
	    strcmp(e.file, "mine.ndjson") == 0, "%s", what);
	verdicts_done(&v);
}

static void
says(const struct verdicts *v, const char *a, const char *b, int want, const char *what)
{
	const struct verdict *there = verdicts_find(v, span_from(a), span_from(b));
	const struct verdict *back = verdicts_find(v, span_from(b), span_from(a));

	ok(there == back && (there == NULL ? -1 : there->same) == want, "%s", what);
}

static void
good(void)
{
	struct verdicts v = { 0 };
	struct error e = { 0 };

	ok(read_text(&v, SAME("b:2", "a:1") REVIEW("a:1", "c:3") "\n" DIFFERENT("c:3", "b:2"), &e)
	    == 0, "a queue with some answers is read");
	says(&v, "a:1", "b:2", 1, "same, whichever is named first");
	says(&v, "b:2", "c:3", 0, "different");
	says(&v, "a:1", "c:3", -1, "no answer yet");
	ok(v.count == 2 && v.unanswered == 1, "both are counted");
	ok(read_text(&v, STREAM DIFFERENT("a:1", "b:2") SAME("a:1", "b:2x") END, &e) == 0,
	    "a second file, with the frame of a stream");
	says(&v, "a:1", "b:2", 0, "of two files the later wins");
	says(&v, "a:1", "b:2x", 1, "a longer id is another");
	ok(read_text(&v, "", &e) == 0 && v.count == 3, "an empty file changes nothing");
	ok(read_text(&v, SAME("x:1", "x:2") SAME("x:2", "x:1"), &e) == 0 && v.count == 4,
	    "the same verdict twice is one");
	verdicts_done(&v);
}

static void
bad(void)
{
	refused("not json\n", STATUS_USAGE, 1, "a line that is no JSON");
	refused(SAME("a:1", "b\\u0000:2"), STATUS_USAGE, 1, "an id with a NUL, which is no id");
	refused(SAME("a:1", "b:2") DIFFERENT("b:2", "a:1"), STATUS_USAGE, 2,
	    "two verdicts on one pair in one file");
	refused("\n" SAME("a:1", "a:1"), STATUS_USAGE, 2, "a record and itself");
	refused("{\"kind\":\"link\",\"a\":\"a:1\",\"b\":\"b:2\",\"verdict\":\"diferent\"}\n",
	    STATUS_USAGE, 1, "a verdict with a slip");
	refused("{\"kind\":\"link\",\"a\":\"a:1\",\"b\":\"b:2\"}\n", STATUS_USAGE, 1, "no verdict");
	refused("{\"kind\":\"link\",\"a\":\"a:1\",\"b\":7,\"verdict\":\"same\"}\n", STATUS_USAGE, 1,
	    "an id that is no text");
	refused("{\"kind\":\"profile\",\"id\":\"p1\"}\n", STATUS_USAGE, 1, "another kind of file");
	refused("{\"kind\":\"stream\",\"schema\":\"cdp/9\"}\n", STATUS_USAGE, 1, "another schema");
	refused(STREAM SAME("a:1", "b:2"), STATUS_INPUT, 0, "a stream that was cut off");
	refused(STREAM "{\"kind\":\"end\",\"ok\":false}\n", STATUS_INPUT, 2,
	    "a stream that says it is not whole");
}

static void
demand(void)
{
	struct verdicts v = { 0 };
	struct error e = { 0 };
	struct demand list[4];
	struct world w;
	uint64_t unknown;

	world_open(&w);
	world_rec(&w, "a:1", "");
	world_rec(&w, "b:2", "");
	world_rec(&w, "c:3", "");
	world_read(&w, 1);
	ok(read_text(&v, SAME("b:2", "a:1") DIFFERENT("c:3", "b:2") SAME("a:1", "z:9")
	    SAME("0:1", "0:2"), &e) == 0, "verdicts on records that are there and some that are not");
	ok(verdicts_demand(&v, w.store, list, &unknown) == 2 && unknown == 2,
	    "of those that are not there only the number is known");
	ok(list[0].a == 0 && list[0].b == 1 && list[0].kind == DEMAND_SAME && list[1].a == 1 &&
	    list[1].b == 2 && list[1].kind == DEMAND_DIFFERENT, "the others become demands");
	verdicts_done(&v);
	world_close(&w);
}

int
main(void)
{
	good();
	bad();
	demand();
	return tap_done();
}
