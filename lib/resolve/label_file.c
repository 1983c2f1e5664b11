/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/label_file.c: reads the table; columns beside the two are left. */
#include "base/error.h"
#include "base/map.h"
#include "io/chunk.h"
#include "io/csv_dialect.h"
#include "io/csv_fields.h"
#include "io/csv_rows.h"
#include "io/source.h"
#include "resolve/label_file.h"

#define CODE "E_LABELS"

struct reading {
	struct label_file		*l;
	struct csv_fields	*fields;
	size_t			 id, entity, columns;	/* columns: 0 before the head */
};

static size_t
column(const struct span *head, size_t count, const char *name)
{
	size_t i = 0;

	while (i < count && !span_is(head[i], name))
		i++;
	return i;
}

static int
take_head(struct reading *r, const struct span *cells, size_t count, struct error *e)
{
	r->id = column(cells, count, "id");
	r->entity = column(cells, count, "entity");
	r->columns = count;
	return r->id < count && r->entity < count ? 0 :
	    error_set(e, USAGE, CODE, "the table has no columns \"id\" and \"entity\"");
}

static int
take_row(struct reading *r, struct span row, struct error *e)
{
	const struct span *cells;
	uint64_t *of, entity;
	struct error why = { 0 };
	size_t count;

	if (csv_fields_split(r->fields, row, &cells, &count, &why) < 0)	/* which is no row refused, but the file */
		return error_set(e, USAGE, CODE, "not a row of a table: %s", why.text);
	if (r->columns == 0)
		return take_head(r, cells, count, e);
	if (count != r->columns)
		return error_set(e, USAGE, CODE, "not as many cells as the head has");
	if (cells[r->id].len == 0 || cells[r->entity].len == 0)
		return error_set(e, USAGE, CODE, "a record or an entity without a name");
	entity = map_add(r->l->names, cells[r->entity]) + 1;
	of = map_slot(r->l->entity, cells[r->id]);
	if (*of != 0 && *of != entity)
		return error_set(e, USAGE, CODE, "the record has another entity in a line before");
	*of = entity;
	return 0;
}

static int
take_chunk(struct reading *r, const struct chunk *chunk, struct error *e)
{
	for (size_t i = 0; i < chunk->count; i++) {
		const struct row *row = &chunk->rows[i];

		if (row->fault != ROW_GOOD && row->fault != ROW_BLANK)
			error_set(e, USAGE, CODE, "not a row of a table");
		else if (row->fault == ROW_GOOD)
			(void)take_row(r, chunk_row(chunk, i), e);
		if (e->status != 0) {
			error_place(e, NULL, chunk->first_line + row->line, 0);
			return -1;
		}
	}
	return 0;
}

int
label_file_load(struct label_file *l, const char *path, struct error *e)
{
	struct byte_source *source = source_open(path, NULL, e);
	struct csv_dialect dialect = csv_dialect_default();
	struct reading r = { .l = l };
	struct csv_rows *rows;
	struct chunk chunk = { .count = 0 };
	int got = -1;

	if (source == NULL)
		return -1;
	l->entity = map_new();
	l->names = map_new();
	r.fields = csv_fields_new(&dialect);
	rows = csv_rows_open(source, &dialect);
	do
		got = csv_rows_chunk(rows, &chunk, 0, e);
	while (got > 0 && take_chunk(&r, &chunk, e) == 0);
	if (got == 0 && r.columns == 0)
		got = error_set(e, USAGE, CODE, "the table is empty");
	error_place(e, path, 0, 0);
	csv_rows_close(rows);
	chunk_done(&chunk);
	source_close(source);
	csv_fields_free(r.fields);
	return got == 0 ? 0 : -1;
}

uint32_t
label_file_find(const struct label_file *l, struct span id)
{
	const uint64_t *of = l->entity == NULL ? NULL : map_find(l->entity, id);

	return of == NULL ? 0 : (uint32_t)*of;
}

void
label_file_done(struct label_file *l)
{
	map_free(l->entity);
	map_free(l->names);
	*l = (struct label_file){ 0 };
}
