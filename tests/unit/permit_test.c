/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/permit_test.c: what decisions release, row by row of export section 1. */
#include "base/arena.h"
#include "base/error.h"
#include "export/permit.h"
#include "model/decision.h"
#include "model/record.h"
#include "tap.h"

static const struct permit_question question = { SPAN_INIT("news"), SPAN_INIT("north"),
    SPAN_INIT("email"), SPAN_INIT("list"), 1000 };
static const struct span emails[] = { SPAN_INIT("a@example.com"), SPAN_INIT("b@example.com") };

static struct decision
decide(enum verdict verdict, struct span code, struct span address)
{
	return (struct decision){ .id = SPAN("id"), .verdict = verdict, .code = code,
	    .purpose = SPAN("news"), .channel = SPAN("email"), .controller = SPAN("north"),
	    .address_field = SPAN("email"), .address_value = address, .valid_until = 2000 };
}

static struct error e;
static struct permit permit;

static int
judge(const struct decision *list, size_t count)
{
	static struct arena arena;
	struct record person = { 0 };

	person.many[MANY_EMAIL].v = emails;
	person.many[MANY_EMAIL].n = 2;
	error_clear(&e);
	return permit_judge(&question, &person, list, count, &permit, &arena, &e);
}

static bool
unsafe(const char *code)
{
	return e.status == STATUS_UNSAFE && strcmp(e.code, code) == 0;
}

int
main(void)
{
	struct decision d[2] = { decide(VERDICT_PERMIT, SPAN("P_CONSENT"), emails[0]),
	    decide(VERDICT_DENY, SPAN("D_WITHDRAWN"), emails[1]) };

	ok(judge(d, 0) < 0 && unsafe("E_NO_DECISION"), "no decision at all is unsafe");
	ok(judge(d, 2) == 0 && permit.count == 1 && permit.released[0] == &d[0],
	    "a permit for one address never releases another");
	ok(judge(&d[1], 1) == 0 && permit.count == 0 && span_is(permit.code, "D_WITHDRAWN"),
	    "a person with refusals alone is counted under the first code");
	d[0].valid_until = 1000;
	ok(judge(d, 1) == 0 && span_is(permit.code, "D_EXPIRED_DECISION"),
	    "a permit that ends at the instant of the run has ended");
	d[0].valid_until = 1001;
	ok(judge(d, 1) == 0 && permit.count == 1, "one that ends later still holds");
	d[0].address_value = SPAN("c@example.com");
	ok(judge(d, 1) == 0 && span_is(permit.code, "S_NO_ADDRESS"),
	    "a permit for an address the person lacks releases nothing");
	d[0].address_value = span_none();
	ok(judge(d, 1) == 0 && span_is(permit.code, "S_NO_ADDRESS"),
	    "a permit without an address releases nothing");
	d[0] = decide(VERDICT_PERMIT, SPAN("P_CONSENT"), emails[1]);
	ok(judge(d, 2) < 0 && unsafe("E_DECISION_CONFLICT"),
	    "two decisions for one address that disagree are unsafe");
	d[1] = d[0];
	ok(judge(d, 2) == 0 && permit.count == 1, "two that agree release it once");
	d[0].destination = SPAN("other");
	ok(judge(d, 1) < 0 && unsafe("E_NO_DECISION"),
	    "a decision that names another destination counts for none");
	d[0].destination = SPAN("list");
	ok(judge(d, 1) == 0 && permit.count == 1, "one that names this destination counts");
	d[0].purpose = SPAN("profiling");
	ok(judge(d, 1) < 0 && unsafe("E_NO_DECISION"), "another purpose counts for none");
	d[0] = decide(VERDICT_PERMIT, SPAN("P_CONSENT"), emails[0]);
	d[0].controller = SPAN("south");
	ok(judge(d, 1) < 0 && unsafe("E_NO_DECISION"), "another controller counts for none");
	return tap_done();
}
