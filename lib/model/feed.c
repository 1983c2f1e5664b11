/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/feed.c: chunks of lines through the scanner and the tool. Workers leave what concerns the
 * whole input (stream and end lines, refused lines, those whose turn the tool waits for, the first
 * failure) as marks in the part; the main thread reads them in order (feed_marks.c). */
#include "base/alloc.h"
#include "base/attr.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/pipeline.h"
#include "io/chunk.h"
#include "io/lines.h"
#include "io/ndjson.h"
#include "model/consent.h"
#include "model/consent_plain.h"
#include "model/feed.h"
#include "model/feed_priv.h"
#include "model/profile.h"
#include "model/profile_plain.h"
#include "model/record.h"
#include "model/record_plain.h"

static const struct span kind_names[FEED_KINDS] = {
	SPAN_INIT("record"), SPAN_INIT("profile"), SPAN_INIT("link"), SPAN_INIT("event"),
	SPAN_INIT("consent"), SPAN_INIT("decision"), SPAN_INIT("reject"), SPAN_INIT("other"),
};

struct span
feed_kind_name(enum feed_kind kind)
{
	return kind_names[kind];
}

static const char *
path_of(const struct feed *f, size_t i)
{
	return f->o->path_count == 0 ? "-" : f->o->paths[i];
}

static size_t
path_count(const struct feed *f)
{
	return f->o->path_count == 0 ? 1 : f->o->path_count;
}

/* ---- reading: the main thread ---- */

static struct part *
new_part(struct feed *f)
{
	struct part *p = f->free;

	if (p == NULL)
		p = mem_zero(1, sizeof *p);
	else
		f->free = p->next;
	chunk_reset(&p->chunk);
	buf_reset(&p->out);
	arena_reset(&p->arena);
	p->given = (struct feed_part){ .out = &p->out, .arena = &p->arena, .chunk = &p->chunk };
	p->first = NULL;
	p->last = &p->first;
	p->begins = p->ends = p->unended = false;
	p->content = p->lines = p->blank = 0;
	memset(p->by_kind, 0, sizeof p->by_kind);
	error_clear(&p->failure);
	return p;
}

static void
recycle(struct feed *f, struct part *p)
{
	p->next = f->free;
	f->free = p;
}

static void
close_file(struct feed *f)
{
	if (f->source != NULL)
		f->done += source_taken(f->source);
	lines_close(f->lines);
	source_close(f->source);
	f->lines = NULL;
	f->source = NULL;
}

/* Whoever sets limits means them of profiles too. */
static bool
keeps_profiles(const struct feed *f)
{
	return f->o->max_line == 0 && f->o->limits == NULL;
}

static int
open_file(struct feed *f, struct error *e)
{
	f->source = f->next_path == 0 && f->o->given != NULL ? f->o->given :
	    source_open(path_of(f, f->next_path), &f->o->source, e);
	if (f->source == NULL)
		return -1;
	f->names[f->next_path] = mem_text(source_name(f->source));
	f->lines = lines_open(f->source, f->o->max_line);
	if (keeps_profiles(f))
		lines_may_be_long(f->lines, profile_begins);
	f->begins = true;
	return 0;
}

static bool
is_blank(const struct chunk *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->rows[i].fault != ROW_BLANK)
			return false;
	return true;
}

/* A failure to read travels in its part, so that it is told in the order of the input. */
static int
make(void *arg, void **item, struct error *e)
{
	struct feed *f = arg;
	struct part *p;
	int got;

	(void)e;
	if (f->failed || (f->source == NULL && f->next_path == path_count(f)))
		return 0;
	p = new_part(f);
	*item = p;
	if (f->source == NULL && open_file(f, &p->failure) < 0) {
		f->failed = true;
		return 1;
	}
	p->file = f->names[f->next_path];
	got = lines_chunk(f->lines, &p->chunk, &p->failure);
	error_place(&p->failure, p->file, 0, 0);
	p->begins = f->begins;
	f->begins = f->begins && is_blank(&p->chunk);
	p->done = f->done + source_taken(f->source);
	if (got < 0)
		f->failed = true;
	if (got == 0) {
		p->ends = true;
		close_file(f);
		f->next_path++;
	}
	return 1;
}

/* ---- working: any thread ---- */

static struct mark *
add_mark(struct part *p, enum mark_type type, size_t row)
{
	struct mark *m = arena_zero(&p->arena, 1, sizeof *m);

	m->type = type;
	m->row = row;
	m->lines_before = p->content;
	*p->last = m;
	p->last = &m->next;
	return m;
}

static void
refuse(struct part *p, size_t row, struct error *e)
{
	struct mark *m = add_mark(p, MARK_REJECT, row);

	m->code = e->code;
	m->text = arena_text(&p->arena, span_from(e->text));
	m->column = e->column;
	error_clear(e);
	p->content++;
}

/* An array of records or a pretty-printed document is no stream of lines (ingest 1.2). */
static bool
is_document(struct span line)
{
	struct span s = span_trim(line);

	return s.len > 0 && (s.p[0] == '[' || (s.p[0] == '{' && span_trim(span_skip(s, 1)).len == 0));
}

