/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/event_id_test.c: evidence that is put in order as it stands has the form that it has by way of a
 * tree. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "consent/event_id.h"
#include "io/json_config.h"
#include "tap.h"

static struct arena arena;

static struct span
committed(const char *json)
{
	static const unsigned char salt[32];
	struct span text;

	(void)event_commit(salt, span_from(json), &text, &arena);
	return text;
}

/* By jansson, as of every other document. */
static bool
same(const char *json)
{
	struct error e = { 0 };
	json_t *tree = config_parse(span_from(json), "object", STATUS_REFUSED, &e);
	struct span text = committed(json);
	struct buf wanted = { 0 };
	bool equal = text.p == NULL;

	if (tree != NULL && !config_has_real(tree)) {
		config_canonical(tree, &wanted);
		equal = text.p != NULL && span_equal(text, buf_span(&wanted));
	}
	json_decref(tree);
	buf_done(&wanted);
	return equal;
}

int
main(void)
{
	static const char *const cases[] = {
		"{\"record\":\"shop:1\",\"column\":\"optin\"}", "{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}",
		"{\"c\":\"1\",\"b\":\"2\",\"a\":\"3\"}", "{\"ab\":\"1\",\"a\":\"2\",\"\":\"3\",\"A\":\"4\",\"_\":\"\"}",
		"{\"a\":\"1\",\"a\":\"2\"}", "{\"a\":\"1\",\"b\":\"2\",\"a\":\"3\"}", "{}", "{\"a\":1}",
		"{\"b\":\"x\",\"a\":{\"d\":\"1\",\"c\":\"2\"}}", "{\"b\":\"\\u0041\",\"a\":\"x\"}",
		"{\"b\":\"caf\xc3\xa9\",\"a\":\"x\"}", "{ \"b\":\"x\", \"a\":\"y\" }", "{\"b\":\"\x7f\",\"a\":\"x\"}",
		"{\"a\":\"b\"", "{\"a\"}", "{\"a\":}", "{\"a\":\"b\"}x", "{\"a\":\"b\",}", "{", "", "[]", "\"a\"",
		"{\"b\":\"x\\\"\",\"a\":\"y\"}", "{\"b\\\"\":\"x\",\"a\":\"y\"}",
		"{\"q\":\"1\",\"p\":\"1\",\"o\":\"1\",\"n\":\"1\",\"m\":\"1\",\"l\":\"1\",\"k\":\"1\",\"j\":\"1\","
		    "\"i\":\"1\",\"h\":\"1\",\"g\":\"1\",\"f\":\"1\",\"e\":\"1\",\"d\":\"1\",\"c\":\"1\",\"b\":\"1\"}",
		"{\"q\":\"1\",\"p\":\"1\",\"o\":\"1\",\"n\":\"1\",\"m\":\"1\",\"l\":\"1\",\"k\":\"1\",\"j\":\"1\",\"a\":\"0\","
		    "\"i\":\"1\",\"h\":\"1\",\"g\":\"1\",\"f\":\"1\",\"e\":\"1\",\"d\":\"1\",\"c\":\"1\",\"b\":\"1\"}",
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ok(same(cases[i]), "%s", cases[i]);
	ok(span_is(committed(cases[0]), "{\"column\":\"optin\",\"record\":\"shop:1\"}"), "in the order of keys");
	arena_done(&arena);
	return tap_done();
}
