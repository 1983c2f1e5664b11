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
	const struct named_texts push = { SPAN("push"), { emails, 1 } };
	struct record person = { 0 };

	/* its value is that of the decisions above, which differ in the field alone */
	person.identifiers = &push;
	person.identifier_count = 1;
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

/* One decision each: what of it is changed, and what comes of it. */
static const struct {
	const char	*name;
	size_t		 offset;	/* of the member replaced; 0: none (id is never replaced) */
	struct span	 value;
	enum verdict	 verdict;
	instant		 valid_until;
	const char	*want;		/* "": released; "D_…", "S_…": counted; "E_…": unsafe */
} table[] = {
#define MEMBER(m)	offsetof(struct decision, m)
#define PERMIT		VERDICT_PERMIT, 2000
	{ "a permit", 0, SPAN_INIT(""), PERMIT, "" },
	{ "a redacted permit", 0, SPAN_INIT(""), VERDICT_PERMIT_REDACTED, 2000, "" },
	{ "a refusal", 0, SPAN_INIT(""), VERDICT_DENY, 2000, "D_CODE" },
	{ "a skip", 0, SPAN_INIT(""), VERDICT_SKIP, 2000, "D_CODE" },
	{ "a permit that ends at the instant", 0, SPAN_INIT(""), VERDICT_PERMIT, 1000,
	    "D_EXPIRED_DECISION" },
	{ "a permit that ends a moment later", 0, SPAN_INIT(""), VERDICT_PERMIT, 1001, "" },
	{ "a permit without end", 0, SPAN_INIT(""), VERDICT_PERMIT, INSTANT_NONE, "D_EXPIRED_DECISION" },
	{ "another purpose", MEMBER(purpose), SPAN_INIT("news.more"), PERMIT, "E_NO_DECISION" },
	{ "another controller", MEMBER(controller), SPAN_INIT("south"), PERMIT, "E_NO_DECISION" },
	{ "another channel", MEMBER(channel), SPAN_INIT("sms"), PERMIT, "E_NO_DECISION" },
	{ "another destination", MEMBER(destination), SPAN_INIT("other"), PERMIT, "E_NO_DECISION" },
	{ "this destination", MEMBER(destination), SPAN_INIT("list"), PERMIT, "" },
	{ "a lost address", MEMBER(address_value), SPAN_INIT("c@example.com"), PERMIT, "S_NO_ADDRESS" },
	{ "an address in other letters", MEMBER(address_value), SPAN_INIT("A@example.com"), PERMIT,
	    "S_NO_ADDRESS" },
	{ "an empty address", MEMBER(address_value), SPAN_INIT(""), PERMIT, "S_NO_ADDRESS" },
	{ "an address of another field", MEMBER(address_field), SPAN_INIT("phone_number"), PERMIT, "S_NO_ADDRESS" },
	{ "an address of no field", MEMBER(address_field), SPAN_INIT("shoe"), PERMIT, "S_NO_ADDRESS" },
	{ "an address of an identifier", MEMBER(address_field), SPAN_INIT("identifiers.push"), PERMIT, "" },
	{ "an address of another identifier", MEMBER(address_field), SPAN_INIT("identifiers.maid"), PERMIT,
	    "S_NO_ADDRESS" },
};

static void
each(size_t i)
{
	struct decision d = decide(table[i].verdict, SPAN("D_CODE"), emails[0]);
	int r;

	d.valid_until = table[i].valid_until;
	if (table[i].offset != 0)
		memcpy((char *)&d + table[i].offset, &table[i].value, sizeof table[i].value);
	r = judge(&d, 1);
	if (table[i].want[0] == 'E')
		ok(r < 0 && unsafe(table[i].want), "%s is %s", table[i].name, table[i].want);
	else if (table[i].want[0] == '\0')
		ok(r == 0 && permit.count == 1 && permit.released[0] == &d, "%s releases", table[i].name);
	else
		ok(r == 0 && permit.count == 0 && span_is(permit.code, table[i].want), "%s counts as %s",
		    table[i].name, table[i].want);
}

int
main(void)
{
	struct decision d[2] = { decide(VERDICT_PERMIT, SPAN("P_CONSENT"), emails[0]),
	    decide(VERDICT_DENY, SPAN("D_WITHDRAWN"), emails[1]) };

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		each(i);
	ok(judge(d, 0) < 0 && unsafe("E_NO_DECISION"), "no decision at all is unsafe");
	ok(judge(d, 2) == 0 && permit.count == 1 && permit.released[0] == &d[0],
	    "a permit for one address never releases another");
	ok(judge(&d[1], 1) == 0 && permit.count == 0 && span_is(permit.code, "D_WITHDRAWN"),
	    "a person with refusals alone is counted under the first code");
	d[0].address_value = span_none();
	ok(judge(d, 1) == 0 && span_is(permit.code, "S_NO_ADDRESS"),
	    "a permit without an address releases nothing");
	d[0] = decide(VERDICT_PERMIT, SPAN("P_CONSENT"), emails[1]);
	ok(judge(d, 2) < 0 && unsafe("E_DECISION_CONFLICT"),
	    "two decisions for one address that disagree are unsafe");
	d[1] = d[0];
	ok(judge(d, 2) == 0 && permit.count == 1, "two that agree release it once");
	return tap_done();
}
