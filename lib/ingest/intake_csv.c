/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/intake_csv.c: dialect, header and rows of a CSV input. */
#include "ingest/intake_priv.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/map.h"
#include "base/notes.h"
#include "base/utf8.h"
#include "ingest/auto.h"
#include "ingest/words.h"
#include "io/csv_fields.h"
#include "io/csv_rows.h"

#include <stdio.h>

static bool
is_comment(const struct input *in, struct span row)
{
	struct span mark = in->mapping->format.comment;

	return mark.len > 0 && span_starts(row, mark);
}

static const char *
fault_code(enum row_fault f)
{
	static const char *const codes[] = { [ROW_GOOD] = NULL, [ROW_BLANK] = "E_BLANK",
	    [ROW_LONG] = "E_LINE_LONG", [ROW_QUOTE] = "E_CSV_QUOTE", [ROW_SPAN] = "E_CSV_SPAN",
	    [ROW_CR] = "E_CSV_CR", [ROW_FIELD_LONG] = "E_CSV_FIELD" };

	return codes[f];
}

static struct span
text_of(enum row_fault f)
{
	static const struct span texts[] = { [ROW_GOOD] = SPAN_INIT(""),
	    [ROW_BLANK] = SPAN_INIT("is a blank line"),
	    [ROW_LONG] = SPAN_INIT("is longer than the limit"),
	    [ROW_QUOTE] = SPAN_INIT("has a quote where none may be"),
	    [ROW_SPAN] = SPAN_INIT("has a quoted field that does not close"),
	    [ROW_CR] = SPAN_INIT("has a carriage return inside"),
	    [ROW_FIELD_LONG] = SPAN_INIT("has a field longer than the limit") };

	return texts[f];
}

/* Lines behind a quote that does not close are lost with it, and nothing else tells of them. */
static void
refuse_fault(const struct input *in, struct job *j, size_t i)
{
	const struct row *row = &j->chunk.rows[i];
	struct span text = text_of(row->fault);
	char more[128];

	if (row->fault == ROW_SPAN && row->lines > 1) {
		snprintf(more, sizeof more, "%.*s: refused to line %llu", SPAN_ARG(text),
		    (unsigned long long)(in->base_line + j->chunk.first_line + row->line + row->lines - 1));
		text = span_from(more);
	}
	job_refuse_row(j, i, fault_code(row->fault), row->fault_at, text);
}

/* Short rows and empty extra cells, where the mapping allows them. */
static bool
fit(const struct input *in, struct hand *h, const struct span *fields, size_t count,
    struct error *e)
{
	static const struct span absent;
	size_t want = in->header_count;

	for (size_t i = want; in->pad && i < count && fields[i].len == 0; i++)
		if (i + 1 == count)
			count = want;
	h->longer = count == want + 1;
	if (count != want && !(in->pad && count < want)) {
		error_set(e, REFUSED, "E_CSV_FIELDS", "has %zu fields, the header has %zu", count, want);
		return false;
	}
	for (size_t i = 0; i < count; i++)
		h->cells[i] = (struct cells){ &fields[i], fields[i].len > 0 };
	for (size_t i = count; i < want; i++)
		h->cells[i] = (struct cells){ &absent, 0 };
	return true;
}

bool
csv_cells(struct intake *t, struct hand *h, struct span row, struct error *e)
{
	const struct span *fields;
	size_t count, bad = utf8_bad(row);

	h->longer = false;
	if (bad < row.len) {
		error_set(e, REFUSED, "E_UTF8", "is not UTF-8");
		error_place(e, NULL, 0, (uint32_t)bad + 1);
		return false;
	}
	return csv_fields_split(h->fields, row, &fields, &count, e) == 0 &&
	    fit(t->in, h, fields, count, e);
}

static void
good_row(struct intake *t, struct job *j, struct hand *h, size_t i)
{
	struct span row = chunk_row(&j->chunk, i);
	struct error *e = &h->fault;

	if (is_comment(t->in, row)) {
		j->tally[TALLY_COMMENT]++;
		return;
	}
	if (!t->in->no_header && span_equal(row, buf_span(&t->in->header_row))) {
		job_refuse_row(j, i, "E_CSV_HEADER_ROW", UINT32_MAX, SPAN("is the header again"));
		return;
	}
	if (!csv_cells(t, h, row, e)) {
		job_refuse_row(j, i, e->code, e->column == 0 ? UINT32_MAX : e->column - 1,
		    span_from(e->text));
		j->tally[TALLY_LONGER] += h->longer;
		error_clear(e);
		return;
	}
	j->tally[TALLY_ROWS]++;
	job_settle(j, i, h->builder, row_build(h->builder, h->cells, &j->records,
	    t->o->consent_out != NULL ? &j->consent : &j->records));
}

void
intake_csv_work(struct intake *t, struct job *j, struct hand *h)
{
	h->builder->tally = j->tally;
	h->builder->after_span = j->chunk.tainted;
	for (size_t i = 0; i < j->chunk.count; i++) {
		const struct row *row = &j->chunk.rows[i];

		if (row->fault == ROW_GOOD || (row->fault == ROW_BLANK && t->in->header_count == 1)) {
			good_row(t, j, h, i);
		} else if (row->fault == ROW_BLANK && !t->o->blank_error) {
			j->tally[TALLY_BLANK]++;
		} else {
			refuse_fault(t->in, j, i);
			h->builder->after_span |= row->fault == ROW_SPAN;
		}
	}
}

