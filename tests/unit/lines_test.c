/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/lines_test.c: lines, their places and their limit. */
#include "base/buf.h"
#include "base/error.h"
#include "io/chunk.h"
#include "io/lines.h"
#include "io/source.h"
#include "tap.h"

#include <inttypes.h>

static void
rows(struct span input, size_t max_line, const char *want, const char *name)
{
	struct byte_source *s = source_of(input, "test");
	struct lines *l = lines_open(s, max_line);
	struct error e = { 0 };
	struct buf out = { 0 };
	struct chunk c = { 0 };

	while (lines_chunk(l, &c, &e) > 0)
		for (size_t i = 0; i < c.count; i++) {
			const struct row *r = &c.rows[i];

			buf_print(&out, "%" PRIu64 "@%" PRIu64 "%s%s:", c.first_line + r->line,
			    c.first_byte + r->at, r->unended ? "u" : "",
			    r->fault == ROW_LONG ? "long" : r->fault == ROW_BLANK ? "blank" : "");
			buf_add(&out, chunk_row(&c, i));
			if (r->fault == ROW_LONG)
				buf_print(&out, "(%" PRIu64 ")", r->full_len);
			buf_byte(&out, '|');
		}
	is_text(buf_span(&out).p, out.len, want, name);
	lines_close(l);
	source_close(s);
	chunk_done(&c);
	buf_done(&out);
}

static void
finds_lines(void)
{
	rows(SPAN(""), 0, "", "nothing has no lines");
	rows(SPAN("\n"), 0, "1@0blank:|", "a line end is a blank line");
	rows(SPAN("a\nb"), 0, "1@0:a|2@2u:b|", "the last line may lack its end, and says so");
	rows(SPAN("a\r\nb\r\r\n"), 0, "1@0:a|2@3:b\r|", "one CR before LF is dropped");
	rows(SPAN("a\r"), 0, "1@0u:a\r|", "a CR before nothing stays");
	rows(SPAN(" \t\r\na\n"), 0, "1@0blank: \t|2@4:a|", "blanks and tabs are blank");
	rows(SPAN("\xef\xbb\xbf" "a\n"), 0, "1@3:a|", "a mark at byte 0 is skipped");
	rows(SPAN("a\n\xef\xbb\xbf" "b\n"), 0, "1@0:a|2@2:\xef\xbb\xbf" "b|", "a mark elsewhere stays");
	rows(SPAN("abc\r\nabcd\nabcde\nx"), 3, "1@0:abc|2@5long:abc(4)|3@10long:abc(5)|4@16u:x|",
	    "the limit is for the content of a line");
}

/* A line of 40 MiB between two short ones; the chunk never holds more than a little of it. */
static void
skips_long_lines(void)
{
	struct buf b = { 0 };
	struct error e = { 0 };
	struct chunk c = { 0 };
	struct byte_source *s;
	struct lines *l;
	uint64_t place = 0;
	size_t count = 0;

	buf_text(&b, "a\n");
	buf_room(&b, 40 << 20);
	memset(b.p + b.len, 'x', 40 << 20);
	b.len += 40 << 20;
	buf_text(&b, "\nb\n");
	s = source_of(buf_span(&b), "long");
	l = lines_open(s, 0);
	while (lines_chunk(l, &c, &e) > 0) {
		count += c.count;
		place = c.first_byte;
	}
	ok(count == 3 && place == (40 << 20) + 3, "after a long line the next one has its place");
	ok(c.bytes.cap < 4 << 20, "the rest of a long line is not kept");
	lines_close(l);
	source_close(s);
	chunk_done(&c);
	buf_done(&b);
}

/* A chunk ends at the first line end at or after CHUNK_BYTES. */
static void
cuts_chunks(void)
{
	struct buf b = { 0 };
	struct error e = { 0 };
	struct chunk c = { 0 };
	struct byte_source *s;
	struct lines *l;

	for (int i = 0; i < 30000; i++)
		buf_print(&b, "%099d\n", i);
	s = source_of(buf_span(&b), "chunks");
	l = lines_open(s, 0);
	ok(lines_chunk(l, &c, &e) == 1 && c.count == CHUNK_BYTES / 100 + 1, "a chunk is 1 MiB");
	ok(lines_chunk(l, &c, &e) == 1 && c.first_line == CHUNK_BYTES / 100 + 2 &&
	    c.first_byte == (CHUNK_BYTES / 100 + 1) * 100, "the next one begins where it ended");
	lines_close(l);
	source_close(s);
	chunk_done(&c);
	buf_done(&b);
}

int
main(void)
{
	finds_lines();
	skips_long_lines();
	cuts_chunks();
	return tap_done();
}
