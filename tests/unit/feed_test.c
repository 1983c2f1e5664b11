/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/feed_test.c: the envelope of streams, and order whatever the threads. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/notes.h"
#include "io/ndjson.h"
#include "model/feed.h"
#include "model/record.h"
#include "model/rejects.h"
#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

#define HEAD	"{\"kind\":\"stream\",\"schema\":\"cdp/1\",\"tool\":\"t\"}\n"
#define END(n)	"{\"kind\":\"end\",\"in\":" n ",\"out\":" n ",\"ok\":true}\n"
#define LINE	"{\"kind\":\"record\",\"id\":\"a:1\"}\n"

static char path[] = "/tmp/cdp-feed-test-XXXXXX";

static void
put(struct span text)
{
	FILE *f = fopen(path, "w");

	fwrite(text.p, 1, text.len, f);
	fclose(f);
}

/* Copies every line, refuses those of kind link. */
static int
line(void *arg, struct feed_part *part, const struct feed_line *l, struct error *e)
{
	(void)arg;
	if (l->kind == FEED_LINK) {
		error_set(e, REFUSED, "E_TEST", "a link");
		return 1;
	}
	buf_add(part->out, l->raw);
	buf_byte(part->out, '\n');
	return 0;
}

static int
emit(void *arg, struct feed_part *part, struct error *e)
{
	(void)e;
	buf_add(arg, buf_span(part->out));
	return 0;
}

static struct feed_counts counts;
static struct notes notes;
static struct buf got;

static int
run_with(const struct feed_ops *ops, const char *text, unsigned threads, bool strict, struct error *e)
{
	const char *paths[] = { path };
	struct rejects_options ro = { .tool = "t", .as_of = INSTANT_NONE };
	struct rejects *rejects = rejects_new(&ro);
	struct feed_options o = { .paths = paths, .path_count = 1, .threads = threads,
	    .strict_counts = strict, .rejects = rejects, .notes = &notes, .tool = "t" };
	int r;

	if (text != NULL)
		put(span_from(text));
	notes_done(&notes);
	buf_reset(&got);
	error_clear(e);
	r = feed_run(&o, ops, &got, &counts, e);
	rejects_free(rejects);
	return r;
}

static int
run(const char *text, unsigned threads, bool strict, struct error *e)
{
	const struct feed_ops ops = { .line = line, .emit = emit };

	return run_with(&ops, text, threads, strict, e);
}

static const struct {
	const char	*what, *text;
	int		 status;
	const char	*code;
} table[] = {
	{ "a whole stream is complete", HEAD LINE END("1"), 0, NULL },
	{ "two streams one after another are complete", HEAD LINE END("1") HEAD END("0"), 0, NULL },
	{ "foreign lines need no end", LINE LINE, 0, NULL },
	{ "lines after the last end are foreign", HEAD END("0") LINE, 0, NULL },
	{ "empty input is complete", "", 0, NULL },
	{ "an input that ends before its end line is incomplete", HEAD LINE, 3, "E_STREAM_END" },
	{ "a second stream before the end is incomplete", HEAD LINE HEAD END("0"), 3, "E_STREAM_END" },
	{ "an end that is not ok fails", HEAD LINE "{\"kind\":\"end\",\"ok\":false}\n", 3, "E_STREAM_END" },
	{ "an end without a stream fails", LINE END("1"), 3, "E_STREAM_END" },
	{ "a repeated end fails", HEAD END("0") END("0"), 3, "E_STREAM_END" },
	{ "half a line at the end fails", HEAD LINE "{\"kind\":\"rec", 3, "E_TRUNCATED" },
	{ "a last line without LF is taken", LINE "{\"kind\":\"record\"}", 0, NULL },
	{ "an unknown schema is a usage error", "{\"kind\":\"stream\",\"schema\":\"cdp/9\"}\n", 2, "E_SCHEMA" },
	{ "a JSON array is no stream", "[{\"kind\":\"record\"}]\n", 3, "E_NOT_NDJSON" },
	{ "a pretty-printed document is no stream", "{\n\"kind\": 1\n}\n", 3, "E_NOT_NDJSON" },
	{ "a table is no stream", "id,name\n1,Ana\n", 3, "E_NOT_NDJSON" },
	{ "a first line that is neither is one bad line", "oops\n" LINE, 0, NULL },
};

