/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/labels_read.c: labellings and judged pairs from files; the intake of cdp-eval. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "io/chunk.h"
#include "io/csv_dialect.h"
#include "io/csv_fields.h"
#include "io/csv_rows.h"
#include "io/ndjson.h"
#include "io/source.h"
#include "model/reject.h"
#include "model/rejects.h"
#include "report/judged.h"
#include "report/labels.h"
#include "report/labels_read.h"

enum { HEAD_BYTES = 64 << 10 };

/* ---- NDJSON ---- */

struct lines_arg {
	struct labels_read	*r;
	struct labels		*l;
};

static struct span
member(const struct feed_line *line, const char *name, struct arena *arena)
{
	uint32_t at = ndjson_find(line->tape, 0, span_from(name));

	return at == 0 ? span_none() : ndjson_text(line->tape, at, arena);
}

static void
slice_by_source(struct labels *l, struct span id)
{
	size_t colon = span_index(id, ':');

	if (colon < id.len)
		labels_slice(l, id, span_head(id, colon));
}

static int
profile_line(struct lines_arg *a, const struct feed_line *line, struct arena *arena,
    struct error *e)
{
	struct span label = member(line, "id", arena);
	uint32_t list = ndjson_find(line->tape, 0, SPAN("members")), count;
	bool by_source = a->r->by != NULL && strcmp(a->r->by, "source") == 0;

	if (label.len == 0 || list == 0 ||
	    ndjson_nodes(line->tape, &count)[list].type != ND_ARRAY) {
		error_set(e, REFUSED, "E_LABEL", "a profile without \"id\" or \"members\"");
		return 1;
	}
	a->l->from_profiles = true;
	a->r->has_by |= by_source;
	for (uint32_t v = ndjson_first(line->tape, list); v != 0;
	    v = ndjson_sibling(line->tape, v)) {
		struct span id = ndjson_text(line->tape, v, arena);

		labels_add(a->l, id, label);
		if (by_source)
			slice_by_source(a->l, id);
	}
	return 0;
}

static struct span
slice_member(const struct feed_line *line, const char *name, struct arena *arena)
{
	struct span value = member(line, name, arena);
	uint32_t inner = ndjson_find(line->tape, 0, SPAN("attributes")), at;

	if (value.p != NULL || inner == 0)
		return value;
	at = ndjson_find(line->tape, inner, span_from(name));
	return at == 0 ? span_none() : ndjson_text(line->tape, at, arena);
}

static int
labelled_line(struct lines_arg *a, const struct feed_line *line, struct arena *arena,
    struct error *e)
{
	struct span id = member(line, "id", arena), label = span_none(), value = span_none();

	if (a->r->predicted)
		label = member(line, "cluster", arena);
	if (label.p == NULL)
		label = member(line, "entity", arena);
	if (id.len == 0 || label.len == 0) {
		error_set(e, REFUSED, "E_LABEL", "\"id\" or \"entity\" is missing or empty");
		return 1;
	}
	labels_add(a->l, id, label);
	if (a->r->by != NULL)
		value = slice_member(line, a->r->by, arena);
	if (value.p != NULL) {
		labels_slice(a->l, id, value);
		a->r->has_by = true;
	}
	return 0;
}

/* Kinds that carry no labels pass by. */
static int
one_line(void *arg, struct feed_part *part, const struct feed_line *line, struct error *e)
{
	if (line->kind == FEED_PROFILE)
		return profile_line(arg, line, part->arena, e);
	if (line->kind == FEED_RECORD ||
	    (line->kind == FEED_OTHER && ndjson_find(line->tape, 0, SPAN("kind")) == 0))
		return labelled_line(arg, line, part->arena, e);
	return 0;
}

/* One thread: the lines go straight into the labelling. */
static int
read_lines(struct labels_read *r, struct byte_source *source, struct labels *l, struct error *e)
{
	struct lines_arg arg = { r, l };
	struct feed_ops ops = { .line = one_line };
	struct feed_options o = r->feed;
	struct feed_counts counts;
	int result;

	o.paths = &r->path;
	o.path_count = 1;
	o.given = source;
	o.threads = 1;
	result = feed_run(&o, &ops, &arg, &counts, e);
	r->lines = counts.in;
	return result;
}

/* ---- CSV ---- */

enum { OTHER_LABEL = 3, COLUMNS_MAX = 4 };

struct table {
	struct labels_read		*r;
	const char			*names[COLUMNS_MAX];	/* wanted columns; NULL: none */
	size_t				 at[COLUMNS_MAX];	/* where they are; SIZE_MAX: not there */
	size_t				 width;			/* cells of the header */
	bool				 prefers_other;	/* OTHER_LABEL stands for column 1, if there */
	/* One row: the wanted cells. 0, or 1 and e (REFUSED). */
	int				(*row)(struct table *t, const struct span *cells, struct error *e);
	struct labels			*l;
	const struct labels		*found;
	struct judged			*judged;
};

static int
refuse(const struct table *t, const struct chunk *c, size_t i, const char *file, struct error *e)
{
	const struct row *row = &c->rows[i];
	struct reject one = { .tool = t->r->feed.tool, .code = e->code, .file = span_from(file),
	    .line = c->first_line + row->line, .lines = row->lines,
	    .byte = c->first_byte + row->at, .raw = chunk_row(c, i) };
	char text[ERROR_TEXT_MAX];

	memcpy(text, e->text, sizeof text);
	error_clear(e);
	return rejects_add(t->r->feed.rejects, &one, text, e);
}

