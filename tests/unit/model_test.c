/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/model_test.c: records, profiles, consent events and rejects: in, out, and refused. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/ndjson.h"
#include "model/consent.h"
#include "model/profile.h"
#include "model/record.h"
#include "model/reject.h"
#include "model/stream.h"
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>

static struct ndjson *scanner;
static struct arena arena;
static struct buf out;
static struct error e;

static const char record_line[] =
    "{\"kind\":\"record\",\"id\":\"shop:6:1\",\"source\":\"shop\",\"key\":\"6:1\",\"channel\":\"web\","
    "\"observed_at\":\"2026-05-01T00:00:00Z\",\"given_name\":\"An\\u00e4\",\"family_name\":\"Souza\","
    "\"birthdate\":\"1988-02-11\",\"email\":[\"ana@example.com\"],\"phone_number\":[\"+5511987654321\"],"
    "\"address\":[{\"street_address\":\"Rua X 12\",\"locality\":\"S\u00e3o Paulo\",\"country\":\"BR\"}],"
    "\"identifiers\":{\"loyalty\":[\"L-991\"]},\"attributes\":{\"spend\":0.10,\"big\":12345678901234567890,"
    "\"list\":[1, {\"a\":null}]},\"purposes\":[\"identity_resolution\"],\"controller\":\"north\","
    "\"tags\":{\"attributes.spend\":[\"financial\"]},\"flags\":[\"email.0:role\"],\"x_own\":{\"kept\":1e400}}\n";

static const char profile_line[] =
    "{\"kind\":\"profile\",\"id\":\"p1\",\"members\":[\"a:1\",\"b:2\"],\"given_name\":\"Ana\","
    "\"email\":[\"a@example.com\",\"b@example.com\"],\"address\":[{\"street_address\":\"Rua das Flores que nunca "
    "acabam de florir 12\",\"country\":\"BR\"},{\"locality\":\"S\u00e3o Paulo\"}],\"identifiers\":{\"loyalty\":"
    "[\"1\",\"2\"],\"tax\":[\"3\"]},\"attributes\":{\"spend\":0.10},\"first_seen\":\"2024-01-09\",\"last_seen\":\"2026-05-01\","
    "\"sources\":[\"a\",\"b\"],\"channels\":[\"web\"],\"purposes\":[\"p\"],\"member_purposes\":{\"a:1\":[\"p\"],"
    "\"b:2\":[\"p\",\"q\"]},\"shared\":[\"email.1\"],\"ties\":[{\"a\":\"a:1\",\"b\":\"b:2\",\"by\":\"exact\"}],"
    "\"provenance\":{\"given_name\":{\"record\":\"a:1\",\"rule\":\"vote\"},\"email\":[{\"record\":\"a:1\","
    "\"records\":[\"a:1\",\"b:2\"],\"rule\":\"union\"},{\"record\":\"b:2\",\"records\":[\"b:2\"],\"rule\":\"union\"}]}}\n"
    "\0 SPAN_ROOM bytes, at least, that may be read";

static const char consent_line[] =
    "{\"kind\":\"consent\",\"id\":\"e-1\",\"type\":\"deny\",\"identifier\":{\"type\":\"email\",\"value\":\"a@example.com\"},"
    "\"controller\":\"north\",\"purpose\":\"marketing\",\"channel\":\"email\",\"at\":\"2026-05-01\",\"clock\":\"trusted\","
    "\"src\":\"shop\",\"sseq\":7,\"method\":\"import\",\"evidence\":{\"record\":\"shop:1\"}}\n";

static bool
scan(const char *line)
{
	size_t at;

	arena_reset(&arena);
	buf_reset(&out);
	error_clear(&e);
	return ndjson_scan(scanner, span_make(line, strcspn(line, "\n")), &at, &e) == 0;
}

