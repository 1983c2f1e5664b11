/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cold_walk_test.c: a line that is walked gives what record_plain and cold_pack give. */
#include "base/arena.h"
#include "base/buf.h"
#include "drawn_record.h"
#include "same_record.h"
#include "model/record.h"
#include "model/record_plain.h"
#include "resolve/cold.h"
#include "resolve/cold_walk.h"
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>

enum { SEED = 31, LINES = 60000 };

static struct arena arena;

/* A line as in a run: walked if it is known, learned if record_plain reads it. */
struct both {
	struct cold		*cold, *other;		/* of what is walked, of what is packed */
	struct cold_packer	 packer, packer_of_other;
	struct cold_walker	*walker;
	struct line_values	 values;
	struct buf		 room;
	size_t			 walked, plain, wrong;
};

static void
begin(struct both *b)
{
	*b = (struct both){ .cold = cold_new(), .other = cold_new() };
	b->packer.shared = b->cold;
	b->packer_of_other.shared = b->other;
	b->walker = cold_walker_new(&b->packer);
}

static void
end(struct both *b)
{
	cold_walker_free(b->walker);
	cold_free(b->cold);
	cold_free(b->other);
	line_values_done(&b->values);
	buf_done(&b->room);
}

/* What came out of the walk is what comes out of the two steps. */
static bool
is_right(struct both *b, struct span line, const char *packed, const struct record *walked,
    uint64_t bytes)
{
	struct record plain;
	uint64_t want = 0;
	char *to;

	if (!record_plain(line, &plain, &arena, &b->values))
		return false;
	to = arena_alloc(&arena, cold_room(line, b->values.count, plain.id));
	cold_pack(&b->packer_of_other, line, &b->values, plain.id, to, &want);
	return same_record(walked, &plain) && bytes == want &&
	    span_equal(cold_id(packed), plain.id) && span_equal(cold_line(b->cold, packed, &arena), line);
}

static bool
try(struct both *b, struct span line)
{
	struct record r;
	uint64_t bytes = 0;
	bool walked;

	buf_room(&b->room, cold_walk_room(line));
	walked = cold_walk(b->walker, line, b->room.p, &r, &arena, &bytes) != NULL;
	if (walked) {
		b->walked++;
		if (!is_right(b, line, b->room.p, &r, bytes)) {
			b->wrong++;
			printf("# walked otherwise: %.*s\n", (int)line.len, line.p);
		}
	} else if (record_plain(line, &r, &arena, &b->values)) {
		buf_room(&b->room, cold_room(line, b->values.count, r.id));
		cold_pack(&b->packer, line, &b->values, r.id, b->room.p, &bytes);
		cold_walk_learn(b->walker, b->room.p);
		b->plain++;
	}
	arena_reset(&arena);
	return walked;
}

/* Where a quote, a comma or a bracket of the line is. */
static size_t
some_edge(struct span line)
{
	size_t at = draw(line.len);

	while (at > 0 && strchr("\",{}[]:", line.p[at]) == NULL)
		at--;
	return at;
}

/* The begin of one line and the end of another. */
static void
cross(struct buf *out, struct span a, struct span b)
{
	buf_reset(out);
	buf_add(out, span_head(a, some_edge(a)));
	buf_add(out, span_skip(b, some_edge(b)));
}

static void
drawn_lines(void)
{
	struct buf line = { 0 }, before = { 0 }, crossed = { 0 };
	struct both b;
	char id[32];

	draw_begin(SEED, LINES);
	begin(&b);
	for (int i = 0; i < LINES; i++) {
		buf_reset(&line);
		draw_line(&line, id, draw(8) > 0);
		try(&b, buf_span(&line));
		if (i > 0) {
			cross(&crossed, buf_span(&line), buf_span(&before));
			try(&b, buf_span(&crossed));
		}
		buf_reset(&before);
		buf_add(&before, buf_span(&line));
	}
	ok(b.wrong == 0, "what is walked is what is read and packed (seed %d)", SEED);
	ok(b.walked > LINES / 20, "%zu lines are walked, %zu learned", b.walked, b.plain);
	end(&b);
	buf_done(&line);
	buf_done(&before);
	buf_done(&crossed);
}

