/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/csv_rows_test.c: where CSV rows end, and what a broken one costs. */
#include "base/buf.h"
#include "base/error.h"
#include "io/chunk.h"
#include "io/csv_dialect.h"
#include "io/csv_fields.h"
#include "io/csv_rows.h"
#include "io/source.h"
#include "tap.h"

#include <inttypes.h>
#include <stdlib.h>

/* Rows as "line+lines:content" or "line+lines!fault@place", each followed by '|'. */
static void
rows_of(struct span input, const struct csv_dialect *d, struct buf *out)
{
	static const char *const names[] = { "good", "blank", "long", "quote", "span", "cr",
		"field" };
	struct byte_source *s = source_of(input, "test");
	struct csv_rows *rows = csv_rows_open(s, d);
	struct error e = { 0 };
	struct chunk c = { 0 };

	buf_reset(out);
	while (csv_rows_chunk(rows, &c, 0, &e) > 0)
		for (size_t i = 0; i < c.count; i++) {
			const struct row *r = &c.rows[i];

			buf_print(out, "%" PRIu64 "+%u", c.first_line + r->line, r->lines);
			if (r->fault == ROW_GOOD) {
				buf_byte(out, ':');
				buf_add(out, chunk_row(&c, i));
			} else {
				buf_print(out, "!%s@%u", names[r->fault], r->fault_at);
			}
			buf_byte(out, '|');
		}
	csv_rows_close(rows);
	chunk_done(&c);
	source_close(s);
}

static void
rows(struct span input, const struct csv_dialect *d, const char *want, const char *name)
{
	struct csv_dialect usual = csv_dialect_default();
	struct buf out = { 0 };

	rows_of(input, d == NULL ? &usual : d, &out);
	is_text(buf_span(&out).p, out.len, want, name);
	buf_done(&out);
}

static void
ends_rows(void)
{
	rows(SPAN(""), NULL, "", "nothing has no rows");
	rows(SPAN("a,b\nc,d"), NULL, "1+1:a,b|2+1:c,d|", "the last row needs no line end");
	rows(SPAN("a\r\nb\r\n"), NULL, "1+1:a|2+1:b|", "a CR before LF is dropped");
	rows(SPAN("\"a\nb\",c\nd\n"), NULL, "1+2:\"a\nb\",c|3+1:d|", "a quoted field may span lines");
	rows(SPAN("\"a\r\nb\"\r\nc"), NULL, "1+2:\"a\r\nb\"|3+1:c|", "line ends inside are kept");
	rows(SPAN("\"a\"\"\nb\"\n"), NULL, "1+2:\"a\"\"\nb\"|", "two quotes are one");
	rows(SPAN("a\n \t\n\nb\n"), NULL, "1+1:a|2+1!blank@0|3+1!blank@0|4+1:b|",
	    "blank lines are told");
	rows(SPAN("\xef\xbb\xbf" "a\nb\n"), NULL, "1+1:a|2+1:b|", "a mark is skipped");
	rows(SPAN("sep=;\r\na;b\n"), NULL, "2+1:a;b|", "a line sep= is skipped");
}

static void
refuses_rows(void)
{
	struct csv_dialect d = csv_dialect_default();

	rows(SPAN("\"a\"b,c\nd\n"), NULL, "1+1!quote@3|2+1:d|", "text after a quoted field");
	rows(SPAN("a\"b,c\nd\n"), NULL, "1+1!quote@1|2+1:d|", "a quote in an unquoted field");
	rows(SPAN("a\rb\nc\n"), NULL, "1+1!cr@1|2+1:c|", "a CR inside a row");
	d.literal_quotes = true;
	rows(SPAN("a\"b,c\nd\n"), &d, "1+1:a\"b,c|2+1:d|", "literal quotes are ordinary");
	d = csv_dialect_default();
	d.cr_ends = true;
	rows(SPAN("a\rb\r\nc\rd"), &d, "1+1:a|2+1:b|3+1:c|4+1:d|", "CR ends rows when asked");
	d = csv_dialect_default();
	d.quote_span = 3;
	rows(SPAN("a,\"b\nc\nd\ne\nf\n"), &d, "1+3!span@2|4+1:e|5+1:f|",
	    "a field that does not close costs quote_span lines");
	rows(SPAN("a,\"b\nc\n"), &d, "1+2!span@2|", "also at the end of the input");
	rows(SPAN("\"a\nb\nc\"\nd\n"), &d, "1+3:\"a\nb\nc\"|4+1:d|", "quote_span lines are allowed");
	d.max_field = 4;
	rows(SPAN("abcd,x\nabcde,x\n"), &d, "1+1:abcd,x|2+1!field@4|", "a field has a limit");
	rows(SPAN("\"abcd\"\n\"abcde\"\n"), &d, "1+1:\"abcd\"|2+1!field@4|", "a quoted one too");
	rows(SPAN("\"abcd\nx\"\ny\n"), &d, "1+1!span@0|2+1!quote@1|3+1:y|",
	    "a field over its limit that does not close ends with its line");
	d = csv_dialect_default();
	d.max_row = 5;
	rows(SPAN("abcde\nabcdef\nabcdefghijk\nx\n"), &d, "1+1:abcde|2+1!long@5|3+1!long@5|4+1:x|",
	    "a row has a limit");
}