static void
round_trips(void)
{
	struct record r;
	struct profile p;
	struct consent_event c;
	struct buf twice = { 0 };

	ok(scan(record_line) && record_read(scanner, &r, &arena, &e) == 0, "a record is read (%s)", e.text);
	record_write(&r, &out);
	buf_add(&twice, buf_span(&out));
	buf_byte(&twice, '\0');
	ok(memmem(twice.p, twice.len, "12345678901234567890", 20) != NULL &&
	    memmem(twice.p, twice.len, "\"spend\":0.10", 12) != NULL &&
	    memmem(twice.p, twice.len, "\"list\":[1, {\"a\":null}]", 22) != NULL &&
	    memmem(twice.p, twice.len, "\"x_own\":{\"kept\":1e400}", 22) != NULL,
	    "values that nobody touches keep their bytes, unknown members too");
	ok(memmem(twice.p, twice.len, "\"given_name\":\"An\u00e4\"", 19) != NULL, "escapes become characters");
	ok(scan(twice.p) && record_read(scanner, &r, &arena, &e) == 0, "what was written is read again");
	record_write(&r, &out);
	is_text(out.p, out.len, twice.p, "a record written twice has the same bytes");

	ok(scan(profile_line) && profile_read(scanner, &p, &arena, &e) == 0, "a profile is read (%s)", e.text);
	profile_write(&p, &out);
	is_text(out.p, out.len, profile_line, "a profile comes back byte by byte");
	p.ready = true;
	buf_reset(&out);
	profile_write(&p, &out);
	is_text(out.p, out.len, profile_line, "and also if nothing in it is looked at");
	ok(scan(consent_line) && consent_event_read(scanner, &c, &arena, &e) == 0, "a consent event is read");
	consent_event_write(&c, &out);
	is_text(out.p, out.len, consent_line, "a consent event comes back byte by byte");
	buf_done(&twice);
}

/* Members of a profile that may be empty, or miss parts. */
static void
writes_profiles(void)
{
	static const struct span rule = SPAN_ROOMY_INIT("union");
	const struct span two[] = { SPAN("a:1"), SPAN("a:2\x7f") };
	const struct provenance from[] = {
		{ .path = SPAN("given_name"), .record = two[0], .records = { two, 1 }, .rule = SPAN("vote") },
		{ .path = SPAN("email"), .record = two[1], .records = { two, 2 }, .rule = SPAN("union") },
		{ .path = SPAN("email"), .index = 1, .record = two[0], .rule = SPAN("union") },
		{ .path = SPAN("identifiers.loyalty"), .records = { two, 1 } },
		{ .path = SPAN("nickname"), .record = two[0], .records = { two, 1 } },
		{ .path = SPAN("attributes.diet"), .rule = SPAN("recency") },
		{ .path = SPAN("address") },
	};
	const struct member_purposes purposes[] = { { two[0], { two, 2 } }, { two[1], { NULL, 0 } } };
	struct profile p = { .fields.id = SPAN("p1"), .members = { two, 2 }, .member_purposes = purposes,
	    .member_purpose_count = 2, .has_member_purposes = true, .provenance = from,
	    .provenance_count = sizeof from / sizeof *from, .fields.has_purposes = true };

	buf_reset(&out);
	profile_write(&p, &out);
	is_text(out.p, out.len, "{\"kind\":\"profile\",\"id\":\"p1\",\"members\":[\"a:1\",\"a:2\\u007f\"],"
	    "\"purposes\":[],\"member_purposes\":{\"a:1\":[\"a:1\",\"a:2\\u007f\"],\"a:2\\u007f\":[]},"
	    "\"provenance\":{\"given_name\":{\"record\":\"a:1\",\"rule\":\"vote\"},"
	    "\"email\":[{\"record\":\"a:2\\u007f\",\"records\":[\"a:1\",\"a:2\\u007f\"],\"rule\":\"union\"},"
	    "{\"record\":\"a:1\",\"rule\":\"union\"}],\"identifiers.loyalty\":[{\"records\":[\"a:1\"]}],"
	    "\"nickname\":[{\"record\":\"a:1\",\"records\":[\"a:1\"]}],"
	    "\"attributes.diet\":{\"rule\":\"recency\"},\"address\":[{}]}}\n",
	    "lists of a profile may be empty, and origins have some parts only");
	p.member_purpose_count = p.provenance_count = 0;
	buf_reset(&out);
	profile_write(&p, &out);
	is_text(out.p, out.len, "{\"kind\":\"profile\",\"id\":\"p1\",\"members\":[\"a:1\",\"a:2\\u007f\"],"
	    "\"purposes\":[],\"member_purposes\":{}}\n", "members without purposes are an empty object");
	p = (struct profile){ .fields.id = SPAN("p\x7f"), .ready = true, .provenance_count = 1,
	    .provenance = &(struct provenance){ .path = SPAN("identifiers.\x7f"), .rule = rule } };
	buf_reset(&out);
	profile_write(&p, &out);
	is_text(out.p, out.len, "{\"kind\":\"profile\",\"id\":\"p\\u007f\",\"provenance\":"
	    "{\"identifiers.\\u007f\":[{\"rule\":\"union\"}]}}\n",
	    "its id and its paths are looked at in any case");
}

