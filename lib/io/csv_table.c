/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/csv_table.c: see csv_table.h. */
#include "base/error.h"
#include "io/chunk.h"
#include "io/csv_dialect.h"
#include "io/csv_fields.h"
#include "io/csv_rows.h"
#include "io/csv_table.h"
#include "io/source.h"

struct reading {
	struct csv_fields	*fields;
	const char		*code;
	csv_table_row		*head, *row;
	void			*arg;
	size_t			 columns;	/* of the head; 0: not seen yet */
};

static int
take_row(struct reading *r, struct span row, struct error *e)
{
	const struct span *cells;
	struct error why = { 0 };
	size_t count;

	if (csv_fields_split(r->fields, row, &cells, &count, &why) < 0)	/* which would refuse the row alone */
		return error_put(e, STATUS_USAGE, r->code, "not a row of a table: %s", why.text);
	if (r->columns == 0) {
		r->columns = count;
		return r->head(r->arg, cells, count, e);
	}
	if (count != r->columns)
		return error_put(e, STATUS_USAGE, r->code, "not as many cells as the head has");
	return r->row(r->arg, cells, count, e);
}

static int
take_chunk(struct reading *r, const struct chunk *chunk, struct error *e)
{
	for (size_t i = 0; i < chunk->count; i++) {
		const struct row *row = &chunk->rows[i];
		int result = 0;

		if (row->fault == ROW_GOOD)
			result = take_row(r, chunk_row(chunk, i), e);
		else if (row->fault != ROW_BLANK)
			result = error_put(e, STATUS_USAGE, r->code, "not a row of a table");
		if (result < 0) {
			error_place(e, NULL, chunk->first_line + row->line, 0);
			return -1;
		}
	}
	return 0;
}

int
csv_table_each(const char *path, const char *code, csv_table_row *head, csv_table_row *row, void *arg,
    struct error *e)
{
	struct byte_source *source = source_open(path, NULL, e);
	struct csv_dialect dialect = csv_dialect_default();
	struct reading r = { .code = code, .head = head, .row = row, .arg = arg };
	struct chunk chunk = { .count = 0 };
	struct csv_rows *rows;
	int got;

	if (source == NULL)
		return -1;
	r.fields = csv_fields_new(&dialect);
	rows = csv_rows_open(source, &dialect);
	do
		got = csv_rows_chunk(rows, &chunk, 0, e);
	while (got > 0 && take_chunk(&r, &chunk, e) == 0);
	if (got == 0 && r.columns == 0)
		got = error_put(e, STATUS_USAGE, code, "the table is empty");
	error_place(e, path, 0, 0);
	csv_rows_close(rows);
	chunk_done(&chunk);
	source_close(source);
	csv_fields_free(r.fields);
	return got == 0 ? 0 : -1;
}