/* Neither is a table, each of whose lines would be refused. */
static bool
is_table(struct span line)
{
	size_t separators = 0;

	for (size_t i = 0; i < line.len; i++) {
		if (line.p[i] == '{' || line.p[i] == '[')
			return false;
		separators += line.p[i] == ',' || line.p[i] == ';' || line.p[i] == '\t' || line.p[i] == '|';
	}
	return separators > 0;
}

static int
not_lines(const char *what, struct error *e)
{
	return error_set(e, INPUT, "E_NOT_NDJSON", "not one JSON object a line; %s", what);
}

static int
scan_failed(struct part *p, size_t row, struct error *e)
{
	if (p->chunk.rows[row].unended) {
		error_clear(e);
		error_set(e, INPUT, "E_TRUNCATED", "the last line is cut off");
		return -1;
	}
	refuse(p, row, e);
	return 0;
}

static enum feed_kind
kind_of(const struct ndjson *n, bool *is_stream, bool *is_end)
{
	uint32_t node = ndjson_find(n, 0, SPAN("kind"));

	if (node == 0 || ndjson_nodes(n, NULL)[node].type != ND_STRING)
		return FEED_OTHER;
	*is_stream = ndjson_is(n, node, SPAN("stream"));
	*is_end = ndjson_is(n, node, SPAN("end"));
	for (int k = 0; k < FEED_OTHER; k++)
		if (ndjson_is(n, node, kind_names[k]))
			return (enum feed_kind)k;
	return FEED_OTHER;
}

/* Whether a line that was refused is a profile of so many records that its keys or values were too many. */
static bool
is_large_profile(const struct feed *f, struct ndjson *n, struct span line, struct error *e)
{
	struct error why = { 0 };
	bool is_stream, is_end;
	size_t at;

	if (!keeps_profiles(f) || (strcmp(e->code, "E_KEYS") != 0 && strcmp(e->code, "E_NODES") != 0) ||
	    ndjson_scan_all(n, line, &at, &why) < 0 || kind_of(n, &is_stream, &is_end) != FEED_PROFILE)
		return false;
	error_clear(e);
	return true;
}

/* Counts a line by what the tool said of it. */
static int
settle(struct part *p, size_t row, enum feed_kind kind, int said, struct error *e)
{
	if (said < 0)
		return -1;
	if (said == 1) {
		refuse(p, row, e);
		return 0;
	}
	if (said == 2) {
		struct mark *m = add_mark(p, MARK_WAITS, row);

		m->kind = kind;
		m->left = p->given.left;
	}
	p->by_kind[kind]++;
	p->content++;
	return 0;
}

/* What the tool says of a record that was scanned. */
static int
read_record(const struct feed *f, struct part *p, struct feed_line *line, struct error *e)
{
	struct record r;

	if (record_read(line->tape, &r, &p->arena, e) < 0)
		return 1;
	line_values_find(&p->values, line->tape);
	line->values = &p->values;
	return f->ops->record(f->arg, &p->given, line, &r, e);
}

static int
good_line(struct feed *f, struct part *p, size_t row, const struct ndjson *n, struct error *e)
{
	bool is_stream = false, is_end = false;
	struct feed_line line = line_of(p, row);
	int r = 0;

	line.tape = n;
	line.kind = kind_of(n, &is_stream, &is_end);
	if (is_stream || is_end) {
		add_mark(p, is_stream ? MARK_STREAM : MARK_END, row);
		return 0;
	}
	if (line.kind == FEED_RECORD && f->ops->record != NULL)
		r = read_record(f, p, &line, e);
	else if (f->ops->line != NULL)
		r = f->ops->line(f->arg, &p->given, &line, e);
	return settle(p, row, line.kind, r, e);
}

/* What a tool says of a record of the form that most have. */
static int
plain_record(struct feed *f, struct part *p, struct feed_line *line, const struct record *r,
    struct error *e)
{
	line->kind = FEED_RECORD;
	if (f->ops->record == NULL)
		return f->ops->plain_record(f->arg, &p->given, line, r, e);
	line->values = &p->values;
	return f->ops->record(f->arg, &p->given, line, r, e);
}

/* True: the line needed no tape, and *said is what the tool says of it. */
static bool
plain_line(struct feed *f, struct part *p, struct feed_line *line, int *said, struct error *e)
{
	UNCLEARED struct record record;
	UNCLEARED struct profile profile;
	UNCLEARED struct consent_event event;

	if (f->o->limits != NULL)
		return false;
	line->kind = f->ops->known == NULL ? FEED_KINDS : f->ops->known(f->arg, &p->given, line->raw);
	if (line->kind != FEED_KINDS) {
		*said = 0;
		return true;
	}
	arena_reset(&p->memory);
	if ((f->ops->record != NULL && record_plain(line->raw, &record, &p->arena, &p->values)) ||
	    (f->ops->plain_record != NULL && record_plain(line->raw, &record, &p->memory, NULL))) {
		*said = plain_record(f, p, line, &record, e);
		return true;
	}
	if (f->ops->plain_consent != NULL && consent_plain(line->raw, &event)) {
		line->kind = FEED_CONSENT;
		*said = f->ops->plain_consent(f->arg, &p->given, line, &event, e);
		return true;
	}
	if (f->ops->plain_profile == NULL ||
	    !profile_plain(line->raw, &profile, &p->memory, &p->members))
		return false;
	line->kind = FEED_PROFILE;
	line->members = &p->members;
	*said = f->ops->plain_profile(f->arg, &p->given, line, &profile, e);
	return true;
}