static void
envelope(void)
{
	struct error e = { 0 };

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		int r = run(table[i].text, 1, false, &e);

		ok((r == 0) == (table[i].status == 0) && (int)e.status == table[i].status &&
		    (table[i].code == NULL || strcmp(e.code, table[i].code) == 0),
		    "%s (status %d)", table[i].what, e.status);
	}
	ok(run(HEAD LINE END("2"), 1, false, &e) == 0 && notes.count == 1, "a count that differs is noted");
	ok(run(HEAD LINE END("2"), 1, true, &e) < 0 && e.status == STATUS_INPUT,
	    "a count that differs is an error where it may hide a refusal");
}

static void
refusals(void)
{
	struct error e = { 0 };

	ok(run(LINE "{\"a\":01}\n{\"kind\":\"link\"}\n" LINE, 1, false, &e) == 0 && counts.rejected == 2 &&
	    counts.in == 4 && counts.by_kind[FEED_RECORD] == 2, "bad and refused lines are counted, the rest goes on");
	ok(run("\n \n" LINE, 1, false, &e) == 0 && counts.blank == 2, "blank lines are skipped and counted");
}

/* Many chunks: the same bytes out for any number of threads, and all of them. */
static void
order(void)
{
	struct buf text = { 0 };
	struct error e = { 0 };

	for (int i = 0; i < 120000; i++)
		buf_print(&text, "{\"kind\":\"record\",\"id\":\"a:%d\"}\n", i);
	put(buf_span(&text));
	for (unsigned threads = 1; threads <= 8; threads++) {
		int r = run(NULL, threads, false, &e);

		ok(r == 0 && span_equal(buf_span(&got), buf_span(&text)),
		    "%u threads give the lines in their order", threads);
	}
	buf_done(&text);
}

/* ---- what a chunk holds is freed once, however its chunk goes ---- */

static _Atomic int held, taken;

static int
holding_line(void *arg, struct feed_part *part, const struct feed_line *l, struct error *e)
{
	(void)arg;
	if (part->data == NULL) {
		part->data = malloc(1);
		held++;
		taken++;
	}
	return l->kind == FEED_EVENT ? error_set(e, INPUT, "E_TEST", "an event") : 0;
}

static int
failing_emit(void *arg, struct feed_part *part, struct error *e)
{
	(void)arg;
	(void)part;
	return error_set(e, INPUT, "E_TEST", "no room");
}

static void
free_held(void *arg, struct feed_part *part)
{
	(void)arg;
	free(part->data);
	held--;
}

static void
holding(void)
{
	const struct feed_ops good = { .line = holding_line, .emit = emit, .drop = free_held };
	const struct feed_ops bad = { .line = holding_line, .emit = failing_emit, .drop = free_held };
	struct buf text = { 0 };
	struct error e = { 0 };

	for (int i = 0; i < 120000; i++)
		buf_print(&text, "{\"kind\":\"record\",\"id\":\"a:%d\"}\n", i);
	put(buf_span(&text));
	for (unsigned threads = 1; threads <= 4; threads += 3) {
		taken = 0;
		ok(run_with(&good, NULL, threads, false, &e) == 0 && taken > 2 && held == 0,
		    "%u threads: what is emitted is freed", threads);
		ok(run_with(&bad, NULL, threads, false, &e) < 0 && held == 0,
		    "%u threads: emit fails, and what it and those behind it hold is freed", threads);
	}
	ok(run_with(&good, LINE "{\"kind\":\"event\"}\n", 1, false, &e) < 0 && held == 0,
	    "a line ends the run, and what its chunk holds is freed");
	buf_done(&text);
}

/* Leaves every line with the number in it; links are refused at once. */
static int
leave(void *arg, struct feed_part *part, const struct feed_line *l, struct error *e)
{
	unsigned *number = arena_alloc(part->arena, sizeof *number);

	if (l->kind == FEED_LINK)
		return line(arg, part, l, e);
	*number = (unsigned)strtoul(l->raw.p + strlen("{\"kind\":\"event\",\"n\":"), NULL, 10);
	part->left = number;
	return 2;
}