#define HEAD	"{\"kind\":\"record\",\"id\":\"a:1\","

enum { LEARNED = 3 };

static const struct {
	const char	*learned[LEARNED], *line;
	bool		 walked;
	const char	*what;
} lines[] = {
	{ { HEAD "\"given_name\":\"Ana\"}" }, HEAD "\"given_name\":\"Jo\xc3\xa3o\"}", true, "another name" },
	{ { HEAD "\"given_name\":\"Ana\"}" }, HEAD "\"given_name\":\"\xc3\"}", false, "half a character" },
	{ { HEAD "\"given_name\":\"Ana\"}" }, HEAD "\"given_name\":\"\"}", false, "an empty name" },
	{ { HEAD "\"given_name\":\"Ana\"}" }, HEAD "\"given_name\":\"A\\u006ea\"}", false, "an escape" },
	{ { HEAD "\"given_name\":\"Ana\"}" }, HEAD "\"given_name\":\"Ana\"} ", false, "a blank behind" },
	{ { HEAD "\"given_name\":\"Ana\"}" }, HEAD "\"given_name\":\"Ana\"", false, "a line that is cut" },
	{ { HEAD "\"source\":\"a\",\"key\":\"1\"}" }, HEAD "\"source\":\"a\",\"key\":\"2\"}", false,
	    "a key that is not that of the id" },
	{ { HEAD "\"source\":\"a\",\"key\":\"1\"}" }, HEAD "\"source\":\"b\",\"key\":\"1\"}", false,
	    "a source that is not that of the id" },
	{ { HEAD "\"email\":[\"x\",\"y\"],\"phone_number\":[\"1\"]}",
	    HEAD "\"email\":[\"x\"],\"phone_number\":[\"1\"],\"purposes\":[\"p\"]}",
	    HEAD "\"phone_number\":[\"1\"],\"purposes\":[\"p\",\"q\"]}" },
	    HEAD "\"email\":[\"z\",\"y\"],\"phone_number\":[\"1\"],\"purposes\":[\"p\",\"q\"]}", true,
	    "what was seen in three lines" },
	{ { HEAD "\"email\":[\"x\",\"y\"],\"phone_number\":[\"1\"]}",
	    HEAD "\"phone_number\":[\"1\"],\"purposes\":[\"p\"]}", HEAD "\"purposes\":[\"p\",\"q\"]}" },
	    HEAD "\"purposes\":[\"p\",\"q\"],\"phone_number\":[\"1\"]}", false,
	    "a list behind the wrong one" },
	{ { HEAD "\"identifiers\":{\"x\":[\"1\"],\"y\":[\"2\"]}}", HEAD "\"identifiers\":{\"y\":[\"1\"],\"x\":[\"2\"]}}" },
	    HEAD "\"identifiers\":{\"x\":[\"1\"],\"y\":[\"2\"],\"x\":[\"3\"]}}", false, "an identifier that is there twice" },
	{ { HEAD "\"attributes\":{\"x\":\"1\",\"y\":2}}", HEAD "\"attributes\":{\"y\":2,\"x\":\"1\"}}" },
	    HEAD "\"attributes\":{\"x\":\"1\",\"y\":2,\"x\":\"1\"}}", false, "an attribute that is there twice" },
	{ { HEAD "\"attributes\":{\"x\":\"1\",\"y\":2}}" }, HEAD "\"attributes\":{\"x\":\"one\",\"y\":-0.50}}", true,
	    "a number" },
	{ { HEAD "\"attributes\":{\"x\":\"1\",\"y\":2}}" }, HEAD "\"attributes\":{\"x\":\"one\",\"y\":01}}", false,
	    "no number" },
};

static void
chosen_lines(void)
{
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct both b;
		bool walked;

		begin(&b);
		for (size_t j = 0; j < LEARNED && lines[i].learned[j] != NULL; j++)
			try(&b, span_from(lines[i].learned[j]));
		walked = try(&b, span_from(lines[i].line));
		ok(walked == lines[i].walked && b.wrong == 0, "%s is %s", lines[i].what,
		    lines[i].walked ? "walked" : "left");
		end(&b);
	}
}

int
main(void)
{
	drawn_lines();
	chosen_lines();
	arena_done(&arena);
	return tap_done();
}
