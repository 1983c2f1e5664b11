/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/feed_marks.c: the envelope around the lines, and what becomes of those that were refused or wait
 * for their turn: by the main thread, in order. */
#include "base/notes.h"
#include "base/number.h"
#include "io/ndjson.h"
#include "model/feed_priv.h"
#include "model/reject.h"
#include "model/rejects.h"
#include "model/stream.h"

int
feed_envelope_error(const struct part *p, size_t row, const char *text, struct error *e)
{
	error_set(e, INPUT, "E_STREAM_END", "%s", text);
	error_place(e, p->file, row < p->chunk.count ? row_line(p, row) : 0, 0);
	return -1;
}

/* Scans a stream or end line again: the tape of the worker is gone. */
static int
scan_again(struct feed *f, struct part *p, const struct mark *m, struct feed_line *line,
    struct error *e)
{
	struct ndjson *n = f->scanners[f->threads];
	size_t at;

	if (ndjson_scan(n, chunk_row(&p->chunk, m->row), &at, e) < 0)
		return -1;
	*line = line_of(p, m->row);
	line->kind = FEED_OTHER;
	line->tape = n;
	return 0;
}

static int
stream_line(struct feed *f, struct part *p, const struct mark *m, struct error *e)
{
	struct feed_line line;
	uint32_t schema;

	if (f->inside)
		return feed_envelope_error(p, m->row, "a stream begins before the one before it ended", e);
	if (scan_again(f, p, m, &line, e) < 0)
		return -1;
	schema = ndjson_find(line.tape, 0, SPAN("schema"));
	if (schema == 0 || !ndjson_is(line.tape, schema, SPAN(STREAM_SCHEMA))) {
		error_set(e, USAGE, "E_SCHEMA", "unknown stream schema (this version reads %s)",
		    STREAM_SCHEMA);
		error_place(e, p->file, line.line, 0);
		return -1;
	}
	f->inside = true;
	f->since = 0;
	f->counts->streams++;
	return f->ops->header == NULL ? 0 : f->ops->header(f->arg, &line, e);
}

static int
end_line(struct feed *f, struct part *p, const struct mark *m, struct error *e)
{
	struct feed_line line;
	uint32_t node;
	uint64_t said;

	if (scan_again(f, p, m, &line, e) < 0)
		return -1;
	node = ndjson_find(line.tape, 0, SPAN("ok"));
	if (node == 0 || ndjson_nodes(line.tape, NULL)[node].type != ND_TRUE)
		return feed_envelope_error(p, m->row, f->inside ? "the producer of this stream failed" :
		    "the producer failed before its stream began", e);
	if (!f->inside)
		return feed_envelope_error(p, m->row, "an end line that belongs to no stream", e);
	f->inside = false;
	node = ndjson_find(line.tape, 0, SPAN("out"));
	if (node == 0 || !u64_parse(ndjson_raw(line.tape, node), &said) || said == f->since)
		return 0;
	if (f->o->strict_counts) {
		error_set(e, INPUT, "E_STREAM_COUNT", "the stream was written with %llu lines, %llu are here",
		    (unsigned long long)said, (unsigned long long)f->since);
		error_place(e, p->file, line.line, 0);
		return -1;
	}
	if (f->o->notes != NULL)
		notes_add(f->o->notes, "%s: the stream was written with %llu lines, %llu are here", p->file,
		    (unsigned long long)said, (unsigned long long)f->since);
	return 0;
}

static int
reject_line(struct feed *f, struct part *p, const struct mark *m, struct error *e)
{
	const struct row *row = &p->chunk.rows[m->row];
	struct reject r = { .tool = f->o->tool, .code = m->code, .file = span_from(p->file),
	    .line = row_line(p, m->row), .byte = p->chunk.first_byte + row->at, .column = m->column,
	    .raw = chunk_row(&p->chunk, m->row) };

	if (row->full_len > row->len)
		r.raw_bytes = row->full_len;
	f->counts->rejected++;
	return rejects_add(f->o->rejects, &r, m->text, e);
}

static int
refuse_now(struct feed *f, struct part *p, const struct mark *m, struct error *e)
{
	struct error why = *e;
	struct mark refused = *m;

	error_clear(e);
	p->by_kind[m->kind]--;
	refused.code = why.code;
	refused.text = why.text;
	refused.column = why.column;
	return reject_line(f, p, &refused, e);
}

/* The tool says now what it could not say before. */
static int
waiting_line(struct feed *f, struct part *p, const struct mark *m, struct error *e)
{
	struct feed_line line = line_of(p, m->row);
	int said;

	line.kind = m->kind;
	said = f->ops->turn(f->arg, &p->given, &line, m->left, e);
	if (said == 1)
		return refuse_now(f, p, m, e);
	if (said < 0)
		error_place(e, p->file, line.line, 0);
	return said;
}

static int
read_mark(struct feed *f, struct part *p, const struct mark *m, struct error *e)
{
	switch (m->type) {
	case MARK_STREAM:
		return stream_line(f, p, m, e);
	case MARK_END:
		return end_line(f, p, m, e);
	case MARK_REJECT:
		return reject_line(f, p, m, e);
	case MARK_WAITS:
		break;
	}
	return waiting_line(f, p, m, e);
}

int
feed_marks(struct feed *f, struct part *p, struct error *e)
{
	uint64_t seen = 0;

	for (const struct mark *m = p->first; m != NULL; m = m->next) {
		f->since += m->lines_before - seen;
		if (!f->inside)
			f->counts->foreign += m->lines_before - seen;
		seen = m->lines_before;
		if (read_mark(f, p, m, e) < 0)
			return -1;
	}
	f->since += p->content - seen;
	if (!f->inside)
		f->counts->foreign += p->content - seen;
	return 0;
}
