/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/oracle_json_test.c: jansson as the judge of the line scanner, over mutations of
 * lines. Verdict, tree and strings are compared. Exactly six differences are allowed: our size
 * limits; our length of numbers; integers beyond int64; reals beyond double; a NUL after a
 * number; a NUL after a literal. The last two come from NUL being refused before jansson sees
 * the line, and all but these are compared in every trial. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/ndjson.h"
#include "tap.h"

#include <jansson.h>
#include <stdlib.h>

enum { TRIALS = 100000, SEED = 20260 };

static struct ndjson *scanner;
static struct arena arena;

static const char *const seeds[] = {
	"{\"kind\":\"record\",\"id\":\"shop:1\",\"email\":[\"ana@example.com\"],\"n\":12.50e-3}",
	"{\"a\":{\"b\":[1,2,{\"c\":null}],\"d\":true},\"e\":false,\"f\":-0}",
	"{\"\\u0065\":\"\\ud83d\\ude00\\n\\\"\\\\\\/\",\"e\\u0301\":\"S\xc3\xa3o \xf0\x9f\x98\x80\"}",
	"{\"x\":[],\"y\":{},\"z\":[[[]]],\"\":\"\",\"w\": [ 1 , 2 ] }",
	"{\"k1\":1,\"k2\":2,\"k3\":3,\"k4\":4,\"k5\":5,\"k6\":6,\"k7\":7,\"k8\":8,\"k9\":9,\"k10\":10}"
};

static bool same(json_t *want, uint32_t node);

static bool
same_string(json_t *want, uint32_t node)
{
	return span_equal(ndjson_text(scanner, node, &arena),
	    span_make(json_string_value(want), json_string_length(want)));
}

static bool
same_object(json_t *want, uint32_t node)
{
	if (ndjson_count(scanner, node) != json_object_size(want))
		return false;
	for (uint32_t k = ndjson_first(scanner, node); k != 0; k = ndjson_sibling(scanner, k + 1)) {
		struct span key = ndjson_text(scanner, k, &arena);
		json_t *value = json_object_getn(want, key.p, key.len);

		if (value == NULL || !same(value, k + 1) ||
		    ndjson_find(scanner, node, key) != k + 1)
			return false;
	}
	return true;
}

static bool
same_array(json_t *want, uint32_t node)
{
	size_t i = 0;

	for (uint32_t v = ndjson_first(scanner, node); v != 0; v = ndjson_sibling(scanner, v))
		if (!same(json_array_get(want, i++), v))
			return false;
	return i == json_array_size(want);
}

static bool
same(json_t *want, uint32_t node)
{
	static const enum nd_type types[] = { [JSON_OBJECT] = ND_OBJECT, [JSON_ARRAY] = ND_ARRAY,
		[JSON_STRING] = ND_STRING, [JSON_INTEGER] = ND_NUMBER, [JSON_REAL] = ND_NUMBER,
		[JSON_TRUE] = ND_TRUE, [JSON_FALSE] = ND_FALSE, [JSON_NULL] = ND_NULL };
	uint32_t count;

	if (want == NULL || ndjson_nodes(scanner, &count)[node].type != types[json_typeof(want)])
		return false;
	if (json_is_object(want))
		return same_object(want, node);
	if (json_is_array(want))
		return same_array(want, node);
	if (json_is_integer(want))
		return strtoll(ndjson_raw(scanner, node).p, NULL, 10) == json_integer_value(want);
	return !json_is_string(want) || same_string(want, node);
}

/* Whether both judges agree on the line, or differ only where they may. */
static bool
agree(struct span line)
{
	json_error_t why;
	struct error e = { 0 };
	size_t at;
	bool ours = ndjson_scan(scanner, line, &at, &e) == 0, good;
	json_t *theirs;

	if (memchr(line.p, '\0', line.len) != NULL)
		return !ours && at <= (size_t)((const char *)memchr(line.p, 0, line.len) - line.p);
	theirs = json_loadb(line.p, line.len, JSON_REJECT_DUPLICATES, &why);
	if (ours && theirs != NULL)
		good = same(theirs, 0);
	else if (ours)
		good = json_error_code(&why) == json_error_numeric_overflow;
	else
		good = theirs == NULL || strcmp(e.code, "E_RAW_CR") == 0;
	json_decref(theirs);
	arena_reset(&arena);
	return good;
}

static void
mutate(struct buf *b)
{
	static const char pieces[] = "{}[],:\"\\0e-.+ 1udDn\x80\xc3\xed\r\t\n";
	size_t at = b->len == 0 ? 0 : (size_t)rand() % b->len;

	switch (rand() % 4) {
	case 0:
		b->p[at] = pieces[(size_t)rand() % sizeof pieces];
		break;
	case 1:
		b->p[at] = (char)rand();
		break;
	case 2:
		memmove(b->p + at, b->p + at + 1, b->len - at - 1);
		b->len--;
		break;
	default:
		buf_room(b, 1);
		memmove(b->p + at + 1, b->p + at, b->len - at);
		b->p[at] = b->p[(size_t)rand() % b->len];
		b->len++;
	}
}

static void
mutations_agree(void)
{
	struct buf b = { 0 };
	unsigned wrong = 0, accepted = 0;

	srand(SEED);
	for (int trial = 0; trial < TRIALS; trial++) {
		buf_reset(&b);
		buf_text(&b, seeds[(size_t)rand() % (sizeof seeds / sizeof *seeds)]);
		for (int n = rand() % 4; n > 0; n--)
			mutate(&b);
		if (!agree(buf_span(&b)) && wrong++ == 0)
			printf("# differs: %.*s\n", SPAN_ARG(buf_span(&b)));
		accepted += ndjson_find(scanner, 0, SPAN("")) != 0 || ndjson_count(scanner, 0) > 0;
	}
	ok(wrong == 0, "scanner and jansson agree (%d trials, seed %d)", TRIALS, SEED);
	ok(accepted > TRIALS / 10, "enough of the lines are valid to say something");
	buf_done(&b);
}

/* A line that only one of both accepts. */
static void
differs(struct span line, bool ours_says, const char *name)
{
	struct error e = { 0 };
	size_t at;
	bool ours = ndjson_scan(scanner, line, &at, &e) == 0;
	json_t *root = json_loadb(line.p, line.len, JSON_REJECT_DUPLICATES, NULL);

	ok(ours == ours_says && (root != NULL) == !ours_says, "%s", name);
	json_decref(root);
}

static void
allowed_differences(void)
{
	struct buf b = { 0 };

	buf_text(&b, "{\"a\":");
	for (int i = 0; i < 100; i++)
		buf_byte(&b, '[');
	for (int i = 0; i < 100; i++)
		buf_byte(&b, ']');
	buf_byte(&b, '}');
	differs(buf_span(&b), false, "allowed: our limits");
	buf_reset(&b);
	buf_print(&b, "{\"a\":0.%0200d}", 1);
	differs(buf_span(&b), false, "allowed: our length of numbers");
	differs(SPAN("{\"a\":9223372036854775808}"), true, "allowed: integers beyond int64");
	differs(SPAN("{\"a\":1e999}"), true, "allowed: reals beyond double");
	differs(SPAN("{\"a\":1\0}"), false, "allowed: a NUL after a number");
	differs(SPAN("{\"a\":true\0}"), false, "allowed: a NUL after a literal");
	buf_done(&b);
}

int
main(void)
{
	scanner = ndjson_new(NULL);
	mutations_agree();
	allowed_differences();
	ndjson_free(scanner);
	arena_done(&arena);
	return tap_done();
}
