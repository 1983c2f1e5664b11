/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/ndjson_test.c: verdicts, places and the tape of the NDJSON scanner. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/ndjson.h"
#include "io/ndjson_priv.h"
#include "tap.h"

#include <stdlib.h>

static struct ndjson *scanner;

/* The line is refused with this code at this byte; code NULL: it is accepted. Each line is a
 * heap copy of its exact size, so that a sanitizer sees a read beyond it. */
static void
verdict(struct span line, const char *code, size_t place, const char *name)
{
	char *exact = mem_copy(line.p, line.len);
	struct error e = { 0 };
	size_t at;
	int r = ndjson_scan(scanner, span_make(exact, line.len), &at, &e);
	bool good = code == NULL ? r == 0 :
	    r < 0 && strcmp(e.code, code) == 0 && at == place && e.column == place + 1 &&
	    e.status == STATUS_REFUSED;

	if (!ok(good, "%s", name))
		printf("# got %s at %zu\n", r == 0 ? "yes" : e.code, at);
	mem_free(exact);
}

#define YES(lit, name)			verdict(SPAN(lit), NULL, 0, name)
#define NO(lit, code, at, name)		verdict(SPAN(lit), code, at, name)

static void
accepts(void)
{
	YES("{}", "an empty object is a record");
	YES(" { \"a\" : [ ] , \"b\" : { } }\t", "blanks and tabs may stand between tokens");
	YES("{\"a\":9007199254740993,\"b\":1e400,\"c\":-0,\"d\":1E2}", "any number is carried as text");
	YES("{\"a\":\"\\ud83d\\ude00\"}", "a surrogate pair is accepted");
	YES("{\"\":1,\"__proto__\":2}", "any key is accepted");
	YES("{\"\xc3\xa9\":1,\"e\xcc\x81\":2}", "two spellings of one letter are two keys");
	YES("{\"a\":\"\x7f\xc2\x80\xef\xbf\xbf\xf4\x8f\xbf\xbf\"}", "valid UTF-8 is accepted");
}

static void
refuses_structure(void)
{
	NO("[1]", "E_NOT_OBJECT", 0, "an array is no record");
	NO(" 12", "E_NOT_OBJECT", 1, "a number is no record");
	NO("null", "E_NOT_OBJECT", 0, "null is no record");
	NO("\"x\"", "E_NOT_OBJECT", 0, "a string is no record");
	NO("{} {}", "E_TRAILING", 3, "a second value is refused");
	NO("{}x", "E_TRAILING", 2, "text after the object is refused");
	NO("{}\r{}", "E_RAW_CR", 2, "a carriage return between values is refused");
	NO("{\"a\":\"\r\"}", "E_RAW_CR", 6, "a carriage return in a string is refused");
	NO("\x1e{}", "E_JSON_SYNTAX", 0, "a record separator is refused");
	NO("\xef\xbb\xbf{}", "E_BOM", 0, "a mark elsewhere is refused");
	NO("{\"a\":1,}", "E_JSON_SYNTAX", 7, "a trailing comma is refused");
	NO("{'a':1}", "E_JSON_SYNTAX", 1, "single quotes are refused");
	NO("{a:1}", "E_JSON_SYNTAX", 1, "a bare key is refused");
	NO("{\"a\":1 // x", "E_JSON_SYNTAX", 7, "a comment is refused");
	NO("{\"a\":tru}", "E_JSON_SYNTAX", 8, "a cut literal is refused where it is cut");
	NO("{\"a\":1", "E_JSON_SYNTAX", 6, "a cut object is wrong at its end");
	NO("{\"a\":\"x", "E_JSON_SYNTAX", 7, "a cut string is wrong at its end");
	NO("{\"a\":[1}", "E_JSON_SYNTAX", 7, "brackets must match");
	NO("", "E_JSON_SYNTAX", 0, "an empty line is no record");
}

