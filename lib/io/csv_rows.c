/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/csv_rows.c: rows by the rules of ingest 1.4. A row is walked line by line; a line
 * without a quote byte is a whole row and costs three memchr. Offsets are from the start of
 * the row, so that reading more may move the bytes. Where a chunk ends depends on the bytes
 * alone, but where somebody waits for each row it ends before it would wait; a row that is too
 * long ends its chunk, so first_byte + row.at is always the place. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/chunk.h"
#include "io/csv_dialect.h"
#include "io/csv_rows.h"
#include "io/source.h"

#include <stdint.h>
#include <string.h>

enum { BLOCK_BYTES = 256 << 10, LONG_KEPT = 4096 };
#define NOWHERE	SIZE_MAX

/* The next place of one byte value, found once per block and not once per row. */
struct seek {
	char	c;
	size_t	hit;		/* in the block, or NOWHERE */
	size_t	searched;	/* no other hit before this */
};

struct csv_rows {
	struct byte_source	*source;
	struct csv_dialect	 dialect;
	struct buf		 in;
	size_t			 at;		/* the row begins here in `in` */
	struct seek		 quote, cr;
	uint64_t		 byte, line;	/* place of the row */
	bool			 started, ended, tainted;
	bool			 by_line, held;	/* held: rows wait while this one is read */
};

/* The row as far as it has been walked. */
struct walk {
	size_t	 start, end, after;	/* the physical line: content, and what follows its end */
	size_t	 field;			/* the field that is open begins here */
	uint32_t field_lines;		/* physical lines of a quoted field */
	bool	 in_quotes, last;	/* last: the input ends here without a line end */
};

enum line_kind { LINE_NONE, LINE_FOUND, LINE_TOO_LONG, LINE_LATER };

struct csv_rows *
csv_rows_open(struct byte_source *s, const struct csv_dialect *d)
{
	struct csv_rows *r = mem_zero(1, sizeof *r);

	r->source = s;
	r->dialect = *d;
	r->by_line = source_by_line(s);
	r->quote = (struct seek){ .c = d->quote, .hit = NOWHERE };
	r->cr = (struct seek){ .c = '\r', .hit = NOWHERE };
	r->line = 1;
	return r;
}

void
csv_rows_close(struct csv_rows *r)
{
	if (r == NULL)
		return;
	buf_done(&r->in);
	mem_free(r);
}

static void
seek_moved(struct seek *s, size_t by)
{
	s->searched = s->searched > by ? s->searched - by : 0;
	if (s->hit != NOWHERE)
		s->hit = s->hit >= by ? s->hit - by : NOWHERE;
}

/* Drops what came before the row and reads a block: 1, 0 at the end, -1. */
static int
more(struct csv_rows *r, struct error *e)
{
	ssize_t n;

	if (r->ended)
		return 0;
	if (r->at > 0) {
		r->in.len -= r->at;
		memmove(r->in.p, r->in.p + r->at, r->in.len);
		seek_moved(&r->quote, r->at);
		seek_moved(&r->cr, r->at);
		r->at = 0;
	}
	buf_room(&r->in, BLOCK_BYTES);
	n = source_read(r->source, r->in.p + r->in.len, BLOCK_BYTES, e);
	if (n < 0)
		return -1;
	r->in.len += (size_t)n;
	r->ended = n == 0;
	return n > 0;
}

static const char *
row_bytes(const struct csv_rows *r)
{
	return r->in.p == NULL ? NULL : r->in.p + r->at;	/* nothing was read yet */
}

/* The next s->c at or after `from`, or NOWHERE; `from` never goes back. */
static size_t
seek_from(const struct csv_rows *r, struct seek *s, size_t from)
{
	size_t start = r->at + from;
	const char *p;

	if (s->hit == NOWHERE || s->hit < start) {
		if (start < s->searched)
			start = s->searched;
		p = start >= r->in.len ? NULL :
		    memchr(r->in.p + start, s->c, r->in.len - start);
		s->hit = p == NULL ? NOWHERE : (size_t)(p - r->in.p);
		s->searched = p == NULL ? r->in.len : s->hit + 1;
	}
	return s->hit == NOWHERE ? NOWHERE : s->hit - r->at;
}

