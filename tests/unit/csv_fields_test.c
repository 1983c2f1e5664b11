/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/csv_fields_test.c: fields of a row, by splitting and by libcsv. */
#include "base/buf.h"
#include "base/error.h"
#include "io/csv_dialect.h"
#include "io/csv_fields.h"
#include "tap.h"

#include <stdlib.h>

static void
fields(struct span row, bool literal, const char *want, const char *name)
{
	struct csv_dialect d = csv_dialect_default();
	const struct span *cells;
	struct csv_fields *f;
	struct error e = { 0 };
	struct buf out = { 0 };
	size_t count;

	d.literal_quotes = literal;
	d.max_field = 20;
	f = csv_fields_new(&d);
	if (csv_fields_split(f, row, &cells, &count, &e) < 0) {
		buf_text(&out, e.code);
	} else {
		for (size_t i = 0; i < count; i++) {
			buf_add(&out, cells[i]);
			buf_byte(&out, '|');
		}
	}
	is_text(buf_span(&out).p, out.len, want, name);
	csv_fields_free(f);
	buf_done(&out);
}

static void
splits(void)
{
	fields(SPAN(""), false, "|", "an empty row is one empty cell");
	fields(SPAN("a,,b,"), false, "a||b||", "empty cells count");
	fields(SPAN(" a ,\tb"), false, " a |\tb|", "blanks are data");
	fields(SPAN("\"a,b\",\"c\"\"d\",\"\""), false, "a,b|c\"d||", "quoted cells are unquoted");
	fields(SPAN(" \"a\""), false, "E_CSV_ROW", "a blank before a quote makes it stray");
	fields(SPAN("\"a\nb\""), false, "a\nb|", "a line end may stand in quotes");
	fields(SPAN("\"a"), false, "E_CSV_ROW", "an open quote is refused");
	fields(SPAN("a\"b,c"), true, "a\"b|c|", "literal quotes are data");
	fields(SPAN("a\0b"), false, "E_NUL", "a NUL is refused");
	fields(SPAN("12345678901234567890,x"), false, "12345678901234567890|x|", "20 bytes are allowed");
	fields(SPAN("123456789012345678901"), false, "E_CSV_FIELD", "21 are too many");
	fields(SPAN("\"123456789012345678901\""), false, "E_CSV_FIELD", "also in quotes");
}

static void
counts_columns(void)
{
	struct csv_dialect d = csv_dialect_default();
	struct csv_fields *f = csv_fields_new(&d);
	struct buf row = { 0 };
	const struct span *cells;
	struct error e = { 0 };
	size_t count;

	for (int i = 1; i < CSV_COLUMNS_MAX; i++)
		buf_byte(&row, ',');
	ok(csv_fields_split(f, buf_span(&row), &cells, &count, &e) == 0 &&
	    count == CSV_COLUMNS_MAX, "4096 columns are accepted");
	buf_byte(&row, ',');
	ok(csv_fields_split(f, buf_span(&row), &cells, &count, &e) < 0 &&
	    strcmp(e.code, "E_CSV_COLUMNS") == 0, "4097 are too many");
	buf_done(&row);
	csv_fields_free(f);
}

/* Rows without a quote: both ways give the same. Cells written and read are the same. */
static void
both_ways_agree(void)
{
	static const char bytes[] = "ab, ,;\t\xc3\xa9\"\n\r";
	struct csv_dialect d = csv_dialect_default();
	struct csv_fields *f = csv_fields_new(&d), *judge = csv_fields_new(&d);
	unsigned differ = 0, changed = 0;
	struct buf row = { 0 };
	char text[70];

	srand(5);
	for (int trial = 0; trial < 100000; trial++) {
		size_t len = (size_t)rand() % sizeof text, n, m;
		const struct span *a, *b;
		struct error e = { 0 };

		for (size_t i = 0; i < len; i++)
			text[i] = bytes[(size_t)rand() % (sizeof bytes - 4)];
		if (csv_fields_split(f, span_make(text, len), &a, &n, &e) < 0 ||
		    csv_fields_judge(judge, span_make(text, len), &b, &m, &e) < 0 || n != m) {
			differ++;
			continue;
		}
		for (size_t i = 0; i < n; i++)
			differ += !span_equal(a[i], b[i]);
		for (size_t i = 0; i < len; i++)
			text[i] = bytes[(size_t)rand() % (sizeof bytes - 1)];
		buf_reset(&row);
		csv_write_cell(&row, span_make(text, len), ',', trial % 2 == 0);
		changed += csv_fields_split(f, buf_span(&row), &a, &n, &e) < 0 || n != 1 ||
		    !span_equal(a[0], span_make(text, len));
	}
	ok(differ == 0, "splitting and libcsv agree (100000 trials, seed 5)");
	ok(changed == 0, "a cell that is written is read back the same");
	buf_done(&row);
	csv_fields_free(f);
	csv_fields_free(judge);
}

/* Whatever stands in a row, splitting and libcsv take it alike or refuse it alike; and most rows of
 * quoted cells are taken. */
static void
quoted_rows_agree(bool literal)
{
	static const char bytes[] = "ab,,,\"\"\"\xc3\xa9 \n\r";
	struct csv_dialect d = csv_dialect_default();
	struct csv_fields *f, *judge;
	unsigned differ = 0, taken = 0;
	char text[40];

	d.max_field = 20;
	d.literal_quotes = literal;
	f = csv_fields_new(&d);
	judge = csv_fields_new(&d);
	srand(6);
	for (int trial = 0; trial < 300000; trial++) {
		size_t len = (size_t)rand() % sizeof text, n = 0, m = 0;
		const struct span *a, *b;
		struct error e = { 0 }, why = { 0 };
		int first, second;

		for (size_t i = 0; i < len; i++)
			text[i] = bytes[(size_t)rand() % (sizeof bytes - 1 - 2 * (trial % 2 == 0))];
		for (size_t i = 0; i + 1 < len && trial % 3 == 0; i++)	/* quotes where they may be */
			if (text[i] == '"')
				text[i + 1] = text[i] = i % 2 == 0 ? '"' : ',';
		first = csv_fields_split(f, span_make(text, len), &a, &n, &e);
		second = csv_fields_judge(judge, span_make(text, len), &b, &m, &why);
		if (memchr(text, '"', len) == NULL)
			continue;
		differ += first != second || (first < 0 && (strcmp(e.code, why.code) != 0 ||
		    e.column != why.column)) || (first == 0 && n != m);
		for (size_t i = 0; i < n && n == m && first == 0; i++)
			differ += !span_equal(a[i], b[i]);
		taken += first == 0;
	}
	ok(differ == 0 && taken > 10000, "rows with quotes: splitting and libcsv agree (%u are good)",
	    taken);
	csv_fields_free(f);
	csv_fields_free(judge);
}

int
main(void)
{
	quoted_rows_agree(false);
	quoted_rows_agree(true);
	splits();
	counts_columns();
	both_ways_agree();
	return tap_done();
}
