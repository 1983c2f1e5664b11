/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/lines.c: lines in chunks. Where a chunk ends depends on the bytes alone, never on how
 * they arrived; but where somebody waits for each line, it ends before it would wait. A line
 * that is too long ends its chunk, so that first_byte + row.at is the place of every row although
 * the rest of that line is not kept. */
#include "base/alloc.h"
#include "base/error.h"
#include "io/chunk.h"
#include "io/lines.h"
#include "io/source.h"

#include <assert.h>

enum {
	BLOCK_BYTES = 256 << 10, LONG_KEPT = 4096,
	BEGIN_BYTES = 64,		/* of a row, to tell what it is */
	CHUNK_ROOM = CHUNK_BYTES + (CHUNK_BYTES >> 4),	/* for a chunk and its last row, mostly */
	CHUNK_FEW = CHUNK_BYTES >> 4	/* a chunk of fewer bytes may stay small */
};

struct lines {
	struct byte_source	*source;
	size_t			 max_line;
	bool			(*may_be_long)(struct span begin);	/* NULL: none may */
	char			*block;
	size_t			 at, len;	/* what is left of the block */
	uint64_t		 byte, line;	/* place of the next row */
	bool			 started, ended, by_line;
};

struct lines *
lines_open(struct byte_source *s, size_t max_line)
{
	struct lines *l = mem_zero(1, sizeof *l);

	assert(max_line <= LINE_MOST);
	l->source = s;
	l->max_line = max_line == 0 ? LINE_DEFAULT : max_line;
	l->by_line = source_by_line(s);
	l->block = mem_alloc(BLOCK_BYTES);
	l->line = 1;
	return l;
}

void
lines_may_be_long(struct lines *l, bool (*may)(struct span begin))
{
	l->may_be_long = may;
}

void
lines_close(struct lines *l)
{
	if (l == NULL)
		return;
	mem_free(l->block);
	mem_free(l);
}

/* 1 when bytes are there, 0 at the end, -1. */
static int
fill(struct lines *l, struct error *e)
{
	ssize_t n;

	if (l->at < l->len)
		return 1;
	if (l->ended)
		return 0;
	n = source_read(l->source, l->block, BLOCK_BYTES, e);
	if (n < 0)
		return -1;
	l->at = 0;
	l->len = (size_t)n;
	l->ended = n == 0;
	return n > 0;
}

static int
skip_mark(struct lines *l, struct error *e)
{
	struct span head = source_peek_line(l->source, 0, 3, e);
	char mark[3];
	size_t taken = 0;

	l->started = true;
	if (head.p == NULL && e->status != STATUS_DONE)
		return -1;
	if (!span_equal(head, SPAN("\xef\xbb\xbf")))
		return 0;
	l->byte = sizeof mark;
	while (taken < sizeof mark) {
		ssize_t n = source_read(l->source, mark + taken, sizeof mark - taken, e);

		if (n <= 0)
			return (int)n;
		taken += (size_t)n;
	}
	return 0;
}

static bool
is_blank(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '\r')
			return false;
	return true;
}

/* Bytes that the row may have, of which more than max_line are here. */
static size_t
most(const struct lines *l, const struct chunk *c, const struct row *row)
{
	size_t begin = l->max_line < BEGIN_BYTES ? l->max_line : BEGIN_BYTES;

	return l->may_be_long != NULL && l->may_be_long(span_make(c->bytes.p + row->at, begin)) ?
	    LINE_MOST : l->max_line;
}

/* Only its start is kept. */
static void
cut(struct chunk *c, struct row *row, size_t limit)
{
	row->fault = ROW_LONG;
	row->fault_at = (uint32_t)limit;
	c->bytes.len = row->at + (limit < LONG_KEPT ? limit : LONG_KEPT);
}

/* Takes the next piece of the row, up to and with its LF. Of a row that has become too long
 * (its CR and LF do not count) only the start is kept. */
static bool
take_piece(struct lines *l, struct chunk *c, struct row *row)
{
	const char *p = l->block + l->at;
	const char *lf = memchr(p, '\n', l->len - l->at);
	size_t len = lf == NULL ? l->len - l->at : (size_t)(lf - p) + 1;

	row->full_len += len;
	l->at += len;
	if (row->fault == ROW_LONG)
		return lf != NULL;
	buf_add(&c->bytes, span_make(p, len));
	if (row->full_len > l->max_line + 2 && row->full_len > most(l, c, row) + 2)
		cut(c, row, most(l, c, row));
	return lf != NULL;
}

static void
finish_row(struct lines *l, struct chunk *c, struct row *row)
{
	uint64_t taken = row->full_len;
	const char *p = c->bytes.p + row->at;

	l->byte += taken;
	l->line++;
	row->full_len -= !row->unended;
	if (row->fault != ROW_LONG) {
		if (!row->unended && taken >= 2 && p[taken - 2] == '\r')
			row->full_len--;
		if (row->full_len > l->max_line && row->full_len > most(l, c, row))
			cut(c, row, most(l, c, row));
	}
	row->len = row->fault == ROW_LONG ? (uint32_t)(c->bytes.len - row->at) :
	    (uint32_t)row->full_len;
	if (row->fault != ROW_LONG && (row->len == 0 || ((unsigned char)p[0] <= ' ' &&
	    is_blank(span_make(p, row->len)))))
		row->fault = ROW_BLANK;
	c->rows = mem_grow(c->rows, c->count + 1, &c->cap, sizeof *c->rows);
	c->rows[c->count++] = *row;
}

/* The next row: 1, 0 at the end, -1. */
static int
next_row(struct lines *l, struct chunk *c, struct row *row, struct error *e)
{
	int r = fill(l, e);

	if (r <= 0)
		return r;
	*row = (struct row){ .at = (uint32_t)c->bytes.len, .line = (uint32_t)c->count,
	    .lines = 1 };
	while (!take_piece(l, c, row)) {
		r = fill(l, e);
		if (r < 0)
			return -1;
		if (r == 0) {
			row->unended = true;
			break;
		}
	}
	finish_row(l, c, row);
	return 1;
}

/* The next row is not here yet. */
static bool
must_wait(const struct lines *l)
{
	return l->at == l->len || memchr(l->block + l->at, '\n', l->len - l->at) == NULL;
}

int
lines_chunk(struct lines *l, struct chunk *c, struct error *e)
{
	struct row row = { 0 };
	int r;

	chunk_reset(c);
	if (!l->started && skip_mark(l, e) < 0)
		return -1;
	c->first_byte = l->byte;
	c->first_line = l->line;
	do {
		r = next_row(l, c, &row, e);
		if (r < 0)
			return -1;
		if (c->bytes.len > CHUNK_FEW && c->bytes.cap < CHUNK_ROOM)
			buf_room(&c->bytes, CHUNK_ROOM - c->bytes.len);
	} while (r > 0 && row.fault != ROW_LONG && c->bytes.len < CHUNK_BYTES &&
	    !(l->by_line && must_wait(l)));
	return c->count > 0;
}
