/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/json_config_test.c: documents, their faults and their canonical form. */
#include "base/buf.h"
#include "base/error.h"
#include "io/json_config.h"
#include "tap.h"

static void
refuses(struct span text, const char *code, uint64_t line, const char *name)
{
	struct error e = { 0 };
	json_t *root = config_parse(text, "map.json", STATUS_USAGE, &e);
	bool good = root == NULL && e.status == STATUS_USAGE && strcmp(e.code, code) == 0 &&
	    strcmp(e.file, "map.json") == 0 && e.line == line && strstr(e.text, "secret") == NULL;

	if (!ok(good, "%s", name))
		printf("# %s line %d: %s\n", e.code, (int)e.line, e.text);
	json_decref(root);
}

static void
refuses_documents(void)
{
	refuses(SPAN("{\"a\":1,\n\"a\":2}"), "E_JSON_SYNTAX", 2, "a repeated member");
	refuses(SPAN("{\"a\":\n\n1\0}"), "E_JSON_SYNTAX", 3, "a NUL after a number");
	refuses(SPAN("{\"a\":\"\\u0000\"}"), "E_JSON_SYNTAX", 1, "an escaped NUL");
	refuses(SPAN("{\"a\":secret}"), "E_JSON_SYNTAX", 1, "what is written is not quoted");
	refuses(SPAN("{} x"), "E_JSON_SYNTAX", 1, "text after the document");
	refuses(SPAN(""), "E_JSON_SYNTAX", 1, "nothing");
	refuses(SPAN("[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]"), "E_DEPTH", 0, "depth 17");
}

static void
canonical(struct span text, const char *want, const char *name)
{
	struct error e = { 0 };
	json_t *root = config_parse(text, "t", STATUS_USAGE, &e);
	struct buf out = { 0 };

	if (root != NULL)
		config_canonical(root, &out);
	is_text(buf_span(&out).p, out.len, want, name);
	json_decref(root);
	buf_done(&out);
}

static void
writes_canonical_form(void)
{
	canonical(SPAN("{ \"b\" : [ 1 , -2 , true , null ] , \"a\" : { } }"),
	    "{\"a\":{},\"b\":[1,-2,true,null]}", "members are sorted, blanks dropped");
	canonical(SPAN("{\"\xef\xbf\xbd\":1,\"\xf0\x9f\x98\x80\":2,\"ab\":3,\"a\":4}"),
	    "{\"a\":4,\"ab\":3,\"\xf0\x9f\x98\x80\":2,\"\xef\xbf\xbd\":1}",
	    "members sort by UTF-16 code units");
	canonical(SPAN("\xef\xbb\xbf[\"\\u007f\\u000b\\n\\/\\u00e9\\\"\"]"),
	    "[\"\x7f\\u000b\\n/\xc3\xa9\\\"\"]", "only what must be is escaped");
}

static void
is_fault(const struct faults *f, size_t i, const char *path, const char *text)
{
	bool good = i < f->count && strcmp(f->list[i].path, path) == 0 &&
	    strcmp(f->list[i].text, text) == 0;

	if (!ok(good, "%s %s", path, text) && i < f->count)
		printf("# got %s %s\n", f->list[i].path, f->list[i].text);
}

static void
collects_faults(void)
{
	static const char *const members[] = { "s", "n", "b", "list", "missing", "c", NULL };
	static const char *const choices[] = { "red", "green", NULL };
	struct span text = SPAN("{\"s\":1,\"n\":7,\"b\":\"yes\",\"list\":[{\"E mail\":2}],"
	    "\"extra\":0,\"//\":\"note\",\"x_y\":1,\"c\":\"green\"}");
	struct error e = { 0 };
	json_t *root = config_parse(text, "t", STATUS_USAGE, &e);
	struct faults f = { 0 };
	struct config_at at = config_root(root, &f, "E_T"), list, element;
	struct span s;
	int64_t n = 0;
	int index = -1;
	bool b;

	ok(config_only(&at, members), "an object is an object");
	is_fault(&f, 0, "$.extra", "unknown member");
	ok(!config_string(&at, "s", false, &s), "a number is no string");
	is_fault(&f, 1, "$.s", "must be a string");
	ok(!config_int(&at, "n", true, 0, 5, &n), "7 is above 5");
	is_fault(&f, 2, "$.n", "must be an integer from 0 to 5");
	ok(config_int(&at, "n", true, 0, 7, &n) && n == 7, "7 is not above 7");
	ok(!config_bool(&at, "b", false, &b), "a string is not true or false");
	is_fault(&f, 3, "$.b", "must be true or false");
	ok(!config_bool(&at, "missing", false, &b) && f.count == 4, "what is not there is no fault");
	ok(!config_bool(&at, "missing", true, &b), "unless it is required");
	is_fault(&f, 4, "$.missing", "is required");
	ok(config_choice(&at, "c", true, choices, &index) && index == 1, "a choice is an index");
	ok(!config_choice(&at, "n", true, choices, &index), "a number is no choice");
	is_fault(&f, 5, "$.n", "must be one of red green");
	list = config_member(&at, "list");
	element = config_element(&list, 0);
	ok(!config_string(&element, "E mail", true, &s), "elements have members");
	is_fault(&f, 6, "$.list[0][\"E mail\"]", "must be a string");
	ok(strcmp(f.list[6].code, "E_T") == 0, "faults carry the code of the document");
	faults_done(&f);
	json_decref(root);
}

int
main(void)
{
	refuses_documents();
	writes_canonical_form();
	collects_faults();
	return tap_done();
}