static void
refuses_text(void)
{
	NO("{\"a\":1\0}", "E_NUL", 6, "a NUL after a number is refused");
	NO("{\"a\":true\0}", "E_NUL", 9, "a NUL after a literal is refused");
	NO("{\"a\":\"x\0y\"}", "E_NUL", 7, "a NUL in a string is refused");
	NO("{\"a\":\"\\u0000\"}", "E_NUL", 11, "an escaped NUL is refused");
	NO("{\"\\u0000\":1}", "E_NUL", 7, "an escaped NUL in a key is refused");
	NO("{\"a\":\"\x1f\"}", "E_CONTROL", 6, "a raw control byte is refused");
	NO("{\"a\":\"\xc0\xaf\"}", "E_UTF8", 6, "an overlong form is refused");
	NO("{\"a\":\"\xe0\x9f\xbf\"}", "E_UTF8", 7, "a long overlong form is wrong at its second byte");
	NO("{\"a\":\"\xed\xa0\x80\"}", "E_UTF8", 7, "an encoded surrogate is refused");
	NO("{\"a\":\"\xf4\x90\x80\x80\"}", "E_UTF8", 7, "nothing is above U+10FFFF");
	NO("{\"a\":\"\xc3\"}", "E_UTF8", 7, "a cut sequence is wrong where it is cut");
	NO("{\"a\":\"\\ud800\"}", "E_SURROGATE", 12, "a lone high surrogate is refused");
	NO("{\"a\":\"\\udc00\"}", "E_SURROGATE", 9, "a lone low surrogate is refused");
	NO("{\"a\":\"\\ud800\\ud800\"}", "E_SURROGATE", 15, "two high surrogates are refused");
	NO("{\"a\":\"\\x\"}", "E_JSON_SYNTAX", 7, "an unknown escape is refused");
	NO("{\"a\":\"\\u12g4\"}", "E_JSON_SYNTAX", 10, "an escape needs four hex digits");
}

static void
refuses_numbers(void)
{
	NO("{\"a\":01}", "E_NUMBER", 6, "a leading zero is refused");
	NO("{\"a\":+1}", "E_NUMBER", 5, "a plus sign is refused");
	NO("{\"a\":.5}", "E_NUMBER", 5, "a number begins with a digit");
	NO("{\"a\":1.}", "E_NUMBER", 7, "a point needs a digit after it");
	NO("{\"a\":0x1}", "E_NUMBER", 6, "hexadecimal is refused");
	NO("{\"a\":1e}", "E_NUMBER", 7, "an exponent needs a digit");
	NO("{\"a\":-}", "E_NUMBER", 6, "a sign needs a digit");
	NO("{\"a\":NaN}", "E_NUMBER", 5, "NaN is refused");
	NO("{\"a\":-Infinity}", "E_NUMBER", 6, "Infinity is refused");
}

static void
refuses_repeats(void)
{
	NO("{\"a\":1,\"a\":1}", "E_DUP_KEY", 7, "a repeated key is refused at the second");
	NO("{\"e\":1,\"\\u0065\":1}", "E_DUP_KEY", 7, "keys are compared after unescaping");
	NO("{\"a\":{\"b\":1,\"b\":2", "E_DUP_KEY", 12, "an earlier repeat wins over a later fault");
	YES("{\"a\":1,\"b\":{\"a\":1},\"c\":[{\"a\":1},{\"a\":2}]}", "other objects are other names");
	YES("{\"abcdefgh1\":1,\"abcdefgh2\":2,\"abcdefg\":3}", "keys may begin alike");
	NO("{\"abcdefgh1\":1,\"abcdefgh2\":2,\"abcdefgh1\":3}", "E_DUP_KEY", 29,
	    "long keys are compared whole");
}

/* An object with keys k0 to k(n-1), then `tail`. */
static struct span
wide(struct buf *b, unsigned n, const char *tail)
{
	buf_reset(b);
	for (unsigned i = 0; i < n; i++)
		buf_print(b, "%c\"k%u\":%u", i == 0 ? '{' : ',', i, i);
	buf_text(b, tail);
	return buf_span(b);
}

static void
refuses_repeats_in_wide_objects(void)
{
	struct buf b = { 0 };
	size_t at;

	verdict(wide(&b, 1000, "}"), NULL, 0, "1000 keys are accepted");
	at = wide(&b, 1000, "").len;
	verdict(wide(&b, 1000, ",\"x\":1}"), "E_KEYS", at + 1, "1001 keys are too many");
	at = wide(&b, 500, "").len;
	verdict(wide(&b, 500, ",\"k499\":1}"), "E_DUP_KEY", at + 1, "a late repeat is found");
	verdict(wide(&b, 500, ",\"k1\":1,\"k0\":x"), "E_DUP_KEY", at + 1,
	    "the first repeat is named although the object does not end");
	verdict(wide(&b, 500, ",\"\\u006b7\":1}"), "E_DUP_KEY", at + 1, "also an escaped one");
	verdict(wide(&b, 500, ",\"k"), "E_JSON_SYNTAX", at + 3, "a cut key is no repeat");
	buf_done(&b);
}

static void
refuses_depth(struct buf *b, unsigned depth, bool close)
{
	buf_reset(b);
	buf_text(b, "{\"a\":");
	for (unsigned i = 1; i < depth; i++)
		buf_byte(b, '[');
	for (unsigned i = 1; i < depth && close; i++)
		buf_byte(b, ']');
	buf_text(b, close ? "}" : "");
}