/* The end of the line in what has been read: LF, or CR where that ends rows too. */
static size_t
end_in(struct csv_rows *r, size_t from)
{
	size_t held = r->in.len - r->at, cr;
	const char *p = row_bytes(r);
	const char *lf = from >= held ? NULL : memchr(p + from, '\n', held - from);
	size_t end = lf == NULL ? NOWHERE : (size_t)(lf - p);

	if (!r->dialect.cr_ends)
		return end;
	cr = seek_from(r, &r->cr, from);
	if (cr >= end || (cr + 1 == held && !r->ended))
		return end;
	return cr;
}

/* The line's content is before its LF and before one CR that stands there. */
static void
set_line(const struct csv_rows *r, struct walk *w, size_t end)
{
	const char *p = row_bytes(r);
	size_t held = r->in.len - r->at;

	w->end = end;
	w->after = end + 1;
	if (p[end] == '\r')
		w->after += w->after < held && p[w->after] == '\n';
	else if (end > w->start && p[end - 1] == '\r')
		w->end--;
}

/* What is left is the last line; if nothing is left, the line before stays in place. */
static enum line_kind
end_of_input(const struct csv_rows *r, struct walk *w)
{
	w->last = true;
	w->after = r->in.len - r->at;
	if (w->start == w->after) {
		w->start = w->end;
		return LINE_NONE;
	}
	w->end = w->after;
	return LINE_FOUND;
}

static int
find_line(struct csv_rows *r, struct walk *w, enum line_kind *kind, struct error *e)
{
	size_t searched = w->after, end;

	w->start = w->after;
	while ((end = end_in(r, searched)) == NOWHERE) {
		int got;

		searched = r->in.len - r->at;
		if (searched > (size_t)r->dialect.max_row + 2) {
			*kind = LINE_TOO_LONG;
			return 0;
		}
		searched -= r->dialect.cr_ends && searched > w->start && !r->ended;
		if (r->by_line && r->held && !r->ended) {
			*kind = LINE_LATER;
			return 0;
		}
		got = more(r, e);
		if (got < 0)
			return -1;
		if (got > 0 || (r->dialect.cr_ends && end_in(r, searched) != NOWHERE))
			continue;
		*kind = end_of_input(r, w);
		return 0;
	}
	set_line(r, w, end);
	*kind = LINE_FOUND;
	return 0;
}

static bool
is_blank(const struct csv_rows *r, const struct walk *w)
{
	const char *p = row_bytes(r);

	for (size_t i = w->start; i < w->end; i++)
		if ((p[i] != ' ' && p[i] != '\t' && p[i] != '\r') || p[i] == r->dialect.delimiter)
			return false;
	return true;
}

static bool
stop(struct row *row, enum row_fault fault, size_t at)
{
	row->fault = (uint8_t)fault;
	row->fault_at = (uint32_t)at;
	return false;
}

/* An unquoted field from w->field on: its end, or false with the fault. */
static bool
walk_plain_field(const struct csv_rows *r, struct walk *w, struct row *row, size_t *at)
{
	const struct csv_dialect *d = &r->dialect;
	const char *p = row_bytes(r);
	size_t i = w->field;

	for (; i < w->end && p[i] != d->delimiter; i++) {
		if (p[i] == d->quote && d->quote != '\0' && !d->literal_quotes)
			return stop(row, ROW_QUOTE, i);
		if (p[i] == '\r')
			return stop(row, ROW_CR, i);
	}
	if (i - w->field > d->max_field)
		return stop(row, ROW_FIELD_LONG, w->field + d->max_field);
	*at = i;
	return true;
}

/* The inside of a quoted field from *at on. True with w->in_quotes still set: the line ended
 * first. */
static bool
walk_quoted_field(const struct csv_rows *r, struct walk *w, struct row *row, size_t *at)
{
	const struct csv_dialect *d = &r->dialect;
	const char *p = row_bytes(r);
	size_t i = *at;

	for (;;) {
		const char *q = i >= w->end ? NULL : memchr(p + i, d->quote, w->end - i);

		if (q == NULL)
			return true;
		i = (size_t)(q - p) + 1;
		if (i == w->end || p[i] == d->delimiter)
			break;
		if (p[i] != d->quote)
			return stop(row, p[i] == '\r' ? ROW_CR : ROW_QUOTE, i);
		i++;
	}
	if (i - w->field > (size_t)d->max_field + 2)
		return stop(row, ROW_FIELD_LONG, w->field + d->max_field);
	w->in_quotes = false;
	*at = i;
	return true;
}