static void
find_columns(struct table *t, const struct span *fields, size_t count)
{
	t->width = count;
	for (size_t k = 0; k < COLUMNS_MAX; k++) {
		t->at[k] = SIZE_MAX;
		for (size_t i = count; i-- > 0 && t->names[k] != NULL;)
			if (span_is(span_trim(fields[i]), t->names[k]))
				t->at[k] = i;
	}
	if (t->prefers_other && t->at[OTHER_LABEL] != SIZE_MAX)
		t->at[1] = t->at[OTHER_LABEL];
}

static int
split_row(struct table *t, struct csv_fields *f, const struct chunk *c, size_t i, struct error *e)
{
	struct span cells[COLUMNS_MAX] = { { NULL, 0 } };
	const struct span *fields;
	size_t count;

	if (c->rows[i].fault != ROW_GOOD) {
		error_set(e, REFUSED, "E_CSV_ROW", "the row cannot be read");
		return 1;
	}
	if (csv_fields_split(f, chunk_row(c, i), &fields, &count, e) < 0)
		return e->status == STATUS_REFUSED ? 1 : -1;
	if (t->width == 0) {
		find_columns(t, fields, count);
		return 0;
	}
	if (count != t->width) {
		error_set(e, REFUSED, "E_CSV_COLUMNS", "%zu fields, the header has %zu", count,
		    t->width);
		return 1;
	}
	for (size_t k = 0; k < COLUMNS_MAX; k++)
		if (t->at[k] != SIZE_MAX)
			cells[k] = fields[t->at[k]];
	return t->row(t, cells, e);
}

static int
need_columns(const struct table *t, const char *file, size_t least, struct error *e)
{
	for (size_t k = 0; k < least; k++)
		if (t->width == 0 || t->at[k] == SIZE_MAX)
			return error_set(e, USAGE, "E_COLUMN", "%s: no column \"%s\"", file,
			    t->names[k]);
	return 0;
}

static int
take_chunk(struct table *t, struct csv_fields *fields, const struct chunk *c, const char *file,
    struct error *e)
{
	int r = 0;

	for (size_t i = 0; i < c->count && r == 0; i++) {
		if (c->rows[i].fault == ROW_BLANK)
			continue;
		t->r->lines++;
		r = split_row(t, fields, c, i, e);
		if (r == 1)
			r = refuse(t, c, i, file, e);
	}
	return r;
}

static int
read_rows(struct table *t, struct byte_source *source, size_t least, struct error *e)
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
			r = need_columns(t, source_name(source), least, e);
		chunk_reset(&chunk);
	}
	if (r == 0 && t->width == 0)
		r = need_columns(t, source_name(source), least, e);
	chunk_done(&chunk);
	csv_fields_free(fields);
	csv_rows_close(rows);
	return r;
}

static int
label_row(struct table *t, const struct span *cells, struct error *e)
{
	if (cells[0].len == 0 || cells[1].len == 0) {
		error_set(e, REFUSED, "E_LABEL", "the id or its label is empty");
		return 1;
	}
	labels_add(t->l, cells[0], cells[1]);
	if (cells[2].p != NULL)
		labels_slice(t->l, cells[0], cells[2]);
	return 0;
}

static int
pair_row(struct table *t, const struct span *cells, struct error *e)
{
	if (judged_add(t->judged, t->found, cells[0], cells[1], cells[2]) == 0)
		return 0;
	error_set(e, REFUSED, "E_LABEL", "\"label\" is not match, no_match or maybe");
	return 1;
}

/* ---- either ---- */

int
labels_read(struct labels_read *r, struct labels *l, struct error *e)
{
	struct source_options defaults = { 0 };
	struct byte_source *source = source_open(r->path, &defaults, e);
	struct span head, first;
	struct table t = { .r = r, .names = { "id", "entity", r->by }, .row = label_row, .l = l };
	int result;

	if (source == NULL)
		return -1;
	head = source_peek(source, HEAD_BYTES, e);
	if (head.p == NULL) {
		source_close(source);
		return -1;
	}
	first = span_starts(head, SPAN("\xef\xbb\xbf")) ? span_skip(head, 3) : head;
	while (first.len > 0 && strchr(" \t\r\n", first.p[0]) != NULL)
		first = span_skip(first, 1);
	if (first.len == 0 || first.p[0] == '{')
		return read_lines(r, source, l, e);
	if (r->predicted) {
		t.names[OTHER_LABEL] = "cluster";
		t.prefers_other = true;
	}
	result = read_rows(&t, source, 2, e);
	r->has_by |= r->by != NULL && t.width > 0 && t.at[2] != SIZE_MAX;
	source_close(source);
	return result;
}

int
judged_read(struct labels_read *r, const struct labels *found, struct judged *j,
    struct error *e)
{
	struct source_options defaults = { 0 };
	struct byte_source *source = source_open(r->path, &defaults, e);
	struct table t = { .r = r, .names = { "id_a", "id_b", "label" }, .row = pair_row,
	    .found = found, .judged = j };
	int result;

	if (source == NULL)
		return -1;
	result = read_rows(&t, source, 3, e);
	source_close(source);
	return result;
}
