/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/splits_test.c: however the input is cut into reads, the rows are the same; and by
 * line none is kept back while more is read. The functions of io/source.h are our own here, so
 * that every read gives as few bytes as we like. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/chunk.h"
#include "io/csv_dialect.h"
#include "io/csv_rows.h"
#include "io/lines.h"
#include "io/source.h"
#include "tap.h"

#include <inttypes.h>
#include <stdlib.h>

enum { TRIALS = 10000, SEED = 11 };

struct byte_source {
	struct span	rest;
	size_t		most;		/* bytes a read may give */
	bool		by_line;
	const struct chunk *chunk;	/* that is being filled */
	unsigned	kept_back;	/* reads while it held whole rows */
};

/* The rest of a row that is too long is read when its start is in the chunk. */
static bool
holds_rows(const struct chunk *c)
{
	return c->count > 0 && c->rows[c->count - 1].fault != ROW_LONG;
}

ssize_t
source_read(struct byte_source *s, char *p, size_t room, struct error *e)
{
	size_t n = 1 + (size_t)rand() % s->most;

	(void)e;
	s->kept_back += s->by_line && s->rest.len > 0 && holds_rows(s->chunk);
	if (n > room)
		n = room;
	if (n > s->rest.len)
		n = s->rest.len;
	memcpy(p, s->rest.p, n);
	s->rest = span_skip(s->rest, n);
	return (ssize_t)n;
}

struct span
source_peek(struct byte_source *s, size_t want, struct error *e)
{
	(void)e;
	return span_head(s->rest, want);
}

struct span
source_peek_line(struct byte_source *s, size_t seen, size_t want, struct error *e)
{
	size_t line = span_index(span_skip(s->rest, seen), '\n');

	(void)e;
	return span_head(s->rest, s->by_line && seen + line < want ? seen + line + 1 : want);
}

bool
source_by_line(const struct byte_source *s)
{
	return s->by_line;
}

/* Every row of a chunk with its place, as text. */
static void
describe(const struct chunk *c, bool border, struct buf *out)
{
	bool tainted = c->tainted;

	for (size_t i = 0; i < c->count; i++) {
		const struct row *r = &c->rows[i];

		buf_print(out, "%" PRIu64 " l%" PRIu64 " n%u f%u@%u u%d q%d t%d %" PRIu64 " [",
		    c->first_byte + r->at, c->first_line + r->line, r->lines, r->fault, r->fault_at,
		    r->unended, r->quoted, tainted, r->full_len);
		buf_add(out, chunk_row(c, i));
		buf_text(out, "]\n");
		tainted |= r->fault == ROW_SPAN;
	}
	if (border)
		buf_text(out, "----\n");
}

static struct byte_source
source(struct span input, size_t most, bool by_line)
{
	return (struct byte_source){ .rest = input, .most = most, .by_line = by_line };
}

/* Reads that kept whole rows back. */
static unsigned
read_rows(struct byte_source s, bool borders, const struct csv_dialect *d, struct buf *out)
{
	struct csv_rows *rows = csv_rows_open(&s, d);
	struct error e = { 0 };
	struct chunk c = { 0 };

	s.chunk = &c;
	while (csv_rows_chunk(rows, &c, 0, &e) > 0)
		describe(&c, borders, out);
	csv_rows_close(rows);
	chunk_done(&c);
	return s.kept_back;
}

static unsigned
read_lines(struct byte_source s, bool borders, size_t max_line, struct buf *out)
{
	struct lines *lines = lines_open(&s, max_line);
	struct error e = { 0 };
	struct chunk c = { 0 };

	s.chunk = &c;
	while (lines_chunk(lines, &c, &e) > 0)
		describe(&c, borders, out);
	lines_close(lines);
	chunk_done(&c);
	return s.kept_back;
}

static struct span
random_text(char *p, size_t room)
{
	static const char bytes[] = "\"\"\"\n\n\r,, ab\"\n\r\n;";
	size_t len = (size_t)rand() % room;

	for (size_t i = 0; i < len; i++)
		p[i] = bytes[(size_t)rand() % (sizeof bytes - 1)];
	return span_make(p, len);
}