static int
one_row(struct feed *f, struct part *p, size_t row, struct ndjson *n, struct error *e)
{
	const struct row *r = &p->chunk.rows[row];
	struct feed_line line = line_of(p, row);
	size_t at;
	int said;

	p->lines++;
	p->unended |= r->unended;
	if (r->fault == ROW_BLANK) {
		p->blank++;
		return 0;
	}
	if (p->begins && p->content == 0 && p->first == NULL && is_document(line.raw))
		return not_lines("try: jq -c '.[]' or jq -c .", e);
	if (p->begins && p->content == 0 && p->first == NULL && is_table(line.raw))
		return not_lines("cdp-ingest makes records of tables", e);
	if (r->fault == ROW_LONG) {
		error_set(e, REFUSED, "E_LINE_LONG", keeps_profiles(f) && profile_begins(line.raw) ?
		    "the profile is longer than 64 MiB" : "the line is longer than the limit");
		refuse(p, row, e);
		return 0;
	}
	if (plain_line(f, p, &line, &said, e))
		return settle(p, row, line.kind, said, e);
	if (ndjson_scan(n, line.raw, &at, e) < 0 && !is_large_profile(f, n, line.raw, e))
		return scan_failed(p, row, e);
	return good_line(f, p, row, n, e);
}

static void
work(void *arg, void *item, unsigned worker)
{
	struct feed *f = arg;
	struct part *p = item;

	p->given.worker = worker;
	for (size_t row = 0; row < p->chunk.count && p->failure.status == STATUS_DONE; row++)
		if (one_row(f, p, row, f->scanners[worker], &p->failure) < 0)
			error_place(&p->failure, p->file, row_line(p, row), p->failure.column);
}

/* ---- giving out: the main thread, in order ---- */

static void
tally(struct feed *f, const struct part *p)
{
	f->counts->lines += p->lines;
	f->counts->in += p->content;
	f->counts->blank += p->blank;
	f->counts->no_final_newline |= p->unended;
	for (int k = 0; k < FEED_KINDS; k++)
		f->counts->by_kind[k] += p->by_kind[k];
}

static void
drop(void *arg, void *item)
{
	struct feed *f = arg;
	struct part *p = item;

	if (f->ops->drop != NULL && p->given.data != NULL)
		f->ops->drop(f->arg, &p->given);
	recycle(f, p);
}

static int
emit(void *arg, void *item, struct error *e)
{
	struct feed *f = arg;
	struct part *p = item;
	int r = feed_marks(f, p, e);

	if (r == 0 && p->failure.status != STATUS_DONE) {
		*e = p->failure;
		r = -1;
	}
	if (r == 0 && p->ends && f->inside)
		r = feed_envelope_error(p, SIZE_MAX, "the input ends before its end line: "
		    "the producer died or the file is cut", e);
	if (r < 0) {
		drop(f, p);
		return -1;
	}
	tally(f, p);
	if (f->ops->emit != NULL && !p->ends)
		r = f->ops->emit(f->arg, &p->given, e);
	if (f->o->progress != NULL)
		f->o->progress(f->o->progress_arg, p->done, f->all);
	drop(f, p);
	return r;
}

static void
free_parts(struct feed *f)
{
	while (f->free != NULL) {
		struct part *p = f->free;

		f->free = p->next;
		chunk_done(&p->chunk);
		buf_done(&p->out);
		arena_done(&p->arena);
		line_values_done(&p->values);
		profile_members_done(&p->members);
		arena_done(&p->memory);
		mem_free(p);
	}
}

int
feed_run(const struct feed_options *o, const struct feed_ops *ops, void *arg,
    struct feed_counts *counts, struct error *e)
{
	struct feed f = { .o = o, .ops = ops, .arg = arg, .counts = counts,
	    .threads = o->threads == 0 || o->source.by_line ? 1 : o->threads };
	struct pipeline p = { make, work, emit, drop, f.threads, 0 };
	int r;

	*counts = (struct feed_counts){ 0 };
	f.names = mem_zero(path_count(&f), sizeof *f.names);
	f.scanners = mem_zero(f.threads + 1, sizeof *f.scanners);
	for (unsigned i = 0; i <= f.threads; i++)
		f.scanners[i] = ndjson_new(o->limits);
	r = pipeline_run(&p, &f, e);
	close_file(&f);
	for (unsigned i = 0; i <= f.threads; i++)
		ndjson_free(f.scanners[i]);
	mem_free(f.scanners);
	for (size_t i = 0; i < path_count(&f); i++)
		mem_free(f.names[i]);
	mem_free(f.names);
	free_parts(&f);
	return r;
}
