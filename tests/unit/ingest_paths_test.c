/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/ingest_paths_test.c: values of JSON lines by path. */
#include "ingest/paths.h"
#include "ingest_case.h"
#include "io/ndjson.h"
#include "tap.h"

#include <stdlib.h>

enum { TRIALS = 2000, SEED = 17 };

/* Values of the path "x" is asked for, then extras as NAME=JSON, all with '|' between. */
static void
collect(const char *path, const char *line, struct buf *out)
{
	struct buf text = { 0 };
	struct faults none = { 0 };
	struct error e = { 0 };
	struct ndjson *n = ndjson_new(NULL);
	struct found f;
	struct mapping *m;
	struct plan *p;
	struct paths *paths;
	size_t faults, at;

	buf_print(&text,
	    "\"key\":{\"column\":\"id\"},\"columns\":{\"id\":\"drop\",\"%s\":\"email\"}", path);
	buf_byte(&text, '\0');
	m = case_mapping(text.p, &faults);
	p = plan_new(m, NULL, 0, true, &none);
	paths = paths_new(p);
	found_init(&f, p->column_count);
	if (ndjson_scan(n, span_from(line), &at, &e) == 0) {
		paths_find(paths, n, &f);
		for (size_t c = 0; c < p->column_count; c++)
			for (size_t i = 0; !span_is(p->header[c], "id") && i < f.cells[c].n; i++)
				buf_print(out, "%.*s|", SPAN_ARG(f.cells[c].v[i]));
		for (size_t i = 0; i < f.extra_count; i++)
			buf_print(out, "%.*s=%.*s|", SPAN_ARG(f.extras[i].name),
			    SPAN_ARG(f.extras[i].json));
	}
	found_done(&f);
	paths_free(paths);
	plan_free(p);
	mapping_free(m);
	ndjson_free(n);
	faults_done(&none);
	buf_done(&text);
}

static void
finds(const char *path, const char *line, const char *want)
{
	struct buf got = { 0 };

	collect(path, line, &got);
	is_text(got.p == NULL ? "" : got.p, got.len, want, line);
	buf_done(&got);
}

/* Members in any order give the same values. */
static void
any_order(void)
{
	static const char *const members[] = {
	    "\"id\":\"1\"", "\"t\":{\"x\":\"v\",\"y\":2}", "\"a\":1", "\"b\":[1,2]", "\"c\":null" };
	bool same = true;

	srand(SEED);
	for (int i = 0; i < TRIALS; i++) {
		struct buf line = { 0 }, got = { 0 };
		size_t order[] = { 0, 1, 2, 3, 4 };

		for (size_t k = 4; k > 0; k--) {
			size_t j = (size_t)rand() % (k + 1), swap = order[k];

			order[k] = order[j];
			order[j] = swap;
		}
		for (size_t k = 0; k < 5; k++)
			buf_print(&line, "%c%s", k == 0 ? '{' : ',', members[order[k]]);
		buf_text(&line, "}");
		buf_byte(&line, '\0');
		collect("t.x", line.p, &got);
		buf_byte(&got, '\0');
		same &= strncmp(got.p, "v|", 2) == 0 && strstr(got.p, "t.y=2|") != NULL &&
		    strstr(got.p, "a=1|") != NULL && strstr(got.p, "b=[1,2]|") != NULL &&
		    strstr(got.p, "id=") == NULL;
		buf_done(&line);
		buf_done(&got);
	}
	ok(same, "the order of members does not matter (%d trials, seed %d)", TRIALS, SEED);
}

int
main(void)
{
	finds("mail", "{\"mail\":\"a\"}", "a|");
	finds("mail", "{\"mail\":\"\"}", "");
	finds("mail", "{\"mail\":null}", "");
	finds("mail", "{\"mail\":1.50}", "1.50|");
	finds("mail", "{\"mail\":true}", "true|");
	finds("mail", "{\"ma\\u0069l\":\"\\u00e9\"}", "é|");
	finds("mail", "{\"mail\":[\"a\",\"b\"]}", "a|b|");
	finds("mail", "{\"Mail\":\"a\"}", "Mail=\"a\"|");
	finds("t.mail", "{\"t\":{\"mail\":\"a\",\"z\":[1]}}", "a|t.z=[1]|");
	finds("t.mail", "{\"t\":\"a\"}", "t=\"a\"|");
	finds("t.u.v", "{\"t\":{\"u\":{\"v\":\"a\"}},\"u\":{\"v\":\"b\"}}", "a|u={\"v\":\"b\"}|");
	finds("t\\\\.u", "{\"t.u\":\"a\",\"t\":{\"u\":\"b\"}}", "a|t={\"u\":\"b\"}|");
	finds("e[]", "{\"e\":[\"a\",\"\",null,\"b\"]}", "a|b|");
	finds("e[].v", "{\"e\":[{\"v\":\"a\"},{\"w\":1},{\"v\":\"b\"}]}", "a|b|e.w=1|");
	finds("e[].v", "{\"e\":{\"v\":\"a\"}}", "e={\"v\":\"a\"}|");
	finds("e[].v.w", "{\"e\":[{\"v\":{\"w\":\"a\"}}]}", "a|");
	any_order();
	return tap_done();
}