/* Lines before the header that the mapping leaves out. */
static int
skip_lines(struct input *in, struct error *e)
{
	size_t at = 0;
	char sink[4096];

	for (int64_t n = in->mapping->format.skip_lines; n > 0; n--) {
		struct span head = source_peek_line(in->source, at, HEAD_BYTES, e);
		size_t len = span_index(span_skip(head, at), '\n');

		if (at + len >= head.len)
			return error_set(e, USAGE, "E_CSV_HEADER", "is shorter than skip_lines");
		at += len + 1;
		in->base_line++;
	}
	in->base_byte = at;
	while (at > 0) {
		ssize_t got = source_read(in->source, sink, at < sizeof sink ? at : sizeof sink, e);

		if (got <= 0)
			return -1;
		at -= (size_t)got;
	}
	return 0;
}

static void
set_dialect(struct input *in, const struct intake_options *o)
{
	const struct mapping_format *f = &in->mapping->format;
	struct csv_dialect d = csv_dialect_default();

	if (f->quote != 0)
		d.quote = f->quote;
	if (o->quote != NULL)
		d.quote = o->quote[0];
	d.cr_ends = f->cr || o->cr;
	d.literal_quotes = f->literal_quotes;
	if (o->quote_span != 0)
		d.quote_span = (uint32_t)o->quote_span;
	if (o->max_field != 0)
		d.max_field = (uint32_t)o->max_field;
	if (o->max_line != 0)
		d.max_row = (uint32_t)o->max_line;
	in->dialect = d;
	in->pad = o->ragged_given ? o->pad : f->pad;
	in->no_header = o->no_header || (f->has_header && f->no_header);
}

/* What stands after the only row of the chunk. */
static const char *
line_end(const struct chunk *c)
{
	struct span rest = span_skip(buf_span(&c->bytes), c->rows[0].at + (size_t)c->rows[0].len);

	return span_starts(rest, SPAN("\r\n")) ? "CRLF" : span_starts(rest, SPAN("\n")) ? "LF" :
	    span_starts(rest, SPAN("\r")) ? "CR" : NULL;
}

/* The first row that is neither blank nor a comment: 1, 0 if there is none, -1. By line a field
 * may still be open where the head ends. */
static int
read_first(struct input *in, struct span head, bool more, struct error *e)
{
	struct byte_source *s = source_of(head, source_name(in->source));
	struct csv_rows *rows = csv_rows_open(s, &in->dialect);
	struct chunk c = { 0 };
	int got;

	do {
		got = csv_rows_chunk(rows, &c, 1, e);
	} while (got == 1 && (c.count == 0 || c.rows[0].fault == ROW_BLANK ||
	    is_comment(in, chunk_row(&c, 0))));
	if (got == 1 && c.rows[0].fault == ROW_SPAN && more)
		got = 0;
	if (got == 1 && c.rows[0].fault != ROW_GOOD) {
		error_set(e, USAGE, "E_CSV_HEADER", "the header row cannot be read (%s)%s",
		    fault_code(c.rows[0].fault), c.rows[0].fault == ROW_CR ?
		    ": if rows end with CR alone give --cr" : "");
		got = -1;
	}
	buf_reset(&in->header_row);
	if (got == 1) {
		buf_add(&in->header_row, chunk_row(&c, 0));
		in->line_end = line_end(&c);
	}
	chunk_done(&c);
	csv_rows_close(rows);
	source_close(s);
	return got;
}

/* "Email" again is "Email#2", or what number is free; `taken` holds the last number of each name. */
static struct span
name_once(struct map *taken, struct span text, struct arena *arena)
{
	uint64_t same = map_has(taken, text) ? *map_slot(taken, text) : 0;
	struct buf name = { 0 };
	struct span result;

	buf_add(&name, text);
	while (map_has(taken, buf_span(&name))) {
		buf_reset(&name);
		buf_print(&name, "%.*s#%llu", SPAN_ARG(text), (unsigned long long)++same);
	}
	*map_slot(taken, buf_span(&name)) = 1;
	*map_slot(taken, text) = same > 0 ? same : 1;
	result = arena_copy(arena, buf_span(&name));
	buf_done(&name);
	return result;
}

/* Without a header the names are 1 … n, and so is that of a column which has none; its number gives way
 * to a column that is really called so. */
static void
name_columns(struct input *in, const struct span *fields, size_t count)
{
	struct map *taken = map_new();

	in->header = arena_zero(&in->arena, count + 1, sizeof *in->header);
	in->header_count = count;
	for (size_t i = 0; i < count && !in->no_header; i++)
		if (span_trim(fields[i]).len > 0)
			in->header[i] = name_once(taken, span_trim(fields[i]), &in->arena);
	for (size_t i = 0; i < count; i++) {
		struct buf number = { 0 };

		buf_u64(&number, i + 1);
		if (in->header[i].len == 0)
			in->header[i] = name_once(taken, buf_span(&number), &in->arena);
		buf_done(&number);
	}
	map_free(taken);
}