/* The fields of one line. False with the fault; w->in_quotes when the row goes on. */
static bool
walk_fields(const struct csv_rows *r, struct walk *w, struct row *row)
{
	const char *p = row_bytes(r);
	size_t at = w->start;

	if (!w->in_quotes)
		w->field = at;
	for (;;) {
		bool good;

		if (!w->in_quotes && at < w->end && p[at] == r->dialect.quote &&
		    r->dialect.quote != '\0') {
			w->in_quotes = true;
			w->field_lines = 0;
			at++;
		}
		good = w->in_quotes ? walk_quoted_field(r, w, row, &at) :
		    walk_plain_field(r, w, row, &at);
		if (!good || w->in_quotes || at >= w->end)
			return good;
		w->field = ++at;
	}
}

/* Whether every quote of a line that begins outside of quotes stands around a whole field that ends
 * on it. `at` is the first quote. */
static bool
quotes_fit(const struct csv_rows *r, const struct walk *w, size_t at)
{
	const char *p = row_bytes(r), *start = p + w->start, *end = p + w->end, *open = p + at, *close;

	for (; open != NULL; open = memchr(close, r->dialect.quote, (size_t)(end - close))) {
		if (open > start && open[-1] != r->dialect.delimiter)
			return false;
		close = memchr(open + 1, r->dialect.quote, (size_t)(end - open - 1));
		if (close == NULL || (close + 1 < end && close[1] != r->dialect.delimiter))
			return false;
		close++;
	}
	return true;
}

/* One physical line of the row: false with the fault. */
static bool
walk_line(struct csv_rows *r, struct walk *w, struct row *row)
{
	size_t quote = r->dialect.quote == '\0' ? NOWHERE : seek_from(r, &r->quote, w->start);
	bool quoted = quote < w->end;

	row->quoted |= quoted;
	if (w->end > r->dialect.max_row)
		return stop(row, ROW_LONG, r->dialect.max_row);
	if (!w->in_quotes && w->start == 0 && is_blank(r, w))
		return stop(row, ROW_BLANK, 0);
	if (w->in_quotes || w->end - w->start > r->dialect.max_field ||
	    seek_from(r, &r->cr, w->start) < w->end || (quoted && !quotes_fit(r, w, quote))) {
		if (!walk_fields(r, w, row))
			return false;
	}
	if (!w->in_quotes)
		return true;
	w->field_lines++;
	if (w->last || w->field_lines >= r->dialect.quote_span ||
	    w->after - w->field > (size_t)r->dialect.max_field + 1)
		return stop(row, ROW_SPAN, w->field);
	return true;
}

/* Skips the rest of a line that is over the limit; nothing of it is kept. */
static int
skip_line(struct csv_rows *r, struct walk *w, struct row *row, struct error *e)
{
	size_t dropped = w->start, end;

	r->at += w->start;
	while ((end = end_in(r, 0)) == NOWHERE) {
		size_t drop = r->in.len - r->at;
		int got;

		drop -= drop > 0 && !r->ended;	/* it may be the CR of a line end */
		dropped += drop;
		r->at += drop;
		got = more(r, e);
		if (got < 0)
			return -1;
		if (got == 0 && end_in(r, 0) == NOWHERE) {
			w->last = true;
			w->start = 0;
			w->end = w->after = r->in.len - r->at;
			row->full_len = dropped + w->end;
			return 0;
		}
	}
	w->start = 0;
	set_line(r, w, end);
	row->full_len = dropped + w->end;
	return 0;
}

/* Bytes that are kept of a row over the limit. */
static uint32_t
long_kept(const struct csv_rows *r)
{
	return r->dialect.max_row < LONG_KEPT ? r->dialect.max_row : LONG_KEPT;
}

static void
keep_row(struct csv_rows *r, struct chunk *c, const struct row *row, size_t bytes)
{
	buf_add(&c->bytes, span_make(row_bytes(r), bytes));
	c->rows = mem_grow(c->rows, c->count + 1, &c->cap, sizeof *c->rows);
	c->rows[c->count++] = *row;
}

