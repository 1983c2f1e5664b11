/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/csv.c: rows and fields. Both ways of splitting agree, a good row can be split, and every
 * physical line is in exactly one row. The first byte chooses the dialect. */
#include "base/error.h"
#include "io/chunk.h"
#include "io/csv_dialect.h"
#include "io/csv_fields.h"
#include "io/csv_rows.h"
#include "io/source.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool held)
{
	if (!held)
		abort();
}

static void
judge(struct csv_fields *split, struct csv_fields *judged, struct span row)
{
	const struct span *a, *b;
	struct error e = { 0 }, f = { 0 };
	size_t n, m;

	if (csv_fields_split(split, row, &a, &n, &e) < 0) {
		must(csv_fields_judge(judged, row, &b, &m, &f) < 0);
		must(strcmp(e.code, "E_CSV_ROW") != 0);
		return;
	}
	must(csv_fields_judge(judged, row, &b, &m, &f) == 0 && n == m);
	for (size_t i = 0; i < n; i++)
		must(span_equal(a[i], b[i]));
}

static struct csv_dialect
dialect(uint8_t choice)
{
	struct csv_dialect d = csv_dialect_default();

	d.delimiter = (choice & 1) != 0 ? ';' : ',';
	d.cr_ends = (choice & 2) != 0;
	d.literal_quotes = (choice & 4) != 0;
	if ((choice & 8) != 0) {
		d.quote_span = 3;
		d.max_field = 12;
		d.max_row = 40;
	}
	return d;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct csv_dialect d = dialect(size == 0 ? 0 : data[0]);
	struct byte_source *s = source_of(span_make((const char *)data, size), "fuzz");
	struct csv_fields *split = csv_fields_new(&d), *judged = csv_fields_new(&d);
	struct csv_rows *r = csv_rows_open(s, &d);
	struct error e = { 0 };
	struct chunk c = { 0 };
	uint64_t line = 0;

	while (csv_rows_chunk(r, &c, 0, &e) > 0)
		for (size_t i = 0; i < c.count; i++) {
			must(line == 0 || c.first_line + c.rows[i].line == line);
			line = c.first_line + c.rows[i].line + c.rows[i].lines;
			if (c.rows[i].fault == ROW_GOOD)
				judge(split, judged, chunk_row(&c, i));
		}
	csv_rows_close(r);
	csv_fields_free(split);
	csv_fields_free(judged);
	source_close(s);
	chunk_done(&c);
	return 0;
}