static void
loses_little(void)
{
	struct csv_dialect d = csv_dialect_default();
	struct byte_source *s;
	struct csv_rows *r;
	struct error e = { 0 };
	struct chunk c = { 0 };
	struct buf b = { 0 };
	uint64_t good = 0, lost = 0, broken = 0;

	for (int i = 0; i < 100000; i++)
		buf_print(&b, i == 17 ? "%d,\"x,y\n" : "%d,x,y\n", i);
	s = source_of(buf_span(&b), "stray");
	r = csv_rows_open(s, &d);
	while (csv_rows_chunk(r, &c, 0, &e) > 0) {
		for (size_t i = 0; i < c.count; i++) {
			good += c.rows[i].fault == ROW_GOOD;
			broken += c.rows[i].fault != ROW_GOOD;
			lost += c.rows[i].fault != ROW_GOOD ? c.rows[i].lines : 0;
		}
	}
	ok(broken == 1 && lost == 100 && good == 99900, "a stray quote costs 100 lines, one reject");
	ok(e.status == STATUS_DONE, "and reading goes on to the end");
	csv_rows_close(r);
	source_close(s);
	chunk_done(&c);
	buf_done(&b);
}

/* A good row can be split by libcsv, and one whose quotes are refused cannot. */
static void
judges_quotes(void)
{
	enum { LINES = 100000 };
	static const char bytes[] = "ab,,,\"\"\"";
	struct csv_dialect d = csv_dialect_default();
	struct csv_fields *judge = csv_fields_new(&d);
	struct chunk c = { 0 };
	struct buf text = { 0 };
	size_t wrong = 0, good = 0, bad = 0;
	struct byte_source *s;
	struct csv_rows *r;
	struct error e = { 0 };

	srand(7);
	for (int i = 0; i < LINES; i++) {
		for (int n = rand() % 20; n >= 0; n--)
			buf_byte(&text, bytes[(size_t)rand() % (sizeof bytes - 1)]);
		buf_byte(&text, '\n');
	}
	s = source_of(buf_span(&text), "quotes");
	r = csv_rows_open(s, &d);
	while (csv_rows_chunk(r, &c, 0, &e) > 0)
		for (size_t i = 0; i < c.count; i++) {
			enum row_fault fault = c.rows[i].fault;
			const struct span *fields;
			struct error why = { 0 };
			size_t n;

			if (fault != ROW_GOOD && fault != ROW_QUOTE)
				continue;
			wrong += (csv_fields_judge(judge, chunk_row(&c, i), &fields, &n, &why) == 0) !=
			    (fault == ROW_GOOD);
			good += fault == ROW_GOOD && c.rows[i].quoted;
			bad += fault == ROW_QUOTE;
		}
	ok(wrong == 0 && good > LINES / 20 && bad > LINES / 20,
	    "quotes are judged as libcsv does: %zu good rows, %zu refused, %zu wrong", good, bad, wrong);
	csv_rows_close(r);
	csv_fields_free(judge);
	source_close(s);
	chunk_done(&c);
	buf_done(&text);
}

int
main(void)
{
	judges_quotes();
	ends_rows();
	refuses_rows();
	loses_little();
	return tap_done();
}