static int
split_header(struct input *in, struct error *e)
{
	struct csv_fields *f = csv_fields_new(&in->dialect);
	struct span row = buf_span(&in->header_row);
	const struct span *fields;
	struct error why = { 0 };
	size_t count;
	int result = -1;

	if (utf8_bad(row) < row.len)
		error_set(e, USAGE, "E_CSV_HEADER", "the header is not UTF-8");
	else if (csv_fields_split(f, row, &fields, &count, &why) < 0)
		error_set(e, USAGE, "E_CSV_HEADER", "the header row cannot be read (%s: %s)", why.code,
		    why.text);
	else {
		name_columns(in, fields, count);
		result = 0;
	}
	csv_fields_free(f);
	return result;
}

static bool
delimiter_given(const struct input *in, const struct intake_options *o)
{
	return o->delimiter != NULL || in->mapping->format.delimiter != 0;
}

static char
find_delimiter(struct input *in, const struct intake_options *o, struct span head,
    uint32_t *columns)
{
	char found = ',';

	*columns = csv_dialect_detect(head, &in->dialect, &found);
	if (o->delimiter != NULL)
		in->dialect.delimiter = o->delimiter[0];
	else if (in->mapping->format.delimiter != 0)
		in->dialect.delimiter = in->mapping->format.delimiter;
	else
		in->dialect.delimiter = found;
	return found;
}

static bool
maps_column(const struct mapping *m, struct span name)
{
	for (size_t i = 0; i < m->column_count; i++)
		if (span_equal(m->columns[i].name, name))
			return true;
	return false;
}

/* One column is right only if somebody knows its name. */
static int
check_single(struct input *in, const struct intake_options *o, uint32_t detected, char found,
    struct faults *faults, struct error *e)
{
	bool given = delimiter_given(in, o);

	if (in->header_count > 1 || maps_column(in->mapping, in->header[0]) || in->no_header)
		return 0;
	if (detected > 1 && given) {
		faults_add(faults, "E_MAP_COLUMN", "$.format.delimiter", "the header has one column "
		    "with the separator given; the file looks separated by \"%c\"",
		    found == '\t' ? 't' : found);
		return 0;
	}
	if (auto_knows_header(in->header[0]))
		return 0;
	return given ? 0 : error_set(e, USAGE, "E_CSV_DIALECT",
	    "no separator of , ; TAB | fits; give --delimiter or format.delimiter");
}

/* Dialect and header row from the head; by line, from no more lines than it takes, unless the
 * delimiter must be found: what comes out is the same for whoever watches. */
static int
find_header(struct input *in, const struct intake_options *o, uint32_t *detected, char *found,
    struct error *e)
{
	struct span head = span_none();
	size_t seen;
	int got;

	do {
		seen = head.len;
		head = source_peek_line(in->source, delimiter_given(in, o) ? seen : HEAD_BYTES,
		    HEAD_BYTES, e);
		if (head.p == NULL && e->status != STATUS_DONE)
			return -1;
		*found = find_delimiter(in, o, head, detected);
		got = read_first(in, head, source_by_line(in->source) && head.len > seen, e);
	} while (got == 0 && head.len > seen);
	return got;
}

/* Without a mapping the lines above a header are found, and told of. Whoever watches a terminal has not seen
 * what is below them yet. */
static int
find_titles(struct input *in, const struct intake_options *o, struct error *e)
{
	struct span head;
	size_t lines;

	if (!in->mapping->automatic || in->no_header || delimiter_given(in, o) || source_by_line(in->source))
		return 0;
	head = source_peek(in->source, HEAD_BYTES, e);
	if (head.p == NULL)
		return e->status == STATUS_DONE ? 0 : -1;
	lines = auto_title_lines(head, &in->dialect);
	in->mapping->format.skip_lines = (int64_t)lines;
	if (lines > 0)
		notes_add(o->notes, "%s: \"skip_lines\":%zu (what stands above the header is left out)",
		    source_name(in->source), lines);
	return 0;
}

int
intake_csv_prepare(struct input *in, const struct intake_options *o, struct faults *faults,
    struct error *e)
{
	uint32_t detected;
	char found;
	int got;

	set_dialect(in, o);
	if (find_titles(in, o, e) < 0 || skip_lines(in, e) < 0)
		return -1;
	if (in->encoding == ENCODING_UTF8 && source_check_utf8(in->source, e) < 0 &&
	    e->status != STATUS_DONE)
		return -1;
	got = find_header(in, o, &detected, &found, e);
	if (got <= 0)
		return got;			/* empty input is a valid empty stream */
	if (split_header(in, e) < 0 || check_single(in, o, detected, found, faults, e) < 0 )
		return -1;
	if (faults->count > 0)
		return 0;
	if (in->mapping->automatic && auto_columns(in, o, e) < 0)
		return -1;
	in->plan = plan_new(in->mapping, in->header, in->header_count, false, faults);
	return 0;
}
