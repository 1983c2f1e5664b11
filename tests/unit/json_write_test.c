/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/json_write_test.c: the writer's punctuation and escapes. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/utf8.h"
#include "io/json_pen.h"
#include "io/json_write.h"
#include "io/ndjson.h"
#include "tap.h"

#include <stdlib.h>

static void
writes_structure(void)
{
	struct buf b = { 0 };
	struct json_writer w = json_writer(&b);

	json_open_object(&w);
	json_member_string(&w, "a", SPAN("x"));
	json_member_string(&w, "gone", span_none());
	json_member_u64(&w, "n", UINT64_MAX);
	json_member_bool(&w, "yes", true);
	json_member_raw(&w, "raw", SPAN("1.50"));
	json_key(&w, SPAN("list"));
	json_open_array(&w);
	json_i64(&w, INT64_MIN);
	json_put_null(&w);
	json_open_object(&w);
	json_end(&w);
	json_open_array(&w);
	json_end(&w);
	json_end(&w);
	json_key(&w, SPAN(""));
	json_text(&w, SPAN(""));
	json_end(&w);
	is_text(b.p, b.len, "{\"a\":\"x\",\"n\":18446744073709551615,\"yes\":true,\"raw\":1.50,"
	    "\"list\":[-9223372036854775808,null,{},[]],\"\":\"\"}", "commas stand where they must");
	buf_reset(&b);
	for (int i = 0; i < 2; i++) {
		json_open_array(&w);
		json_end(&w);
	}
	is_text(b.p, b.len, "[][]", "one writer makes one line after another");
	buf_done(&b);
}

static void
escapes(struct span text, const char *want, const char *name)
{
	struct buf b = { 0 };

	json_quote(&b, text);
	is_text(b.p, b.len, want, name);
	buf_done(&b);
}

static void
writes_escapes(void)
{
	escapes(SPAN("a\"b\\c/d"), "\"a\\\"b\\\\c/d\"", "quote and backslash are escaped");
	escapes(SPAN("\b\t\n\f\r"), "\"\\b\\t\\n\\f\\r\"", "short forms are used");
	escapes(SPAN("\0\x01\x0b\x1b\x1f\x7f"),
	    "\"\\u0000\\u0001\\u000b\\u001b\\u001f\\u007f\"", "other controls and DEL by number");
	escapes(SPAN("\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa\xe2\x82\xac"),
	    "\"\\u2028\\u2029\xe2\x80\xaa\xe2\x82\xac\"", "line separators are escaped");
	escapes(SPAN("aaaaaaaaaaaaaaaaaaaaaaaaa\"aaaaaaa\xc3\xa9"),
	    "\"aaaaaaaaaaaaaaaaaaaaaaaaa\\\"aaaaaaa\xc3\xa9\"", "long runs are copied");
}

/* What must be escaped is found wherever it stands among letters that need none. */
static void
among_accents(void)
{
	static const char *const raw[] = { "\"", "\\", "\x7f", "\n", "\x1f", "\xe2\x80\xa8", "\xe2\x82\xac" };
	static const char *const written[] = { "\\\"", "\\\\", "\\u007f", "\\n", "\\u001f", "\\u2028",
	    "\xe2\x82\xac" };
	struct buf text = { 0 }, want = { 0 }, got = { 0 };
	unsigned wrong = 0;

	for (unsigned i = 0; i < 7 * 12 * 12; i++) {
		buf_reset(&text);
		buf_reset(&want);
		buf_reset(&got);
		buf_byte(&want, '"');
		for (unsigned n = i / 7 % 12; n > 0; n--)
			buf_text(&text, "\xc3\xa9");
		buf_add(&want, buf_span(&text));
		buf_text(&text, raw[i % 7]);
		buf_text(&want, written[i % 7]);
		for (unsigned n = i / 7 / 12; n > 0; n--) {
			buf_text(&text, "\xc3\xa9");
			buf_text(&want, "\xc3\xa9");
		}
		buf_byte(&want, '"');
		json_quote(&got, buf_span(&text));
		wrong += !span_equal(buf_span(&got), buf_span(&want));
	}
	ok(wrong == 0, "what must be escaped is, wherever it stands among accents");
	buf_done(&text);
	buf_done(&want);
	buf_done(&got);
}

static void
reads_back(void)
{
	static const uint32_t tops[] = { 0x80, 0x800, 0xd800, 0x110000 };
	struct ndjson *n = ndjson_new(NULL);
	struct arena arena = { 0 };
	struct buf text = { 0 }, line = { 0 };
	unsigned wrong = 0;

	srand(3);
	for (int trial = 0; trial < 100000; trial++) {
		struct error e = { 0 };
		size_t at;

		buf_reset(&text);
		buf_reset(&line);
		for (int i = rand() % 40; i > 0; i--) {
			char p[4];
			uint32_t cp = 1 + (uint32_t)rand() % (tops[rand() % 4] - 1);

			if (cp < 0xd800 || cp > 0xdfff)
				buf_add(&text, span_make(p, utf8_put(p, cp)));
		}
		buf_text(&line, "{\"a\":");
		json_quote(&line, buf_span(&text));
		buf_byte(&line, '}');
		wrong += ndjson_scan(n, buf_span(&line), &at, &e) < 0 ||
		    !span_equal(ndjson_text(n, 2, &arena), buf_span(&text));
		arena_reset(&arena);
	}
	ok(wrong == 0, "what is written is read back the same (100000 trials, seed 3)");
	ndjson_free(n);
	arena_done(&arena);
	buf_done(&text);
	buf_done(&line);
}

