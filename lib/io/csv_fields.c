/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/csv_fields.c: one row into fields. Rows without quotes, and those whose quotes stand around
 * whole fields, are split here. Of others libcsv sees exactly the bytes of one row, in strict mode and
 * in a fresh state, because alone it trims blanks, skips empty lines and lets a stray quote swallow
 * what follows. */
#include "base/alloc.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/csv_dialect.h"
#include "io/csv_fields.h"

#include <csv.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

enum { STEP = 16 };	/* bytes looked at at once */
#define OPEN	SIZE_MAX	/* no quote has closed the field */

/* A bit for each c among the next n bytes, at most STEP. */
static unsigned
marks_in(const char *p, size_t n, char c)
{
	unsigned marks = 0;

	for (size_t i = 0; i < n; i++)
		marks |= (unsigned)(p[i] == c) << i;
	return marks;
}

/* A bit for each c in the step of the row that begins at `at`. Nothing outside the row is read:
 * its last step is loaded from its last bytes, and those before are shifted out. */
ALWAYS_INLINE unsigned
marks_at(struct span row, size_t at, char c)
{
	size_t left = row.len - at;
#ifdef __SSE2__
	if (row.len >= STEP) {
		const char *from = left >= STEP ? row.p + at : row.p + row.len - STEP;
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)from);
		unsigned marks = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(c)));

		return left >= STEP ? marks : marks >> (STEP - left);
	}
#endif
	return marks_in(row.p + at, left < STEP ? left : STEP, c);
}

/* The first field that is too long, or one too many. */
static int
check_plain(const struct csv_fields *f, struct span row, struct error *e)
{
	for (size_t i = 0; i < f->count; i++) {
		size_t at = (size_t)(f->fields[i].p - row.p);

		if (f->fields[i].len > f->dialect.max_field)
			return refuse(e, "E_CSV_FIELD", "a field is too long",
			    at + f->dialect.max_field);
		if (i == CSV_COLUMNS_MAX)
			return too_many(e, at);
	}
	return 0;
}

/* Room for the fields that end in a step, and the last one. */
ALWAYS_INLINE void
make_room(struct csv_fields *f, size_t count)
{
	if (UNLIKELY(f->cap < count + STEP + 1))
		f->fields = mem_grow(f->fields, count + STEP + 1, &f->cap, sizeof *f->fields);
}

/* Splits at the delimiter; only for rows without a quote byte. Room is made for a step and not
 * for a field; the limits are looked at when they can have been passed. */
static int
split_plain(struct csv_fields *f, struct span row, struct error *e)
{
	size_t count = 0, from = 0;

	if (row.p == NULL)
		row = SPAN("");
	for (size_t at = 0; at < row.len && count <= CSV_COLUMNS_MAX; at += STEP) {
		unsigned marks = marks_at(row, at, f->dialect.delimiter);

		make_room(f, count);
		for (; marks != 0; marks &= marks - 1) {
			size_t to = at + (size_t)__builtin_ctz(marks);

			f->fields[count++] = span_make(row.p + from, to - from);
			from = to + 1;
		}
	}
	f->fields = mem_grow(f->fields, count + 1, &f->cap, sizeof *f->fields);
	f->fields[count++] = span_make(row.p + from, row.len - from);
	f->count = count;
	return row.len > f->dialect.max_field || count > CSV_COLUMNS_MAX ?
	    check_plain(f, row, e) : 0;
}

/* Where a field that began at `from` ends; a quote that is closed is its first byte and its last. */
ALWAYS_INLINE bool
take_field(struct csv_fields *f, struct span row, size_t from, size_t to, size_t closed)
{
	bool quoted = closed != OPEN;

	if (quoted && closed + 1 != to)
		return false;
	f->fields[f->count++] = span_make(row.p + from + quoted, to - from - 2 * quoted);
	return true;
}

/* Splits a row whose quotes stand around whole fields; false where it is not so, where a field goes
 * over several lines or a limit may be passed: that is for libcsv to judge. */
static bool
split_quoted(struct csv_fields *f, struct span row)
{
	size_t from = 0, closed = OPEN;		/* of the field: its begin, and the quote that closes it */
	bool inside = false;

	if (row.len > f->dialect.max_field || f->dialect.literal_quotes ||
	    span_index(row, '\r') < row.len || span_index(row, '\n') < row.len)
		return false;
	f->count = 0;
	for (size_t at = 0; at < row.len; at += STEP) {
		unsigned quotes = marks_at(row, at, f->dialect.quote);
		unsigned marks = quotes | marks_at(row, at, f->dialect.delimiter);

		make_room(f, f->count);
		for (; marks != 0; marks &= marks - 1) {
			size_t to = at + (size_t)__builtin_ctz(marks);

			if ((quotes & marks & -marks) != 0) {
				if (!inside && (to != from || closed != OPEN))
					return false;
				closed = inside ? to : OPEN;
				inside = !inside;
			} else if (!inside) {
				if (!take_field(f, row, from, to, closed))
					return false;
				from = to + 1;
				closed = OPEN;
			}
		}
	}
	make_room(f, f->count);
	return !inside && take_field(f, row, from, row.len, closed) && f->count <= CSV_COLUMNS_MAX;
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
	if (plain ? split_plain(f, row, e) < 0 : !split_quoted(f, row) && judge(f, row, e) < 0)
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