enum { MANY = 40 };

/* Some of the members: one, a part of the list, or any. */
static struct texts
some_records(const struct span *ids, size_t n)
{
	struct span *any = arena_alloc(&arena, MANY * sizeof *any);
	size_t first = (size_t)rand() % n, count = 0;

	if (rand() % 3 != 0)
		return (struct texts){ ids + first, 1 + (size_t)rand() % (n - first) };
	for (size_t i = 0; i < n; i++)
		if (i == first || rand() % 2 == 0)
			any[count++] = ids[i];
	return (struct texts){ any, count };
}

static struct texts
copied(struct texts list)
{
	struct span *copy = arena_alloc(&arena, (list.n + 1) * sizeof *copy);

	for (size_t i = 0; i < list.n; i++)
		copy[i] = arena_copy(&arena, list.v[i]);
	return (struct texts){ copy, list.n };
}

static struct span
any_id(size_t i)
{
	static const char letters[] = "abc\"\\de\nfghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
	char text[80];
	int len = snprintf(text, sizeof text, "s:%zu.%.*s", i, rand() % 5 == 0 ? rand() % 50 : rand() % 3,
	    letters);

	return arena_copy(&arena, span_make(text, (size_t)len));
}

/* Ids that are copied from the list of members, and the same ones written out. */
static void
writes_known_ids(void)
{
	static const struct span path[] = { SPAN_INIT("given_name"), SPAN_INIT("email"),
	    SPAN_INIT("identifiers.a \"b\""), SPAN_INIT("attributes.x") };
	static const struct span rule[] = { SPAN_INIT("vote"), SPAN_INIT("an odd \"rule\""), { NULL, 0 } };
	struct buf apart = { 0 };
	unsigned wrong = 0;

	srand(11);
	for (int trial = 0; trial < 3000; trial++) {
		size_t n = 1 + (size_t)rand() % (trial % 4 == 0 ? MANY : 4);
		struct span ids[MANY];
		struct provenance from[5];
		struct tie tie;
		struct profile p = { .fields.id = SPAN("p1"), .members = { ids, n }, .provenance = from,
		    .provenance_count = 5, .ties = &tie, .tie_count = 1 };

		for (size_t i = 0; i < n; i++)
			ids[i] = any_id(i);
		tie = (struct tie){ ids[0], ids[n - 1], SPAN("exact"), span_none() };
		for (int i = 0; i < 5; i++)
			from[i] = (struct provenance){ path[rand() % 4], 0, ids[(size_t)rand() % n],
			    some_records(ids, n), rule[rand() % 8 < 6 ? 0 : rand() % 3] };
		if (trial % 5 == 0)
			buf_done(&out);		/* no room as yet */
		buf_reset(&out);
		buf_reset(&apart);
		profile_write(&p, &out);
		p.members = copied(p.members);
		profile_write(&p, &apart);
		wrong += !span_equal(buf_span(&out), buf_span(&apart));
		arena_reset(&arena);
	}
	ok(wrong == 0, "known ids are written as others are (3000 profiles, seed 11)");
	buf_done(&apart);
}

