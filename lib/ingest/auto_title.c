/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/auto_title.c: lines above the header of a list: its title, the season, notes of who made the
 * export. */
#include "base/arena.h"
#include "base/error.h"
#include "ingest/auto.h"
#include "ingest/auto_priv.h"
#include "io/csv_dialect.h"
#include "io/csv_fields.h"

enum {
	TITLES_MOST = 20,	/* lines; what begins later is a report and no list */
	WORDS_LEAST = 2		/* names that are known: a row of values has none, or one by chance */
};

static struct span
line_of(struct span *rest)
{
	struct span line = span_head(*rest, span_index(*rest, '\n'));

	*rest = span_skip(*rest, line.len < rest->len ? line.len + 1 : line.len);
	return span_ends(line, SPAN("\r")) ? span_head(line, line.len - 1) : line;
}

/* Whether the fields are names of most of the columns, and none the mailbox or number of somebody. Below a
 * title some must be known. */
static bool
are_names(const struct span *fields, size_t count, size_t least, struct arena *arena)
{
	size_t named = 0, known = 0;

	for (size_t i = 0; i < count; i++) {
		struct span name = span_trim(fields[i]);

		if (auto_is_value(name, arena))
			return false;
		named += name.len > 0;
		known += name.len > 0 && known < least && auto_knows_header(name);
	}
	return named * 2 >= count && known >= least;
}

/* Whether the first of the lines is a header: as many names as the lines below have fields. */
static bool
begins_list(struct span lines, const struct csv_dialect *given, size_t least, struct arena *arena)
{
	struct csv_dialect d = *given;
	struct span rest = lines, line = line_of(&rest);
	uint32_t columns = csv_dialect_detect(lines, given, &d.delimiter);
	const struct span *fields;
	struct csv_fields *f;
	struct error e = { 0 };
	size_t count;
	bool good;

	if (columns < 2 || span_trim(line).len == 0)
		return false;
	f = csv_fields_new(&d);
	good = csv_fields_split(f, line, &fields, &count, &e) == 0 && count == columns &&
	    are_names(fields, count, least, arena);
	csv_fields_free(f);
	return good;
}

/* A header that goes over several lines is one of which nothing is left out, and so is what is not read as a
 * list from any line on: what is wrong with it is said elsewhere. */
size_t
auto_title_lines(struct span head, const struct csv_dialect *d)
{
	struct arena arena = { 0 };
	struct span rest = head, line = line_of(&rest);
	size_t found = 0, quotes = 0;

	for (size_t i = 0; i < line.len; i++)
		quotes += line.p[i] == d->quote;
	if (quotes % 2 == 1 || span_starts(head, SPAN("sep=")) || begins_list(head, d, 0, &arena)) {
		arena_done(&arena);
		return 0;
	}
	for (size_t n = 1; n <= TITLES_MOST && rest.len > 0 && found == 0; n++) {
		if (begins_list(rest, d, WORDS_LEAST, &arena))
			found = n;
		line_of(&rest);
	}
	arena_done(&arena);
	return found;
}
