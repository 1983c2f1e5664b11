/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/csv_dialect.c: the delimiter that gives the same number of fields in nearly every row. */
#include "base/error.h"
#include "io/chunk.h"
#include "io/csv_dialect.h"
#include "io/csv_fields.h"
#include "io/csv_rows.h"
#include "io/source.h"

enum {
	HEAD_MOST = 64 << 10,	/* bytes looked at */
	SAME_PERCENT = 99	/* of the rows must have the same count */
};

struct csv_dialect
csv_dialect_default(void)
{
	return (struct csv_dialect){ .delimiter = ',', .quote = '"', .quote_span = 100,
	    .max_field = 64 << 10, .max_row = 1 << 20 };
}

/* Rows by the number of their fields; index 0 counts what is no good row. */
struct tally {
	uint32_t	rows, first;	/* first: fields of the first row */
	uint32_t	of[CSV_COLUMNS_MAX + 1];
};

/* How a delimiter is judged: by all rows, by what the header and most rows say, not at all. */
enum demand { NEARLY_ALL, HEADER_AND_MOST, ANY };

static void
tally_chunk(struct tally *t, const struct chunk *c, struct csv_fields *f, bool cut)
{
	for (size_t i = 0; i < c->count; i++) {
		struct error ignored = { 0 };
		const struct span *fields;
		size_t count = 0;

		if (c->rows[i].fault == ROW_BLANK || (c->rows[i].unended && cut))
			continue;
		if (c->rows[i].fault != ROW_GOOD ||
		    csv_fields_split(f, chunk_row(c, i), &fields, &count, &ignored) < 0)
			count = 0;
		if (t->rows++ == 0)
			t->first = (uint32_t)count;
		t->of[count]++;
	}
}

/* The commonest count of fields and how many rows have it; ties go to more fields. */
static uint32_t
commonest(const struct tally *t, uint32_t *rows)
{
	uint32_t best = 0;

	*rows = 0;
	for (uint32_t n = 1; n <= CSV_COLUMNS_MAX; n++)
		if (t->of[n] > 0 && t->of[n] >= *rows) {
			best = n;
			*rows = t->of[n];
		}
	return best;
}

static bool
satisfies(const struct tally *t, uint32_t count, uint32_t same, enum demand demand)
{
	if (demand == ANY)
		return true;
	if (count < 2)
		return false;
	if (demand == HEADER_AND_MOST)
		return count == t->first && same > t->rows / 2;
	return (uint64_t)same * 100 >= (uint64_t)t->rows * SAME_PERCENT;
}

/* The commonest count of columns this delimiter gives, or 0 if that is not enough. */
static uint32_t
columns(struct span head, bool cut, const struct csv_dialect *d, enum demand demand)
{
	struct byte_source *source = source_of(head, "head");
	struct csv_rows *rows = csv_rows_open(source, d);
	struct csv_fields *fields = csv_fields_new(d);
	struct tally t = { 0 };
	struct chunk c = { 0 };
	struct error ignored = { 0 };
	uint32_t count, same;

	while (csv_rows_chunk(rows, &c, 0, &ignored) > 0)
		tally_chunk(&t, &c, fields, cut);
	count = commonest(&t, &same);
	chunk_done(&c);
	csv_fields_free(fields);
	csv_rows_close(rows);
	source_close(source);
	return satisfies(&t, count, same, demand) ? count : 0;
}

/* "sep=;" as the first line. */
static bool
says_delimiter(struct span head, char *delimiter)
{
	struct span line;

	if (span_starts(head, SPAN("\xef\xbb\xbf")))
		head = span_skip(head, 3);
	if (!span_starts(head, SPAN("sep=")) || head.len < 6)
		return false;
	line = span_skip(head, 5);
	if (line.p[0] != '\n' && !span_starts(line, SPAN("\r\n")))
		return false;
	*delimiter = head.p[4];
	return true;
}

/* The delimiter with most columns among those that satisfy; how many do. */
static size_t
best_of(struct span head, bool cut, const struct csv_dialect *d, enum demand demand,
    char *delimiter, uint32_t *best)
{
	static const char candidates[] = { ',', ';', '\t', '|' };
	struct csv_dialect tried = *d;
	size_t fit = 0;

	for (size_t i = 0; i < sizeof candidates; i++) {
		uint32_t count;

		tried.delimiter = candidates[i];
		count = columns(head, cut, &tried, demand);
		fit += count > 0;
		if (count > *best) {
			*best = count;
			*delimiter = candidates[i];
		}
	}
	return fit;
}

/* Below a hundred rows a single broken one is more than a hundredth: there the header tells, if
 * only one delimiter can be meant by it and by most rows. */
uint32_t
csv_dialect_detect(struct span head, const struct csv_dialect *d, char *delimiter)
{
	bool cut = head.len >= HEAD_MOST;
	struct csv_dialect tried = *d;
	char likely = 0;
	uint32_t best = 0;

	head = span_head(head, HEAD_MOST);
	if (says_delimiter(head, delimiter)) {
		tried.delimiter = *delimiter;
		best = columns(head, cut, &tried, ANY);
		return best == 0 ? 1 : best;
	}
	if (best_of(head, cut, d, NEARLY_ALL, delimiter, &best) > 0)
		return best;
	if (best_of(head, cut, d, HEADER_AND_MOST, &likely, &best) != 1)
		return 1;
	*delimiter = likely;
	return best;
}
