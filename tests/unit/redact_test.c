/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/redact_test.c: what stays of a profile and of a record, and that it stays as it was */
#include "consent_case.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "consent/redact.h"
#include "io/ndjson.h"
#include "model/profile.h"
#include "tap.h"

struct world {
	struct small_policy	 policy;
	struct policy_view	 view;
	struct policy_field	 fields[3];
	struct question		 question;
	struct fact_member	 members[2];
	struct facts		 facts;
	struct arena		 arena;
	struct ndjson		*tape;
	struct redaction	 redaction;
};

static void
world_set(struct world *w, struct span *view, size_t count)
{
	*w = (struct world){ 0 };
	small_policy_set(&w->policy);
	w->view = (struct policy_view){ SPAN("marketing.newsletter"), { view, count } };
	w->fields[0] = (struct policy_field){ SPAN("attributes.diet"), CATEGORY_SPECIAL };
	w->fields[1] = (struct policy_field){ SPAN("attributes.password"), CATEGORY_CREDENTIAL };
	w->fields[2] = (struct policy_field){ SPAN("address.street_address"), CATEGORY_PRECISE_LOCATION };
	w->policy.p.views = &w->view;
	w->policy.p.view_count = 1;
	w->policy.p.fields = w->fields;
	w->policy.p.field_count = 2;
	question_set(&w->question, &w->policy.p, SPAN("marketing.newsletter"), SPAN("email"), SPAN("A"),
	    NULL);
	w->members[0] = (struct fact_member){ .id = SPAN("s:1"), .source = &w->policy.source };
	w->members[1] = (struct fact_member){ .id = SPAN("s:2"), .source = &w->policy.source,
	    .unusable = "D_PURPOSE_NOT_DECLARED" };
	w->facts = (struct facts){ .members = w->members, .member_count = 2,
	    .contact = CONTACT_NONE };
	w->tape = ndjson_new(NULL);
}

static void
world_done(struct world *w)
{
	arena_done(&w->arena);
	ndjson_free(w->tape);
}

/* The profile without its closing brace is what is compared. */
static void
profile_gives(struct world *w, const char *line, const char *want, const char *name)
{
	struct error e = { 0 };
	struct profile p;
	struct buf out = { 0 };
	size_t at;

	w->redaction = (struct redaction){ .question = &w->question, .facts = &w->facts,
	    .profile = &p, .arena = &w->arena };
	if (ndjson_scan(w->tape, span_from(line), &at, &e) < 0 ||
	    profile_read(w->tape, &p, &w->arena, &e) < 0)
		ok(false, "%s: the line can be read", name);
	redact_profile(&w->redaction, w->tape, &out);
	is_text(out.p, out.len, want, name);
	buf_done(&out);
}

static void
test_view(void)
{
	static struct span view[] = { SPAN_INIT("given_name"), SPAN_INIT("attributes"),
	    SPAN_INIT("address.country"), SPAN_INIT("nickname") };
	struct world w;

	world_set(&w, view, 4);
	profile_gives(&w, "{\"kind\":\"profile\",\"id\":\"p\",\"members\":[\"s:1\"],\"given_name\":\"A\\u006ea\","
	    "\"family_name\":\"B\",\"provenance\":{\"given_name\":{\"record\":\"s:1\"},"
	    "\"family_name\":{\"record\":\"s:1\"}}}",
	    "{\"kind\":\"profile\",\"id\":\"p\",\"given_name\":\"A\\u006ea\"",
	    "only the view stays, and as it was written");
	ok(w.redaction.drop_count == 1 && span_is(w.redaction.drop[0], "family_name"),
	    "what went is named");
	profile_gives(&w, "{\"kind\":\"profile\",\"id\":\"p\",\"given_name\":\"Ana\",\"provenance\":"
	    "{\"given_name\":{\"record\":\"s:2\"}}}", "{\"kind\":\"profile\",\"id\":\"p\"",
	    "a value of a record without the purpose goes");
	profile_gives(&w, "{\"kind\":\"profile\",\"id\":\"p\",\"given_name\":\"Ana\",\"provenance\":"
	    "{\"given_name\":{\"record\":\"s:2\",\"records\":[\"s:2\",\"s:1\"]}}}",
	    "{\"kind\":\"profile\",\"id\":\"p\",\"given_name\":\"Ana\"",
	    "a value that a record with the purpose holds too stays");
	profile_gives(&w, "{\"kind\":\"profile\",\"id\":\"p\",\"nickname\":[\"a\",\"\",null,\"b\",\"c\"],\"provenance\":"
	    "{\"nickname\":[{\"record\":\"s:2\"},{\"record\":\"s:1\"},{\"record\":\"s:2\"}]}}",
	    "{\"kind\":\"profile\",\"id\":\"p\",\"nickname\":[\"b\"]", "values of a list go one by one");
	ok(w.redaction.thinned && w.redaction.drop_count == 0, "a list that was thinned is not dropped");
	world_done(&w);
}

