/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/constraint_test.c: what may not be one person. */
#include "normal/date.h"
#include "resolve/constraint.h"
#include "resolve/facts.h"
#include "resolve_case.h"
#include "tap.h"

static uint32_t
date(int year, int month, int mday)
{
	struct date_parts parts = { .year = year, .month = month, .mday = mday };

	return fact_date(&parts);
}

static void
dates(int year, int month, int mday, bool differ, const char *what)
{
	uint32_t a = date(1988, 2, 11), b = date(year, month, mday);

	ok(birthdates_differ(a, b) == differ && birthdates_differ(b, a) == differ, "%s", what);
}

static void
slips(const char *a, const char *b, bool is, const char *what)
{
	ok(one_slip(span_from(a), span_from(b)) == is && one_slip(span_from(b), span_from(a)) == is,
	    "%s", what);
}

static struct claims
claims(const struct world *w, const char *id, uint32_t source)
{
	struct claims c = { 0 };

	claims_of(&c, &w->store->facts, rec_row(w->store, world_find(w, id)), w->resolve.types,
	    claims_kinds(w->resolve.types, true), source);
	return c;
}

static void
pair(const struct world *w, const char *a, const char *b, bool vouched, enum refusal want,
    const char *what)
{
	struct claims x = claims(w, a, CLAIMS_NO_SOURCE), y = claims(w, b, CLAIMS_NO_SOURCE);
	uint64_t demoted = 0;

	ok(constraint_check(&x, &y, &w->store->facts, w->resolve.types, true, vouched, &demoted) ==
	    want && constraint_check(&y, &x, &w->store->facts, w->resolve.types, true, vouched,
	    &demoted) == want, "%s: %s, both ways round", what, refusal_name(want));
	ok(demoted == 0, "and nothing gives way");
	claims_done(&x);
	claims_done(&y);
}

static void
soft(const struct world *w)
{
	struct claims three = claims(w, "t:1", CLAIMS_NO_SOURCE), two = { 0 };
	struct claims same = claims(w, "t:1", CLAIMS_NO_SOURCE);
	struct claims other = claims(w, "t:2", CLAIMS_NO_SOURCE);
	uint64_t demoted = 0;

	claims_add(&two, &same);
	claims_add(&two, &same);
	claims_add(&three, &same);
	claims_add(&three, &same);
	ok(three.count == same.count, "the same claim is one, with its records");
	ok(constraint_check(&two, &other, &w->store->facts, w->resolve.types, true, false, &demoted)
	    == REFUSAL_EXCLUSIVE && demoted == 0, "two records do not outvote one");
	ok(constraint_check(&three, &other, &w->store->facts, w->resolve.types, false, false,
	    &demoted) == REFUSAL_EXCLUSIVE && demoted == 0, "nor do three where nothing gives way");
	ok(constraint_check(&three, &other, &w->store->facts, w->resolve.types, true, false,
	    &demoted) == REFUSAL_NONE && demoted == 1, "one record gives way to three, counted once");
	claims_done(&two);
	claims_done(&three);
	claims_done(&same);
	claims_done(&other);
}

static void
clean(const struct world *w)
{
	struct claims a = claims(w, "j:1", 7), b = claims(w, "n:1", 7), c = claims(w, "n:1", 8);
	uint64_t demoted = 0;

	ok(constraint_check(&a, &b, &w->store->facts, w->resolve.types, true, false, &demoted) ==
	    REFUSAL_CLEAN_SOURCE, "two records of a clean source");
	ok(constraint_check(&a, &c, &w->store->facts, w->resolve.types, true, false, &demoted) ==
	    REFUSAL_NONE, "of two clean sources one each");
	claims_done(&a);
	claims_done(&b);
	claims_done(&c);
}

static void
records(void)
{
	static struct identifier_rule tax = { .name = SPAN_INIT("tax"), .exclusive = true,
	    .has_exclusive = true, .key = true, .match = true };
	struct world w;

	world_open(&w);
	w.rules->identifiers = &tax;
	w.rules->identifier_count = 1;
	world_rec(&w, "f:1", "'birthdate':'1955-03-02'");
	world_rec(&w, "f:2", "'birthdate':'1980-11-21'");
	world_rec(&w, "f:3", "'birthdate':'1980-11'");
	world_rec(&w, "t:1", "'identifiers':{'br_cpf':['52998224725']}");
	world_rec(&w, "t:2", "'identifiers':{'br_cpf':['11144477735']}");
	world_rec(&w, "t:3", "'identifiers':{'br_cpf':['52998224725']},'birthdate':'1955-03-02'");
	world_rec(&w, "t:4", "'identifiers':{'br_cpf':['52998224725']},'birthdate':'1980-11-21'");
	world_rec(&w, "s:1", "'identifiers':{'tax':['52998224725']}");
	world_rec(&w, "s:2", "'identifiers':{'tax':['52998224752']}");
	world_rec(&w, "s:3", "'identifiers':{'tax':['52998224700']}");
	world_rec(&w, "j:1", "'attributes':{'name_suffix':'Jr'}");
	world_rec(&w, "j:2", "'attributes':{'name_suffix':'Sr'}");
	world_rec(&w, "p:1", "'attributes':{'party_type':'person'}");
	world_rec(&w, "p:2", "'attributes':{'party_type':'organization'}");
	world_rec(&w, "n:1", "'email':['x@example.com']");
	world_read(&w, 1);
	pair(&w, "f:1", "f:2", false, REFUSAL_BIRTHDATE, "father and son");
	pair(&w, "f:1", "f:2", true, REFUSAL_NONE, "father and son, but something vouches for them");
	pair(&w, "f:1", "f:3", false, REFUSAL_NONE, "a date in part");
	pair(&w, "t:1", "t:2", false, REFUSAL_EXCLUSIVE, "two tax numbers");
	pair(&w, "t:1", "t:3", false, REFUSAL_NONE, "one tax number");
	pair(&w, "t:3", "t:4", false, REFUSAL_NONE, "two dates under one tax number");
	pair(&w, "s:1", "s:2", false, REFUSAL_NONE, "numbers one slip apart");
	pair(&w, "s:1", "s:3", false, REFUSAL_EXCLUSIVE, "numbers two slips apart");
	pair(&w, "j:1", "j:2", false, REFUSAL_SUFFIX, "junior and senior");
	pair(&w, "p:1", "p:2", false, REFUSAL_PARTY, "a person and an organisation");
	pair(&w, "n:1", "f:1", false, REFUSAL_NONE, "nothing that could clash");
	soft(&w);
	clean(&w);
	world_close(&w);
}

int
main(void)
{
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
	records();
	return tap_done();
}
