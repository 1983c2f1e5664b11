/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/sheet.c: rows of a CSV file as the cells somebody asked for. */
#include "base/error.h"
#include "io/chunk.h"
#include "io/csv_dialect.h"
#include "io/csv_fields.h"
#include "io/csv_rows.h"
#include "io/source.h"
#include "model/reject.h"
#include "model/rejects.h"
#include "report/sheet.h"

#include <assert.h>

enum { HEAD_BYTES = 64 << 10 };

bool
sheet_has(const struct sheet *t, size_t column)
{
	return t->width > 0 && t->at[column] != SIZE_MAX;
}

static int
refuse(const struct sheet *t, const struct chunk *c, size_t i, const char *file,
    struct error *e)
{
	const struct row *row = &c->rows[i];
	struct reject one = { .tool = t->feed.tool, .code = e->code, .file = span_from(file),
	    .line = c->first_line + row->line, .lines = row->lines,
	    .byte = c->first_byte + row->at, .raw = chunk_row(c, i) };
	char text[ERROR_TEXT_MAX];

	memcpy(text, e->text, sizeof text);
	error_clear(e);
	return rejects_add(t->feed.rejects, &one, text, e);
}

/* The first column of a name counts. */
static size_t
find(const struct span *fields, size_t count, const char *name)
{
	for (size_t i = 0; i < count && name != NULL; i++)
		if (span_is(span_trim(fields[i]), name))
			return i;
	return SIZE_MAX;
}

static void
take_header(struct sheet *t, const struct span *fields, size_t count)
{
	t->width = count;
	for (size_t k = 0; k < t->count; k++) {
		t->at[k] = find(fields, count, t->columns[k].better);
		if (t->at[k] == SIZE_MAX)
			t->at[k] = find(fields, count, t->columns[k].name);
	}
}

static int
take_row(struct sheet *t, struct csv_fields *f, const struct chunk *c, size_t i,
    struct error *e)
{
	struct span cells[SHEET_COLUMNS_MAX] = { { NULL, 0 } };
	const struct span *fields;
	size_t count;

	if (c->rows[i].fault != ROW_GOOD) {
		error_set(e, REFUSED, "E_CSV_ROW", "the row cannot be read");
		return 1;
	}
	if (csv_fields_split(f, chunk_row(c, i), &fields, &count, e) < 0)
		return e->status == STATUS_REFUSED ? 1 : -1;
	if (t->width == 0) {
		take_header(t, fields, count);
		return 0;
	}
	if (count != t->width) {
		error_set(e, REFUSED, "E_CSV_COLUMNS", "%zu fields, the header has %zu", count,
		    t->width);
		return 1;
	}
	for (size_t k = 0; k < t->count; k++)
		if (t->at[k] != SIZE_MAX)
			cells[k] = fields[t->at[k]];
	return t->row(t->arg, cells, e);
}

static int
need_columns(const struct sheet *t, const char *file, struct error *e)
{
	for (size_t k = 0; k < t->count; k++)
		if (t->columns[k].needed && !sheet_has(t, k))
			return error_set(e, USAGE, "E_COLUMN", "%s: no column \"%s\"", file,
			    t->columns[k].name);
	return 0;
}

static int
take_chunk(struct sheet *t, struct csv_fields *fields, const struct chunk *c,
    const char *file, struct error *e)
{
	int r = 0;

	for (size_t i = 0; i < c->count && r == 0; i++) {
		if (c->rows[i].fault == ROW_BLANK)
			continue;
		t->lines++;
		r = take_row(t, fields, c, i, e);
		if (r == 1)
			r = refuse(t, c, i, file, e);
	}
	return r;
}

static int
read_rows(struct sheet *t, struct byte_source *source, struct error *e)
{
	struct csv_dialect d = csv_dialect_default();
	struct span head = source_peek(source, HEAD_BYTES, e);
	struct csv_fields *fields;
	struct csv_rows *rows;
	struct chunk chunk = { 0 };
	int r = head.p == NULL ? -1 : 0;

	if (r == 0)
		(void)csv_dialect_detect(head, &d, &d.delimiter);
	rows = csv_rows_open(source, &d);
	fields = csv_fields_new(&d);
	while (r == 0) {
		int got = csv_rows_chunk(rows, &chunk, t->width == 0, e);

		if (got <= 0) {
			r = got;
			break;
		}
		r = take_chunk(t, fields, &chunk, source_name(source), e);
		if (r == 0 && t->width > 0)
			r = need_columns(t, source_name(source), e);
		chunk_reset(&chunk);
	}
	if (r == 0 && t->width == 0)
		r = need_columns(t, source_name(source), e);
	chunk_done(&chunk);
	csv_fields_free(fields);
	csv_rows_close(rows);
	return r;
}

int
sheet_read(struct sheet *t, struct byte_source *source, struct error *e)
{
	struct source_options defaults = { 0 };
	int r;

	assert(t->count <= SHEET_COLUMNS_MAX);
	if (source == NULL)
		source = source_open(t->path, &defaults, e);
	if (source == NULL)
		return -1;
	r = read_rows(t, source, e);
	source_close(source);
	return r;
}
