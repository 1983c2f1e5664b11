/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/profile_plain_test.c: what is read in one step is what the scanner and profile_read make of
 * the line, for lines of the usual form and for what is nearly one. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/ndjson.h"
#include "model/profile.h"
#include "model/profile_plain.h"
#include "plain_case.h"

static const char *const plain[] = {
	"{\"kind\":\"profile\",\"id\":\"p1\"}",
	"{\"kind\":\"profile\",\"id\":\"p1\",\"members\":[\"crm:1\",\"shop:7\"],"
	    "\"given_name\":\"Jos\xc3\xa9\",\"middle_name\":\"M\",\"family_name\":\"Souza \xf0\x9f\x98\x80\","
	    "\"name\":\"J\",\"birthdate\":\"1988-02-11\",\"gender\":\"x\",\"locale\":\"pt-BR\","
	    "\"zoneinfo\":\"America/Bahia\",\"nickname\":[\"Z\"],\"email\":[\"a@b.example\",\"c@d.example\"],"
	    "\"phone_number\":[\"+5511987654321\"],\"website\":[\"b.example\"],"
	    "\"address\":[{\"locality\":\"S\xc3\xa3o Paulo\",\"country\":\"BR\"},{\"country\":\"PT\"}],"
	    "\"identifiers\":{\"loyalty\":[\"L-1\"],\"tax\":[\"9\"]},"
	    "\"attributes\":{\"n\":-0.50,\"t\":true,\"l\":[\"a\",\"b\"]},"
	    "\"first_seen\":\"2026-01-01T00:00:00Z\",\"last_seen\":\"2026-05-01T00:00:00Z\","
	    "\"sources\":[\"crm\",\"shop\"],\"channels\":[\"web\"],\"household\":\"h1\","
	    "\"confidence\":\"0.98\",\"purposes\":[\"identity_resolution\"],"
	    "\"member_purposes\":{\"crm:1\":[\"a\"],\"shop:7\":[\"a\",\"b\"]},"
	    "\"shared\":[\"phone_number.0\"],"
	    "\"ties\":[{\"a\":\"crm:1\",\"b\":\"shop:7\",\"by\":\"email\",\"weight\":\"9.5\"},{\"a\":\"x\"},{}],"
	    "\"provenance\":{\"given_name\":{\"record\":\"crm:1\",\"rule\":\"valid\"},"
	    "\"email\":[{\"record\":\"crm:1\",\"records\":[\"crm:1\",\"shop:7\"],\"rule\":\"union\"},"
	    "{\"record\":\"shop:7\"}],\"attributes.n\":{\"record\":\"shop:7\",\"records\":[\"shop:7\"]}},"
	    "\"tags\":{\"email.0\":[\"special\"]},\"flags\":[\"f\"]}",
	"{\"kind\":\"profile\",\"id\":\"p1\",\"provenance\":{\"a\":{\"record\":\"x\"}}}",
};

/* Good or bad, these are for the scanner. */
static const char *const other[] = {
	"", "{", "{}", "{\"kind\":\"profile\"}", "{\"kind\":\"profile\",\"id\":\"p1\"",
	"{\"kind\":\"profile\",\"id\":\"p1\"} ", "{\"kind\":\"profile\",\"id\":\"p1\"}}",
	"{\"kind\":\"profile\", \"id\":\"p1\"}", "{\"id\":\"p1\",\"kind\":\"profile\"}",
	"{\"kind\":\"profile\",\"id\":\"p1\",\"id\":\"p1\"}",
	"{\"kind\":\"profile\",\"id\":\"p1\",\"members\":[]}",
	"{\"kind\":\"profile\",\"id\":\"p1\",\"decisions\":[]}",
	"{\"kind\":\"profile\",\"id\":\"p1\",\"shoe_size\":\"44\"}",
	"{\"kind\":\"profile\",\"members\":[\"a:1\"]}",
	"{\"kind\":\"profile\",\"id\":\"p1\",\"first_seen\":\"2026\\u002d01\"}",
	"{\"kind\":\"profile\",\"id\":\"p1\",\"member_purposes\":{\"a:1\":[\"x\"]}}",
	"{\"kind\":\"profile\",\"id\":\"p1\",\"members\":[\"a:1\",\"b:1\"],"
	    "\"member_purposes\":{\"a:1\":[\"x\"],\"a:1\":[\"x\"]}}",
	"{\"kind\":\"profile\",\"id\":\"p1\",\"members\":[\"a:1\"],\"member_purposes\":{\"a:1\":[]}}",
	"{\"kind\":\"profile\",\"id\":\"p1\",\"ties\":[]}",
	"{\"kind\":\"profile\",\"id\":\"p1\",\"ties\":[{\"b\":\"x\",\"a\":\"y\"}]}",
	"{\"kind\":\"profile\",\"id\":\"p1\",\"ties\":[{\"a\":\"x\",}]}",
	"{\"kind\":\"profile\",\"id\":\"p1\",\"provenance\":{}}",
	"{\"kind\":\"profile\",\"id\":\"p1\",\"provenance\":{\"a\":[]}}",
	"{\"kind\":\"profile\",\"id\":\"p1\",\"provenance\":{\"a\":{}}}",
	"{\"kind\":\"profile\",\"id\":\"p1\",\"provenance\":{\"a\":{\"rule\":\"x\",\"record\":\"y\"}}}",
	"{\"kind\":\"profile\",\"id\":\"p1\",\"provenance\":{\"a\":{\"record\":\"x\",\"why\":\"y\"}}}",
	"{\"kind\":\"profile\",\"id\":\"p1\",\"provenance\":{\"a\":{\"record\":\"x\"},\"b\":{\"record\":\"x\"},"
	    "\"a\":{\"record\":\"x\"}}}",
	"{\"kind\":\"profile\",\"id\":\"p1\",\"provenance\":{\"a\":{\"record\":\"x\"},{\"record\":\"y\"}}}",
};

