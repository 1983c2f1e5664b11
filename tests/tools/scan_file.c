/* SPDX-License-Identifier: Apache-2.0 */
/* tests/tools/scan_file.c: what the readers of lib/io say about files, for the corpora.
 *	scan_file any FILE...		each file is one JSON value: "yes NAME", "CODE@BYTE NAME"
 *	scan_file lines FILE...		NDJSON: "NAME" and a verdict per row, LINE:BYTE:CODE
 *	scan_file csv FILE		rows as JSON objects, keys from the first row
 *	scan_file literal FILE		the same with stray_quotes: literal */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/chunk.h"
#include "io/csv_dialect.h"
#include "io/csv_fields.h"
#include "io/csv_rows.h"
#include "io/fd.h"
#include "io/json_write.h"
#include "io/lines.h"
#include "io/ndjson.h"
#include "io/source.h"

#include <inttypes.h>
#include <stdio.h>

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

static int
any(const char *path)
{
	struct nd_limits limits = { .any_value = true };
	struct ndjson *n = ndjson_new(&limits);
	struct error e = { 0 };
	size_t len, at;
	char *p;

	if (fd_read_file(path, 64 << 20, STATUS_INPUT, &p, &len, &e) < 0)
		return 3;
	if (ndjson_scan(n, span_make(p, len), &at, &e) == 0)
		printf("yes %s\n", base_name(path));
	else
		printf("%s@%zu %s\n", e.code, at, base_name(path));
	mem_free(p);
	ndjson_free(n);
	return 0;
}

static void
row_verdict(struct ndjson *n, const struct chunk *c, size_t i)
{
	const struct row *r = &c->rows[i];
	uint64_t line = c->first_line + r->line, byte = c->first_byte + r->at;
	struct error e = { 0 };
	size_t at = 0;

	if (r->fault == ROW_BLANK)
		printf(" blank");
	else if (r->fault == ROW_LONG)
		printf(" %" PRIu64 ":%" PRIu64 ":E_LINE_LONG", line, byte + r->fault_at);
	else if (ndjson_scan(n, chunk_row(c, i), &at, &e) == 0)
		printf(r->unended ? " yes-unended" : " yes");
	else
		printf(" %" PRIu64 ":%" PRIu64 ":%s", line, byte + at,
		    r->unended && at == r->len ? "E_TRUNCATED" : e.code);
}

static int
lines(const char *path)
{
	struct source_options options = { 0 };
	struct error e = { 0 };
	struct byte_source *s = source_open(path, &options, &e);
	struct ndjson *n = ndjson_new(NULL);
	struct chunk c = { 0 };
	struct lines *l;

	printf("%s", base_name(path));
	if (s != NULL) {
		l = lines_open(s, 0);
		while (lines_chunk(l, &c, &e) > 0)
			for (size_t i = 0; i < c.count; i++)
				row_verdict(n, &c, i);
		lines_close(l);
	}
	printf("%s%s\n", e.status == STATUS_DONE ? "" : " file:",
	    e.status == STATUS_DONE ? "" : e.code);
	source_close(s);
	ndjson_free(n);
	chunk_done(&c);
	return 0;
}

struct table {
	struct json_writer	 writer;
	struct csv_fields	*fields;
	struct buf		 names[CSV_COLUMNS_MAX];
	size_t			 columns;
	bool			 started;
};

static void
header(struct table *t, const struct span *cells, size_t count)
{
	t->columns = count;
	t->started = true;
	for (size_t i = 0; i < count; i++)
		buf_add(&t->names[i], cells[i]);
}

static int
table_row(struct table *t, const struct chunk *c, size_t i)
{
	static const char *const faults[] = { [ROW_LONG] = "E_CSV_LONG",
		[ROW_QUOTE] = "E_CSV_QUOTE", [ROW_SPAN] = "E_CSV_SPAN", [ROW_CR] = "E_CSV_CR",
		[ROW_FIELD_LONG] = "E_CSV_FIELD" };
	const struct span *cells;
	struct error e = { 0 };
	size_t count;

	if (c->rows[i].fault == ROW_BLANK)
		return 0;
	if (c->rows[i].fault != ROW_GOOD) {
		printf("%s\n", faults[c->rows[i].fault]);
		return 1;
	}
	if (csv_fields_split(t->fields, chunk_row(c, i), &cells, &count, &e) < 0) {
		printf("%s\n", e.code);
		return 1;
	}
	if (!t->started) {
		header(t, cells, count);
		return 0;
	}
	json_open_object(&t->writer);
	for (size_t k = 0; k < count && k < t->columns; k++) {
		json_key(&t->writer, buf_span(&t->names[k]));
		json_text(&t->writer, cells[k]);
	}
	json_end(&t->writer);
	return 0;
}

static int
csv(const char *path, bool literal)
{
	static struct table t;
	struct csv_dialect d = csv_dialect_default();
	struct source_options options = { 0 };
	struct error e = { 0 };
	struct byte_source *s = source_open(path, &options, &e);
	struct buf out = { 0 };
	struct chunk c = { 0 };
	struct csv_rows *r;
	int status = 0;

	d.literal_quotes = literal;
	if (s == NULL)
		return 3;
	r = csv_rows_open(s, &d);
	t.fields = csv_fields_new(&d);
	t.writer = json_writer(&out);
	json_open_array(&t.writer);
	while (status == 0 && csv_rows_chunk(r, &c, 0, &e) > 0)
		for (size_t i = 0; status == 0 && i < c.count; i++)
			status = table_row(&t, &c, i);
	if (status == 0) {
		json_end(&t.writer);
		printf("%.*s\n", (int)out.len, out.p);
	}
	for (size_t k = 0; k < t.columns; k++)
		buf_done(&t.names[k]);
	buf_done(&out);
	chunk_done(&c);
	csv_fields_free(t.fields);
	csv_rows_close(r);
	source_close(s);
	return status;
}

int
main(int argc, char **argv)
{
	int worst = 0;

	for (int i = 2; i < argc; i++) {
		int r = strcmp(argv[1], "any") == 0 ? any(argv[i]) :
		    strcmp(argv[1], "lines") == 0 ? lines(argv[i]) :
		    csv(argv[i], strcmp(argv[1], "literal") == 0);

		worst = r > worst ? r : worst;
	}
	return argc < 3 ? 2 : worst;
}
