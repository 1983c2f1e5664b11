/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/ahead_test.c: tokens of the rows to come are those that the rows themselves would make, also
 * where other rows stand in the same memory. */
#include "base/crypto.h"
#include "consent/ahead.h"
#include "consent/events.h"
#include "consent/intake.h"
#include "io/chunk.h"
#include "tap.h"

enum { ROWS = 9 };

static unsigned char bytes[KEY_BYTES] = { 7 };
static const struct token_key key = { bytes, "t1", NULL };
static struct intake in = { .key = &key, .seeks = { true, true } };
static struct row rows[2 * ROWS];
static struct chunk chunk = { .rows = rows, .cap = 2 * ROWS };

static void
add(const char *line)
{
	struct row *r = &rows[chunk.count++];

	r->at = (uint32_t)chunk.bytes.len;
	r->len = (uint32_t)strlen(line);
	buf_text(&chunk.bytes, line);
	buf_byte(&chunk.bytes, '\n');
}

/* Rows with addresses that begin with the letter, all of one length. */
static void
fill(char letter)
{
	char line[128];

	buf_reset(&chunk.bytes);
	buf_room(&chunk.bytes, 4096);
	chunk.count = 0;
	for (int i = 0; i < ROWS; i++) {
		snprintf(line, sizeof line, "{\"email\":[\"%c%d@example.com\",\"z@example.com\"],"
		    "\"phone_number\":[\"+35193%d\"]}", letter, i, i);
		add(line);
	}
}

static bool
is_token(const struct token *t, const char *type, const char *value)
{
	struct token own = token_of(&key, span_from(type), span_from(value));

	return t != NULL && memcmp(t, &own, sizeof own) == 0;
}

static bool
knows(const struct ahead *a, char letter, int i)
{
	char email[32], phone[32];

	snprintf(email, sizeof email, "%c%d@example.com", letter, i);
	snprintf(phone, sizeof phone, "+35193%d", i);
	return is_token(ahead_token(a, SPAN("email"), span_from(email)), "email", email) &&
	    is_token(ahead_token(a, SPAN("phone_number"), span_from(phone)), "phone_number", phone);
}

static void
in_order(void)
{
	struct ahead a = { .row = 0 };
	bool all = true;

	fill('a');
	ahead_look(&a, &in, &chunk, chunk_row(&chunk, 0));
	ok(ahead_token(&a, SPAN("email"), SPAN("a0@example.com")) == NULL,
	    "nobody looked at the first row before");
	for (size_t i = 1; i < ROWS; i++) {
		ahead_look(&a, &in, &chunk, chunk_row(&chunk, i));
		all &= knows(&a, 'a', (int)i);
	}
	ok(all, "every other row has its tokens");
	ok(ahead_token(&a, SPAN("phone_number"), SPAN("a8@example.com")) == NULL &&
	    ahead_token(&a, SPAN("email"), SPAN("z@example.com")) == NULL,
	    "not under another type, and not of a second value");
	fill('b');
	ok(ahead_token(&a, SPAN("email"), SPAN("b8@example.com")) == NULL,
	    "another value where one stood has not its token");
	ahead_look(&a, &in, &chunk, chunk_row(&chunk, 0));
	ahead_look(&a, &in, &chunk, chunk_row(&chunk, 1));
	ok(knows(&a, 'b', 1), "the memory of a chunk may have another one");
	ahead_look(&a, &in, &chunk, chunk_row(&chunk, 7));
	ahead_look(&a, &in, &chunk, chunk_row(&chunk, 8));
	ok(knows(&a, 'b', 8), "rows may be left out: the next ones are known");
}

/* Whatever a line is, what is said of it is its own. */
static void
odd_lines(void)
{
	static const char *const lines[] = { "{}", "@", "\"@", "{\"email\":[\"@\"]}",
	    "{\"email\":[\"q@example.com", "{\"mail\":[\"q@example.com\"]}", "{\"email\":[\"\\\"@\"]}",
	    "{\"email\":[\"a.name.of.more.letters.than.are.kept.for.a.guess.of.a.row@example.com\"]}",
	    "" };
	struct ahead a = { .row = 0 };

	buf_reset(&chunk.bytes);
	chunk.count = 0;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		add(lines[i]);
	for (size_t i = 0; i < chunk.count; i++) {
		ahead_look(&a, &in, &chunk, chunk_row(&chunk, i));
		ok(ahead_token(&a, SPAN("email"), SPAN("q@example.com")) == NULL, "no guess of %s", lines[i]);
	}
	in.seeks[0] = in.seeks[1] = false;
	fill('c');
	ahead_look(&a, &in, &chunk, chunk_row(&chunk, 0));
	ahead_look(&a, &in, &chunk, chunk_row(&chunk, 1));
	ok(ahead_token(&a, SPAN("email"), SPAN("c1@example.com")) == NULL, "what nobody seeks is not guessed");
}

int
main(void)
{
	struct events *events = events_new();

	in.events = events;
	in_order();
	odd_lines();
	events_free(events);
	buf_done(&chunk.bytes);
	return tap_done();
}