static struct ndjson *scanner;
static struct arena arena;
static struct profile_members members;

/* By the scanner; NULL where it, or profile_read, refuses the line. */
static const struct profile *
slowly(struct span line, struct profile *p)
{
	struct error e = { 0 };
	size_t at;

	return ndjson_scan(scanner, line, &at, &e) == 0 && profile_read(scanner, p, &arena, &e) == 0 ?
	    p : NULL;
}

static bool
same_origin(const struct provenance *a, const struct provenance *b)
{
	bool equal = span_equal(a->path, b->path) && a->index == b->index &&
	    span_equal(a->record, b->record) && span_equal(a->rule, b->rule) &&
	    (a->rule.p == NULL) == (b->rule.p == NULL) && a->records.n == b->records.n;

	for (size_t i = 0; equal && i < a->records.n; i++)
		equal = span_equal(a->records.v[i], b->records.v[i]);
	return equal;
}

/* All but where a value came from, which profile_write takes for granted is as it writes it. */
static void
put(const struct profile *p, struct buf *out)
{
	struct profile bare = *p;

	bare.provenance_count = 0;
	profile_write(&bare, out);
}

static bool
same(const struct profile *a, const struct profile *b)
{
	struct buf x = { 0 }, y = { 0 };
	bool equal;

	put(a, &x);
	put(b, &y);
	equal = span_equal(buf_span(&x), buf_span(&y)) && a->fields.id.p == b->fields.id.p &&
	    a->has_member_purposes == b->has_member_purposes && a->tie_count == b->tie_count &&
	    a->member_purpose_count == b->member_purpose_count &&
	    a->fields.has_purposes == b->fields.has_purposes &&
	    a->provenance_count == b->provenance_count;
	for (size_t i = 0; equal && i < a->provenance_count; i++)
		equal = same_origin(&a->provenance[i], &b->provenance[i]);
	buf_done(&x);
	buf_done(&y);
	return equal;
}

/* After both: the members that were met on the way, and those of the tape but its kind. */
static bool
same_members(struct span line)
{
	size_t i = 0;

	for (uint32_t k = ndjson_sibling(scanner, ndjson_first(scanner, 0) + 1); k != 0;
	    k = ndjson_sibling(scanner, k + 1), i++) {
		struct span value = ndjson_raw(scanner, k + 1), json;

		if (i == members.count || !ndjson_is(scanner, k, profile_member_name(members.list[i].name)))
			return false;
		json = members.list[i].json;
		if (json.p < line.p || json.p + json.len != value.p + value.len || json.p[0] != '"' ||
		    !span_starts(span_skip(json, 1), profile_member_name(members.list[i].name)))
			return false;
	}
	return i == members.count;
}

/* Whether the line is plain; *wrong counts those that are and should not be, or read differently. */
static bool
judge(struct span line, size_t *wrong)
{
	struct profile fast, slow;
	bool taken;

	arena_reset(&arena);
	taken = profile_plain(line, &fast, &arena, &members);
	if (taken && (slowly(line, &slow) == NULL || !same(&fast, &slow) || !same_members(line)))
		++*wrong;
	return taken;
}

/* As many values with an origin as a line can hold, and one path too often among many. */
static void
origins(void)
{
	struct buf line = { 0 };
	size_t wrong = 0;

	for (int twice = 0; twice < 2; twice++) {
		buf_reset(&line);
		buf_text(&line, "{\"kind\":\"profile\",\"id\":\"p\",\"provenance\":{\"email\":[{\"record\":\"x\"}");
		for (int i = 0; i < 500; i++)
			buf_text(&line, ",{\"record\":\"x\"}");
		buf_byte(&line, ']');
		for (int i = 0; i < 200; i++)
			buf_print(&line, ",\"a.%d\":{\"record\":\"x\"}", i);
		buf_text(&line, twice ? ",\"a.7\":{\"record\":\"x\"}}}" : "}}");
		ok(plain_judged(judge, buf_span(&line), &wrong) == !twice, "701 origins, %d paths twice", twice);
	}
	ok(wrong == 0, "both ways read origins the same");
	buf_done(&line);
}

int
main(void)
{
	scanner = ndjson_new(NULL);
	plain_forms(judge, plain, sizeof plain / sizeof *plain, other, sizeof other / sizeof *other);
	origins();
	plain_mutations(judge, plain[1]);
	ndjson_free(scanner);
	profile_members_done(&members);
	arena_done(&arena);
	return tap_done();
}
