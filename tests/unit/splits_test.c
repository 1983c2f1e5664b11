/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/splits_test.c: however the input is cut into reads, the rows are the same. The
 * functions of io/source.h are our own here, so that every read gives as few bytes as we like. */
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

enum { TRIALS = 20000, SEED = 11 };

struct byte_source {
	struct span	rest;
	size_t		most;		/* bytes a read may give */
};

ssize_t
source_read(struct byte_source *s, char *p, size_t room, struct error *e)
{
	size_t n = 1 + (size_t)rand() % s->most;

	(void)e;
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

/* Every row of a chunk with its place, as text. */
static void
describe(const struct chunk *c, struct buf *out)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct row *r = &c->rows[i];

		buf_print(out, "%" PRIu64 "+%u l%" PRIu64 "+%u n%u f%u@%u u%d q%d %" PRIu64 " [",
		    c->first_byte, r->at, c->first_line, r->line, r->lines, r->fault, r->fault_at,
		    r->unended, r->quoted, r->full_len);
		buf_add(out, chunk_row(c, i));
		buf_text(out, "]\n");
	}
	buf_text(out, c->tainted ? "tainted\n" : "clean\n");
}

static void
read_rows(struct span input, size_t most, const struct csv_dialect *d, struct buf *out)
{
	struct byte_source s = { input, most };
	struct csv_rows *rows = csv_rows_open(&s, d);
	struct error e = { 0 };
	struct chunk c = { 0 };

	while (csv_rows_chunk(rows, &c, 0, &e) > 0)
		describe(&c, out);
	csv_rows_close(rows);
	chunk_done(&c);
}

static void
read_lines(struct span input, size_t most, size_t max_line, struct buf *out)
{
	struct byte_source s = { input, most };
	struct lines *lines = lines_open(&s, max_line);
	struct error e = { 0 };
	struct chunk c = { 0 };

	while (lines_chunk(lines, &c, &e) > 0)
		describe(&c, out);
	lines_close(lines);
	chunk_done(&c);
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
	struct byte_source s = { input, input.len + 1 };
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
csv_is_the_same(void)
{
	struct buf whole = { 0 }, cut = { 0 };
	unsigned differ = 0, holes = 0;
	char text[80];

	for (int trial = 0; trial < TRIALS; trial++) {
		struct span input = random_text(text, sizeof text);
		struct csv_dialect d = random_dialect();

		buf_reset(&whole);
		buf_reset(&cut);
		read_rows(input, 100, &d, &whole);
		read_rows(input, 1 + (size_t)rand() % 9, &d, &cut);
		if (!span_equal(buf_span(&whole), buf_span(&cut)) && differ++ == 0)
			printf("# %.*s# but\n# %.*s", SPAN_ARG(buf_span(&whole)),
			    SPAN_ARG(buf_span(&cut)));
		holes += !covers(input, &d);
	}
	ok(differ == 0, "CSV rows do not depend on reads (%d trials, seed %d)", TRIALS, SEED);
	ok(holes == 0, "every physical line is in exactly one row");
	buf_done(&whole);
	buf_done(&cut);
}

static void
lines_are_the_same(void)
{
	struct buf whole = { 0 }, cut = { 0 };
	unsigned differ = 0;
	char text[80];

	for (int trial = 0; trial < TRIALS; trial++) {
		struct span input = random_text(text, sizeof text);
		size_t max_line = 1 + (size_t)rand() % 30;

		buf_reset(&whole);
		buf_reset(&cut);
		read_lines(input, 100, max_line, &whole);
		read_lines(input, 1 + (size_t)rand() % 9, max_line, &cut);
		if (!span_equal(buf_span(&whole), buf_span(&cut)) && differ++ == 0)
			printf("# %.*s# but\n# %.*s", SPAN_ARG(buf_span(&whole)),
			    SPAN_ARG(buf_span(&cut)));
	}
	ok(differ == 0, "lines do not depend on reads (%d trials, seed %d)", TRIALS, SEED);
	buf_done(&whole);
	buf_done(&cut);
}

int
main(void)
{
	srand(SEED);
	csv_is_the_same();
	lines_are_the_same();
	return tap_done();
}
