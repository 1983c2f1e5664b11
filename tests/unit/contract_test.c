/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/contract_test.c: a contract as the policy says it, and where its faults lie. */
#include "export_case.h"
#include "tap.h"

static struct arena arena;

static void
fault(const char *fields, const char *channel, const char *more, const char *path)
{
	struct policy_text p = { 0 };
	struct faults f = { 0 };
	struct contract c;
	struct error e = { 0 };
	size_t count;

	case_policy(&p, fields, "csv", channel, more);
	contracts_read(&p, &arena, &count, &f);
	if (path == NULL)
		ok(count == 1 && f.count == 0, "no fault with %s %s %s", fields, channel, more);
	else
		ok(f.count == 1 && strcmp(f.list[0].path, path) == 0 &&
		    strcmp(f.list[0].code, "E_CONTRACT") == 0 &&
		    contract_find(&p, SPAN("list"), &c, &arena, &e) < 0 && e.status == STATUS_USAGE,
		    "one fault at %s", path);
	faults_done(&f);
	policy_text_done(&p);
}

static void
found(void)
{
	struct policy_text p = { 0 };
	struct contract c;
	struct error e = { 0 };

	case_policy(&p, "[\"pseudonym\",\"email\"]", "ndjson", "email",
	    ",\"max_decision_age\":\"PT1H\",\"ends\":\"2030-01-01\"");
	ok(contract_find(&p, SPAN("list"), &c, &arena, &e) == 0, "a contract is found by its id");
	ok(c.layout == LAYOUT_NDJSON && c.field_count == 2 && c.fields[0].kind == FIELD_PSEUDONYM &&
	    c.fields[1].kind == FIELD_MANY, "layout and fields, in the order of the contract");
	ok(instant_add(0, c.max_decision_age, 1) == 3600000 && c.ends != INSTANT_NONE, "its times");
	ok(span_is(c.recipient_name, "Example") && span_is(c.role, "processor") &&
	    span_is(c.purposes[0], "news"), "recipient, role, purpose");
	ok(contract_find(&p, SPAN("lis"), &c, &arena, &e) < 0 && e.status == STATUS_USAGE,
	    "half an id names nothing");
	policy_text_done(&p);
	case_policy(&p, "[\"email\"]", "csv", "email", "");
	error_clear(&e);
	ok(contract_find(&p, SPAN("list"), &c, &arena, &e) == 0 &&
	    instant_add(0, c.max_decision_age, 1) == 86400000 && c.ends == INSTANT_NONE,
	    "decisions may be a day old, and there is no end, unless it says otherwise");
	policy_text_done(&p);
}

int
main(void)
{
	static const char email[] = "[\"email\"]";

	found();
	fault(email, "email", "", NULL);
	fault("[\"pseudonym\"]", "none", "", NULL);
	fault("[\"address.locality\"]", "none", "", "$.destinations[0].channel");
	fault(email, "none", "", "$.destinations[0].channel");
	fault(email, "fax", "", "$.destinations[0].channel");
	fault("[]", "email", "", "$.destinations[0].fields");
	fault("\"email\"", "email", "", "$.destinations[0].fields");
	fault("[\"email\",\"name\",\"email\"]", "email", "", "$.destinations[0].fields[2]");
	fault("[7]", "email", "", "$.destinations[0].fields[0]");
	fault(email, "email", ",\"countries\":[\"DE\",\"CH\"]", NULL);
	fault(email, "email", ",\"countries\":[\"DE\",\"US\"]", "$.destinations[0].transfer");
	fault(email, "email", ",\"countries\":[\"US\"],\"transfer\":{\"safeguard\":\"scc\","
	    "\"reference\":\"r\"}", NULL);
	fault(email, "email", ",\"countries\":[\"Us\"]", "$.destinations[0].countries[0]");
	fault(email, "email", ",\"countries\":[null]", "$.destinations[0].countries[0]");
	fault(email, "email", ",\"sale_or_share\":false,\"hash_profile\":\"none\"", NULL);
	fault(email, "email", ",\"sale_or_share\":true", "$.destinations[0].sale_or_share");
	fault(email, "email", ",\"guards\":null,\"approval\":null", NULL);
	fault(email, "email", ",\"guards\":{}", "$.destinations[0].guards");
	fault(email, "email", ",\"max_decision_age\":7", "$.destinations[0].max_decision_age");
	arena_done(&arena);
	return tap_done();
}
