/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cold_record_test.c: a record from its packed line is the record of the line. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "drawn_record.h"
#include "same_record.h"
#include "io/ndjson.h"
#include "model/record.h"
#include "model/record_plain.h"
#include "pack.h"
#include "resolve/cold.h"
#include "resolve/cold_record.h"
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>

enum { SEED = 29, LINES = 30000 };

static struct ndjson *scanner;
static struct arena arena;
static struct error e;

struct outcome {
	size_t	wrong, misjudged, read, left;
};

/* Whether a text of it is not written as it stands. */
static bool
is_odd(struct span line)
{
	return span_index(line, '\x7f') < line.len || span_index(line, '\xe2') < line.len;
}

/* The record that was read when the line was packed, and the one of the packed line. */
static void
compare(struct cold *c, struct cold_reader *reader, const char *packed, struct outcome *o)
{
	struct record from_line, from_packed;
	struct span line = cold_line(c, packed, &arena);
	bool ready;

	if (record_from(line, &from_line, scanner, &arena, &e) < 0)
		abort();
	if (cold_record(reader, packed, &from_packed, &arena, &ready)) {
		o->read++;
		if (!same_record(&from_line, &from_packed)) {
			o->wrong++;
			printf("# another record: %.*s\n", (int)line.len, line.p);
		}
		o->misjudged += ready == is_odd(line);
	} else {
		o->left++;
	}
	arena_reset(&arena);
}

static bool
acceptable(struct span line)
{
	struct record r;
	size_t at;
	bool good = ndjson_scan(scanner, line, &at, &e) == 0 && record_read(scanner, &r, &arena, &e) == 0;

	error_clear(&e);
	arena_reset(&arena);
	return good;
}

/* All are packed before the first is read, as in a run. */
static void
drawn_lines(void)
{
	struct cold *c = cold_new();
	struct cold_packer packer = { .shared = c };
	struct cold_reader *reader = cold_reader_new(c);
	struct line_values values = { 0 };
	struct buf line = { 0 }, packed = { 0 };
	struct outcome o = { 0 };
	static size_t at[LINES];
	size_t count = 0, end;
	char id[32];

	draw_begin(SEED, LINES);
	for (int i = 0; i < LINES; i++) {
		buf_reset(&line);
		draw_line(&line, id, draw(3) > 0);
		if (!acceptable(buf_span(&line)))
			continue;
		if (ndjson_scan(scanner, buf_span(&line), &end, &e) < 0)
			abort();
		line_values_find(&values, scanner);
		at[count++] = packed.len;
		pack_line(&packer, ndjson_line(scanner), &values, span_from(id), &packed);
	}
	buf_room(&packed, COLD_ROOM);
	for (size_t i = 0; i < count; i++)
		compare(c, reader, packed.p + at[i], &o);
	ok(o.wrong == 0, "records of %zu packed lines are those of the lines (seed %d)", count, SEED);
	ok(o.misjudged == 0, "it is known whether their texts are written as they stand");
	ok(o.read > LINES / 4, "%zu are read from the packed lines", o.read);
	ok(o.left > LINES / 50, "%zu are left to the scanner", o.left);
	cold_reader_free(reader);
	cold_free(c);
	line_values_done(&values);
	buf_done(&line);
	buf_done(&packed);
}

static const struct {
	const char	*line;
	bool		 read;
	const char	*what;
} lines[] = {
	{ "{\"kind\":\"record\",\"id\":\"a:1\"}", true, "an id alone" },
	{ "{\"kind\":\"record\",\"id\":\"a:1\",\"given_name\":\"\"}", false, "an empty text" },
	{ "{\"kind\":\"record\",\"id\":\"a:1\",\"given_name\":\"A\\u006ea\"}", false, "an escape" },
	{ "{\"kind\":\"record\",\"id\":\"a:1\",\"purposes\":[]}", false, "an empty list" },
	{ "{\"kind\":\"record\",\"id\":\"a:1\",\"email\":[\"x\",\"y\"],\"phone_number\":[\"1\"]}", true, "two lists" },
	{ "{\"kind\":\"record\",\"id\":\"a:1\",\"identifiers\":{\"x\":[\"1\"],\"email\":[\"2\"]},\"flags\":[\"f\"]}", true,
	    "a type of identifier that is called as a member" },
	{ "{\"kind\":\"record\",\"id\":\"a:1\",\"attributes\":{\"a\":true,\"b\":false}}", true, "attributes without a value" },
	{ "{\"kind\":\"record\",\"id\":\"a:1\",\"attributes\":{\"a\":true,\"b\":7,\"c\":\"x\"},\"flags\":[\"f\"]}", true,
	    "attributes of all sorts" },
	{ "{\"kind\":\"record\",\"id\":\"a:1\",\"attributes\":{\"a\":null}}", false, "an attribute that is null" },
	{ "{\"kind\":\"record\",\"id\":\"a:1\",\"given_name\":null}", false, "a name that is null, and the last" },
	{ "{\"kind\":\"record\",\"id\":\"a:1\",\"x_own\":\"x\"}", false, "a member that is not known" },
	{ "{\"id\":\"a:1\",\"kind\":\"record\",\"source\":\"a\",\"key\":\"1\"}", true, "another order" },
	{ "{\"kind\":\"record\", \"id\":\"a:1\"}", false, "a blank" },
};

static void
chosen_lines(void)
{
	struct line_values values = { 0 };
	size_t end;

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct cold *c = cold_new();
		struct cold_packer packer = { .shared = c };
		struct cold_reader *reader = cold_reader_new(c);
		struct outcome o = { 0 };
		struct buf packed = { 0 };

		if (ndjson_scan(scanner, span_from(lines[i].line), &end, &e) < 0)
			abort();
		line_values_find(&values, scanner);
		pack_line(&packer, ndjson_line(scanner), &values, SPAN("a:1"), &packed);
		buf_room(&packed, COLD_ROOM);
		memset(packed.p + packed.len, 0x80, COLD_ROOM);	/* not of the line: a value that was never met */
		compare(c, reader, packed.p, &o);
		ok(o.wrong == 0 && (o.read == 1) == lines[i].read, "%s is %s", lines[i].what,
		    lines[i].read ? "read" : "left");
		buf_done(&packed);
		cold_reader_free(reader);
		cold_free(c);
	}
	line_values_done(&values);
}

int
main(void)
{
	scanner = ndjson_new(NULL);
	drawn_lines();
	chosen_lines();
	ndjson_free(scanner);
	arena_done(&arena);
	return tap_done();
}