static unsigned turns, out_of_turn;

/* What it says rests on all lines before. */
static int
my_turn(void *arg, struct feed_part *part, const struct feed_line *l, void *left, struct error *e)
{
	unsigned n = *(unsigned *)left;

	(void)arg;
	(void)part;
	out_of_turn += n != turns++ || l->kind != FEED_EVENT || l->tape != NULL;
	if (n % 5 != 0)
		return 0;
	error_set(e, REFUSED, "E_TEST", "a fifth");
	return 1;
}

static int
no_turn(void *arg, struct feed_part *part, const struct feed_line *l, void *left, struct error *e)
{
	(void)arg;
	(void)part;
	(void)l;
	return *(unsigned *)left == 7 ? error_set(e, RESOURCES, "E_TEST", "ends") : 0;
}

static void
waiting(void)
{
	const struct feed_ops good = { .line = leave, .turn = my_turn, .emit = emit };
	const struct feed_ops bad = { .line = leave, .turn = no_turn, .emit = emit };
	struct buf text = { 0 };
	struct error e = { 0 };

	buf_text(&text, HEAD);
	for (int i = 0; i < 100000; i++)
		buf_print(&text, "{\"kind\":\"%s\",\"n\":%d}\n", i % 10 == 9 ? "link" : "event", i - i / 10);
	buf_text(&text, END("100000"));
	put(buf_span(&text));
	for (unsigned threads = 1; threads <= 4; threads += 3) {
		turns = out_of_turn = 0;
		ok(run_with(&good, NULL, threads, true, &e) == 0 && turns == 90000 && out_of_turn == 0,
		    "%u threads: lines that wait have their turn in order", threads);
		ok(counts.rejected == 28000 && counts.by_kind[FEED_EVENT] == 72000 && counts.in == 100000,
		    "%u threads: those that are refused then are counted as refused", threads);
		ok(run_with(&bad, NULL, threads, true, &e) < 0 && e.status == STATUS_RESOURCES && e.line == 9,
		    "%u threads: one that ends the run says where", threads);
	}
	buf_done(&text);
}

/* Writes the id alone; refuses one of them. */
static int
take_record(void *arg, struct feed_part *part, const struct feed_line *l, const struct record *r,
    struct error *e)
{
	(void)arg;
	if (l->kind != FEED_RECORD || l->line == 0 || span_is(r->id, "a:9")) {
		error_set(e, REFUSED, "E_TEST", "a:9");
		return 1;
	}
	buf_add(part->out, r->id);
	buf_byte(part->out, '\n');
	return 0;
}

/* Records of the usual form and others come the same way. */
static void
records(void)
{
	const struct feed_ops ops = { .line = line, .emit = emit, .record = take_record };
	struct error e = { 0 };

	ok(run_with(&ops, HEAD LINE "{\"id\":\"a:2\",\"kind\":\"record\"}\n"
	    "{\"kind\":\"record\", \"id\":\"a:3\"}\n{\"kind\":\"event\"}\n" END("4"), 1, true, &e) == 0 &&
	    span_is(buf_span(&got), "a:1\na:2\na:3\n{\"kind\":\"event\"}\n") &&
	    counts.by_kind[FEED_RECORD] == 3, "records come read, in whatever form they are written");
	ok(run_with(&ops, LINE "{\"kind\":\"record\",\"id\":\"a:9\"}\n"
	    "{\"kind\":\"record\", \"id\":\"a:9\"}\n{\"kind\":\"record\"}\n", 1, false, &e) == 0 &&
	    counts.rejected == 3 && counts.in == 4 && counts.by_kind[FEED_RECORD] == 1,
	    "what the tool refuses, and what is no record, is rejected");
}

int
main(void)
{
	close(mkstemp(path));
	envelope();
	refusals();
	waiting();
	records();
	order();
	holding();
	unlink(path);
	notes_done(&notes);
	buf_done(&got);
	return tap_done();
}
