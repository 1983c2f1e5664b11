/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cold_record_test.c: a record from its packed line is the record of the line. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "draw.h"
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

/* ---- lines that are drawn ---- */

static const char *const texts[] = { "a", "Ana", "x:1", "1980-02-29", "\xc3\xa9t\xc3\xa9", "Rua das Flores 12",
    "a text that is longer than what sixteen bytes can hold", "true", "}", ",", "], [", "" , "\\\"", "\\u00e9" };

enum { PLAIN = 11 };		/* of them: the others are empty or have escapes */

static void
put_text(struct buf *out, bool plain)
{
	buf_print(out, "\"%s\"", texts[draw(plain ? PLAIN : sizeof texts / sizeof *texts)]);
}

static void
put_list(struct buf *out, bool plain)
{
	uint64_t n = plain ? 1 + draw(3) : draw(4);

	buf_byte(out, '[');
	for (uint64_t i = 0; i < n; i++) {
		if (i > 0)
			buf_text(out, plain || draw(3) > 0 ? "," : " , ");
		put_text(out, plain);
	}
	buf_byte(out, ']');
}

static void
put_addresses(struct buf *out, bool plain)
{
	static const char *const parts[] = { "street_address", "locality", "postal_code", "country" };
	uint64_t n = 1 + draw(plain ? 3 : 12);

	buf_byte(out, '[');
	for (uint64_t i = 0; i < n; i++) {
		uint64_t first = draw(4), last = first + draw(4 - first);

		buf_text(out, i > 0 ? ",{" : "{");
		for (uint64_t k = first; k <= last; k++) {
			buf_print(out, "%s\"%s\":", k > first ? "," : "", parts[k]);
			put_text(out, plain);
		}
		buf_byte(out, '}');
	}
	buf_byte(out, ']');
}

static void
put_named(struct buf *out, bool plain)
{
	static const char *const names[] = { "loyalty", "email", "device.1", "purposes", "kind" };
	uint64_t first = draw(5), last = first + draw(5 - first);

	buf_byte(out, '{');
	for (uint64_t k = first; k <= last; k++) {
		buf_print(out, "%s\"%s\":", k > first ? "," : "", names[k]);
		put_list(out, plain);
	}
	buf_byte(out, '}');
}

static void
put_attributes(struct buf *out, bool plain)
{
	static const char *const values[] = { "true", "false", "-1.50", "0", "12345678901234567890",
	    "null", "[1,\"x\"]", "{\"a\":\"b\"}", "1e9" };
	uint64_t first = draw(5), last = first + draw(5 - first);

	buf_byte(out, '{');
	for (uint64_t k = first; k <= last; k++) {
		buf_print(out, "%s\"n%d\":", k > first ? "," : "", (int)k);
		if (draw(2) == 0)
			put_text(out, plain);
		else
			buf_text(out, values[draw(plain ? 5 : 9)]);
	}
	buf_byte(out, '}');
}

enum form { FORM_TEXT, FORM_LIST, FORM_ADDRESSES, FORM_NAMED, FORM_ATTRIBUTES, FORM_OTHER };

static const struct {
	const char	*name;
	enum form	 form;
} members[] = { { "channel", FORM_TEXT }, { "observed_at", FORM_TEXT }, { "given_name", FORM_TEXT },
    { "name", FORM_TEXT }, { "email", FORM_LIST }, { "nickname", FORM_LIST }, { "address", FORM_ADDRESSES },
    { "identifiers", FORM_NAMED }, { "attributes", FORM_ATTRIBUTES }, { "purposes", FORM_LIST },
    { "controller", FORM_TEXT }, { "tags", FORM_NAMED }, { "flags", FORM_LIST }, { "x_own", FORM_OTHER },
    { "decisions", FORM_OTHER } };

enum { MEMBERS = sizeof members / sizeof *members };

static void
put_member(struct buf *out, size_t m, bool plain)
{
	buf_print(out, ",%s\"%s\":", plain || draw(20) > 0 ? "" : " ", members[m].name);
	switch (members[m].form) {
	case FORM_TEXT:
		put_text(out, plain);
		break;
	case FORM_LIST:
		put_list(out, plain);
		break;
	case FORM_ADDRESSES:
		put_addresses(out, plain);
		break;
	case FORM_NAMED:
		put_named(out, plain);
		break;
	case FORM_ATTRIBUTES:
		put_attributes(out, plain);
		break;
	case FORM_OTHER:
		buf_text(out, "[{\"deep\":\"x\"},7]");
	}
}

/* Plain ones are as record_write makes them; others are in any order, and have anything. */
static void
draw_line(struct buf *out, char id[32], bool plain)
{
	size_t start = plain ? 0 : draw(MEMBERS);

	snprintf(id, 32, "s%u:%u", (unsigned)draw(3), (unsigned)draw(1000000));
	buf_print(out, "{\"kind\":\"record\",\"id\":\"%s\"", id);
	for (size_t i = 0; i < MEMBERS; i++) {
		size_t m = (start + i) % MEMBERS;

		if (draw(2) == 0 && !(plain && members[m].form == FORM_OTHER))
			put_member(out, m, plain);
	}
	buf_byte(out, '}');
}

/* ---- both ways ---- */

static bool
same(const struct record *a, const struct record *b)
{
	struct buf x = { 0 }, y = { 0 };
	bool equal;

	record_write(a, &x);
	record_write(b, &y);
	equal = span_equal(buf_span(&x), buf_span(&y)) && span_equal(a->source, b->source) &&
	    span_equal(a->key, b->key) && a->has_purposes == b->has_purposes &&
	    a->attribute_count == b->attribute_count && a->identifier_count == b->identifier_count &&
	    a->address_count == b->address_count && a->tag_count == b->tag_count;
	buf_done(&x);
	buf_done(&y);
	return equal;
}

struct outcome {
	size_t	wrong, read, left;
};

/* The record that was read when the line was packed, and the one of the packed line. */
static void
compare(struct cold *c, struct cold_reader *reader, const char *packed, struct outcome *o)
{
	struct record from_line, from_packed;
	struct span line = cold_line(c, packed, &arena);

	if (record_from(line, &from_line, scanner, &arena, &e) < 0)
		abort();
	if (cold_record(reader, packed, &from_packed, &arena)) {
		o->read++;
		if (!same(&from_line, &from_packed)) {
			o->wrong++;
			printf("# another record: %.*s\n", (int)line.len, line.p);
		}
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