static const struct {
	const char	*line, *code, *what;
} refused[] = {
	{ "{\"kind\":\"record\"}", "E_ID", "a record without an id" },
	{ "{\"kind\":\"record\",\"id\":\"x\"}", "E_ID", "an id that is not source:key" },
	{ "{\"kind\":\"record\",\"id\":\":x\"}", "E_ID", "an id without a source" },
	{ "{\"kind\":\"record\",\"id\":\"a:\"}", "E_ID", "an id without a key" },
	{ "{\"kind\":\"record\",\"id\":\"a:1\",\"source\":\"b\"}", "E_ID", "an id of another source" },
	{ "{\"kind\":\"record\",\"id\":\"a:1\",\"email\":\"x\"}", "E_TYPE", "a text where a list belongs" },
	{ "{\"kind\":\"record\",\"id\":\"a:1\",\"given_name\":[\"x\"]}", "E_TYPE", "a list where a text belongs" },
	{ "{\"kind\":\"record\",\"id\":7}", "E_TYPE", "an id that is a number" },
	{ "{\"kind\":\"record\",\"id\":\"a:1\",\"address\":[{\"planet\":\"x\"}]}", "E_TYPE", "an unknown part of an address" },
};

static void
refusals(void)
{
	struct buf many = { 0 };
	struct record r;
	struct consent_event c;

	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		ok(scan(refused[i].line) && record_read(scanner, &r, &arena, &e) < 0 &&
		    strcmp(e.code, refused[i].code) == 0, "%s is %s", refused[i].what, refused[i].code);
	buf_text(&many, "{\"id\":\"a:1\",\"email\":[\"x\"");
	for (int i = 0; i < RECORD_LIST_MAX; i++)
		buf_text(&many, ",\"x\"");
	buf_text(&many, "]}");
	buf_byte(&many, '\0');
	ok(scan(many.p) && record_read(scanner, &r, &arena, &e) < 0 && strcmp(e.code, "E_LIST_LONG") == 0,
	    "65 values of a list are one too many");
	ok(scan("{\"kind\":\"consent\",\"typo\":1}") && consent_event_read(scanner, &c, &arena, &e) < 0,
	    "an unknown member of a consent event is refused");
	ok(strstr(e.text, "typo") != NULL, "and named");
	buf_done(&many);
}

static void
lines(void)
{
	struct reject r = { .tool = "t", .code = "E_X", .file = SPAN_INIT("a.csv"), .line = 3, .byte = 9,
	    .raw = SPAN_INIT("a\xff") };
	struct stream_end end = { .in = 3, .ok = true };

	buf_reset(&out);
	reject_write(&r, &out);
	is_text(out.p, out.len, "{\"kind\":\"reject\",\"tool\":\"t\",\"file\":\"a.csv\",\"line\":3,\"lines\":1,\"byte\":9,"
	    "\"code\":\"E_X\",\"raw_base64\":\"Yf8=\"}\n", "bytes that are not UTF-8 are kept as base64");
	stream_count(&end, "record", 2);
	stream_count(&end, "consent", 1);
	stream_count(&end, "record", 1);
	buf_reset(&out);
	stream_end_write(&out, &end);
	is_text(out.p, out.len, "{\"kind\":\"end\",\"in\":3,\"out\":4,\"rejected\":0,\"suppressed\":0,\"skipped\":0,"
	    "\"by_kind\":{\"record\":3,\"consent\":1},\"ok\":true,\"code\":0}\n", "the end line counts what was written");
}

int
main(void)
{
	scanner = ndjson_new(NULL);
	round_trips();
	writes_profiles();
	writes_known_ids();
	refusals();
	lines();
	ndjson_free(scanner);
	arena_done(&arena);
	buf_done(&out);
	return tap_done();
}