static void
keeps_limits(void)
{
	struct buf b = { 0 };

	refuses_depth(&b, 64, true);
	verdict(buf_span(&b), NULL, 0, "depth 64 is accepted");
	refuses_depth(&b, 65, true);
	verdict(buf_span(&b), "E_DEPTH", 5 + 63, "depth 65 is refused at its bracket");
	refuses_depth(&b, 100000, false);
	verdict(buf_span(&b), "E_DEPTH", 5 + 63, "depth 100000 costs no stack");
	buf_reset(&b);
	buf_text(&b, "{\"a\":[0");
	for (unsigned i = 0; i < 9996; i++)
		buf_text(&b, ",0");
	buf_text(&b, "]}");
	verdict(buf_span(&b), NULL, 0, "10000 nodes are accepted");
	b.len -= 2;
	buf_text(&b, ",0]}");
	verdict(buf_span(&b), "E_NODES", b.len - 3, "10001 nodes are too many");
	buf_reset(&b);
	buf_print(&b, "{\"%01024d\":1}", 0);
	verdict(buf_span(&b), NULL, 0, "a key of 1024 bytes is accepted");
	buf_reset(&b);
	buf_print(&b, "{\"%01025d\":1}", 0);
	verdict(buf_span(&b), "E_KEY_LONG", 2 + 1024, "a key of 1025 bytes is too long");
	buf_reset(&b);
	buf_print(&b, "{\"a\":1%0127d}", 0);
	verdict(buf_span(&b), NULL, 0, "a number of 128 characters is accepted");
	buf_reset(&b);
	buf_print(&b, "{\"a\":1%0128d}", 0);
	verdict(buf_span(&b), "E_NUMBER", 5 + 128, "a number of 129 characters is too long");
	buf_done(&b);
}

static void
is_span(struct span got, const char *want, const char *name)
{
	is_text(got.p, got.len, want, name);
}

static void
reads_the_tape(void)
{
	struct span line = SPAN("{\"a\": 1.50,\"b\\u0041\":\"x\\n\",\"c\":[1,[2,3],{\"d\":null}]}");
	struct arena arena = { 0 };
	struct error e = { 0 };
	uint32_t b, c, v;
	size_t at;

	ok(ndjson_scan(scanner, line, &at, &e) == 0 && at == line.len, "the line is scanned");
	ok(ndjson_count(scanner, 0) == 3, "an object knows its members");
	is_span(ndjson_raw(scanner, ndjson_find(scanner, 0, SPAN("a"))), "1.50",
	    "a number is its own text");
	b = ndjson_find(scanner, 0, SPAN("bA"));
	is_span(ndjson_raw(scanner, b), "\"x\\n\"", "a raw string has its quotes and escapes");
	is_span(ndjson_text(scanner, b, &arena), "x\n", "a text is unescaped");
	c = ndjson_find(scanner, 0, SPAN("c"));
	ok(ndjson_count(scanner, c) == 3, "an array knows its elements");
	is_span(ndjson_raw(scanner, c), "[1,[2,3],{\"d\":null}]", "a subtree is its bytes");
	v = ndjson_sibling(scanner, ndjson_first(scanner, c));
	is_span(ndjson_raw(scanner, v), "[2,3]", "a sibling is one step away");
	v = ndjson_sibling(scanner, v);
	is_span(ndjson_raw(scanner, ndjson_find(scanner, v, SPAN("d"))), "null", "objects nest");
	ok(ndjson_sibling(scanner, v) == 0, "the last element has no sibling");
	ok(ndjson_find(scanner, 0, SPAN("d")) == 0, "members of inner objects are not found");
	arena_done(&arena);
}

static void
steps_agree(void)
{
	unsigned char line[80];
	unsigned wrong = 0;

	srand(7);
	for (int trial = 0; trial < 100000; trial++) {
		size_t len = (size_t)rand() % sizeof line, from = 0;

		for (size_t i = 0; i < len; i++)
			line[i] = (unsigned char)(rand() % 23 == 0 ? rand() : 'a');
		if (len > 0)
			from = (size_t)rand() % len;
		wrong += nd_run(line, line + from, line + len) !=
		    nd_run_plain(line + from, line + len);
	}
	ok(wrong == 0, "sixteen bytes a step and one byte a step stop at the same byte");
}

int
main(void)
{
	scanner = ndjson_new(NULL);
	accepts();
	refuses_structure();
	refuses_text();
	refuses_numbers();
	refuses_repeats();
	refuses_repeats_in_wide_objects();
	keeps_limits();
	reads_the_tape();
	steps_agree();
	ndjson_free(scanner);
	return tap_done();
}
