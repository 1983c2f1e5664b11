/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/csv_fields.c: one row into fields. libcsv sees exactly the bytes of one row, in
 * strict mode and in a fresh state, because alone it trims blanks, skips empty lines and lets a
 * stray quote swallow what follows. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/csv_dialect.h"
#include "io/csv_fields.h"

#include <csv.h>

struct csv_fields {
	struct csv_dialect	 dialect;
	struct span		*fields;
	size_t			*ends;		/* judge: where each field ends in text */
	size_t			 count, cap, ends_cap;
	struct buf		 text;		/* judge: the fields one after another */
	unsigned		 rows;		/* judge: rows that came out */
};

struct csv_fields *
csv_fields_new(const struct csv_dialect *d)
{
	struct csv_fields *f = mem_zero(1, sizeof *f);

	f->dialect = *d;
	return f;
}

void
csv_fields_free(struct csv_fields *f)
{
	if (f == NULL)
		return;
	mem_free(f->fields);
	mem_free(f->ends);
	buf_done(&f->text);
	mem_free(f);
}

static int
refuse(struct error *e, const char *code, const char *text, size_t at)
{
	error_put(e, STATUS_REFUSED, code, "%s", text);
	error_place(e, NULL, 0, (uint32_t)at + 1);
	return -1;
}

static int
too_many(struct error *e, size_t at)
{
	return refuse(e, "E_CSV_COLUMNS", "more than 4096 columns", at);
}

/* Splits at the delimiter; only for rows without a quote byte. */
static int
split_plain(struct csv_fields *f, struct span row, struct error *e)
{
	const char *p = row.p == NULL ? "" : row.p, *end = p + row.len;

	f->count = 0;
	for (;;) {
		const char *at = p == end ? NULL :
		    memchr(p, f->dialect.delimiter, (size_t)(end - p));
		size_t len = (size_t)((at == NULL ? end : at) - p);

		if (len > f->dialect.max_field)
			return refuse(e, "E_CSV_FIELD", "a field is too long",
			    (size_t)(p - row.p) + f->dialect.max_field);
		if (f->count == CSV_COLUMNS_MAX)
			return too_many(e, (size_t)(p - row.p));
		f->fields = mem_grow(f->fields, f->count + 1, &f->cap, sizeof *f->fields);
		f->fields[f->count++] = span_make(p, len);
		if (at == NULL)
			return 0;
		p = at + 1;
	}
}

static void
judged_field(void *text, size_t len, void *arg)
{
	struct csv_fields *f = arg;

	buf_add(&f->text, span_make(text, len));
	f->ends = mem_grow(f->ends, f->count + 1, &f->ends_cap, sizeof *f->ends);
	f->ends[f->count++] = f->text.len;
}

static void
judged_row(int terminator, void *arg)
{
	struct csv_fields *f = arg;

	(void)terminator;
	f->rows++;
}

static int
no_blank(unsigned char c)
{
	(void)c;
	return 0;
}

/* Runs libcsv over the row; where it stopped, or row.len. */
static size_t
judge_row(struct csv_fields *f, struct span row, bool *good)
{
	unsigned char options = CSV_STRICT_FINI;
	struct csv_parser parser;
	size_t taken;

	if (!f->dialect.literal_quotes)
		options |= CSV_STRICT;
	csv_init(&parser, options);
	csv_set_realloc_func(&parser, mem_resize);
	csv_set_free_func(&parser, mem_free);
	csv_set_space_func(&parser, no_blank);
	csv_set_delim(&parser, (unsigned char)f->dialect.delimiter);
	csv_set_quote(&parser, (unsigned char)f->dialect.quote);
	taken = csv_parse(&parser, row.p, row.len, judged_field, judged_row, f);
	*good = taken == row.len && csv_error(&parser) == CSV_SUCCESS &&
	    csv_fini(&parser, judged_field, judged_row, f) == 0 && f->rows == 1;
	csv_free(&parser);
	return taken;
}

/* Spans over the judged text, once it no longer moves. */
static int
take_judged(struct csv_fields *f, struct error *e)
{
	size_t from = 0;

	if (f->count > CSV_COLUMNS_MAX)
		return too_many(e, 0);
	f->fields = mem_grow(f->fields, f->count, &f->cap, sizeof *f->fields);
	for (size_t i = 0; i < f->count; i++) {
		f->fields[i] = span_make(buf_span(&f->text).p + from, f->ends[i] - from);
		if (f->fields[i].len > f->dialect.max_field)
			return refuse(e, "E_CSV_FIELD", "a field is too long", 0);
		from = f->ends[i];
	}
	return 0;
}

static int
judge(struct csv_fields *f, struct span row, struct error *e)
{
	size_t taken;
	bool good;

	if (row.len == 0)		/* libcsv sees no row in nothing */
		return split_plain(f, row, e);
	f->count = f->rows = 0;
	buf_reset(&f->text);
	taken = judge_row(f, row, &good);
	if (!good)
		return refuse(e, "E_CSV_ROW", "the row cannot be split into fields", taken);
	return take_judged(f, e);
}

static int
check_nul(struct span row, struct error *e)
{
	size_t at = span_index(row, '\0');

	return at == row.len ? 0 : refuse(e, "E_NUL", "a NUL byte", at);
}

int
csv_fields_split(struct csv_fields *f, struct span row, const struct span **fields,
    size_t *count, struct error *e)
{
	bool plain = f->dialect.quote == '\0' || span_index(row, f->dialect.quote) == row.len;

	if (check_nul(row, e) < 0)
		return -1;
	if ((plain ? split_plain(f, row, e) : judge(f, row, e)) < 0)
		return -1;
	*fields = f->fields;
	*count = f->count;
	return 0;
}

int
csv_fields_judge(struct csv_fields *f, struct span row, const struct span **fields,
    size_t *count, struct error *e)
{
	if (check_nul(row, e) < 0 || judge(f, row, e) < 0)
		return -1;
	*fields = f->fields;
	*count = f->count;
	return 0;
}

void
csv_write_cell(struct buf *out, struct span value, char delimiter, bool always_quote)
{
	const char special[] = { delimiter, '"', '\r', '\n' };
	bool quoted = always_quote;

	for (size_t i = 0; i < sizeof special && !quoted; i++)
		quoted = span_index(value, special[i]) < value.len;
	if (!quoted) {
		buf_add(out, value);
		return;
	}
	buf_byte(out, '"');
	while (value.len > 0) {
		size_t at = span_index(value, '"');

		buf_add(out, span_head(value, at));
		if (at < value.len)
			buf_text(out, "\"\"");
		value = span_skip(value, at + 1);
	}
	buf_byte(out, '"');
}