static void
test_categories(void)
{
	static struct span view[] = { SPAN_INIT("attributes"), SPAN_INIT("address") };
	struct world w;

	world_set(&w, view, 2);
	profile_gives(&w, "{\"kind\":\"profile\",\"id\":\"p\",\"attributes\":{\"diet\":\"x\",\"password\":\"y\","
	    "\"size\":{\"a\":[1,2]}},\"provenance\":{\"attributes.diet\":{\"record\":\"s:1\"},"
	    "\"attributes.password\":{\"record\":\"s:1\"},\"attributes.size\":{\"record\":\"s:1\"}}}",
	    "{\"kind\":\"profile\",\"id\":\"p\",\"attributes\":{\"size\":{\"a\":[1,2]}}",
	    "special values and credentials go");
	ok(w.redaction.protected == 2 && w.redaction.untagged, "and are counted apart");
	w.policy.purposes[0].special_condition = SPAN("art9-2a");
	profile_gives(&w, "{\"kind\":\"profile\",\"id\":\"p\",\"attributes\":{\"diet\":\"x\",\"password\":\"y\"},"
	    "\"provenance\":{\"attributes.diet\":{\"record\":\"s:1\"},\"attributes.password\":{\"record\":\"s:1\"}}}",
	    "{\"kind\":\"profile\",\"id\":\"p\",\"attributes\":{\"diet\":\"x\"}",
	    "a condition lets special values stay, credentials never");
	w.policy.purposes[0].special_condition = span_none();
	profile_gives(&w, "{\"kind\":\"profile\",\"id\":\"p\",\"address\":[{\"country\":\"PT\"}],\"tags\":"
	    "{\"address\":[\"precise_location\"]},\"provenance\":{\"address\":[{\"record\":\"s:1\"}]}}",
	    "{\"kind\":\"profile\",\"id\":\"p\"", "a tag of the row counts like the policy's category");
	w.policy.p.field_count = 3;
	profile_gives(&w, "{\"kind\":\"profile\",\"id\":\"p\",\"address\":[{\"street_address\":\"R 1\"}],"
	    "\"provenance\":{\"address\":[{\"record\":\"s:1\"}]}}", "{\"kind\":\"profile\",\"id\":\"p\"",
	    "a protected part protects the whole that the view names");
	world_done(&w);
}

static void
test_parts(void)
{
	static struct span view[] = { SPAN_INIT("address.country"), SPAN_INIT("provenance") };
	struct world w;

	world_set(&w, view, 2);
	profile_gives(&w, "{\"kind\":\"profile\",\"id\":\"p\",\"address\":[{\"locality\":\"L\",\"country\":\"PT\"},"
	    "{\"country\":\"ES\"}],\"provenance\":{\"address\":[{\"record\":\"s:1\"},{\"record\":\"s:2\"}]}}",
	    "{\"kind\":\"profile\",\"id\":\"p\",\"address\":[{\"country\":\"PT\"}],"
	    "\"provenance\":{\"address\":[{\"record\":\"s:1\"},{\"record\":\"s:2\"}]}",
	    "parts of an address stay alone, and machinery only where the view names it");
	world_done(&w);
}

static void
test_record(void)
{
	struct world w;
	struct error e = { 0 };
	struct record record;
	struct buf out = { 0 };
	size_t at;

	world_set(&w, NULL, 0);
	w.redaction = (struct redaction){ .question = &w.question, .facts = &w.facts,
	    .arena = &w.arena };
	ok(ndjson_scan(w.tape, SPAN("{\"kind\":\"record\",\"id\":\"s:1\",\"source\":\"s\",\"key\":\"1\","
	    "\"given_name\":\"Ana\",\"attributes\":{\"diet\":\"x\",\"password\":\"y\"},\"x\":1,"
	    "\"decisions\":[],\"expires_at\":\"2026-07-01\"}"), &at, &e) == 0 &&
	    record_read(w.tape, &record, &w.arena, &e) == 0, "a record can be read");
	redact_record(&w.redaction, &record, w.tape, &out);
	is_text(out.p, out.len, "{\"kind\":\"record\",\"id\":\"s:1\",\"source\":\"s\",\"key\":\"1\","
	    "\"given_name\":\"Ana\",\"x\":1", "a record loses what may not be linked, and its quarantine");
	buf_reset(&out);
	copy_record(w.tape, &out);
	ok(out.len > 100 && memmem(out.p, out.len, "expires_at", 10) == NULL,
	    "a quarantined record is whole but for its last quarantine");
	buf_done(&out);
	world_done(&w);
}

int
main(void)
{
	test_view();
	test_categories();
	test_parts();
	test_record();
	return tap_done();
}
