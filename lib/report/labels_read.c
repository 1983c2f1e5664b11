/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/labels_read.c: labellings from files. */
#include "base/error.h"
#include "io/ndjson.h"
#include "io/source.h"
#include "report/labels.h"
#include "report/labels_read.h"
#include "report/sheet.h"

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
	return a->r->profile == NULL ? 0 :
	    a->r->profile(a->r->profile_arg, label, line->tape, arena, e);
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

enum { ID, LABEL, SLICE, COLUMNS };

static int
label_row(void *arg, const struct span *cells, struct error *e)
{
	struct labels *l = arg;

	if (cells[ID].len == 0 || cells[LABEL].len == 0) {
		error_set(e, REFUSED, "E_LABEL", "the id or its label is empty");
		return 1;
	}
	labels_add(l, cells[ID], cells[LABEL]);
	if (cells[SLICE].p != NULL)
		labels_slice(l, cells[ID], cells[SLICE]);
	return 0;
}

static int
read_rows(struct labels_read *r, struct byte_source *source, struct labels *l, struct error *e)
{
	const struct sheet_column columns[COLUMNS] = { [ID] = { "id", NULL, true },
	    [LABEL] = { "entity", r->predicted ? "cluster" : NULL, true },
	    [SLICE] = { r->by, NULL, false } };
	struct sheet t = { .path = r->path, .columns = columns, .count = COLUMNS,
	    .feed = r->feed, .row = label_row, .arg = l };
	int result = sheet_read(&t, source, e);

	r->lines = t.lines;
	r->has_by |= sheet_has(&t, SLICE);
	return result;
}

/* ---- either ---- */

int
labels_read(struct labels_read *r, struct labels *l, struct error *e)
{
	struct source_options defaults = { 0 };
	struct byte_source *source = source_open(r->path, &defaults, e);
	struct span head, first;

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
	return read_rows(r, source, l, e);
}