/* Takes a row that was walked to its end into the chunk. */
static void
take_row(struct csv_rows *r, struct chunk *c, const struct walk *w, struct row *row)
{
	row->full_len = w->end;
	row->len = (uint32_t)w->end;
	row->unended = w->last && w->end > w->start;
	if (row->fault == ROW_LONG) {
		row->len = long_kept(r);
		row->quoted = false;	/* not known of what is not kept */
	}
	keep_row(r, c, row, row->fault == ROW_LONG ? row->len : w->after);
	r->at += w->after;
	r->byte += w->after;
	r->line += row->lines;
	r->tainted |= row->fault == ROW_SPAN;
}

/* Takes the start of a row whose line does not end within the limit. */
static int
take_long_row(struct csv_rows *r, struct chunk *c, struct walk *w, struct row *row,
    struct error *e)
{
	uint64_t before;

	stop(row, ROW_LONG, r->dialect.max_row);
	row->lines++;
	row->len = long_kept(r);
	row->quoted = false;
	keep_row(r, c, row, row->len);
	if (skip_line(r, w, row, e) < 0)
		return -1;
	before = row->full_len - w->end;
	c->rows[c->count - 1].full_len = row->full_len;
	c->rows[c->count - 1].unended = w->last;
	r->at += w->after;
	r->byte += before + w->after;
	r->line += row->lines;
	return 0;
}

/* The row is walked again from its start, once the rows before it are out. */
static void
walk_later(struct csv_rows *r)
{
	r->quote.hit = r->cr.hit = NOWHERE;
	r->quote.searched = r->cr.searched = 0;
}

/* The next row into the chunk: 1, 0 at the end or where it would wait, -1. */
static int
next_row(struct csv_rows *r, struct chunk *c, struct row *row, struct error *e)
{
	struct walk w = { 0 };
	bool good;

	*row = (struct row){ .at = (uint32_t)c->bytes.len,
	    .line = (uint32_t)(r->line - c->first_line) };
	r->held = c->count > 0;
	do {
		enum line_kind kind;

		if (find_line(r, &w, &kind, e) < 0)
			return -1;
		if (kind == LINE_NONE && row->lines == 0)
			return 0;
		if (kind == LINE_LATER) {
			walk_later(r);
			return 0;
		}
		if (kind == LINE_TOO_LONG)
			return take_long_row(r, c, &w, row, e) < 0 ? -1 : 1;
		row->lines += kind == LINE_FOUND;
		good = walk_line(r, &w, row);
	} while (good && w.in_quotes);
	take_row(r, c, &w, row);
	return 1;
}

/* Passes over `bytes` bytes that source_peek has shown. */
static int
pass(struct csv_rows *r, size_t bytes, struct error *e)
{
	while (r->in.len - r->at < bytes) {
		int got = more(r, e);

		if (got <= 0)
			return got;
	}
	r->at += bytes;
	r->byte += bytes;
	return 0;
}

/* A mark at byte 0 and a first line "sep=;" are no rows. */
static int
start(struct csv_rows *r, struct error *e)
{
	struct span head = source_peek_line(r->source, 0, 10, e), rest;
	size_t skip = 0;

	r->started = true;
	if (head.p == NULL)
		return e->status == STATUS_DONE ? 0 : -1;
	if (span_starts(head, SPAN("\xef\xbb\xbf")))
		skip = 3;
	rest = span_skip(head, skip);
	if (span_starts(rest, SPAN("sep=")) && rest.len > 5) {
		rest = span_skip(rest, 5);
		if (rest.p[0] == '\n' || span_starts(rest, SPAN("\r\n"))) {
			skip += 5 + (rest.p[0] == '\n' ? 1 : 2);
			r->line++;
		}
	}
	return pass(r, skip, e);
}

int
csv_rows_chunk(struct csv_rows *r, struct chunk *c, size_t rows, struct error *e)
{
	struct row row = { 0 };
	int got;

	chunk_reset(c);
	if (!r->started && start(r, e) < 0)
		return -1;
	c->first_byte = r->byte;
	c->first_line = r->line;
	c->tainted = r->tainted;
	do {
		got = next_row(r, c, &row, e);
		if (got < 0)
			return -1;
	} while (got > 0 && row.fault != ROW_LONG && c->bytes.len < CHUNK_BYTES &&
	    (rows == 0 || c->count < rows));
	return c->count > 0;
}
