/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/constraint_test.c: what may not be one person. */
#include "resolve/constraint.h"
#include "resolve/facts.h"
#include "resolve/rules.h"
#include "resolve/types.h"
#include "tap.h"

struct date {
	char bytes[FACT_BIRTHDATE_BYTES];
};

static struct date
date(unsigned year, unsigned month, unsigned mday)
{
	return (struct date){ { (char)(year >> 8), (char)(year & 0xff), (char)month, (char)mday } };
}

static struct span
bytes(const struct date *d)
{
	return span_make(d->bytes, sizeof d->bytes);
}

static void
dates(unsigned year, unsigned month, unsigned mday, bool differ, const char *what)
{
	struct date a = date(1988, 2, 11), b = date(year, month, mday);

	ok(birthdates_differ(bytes(&a), bytes(&b)) == differ &&
	    birthdates_differ(bytes(&b), bytes(&a)) == differ, "%s", what);
}

static void
slips(const char *a, const char *b, bool is, const char *what)
{
	ok(one_slip(span_from(a), span_from(b)) == is && one_slip(span_from(b), span_from(a)) == is,
	    "%s", what);
}

static enum refusal
check(struct claim *a, struct claim *b, const struct types *types, bool vouched,
    uint64_t *demoted)
{
	struct claims x = { a, 1, 1 }, y = { b, 1, 1 };
	enum refusal there = constraint_check(&x, &y, types, true, vouched, demoted);

	ok(there == constraint_check(&y, &x, types, true, vouched, demoted), "the check is the same the other way round");
	return there;
}

static void
claims(const struct types *types, uint8_t tax)
{
	struct date old = date(1955, 3, 2), young = date(1980, 11, 21);
	struct claim a = { FACT_BIRTHDATE, 0, bytes(&old), 1 };
	struct claim b = { FACT_BIRTHDATE, 0, bytes(&young), 1 };
	uint64_t demoted = 0;

	ok(check(&a, &b, types, false, &demoted) == REFUSAL_BIRTHDATE, "father and son");
	ok(check(&a, &b, types, true, &demoted) == REFUSAL_NONE, "unless something vouches for them");
	a = (struct claim){ FACT_IDENTIFIER, tax, SPAN("52998224725"), 1 };
	b = (struct claim){ FACT_IDENTIFIER, tax, SPAN("11144477735"), 1 };
	ok(check(&a, &b, types, true, &demoted) == REFUSAL_EXCLUSIVE, "two tax numbers");
	b.value = SPAN("52998224752");
	ok(check(&a, &b, types, true, &demoted) == REFUSAL_NONE, "one slip apart");
	b.value = SPAN("11144477735");
	a.count = 3;
	ok(demoted == 0 && check(&a, &b, types, true, &demoted) == REFUSAL_NONE && demoted == 2,
	    "one record gives way to three, and is counted each time");
	a = (struct claim){ FACT_SUFFIX, 0, SPAN("jr"), 1 };
	b = (struct claim){ FACT_SUFFIX, 0, SPAN("sr"), 1 };
	ok(check(&a, &b, types, true, &demoted) == REFUSAL_SUFFIX, "junior and senior");
	a = (struct claim){ FACT_PARTY, 0, SPAN("p"), 1 };
	b = (struct claim){ FACT_PARTY, 0, SPAN("o"), 1 };
	ok(check(&a, &b, types, true, &demoted) == REFUSAL_PARTY, "a person and an organisation");
	a = b = (struct claim){ CLAIM_CLEAN, 0, SPAN("crm"), 1 };
	ok(check(&a, &b, types, true, &demoted) == REFUSAL_CLEAN_SOURCE, "two of a clean source");
}

int
main(void)
{
	struct rules *rules = rules_new();
	struct types *types = types_new(rules);

	dates(1988, 2, 11, false, "the same date");
	dates(1988, 2, 27, false, "two parts agree");
	dates(1988, 11, 2, false, "day and month exchanged");
	dates(1898, 2, 11, false, "a slip of the year");
	dates(1989, 3, 11, true, "one part agrees");
	dates(1960, 12, 24, true, "nothing agrees");
	slips("123456", "123456", true, "equal values");
	slips("123456", "123457", true, "one character");
	slips("123456", "132456", true, "two neighbours");
	slips("123456", "143256", false, "two that are no neighbours");
	slips("12345", "12346", false, "too short to tell");
	slips("123456", "1234567", false, "another length");
	claims(types, (uint8_t)types_add(types, SPAN("br_cpf")));
	types_free(types);
	rules_free(rules);
	return tap_done();
}