static struct csv_dialect
random_dialect(void)
{
	struct csv_dialect d = { .delimiter = ',', .quote = '"' };

	d.cr_ends = rand() % 3 == 0;
	d.literal_quotes = rand() % 3 == 0;
	d.quote_span = 1 + (uint32_t)rand() % 4;
	d.max_field = 1 + (uint32_t)rand() % 12;
	d.max_row = 4 + (uint32_t)rand() % 30;
	return d;
}

/* Every physical byte and line is in exactly one row: places add up to the input. */
static bool
covers(struct span input, const struct csv_dialect *d)
{
	struct byte_source s = { .rest = input, .most = input.len + 1 };
	struct csv_rows *rows = csv_rows_open(&s, d);
	struct error e = { 0 };
	struct chunk c = { 0 };
	uint64_t line = 1, byte = 0;
	bool good = true;

	while (csv_rows_chunk(rows, &c, 0, &e) > 0)
		for (size_t i = 0; i < c.count && good; i++) {
			good = c.first_line + c.rows[i].line == line &&
			    c.first_byte + c.rows[i].at >= byte && c.rows[i].lines > 0 &&
			    memcmp(input.p + c.first_byte + c.rows[i].at, chunk_row(&c, i).p,
				c.rows[i].len) == 0;
			line += c.rows[i].lines;
			byte = c.first_byte + c.rows[i].at + c.rows[i].len;
		}
	csv_rows_close(rows);
	chunk_done(&c);
	return good;
}

static void
csv_is_the_same(bool by_line)
{
	struct buf whole = { 0 }, cut = { 0 };
	unsigned differ = 0, holes = 0, kept_back = 0;
	char text[80];

	for (int trial = 0; trial < TRIALS; trial++) {
		struct span input = random_text(text, sizeof text);
		struct csv_dialect d = random_dialect();

		buf_reset(&whole);
		buf_reset(&cut);
		read_rows(source(input, 100, false), !by_line, &d, &whole);
		kept_back += read_rows(source(input, 1 + (size_t)rand() % 9, by_line), !by_line, &d,
		    &cut);
		if (!span_equal(buf_span(&whole), buf_span(&cut)) && differ++ == 0)
			printf("# %.*s# but\n# %.*s", SPAN_ARG(buf_span(&whole)),
			    SPAN_ARG(buf_span(&cut)));
		holes += !covers(input, &d);
	}
	ok(differ == 0, "CSV rows do not depend on reads%s (%d trials, seed %d)",
	    by_line ? ", by line" : "", TRIALS, SEED);
	if (by_line)
		ok(kept_back == 0, "by line no whole row waits for a read");
	ok(holes == 0, "every physical line is in exactly one row");
	buf_done(&whole);
	buf_done(&cut);
}

static void
lines_are_the_same(bool by_line)
{
	struct buf whole = { 0 }, cut = { 0 };
	unsigned differ = 0, kept_back = 0;
	char text[80];

	for (int trial = 0; trial < TRIALS; trial++) {
		struct span input = random_text(text, sizeof text);
		size_t max_line = 1 + (size_t)rand() % 30;

		buf_reset(&whole);
		buf_reset(&cut);
		read_lines(source(input, 100, false), !by_line, max_line, &whole);
		kept_back += read_lines(source(input, 1 + (size_t)rand() % 9, by_line), !by_line, max_line,
		    &cut);
		if (!span_equal(buf_span(&whole), buf_span(&cut)) && differ++ == 0)
			printf("# %.*s# but\n# %.*s", SPAN_ARG(buf_span(&whole)),
			    SPAN_ARG(buf_span(&cut)));
	}
	ok(differ == 0, "lines do not depend on reads%s (%d trials, seed %d)",
	    by_line ? ", by line" : "", TRIALS, SEED);
	if (by_line)
		ok(kept_back == 0, "by line no whole line waits for a read");
	buf_done(&whole);
	buf_done(&cut);
}

int
main(void)
{
	srand(SEED);
	for (int by_line = 0; by_line < 2; by_line++) {
		csv_is_the_same(by_line == 1);
		lines_are_the_same(by_line == 1);
	}
	return tap_done();
}
