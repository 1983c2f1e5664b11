/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/ingest_gate_test.c: when data can have been collected, and what had a basis then. */
#include "base/error.h"
#include "ingest/gate.h"
#include "io/ndjson.h"
#include "tap.h"

static instant
at(const char *text)
{
	struct time_text t = { 0 };

	return time_parse(span_from(text), &t) ? t.at : INSTANT_NONE;
}

static void
earliest(void)
{
	static const struct {
		const char	*collected;
		bool		 zoned, has_zone;
		int		 minutes;
		const char	*want;
	} rows[] = {
		{ "2024-05-01T10:00:00Z", true, false, 0, "2024-05-01T10:00:00Z" },
		{ "2024-05-01T10:00:00Z", false, false, 0, "2024-04-30T20:00:00Z" },
		{ "2024-05-01T10:00:00Z", false, true, 120, "2024-05-01T10:00:00Z" },
		{ "2024-05-01", false, false, 0, "2024-04-30T10:00:00Z" },
		{ "2024-05-01", false, true, 0, "2024-05-01T00:00:00Z" },
		{ "2024-05-01", false, true, 120, "2024-04-30T22:00:00Z" },
		{ "2024-05-01", false, true, -180, "2024-05-01T03:00:00Z" },
		{ NULL, false, true, 0, "2020-01-01" },
		{ "whenever", true, true, 0, "2020-01-01" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct mapping_source s = { .has_zone = rows[i].has_zone,
		    .zone_minutes = rows[i].minutes, .collected_since = at("2020-01-01") };

		ok(gate_earliest(&s, span_from(rows[i].collected), rows[i].zoned) ==
		    at(rows[i].want), "row %zu: not before %s", i, rows[i].want);
	}
}

static void
permits(void)
{
	struct source_purpose p = { .since = at("2024-05-01") };

	ok(gate_permits(&p, at("2024-05-01")), "a basis of that moment is one");
	ok(!gate_permits(&p, at("2024-05-01") - 1), "a millisecond later is too late");
	ok(!gate_permits(&p, INSTANT_NONE), "no time of collection, no purpose");
	p.since = INSTANT_NONE;
	ok(!gate_permits(&p, at("2024-05-01")), "no since, no purpose");
	p.covers_earlier = SPAN("DPO-1");
	ok(gate_permits(&p, INSTANT_NONE), "covers_earlier lifts it");
}

#define SOURCE(name, more, since) "{\"name\":\"" name "\",\"channel\":\"web\",\"collected\":" \
    "\"subject\",\"controller\":\"acme\",\"collected_since\":\"2024-01-01\"," more \
    "\"purposes\":[{\"id\":\"p\",\"basis\":\"contract\",\"since\":\"" since "\"}]}"

static int
add(struct declared *d, const char *line, uint64_t number)
{
	struct ndjson *n = ndjson_new(NULL);
	struct error e = { 0 };
	size_t where;
	int r =
	    ndjson_scan(n, span_from(line), &where, &e) == 0 ? declared_add(d, n, number, &e) : -2;

	ndjson_free(n);
	return r;
}

static void
finds(const struct declared *d, const char *source, uint64_t line, const char *since)
{
	const struct mapping_source *s = declared_find(d, span_from(source), line);

	ok(since == NULL ? s == NULL : s != NULL && s->purposes[0].since == at(since),
	    "%s in line %d: %s", source, (int)line, since == NULL ? "undeclared" : since);
}

static void
headers(void)
{
	struct declared *d = declared_new();

	finds(d, "a", 1, NULL);
	ok(add(d, "{\"kind\":\"stream\",\"sources\":[" SOURCE("a", "", "2024-01-01") ","
	    SOURCE("b", "\"name_column\":\"system\",", "2024-01-02") "]}", 1) == 0, "a header");
	ok(add(d, "{\"kind\":\"stream\"}", 10) == 0, "a header without sources");
	ok(add(d, "{\"kind\":\"stream\",\"sources\":[" SOURCE("a", "", "2024-01-03") "]}", 20) == 0,
	    "another header");
	ok(add(d, "{\"kind\":\"stream\",\"sources\":[{\"name\":\"a\",\"news\":1}]}", 30) < 0,
	    "a source with members of a later version is refused");
	finds(d, "a", 5, "2024-01-01");
	finds(d, "b", 5, "2024-01-02");
	finds(d, "b.shop", 5, "2024-01-02");
	finds(d, "a.shop", 5, NULL);
	finds(d, "bb", 5, NULL);
	finds(d, "a", 25, "2024-01-03");
	finds(d, "b", 25, NULL);
	declared_free(d);
	declared_free(NULL);
}

int
main(void)
{
	earliest();
	permits();
	headers();
	return tap_done();
}
