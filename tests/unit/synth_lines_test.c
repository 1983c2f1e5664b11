/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/synth_lines_test.c: a row is the line that record_write makes of what it says. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/ndjson.h"
#include "model/record.h"
#include "synth_case.h"
#include "tap.h"

enum { PEOPLE = 8000, RECORDS = 3 };

struct seen {
	struct ndjson	*scanner;
	struct arena	 arena;
	struct buf	 line, again;
	uint64_t	 lines, refused, other;
	size_t		 longest;
};

static void
read_and_write(struct seen *s)
{
	struct span line = span_head(buf_span(&s->line), s->line.len - 1);
	struct error e = { .status = STATUS_DONE };
	struct record record;
	size_t at;

	arena_reset(&s->arena);
	buf_reset(&s->again);
	s->lines++;
	if (line.len > s->longest)
		s->longest = line.len;
	if (ndjson_scan(s->scanner, line, &at, &e) < 0 ||
	    record_read(s->scanner, &record, &s->arena, &e) < 0) {
		s->refused++;
		return;
	}
	record_write(&record, &s->again);
	s->other += !span_equal(buf_span(&s->line), buf_span(&s->again));
}

static void
visit(void *arg, const struct world *w, const struct home *h, const struct person *people)
{
	const struct row_rates rates = { 300000, 0 };
	struct seen *s = arg;
	struct row r = { .at = 0 };

	for (uint32_t i = 0; i < h->size; i++) {
		struct known known;

		known_begin(&known, &people[i]);
		for (uint32_t n = 0; n < RECORDS; n++) {
			row_make(w, &rates, &people[i], n, &known, &r);
			buf_reset(&s->line);
			row_write(&r, &s->line);
			read_and_write(s);
		}
	}
}

int
main(void)
{
	static const char *const presets[] = { "retail", "hard", "clean", "household", "skewed" };
	struct seen s = { .scanner = ndjson_new(NULL) };

	for (size_t i = 0; i < sizeof presets / sizeof *presets; i++)
		for (int locale = 0; locale < LOCALES; locale++) {
			struct world w = case_world(presets[i], (enum locale)locale, 14);

			case_each_home(&w, PEOPLE, visit, &s);
			case_done(&w);
		}
	ok(s.lines > 0 && s.refused == 0, "all of %llu lines are read", (unsigned long long)s.lines);
	ok(s.other == 0, "and written again as they were");
	ok(s.longest < 1024, "the longest has %zu bytes: a quarter of the room", s.longest);
	ndjson_free(s.scanner);
	arena_done(&s.arena);
	buf_done(&s.line);
	buf_done(&s.again);
	return tap_done();
}