/* Texts of every length, some with something to escape; some are not there. */
static struct span
any_text(char *room, size_t most)
{
	static const char bytes[] = "abcdefgh \xc3\xa9";
	size_t len = (size_t)rand() % most;

	if (rand() % 5 == 0)
		return span_none();
	for (size_t i = 0; i < len; i++)
		room[i] = bytes[(size_t)rand() % 9];
	if (len > 2 && rand() % 3 == 0)
		room[(size_t)rand() % len] = "\"\\\n\x7f\x1f~"[rand() % 6];
	if (len > 2 && rand() % 5 == 0)
		memcpy(room + (size_t)rand() % (len - 1), bytes + 9, 2);
	return span_make(room, len);
}

/* What ready keys write is what the writer makes of the same members one by one. */
static void
ready_keys(void)
{
	static const struct span keys[] = { JSON_KEY_INIT("a"), JSON_KEY_INIT("seven77"),
	    JSON_KEY_INIT("a_longer_key_of_all") };
	struct buf fast = { 0 }, slow = { 0 };
	char room[6][50];
	unsigned wrong = 0;

	srand(4);
	for (int trial = 0; trial < 100000; trial++) {
		struct json_writer f = json_writer(&fast), s = json_writer(&slow);
		struct span texts[6];

		buf_reset(&fast);
		buf_reset(&slow);
		for (int i = 0; i < 6; i++)
			texts[i] = any_text(room[i], sizeof room[i]);
		if (trial % 2 == 0)
			json_ready_open(&f, SPAN("{\"kind\":1"));
		else
			json_open_object(&f);
		json_ready_members(&f, keys, texts, 3);
		json_ready_objects(&f, JSON_KEY("list"), keys, texts, 3, 2);
		json_ready_list(&f, JSON_KEY("l"), texts + 1, 1 + (texts[1].p == NULL));
		json_end(&f);
		json_open_object(&s);
		if (trial % 2 == 0)
			json_member_u64(&s, "kind", 1);
		json_member_string(&s, "a", texts[0]);
		json_member_string(&s, "seven77", texts[1]);
		json_member_string(&s, "a_longer_key_of_all", texts[2]);
		json_key(&s, SPAN("list"));
		json_open_array(&s);
		for (int i = 0; i < 6; i += 3) {
			json_open_object(&s);
			json_member_string(&s, "a", texts[i]);
			json_member_string(&s, "seven77", texts[i + 1]);
			json_member_string(&s, "a_longer_key_of_all", texts[i + 2]);
			json_end(&s);
		}
		json_end(&s);
		json_key(&s, SPAN("l"));
		json_open_array(&s);
		for (int i = 1; i < 2 + (texts[1].p == NULL); i++)
			json_text(&s, texts[i]);
		json_end(&s);
		json_end(&s);
		wrong += !span_equal(buf_span(&fast), buf_span(&slow));
	}
	ok(wrong == 0, "ready keys write what single members do (100000 trials, seed 4)");
	buf_done(&fast);
	buf_done(&slow);
}

/* The same of what goes past the writer. */
static void
ready_bytes(void)
{
	struct buf fast = { 0 }, slow = { 0 };
	char room[3][50];
	unsigned wrong = 0;

	srand(5);
	for (int trial = 0; trial < 100000; trial++) {
		struct json_writer s = json_writer(&slow);
		struct json_pen pen;
		struct span texts[3];

		if (trial % 7 == 0)
			buf_done(&fast);	/* no room as yet */
		buf_reset(&fast);
		buf_reset(&slow);
		for (int i = 0; i < 3; i++) {
			texts[i] = any_text(room[i], sizeof room[i]);
			if (texts[i].p == NULL)
				texts[i] = SPAN("");
		}
		pen = json_pen(&fast);
		json_pen_text(&pen, SPAN("{\"one\":"), texts[0]);
		json_pen_raw(&pen, SPAN(",\"a list\":["));
		json_pen_list(&pen, texts, 1 + (size_t)trial % 3);
		json_pen_raw(&pen, SPAN("}"));
		json_pen_done(&pen);
		json_open_object(&s);
		json_member_string(&s, "one", texts[0]);
		json_key(&s, SPAN("a list"));
		json_open_array(&s);
		for (int i = 0; i < 1 + trial % 3; i++)
			json_text(&s, texts[i]);
		json_end(&s);
		json_end(&s);
		wrong += !span_equal(buf_span(&fast), buf_span(&slow));
	}
	ok(wrong == 0, "ready bytes and texts are what the writer makes (100000 trials, seed 5)");
	buf_done(&fast);
	buf_done(&slow);
}

int
main(void)
{
	writes_structure();
	writes_escapes();
	among_accents();
	reads_back();
	ready_keys();
	ready_bytes();
	return tap_done();
}
