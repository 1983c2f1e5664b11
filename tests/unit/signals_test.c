/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/signals_test.c: which law a row points to, and how old somebody may be */
#include "base/arena.h"
#include "consent/signals.h"
#include "consent_case.h"
#include "draw.h"
#include "model/record.h"
#include "tap.h"

enum { TRIALS = 100000, SEED = 20260601 };
enum { EU = 1 << CASE_EU, CALIFORNIA = 1 << CASE_CALIFORNIA, ALL = EU | CALIFORNIA };

static struct small_policy small;
static struct question question;
static struct places *places;
static struct arena arena;

/* A row of up to three addresses and three numbers, as far as signals read it. */
struct row {
	struct record		 record;
	struct address		 addresses[3];
	struct fact_identifier	 ids[4];
	struct event		 event;
	const struct event	*list[1];
	struct facts		 facts;
};

static void
add_address(struct row *r, const char *country, const char *region)
{
	struct address *a = &r->addresses[r->record.address_count++];

	*a = (struct address){ 0 };
	a->part[PART_COUNTRY] = span_from(country);
	a->part[PART_REGION] = span_from(region);
	r->record.addresses = r->addresses;
}

static void
add_phone(struct row *r, const char *number)
{
	r->ids[r->facts.identifier_count++] = (struct fact_identifier){ .type = SPAN("phone_number"),
	    .value = span_from(number) };
}

static void
add_event(struct row *r, enum event_type type, const char *place)
{
	r->event = (struct event){ .type = type, .jur = span_from(place) };
	r->list[0] = &r->event;
	r->ids[r->facts.identifier_count++] = (struct fact_identifier){ .type = SPAN("email"),
	    .events = r->list, .event_count = 1 };
}

static regime_set
regimes_of(struct row *r)
{
	r->facts.identifiers = r->ids;
	facts_signals(places, &question, &r->record, &r->facts, &arena);
	return r->facts.regimes;
}

static regime_set
of_address(const char *country, const char *region)
{
	struct row r = { 0 };

	add_address(&r, country, region);
	return regimes_of(&r);
}

static regime_set
of_phone(const char *number)
{
	struct row r = { 0 };

	add_phone(&r, number);
	return regimes_of(&r);
}

static void
single_signals(void)
{
	struct row none = { 0 }, refusal = { 0 }, grant = { 0 };

	ok(regimes_of(&none) == 0, "a row without a country points nowhere");
	ok(of_address("PT", NULL) == EU, "an address points to the law of its country");
	ok(of_address("US", "CA") == CALIFORNIA, "and to that of its part");
	ok(of_address("US", "California") == CALIFORNIA,
	    "a part that is no code may be any part that a regime is about");
	ok(of_address("US", "TX") == ALL, "a place that no regime is about leaves the defaults");
	ok(of_address("Portugal", NULL) == ALL, "so does a country that is no code");
	ok(of_phone("+351910000001") == EU, "a number points to the country of its code");
	ok(of_phone("+12025550123") == CALIFORNIA, "and where several share it, to all that have a law");
	ok(of_phone("+81312345678") == ALL, "or to the defaults");
	ok(of_phone("910000001") == 0 && of_phone("+80012345678") == 0,
	    "a number without a code, or of no country, points nowhere");
	add_event(&grant, EVENT_GRANT, "PT");
	ok(regimes_of(&grant) == EU, "what a person said somewhere points there");
	add_event(&refusal, EVENT_WITHDRAW, "PT");
	ok(regimes_of(&refusal) == ALL, "a refusal takes no defaults away");
}

static instant
born(const char *birthdate, const char *others)
{
	struct named_json alternative = { SPAN("birthdate_alt"), span_from(others) };
	struct row r = { 0 };

	r.record.one[ONE_BIRTHDATE] = span_from(birthdate);
	r.record.attributes = &alternative;
	r.record.attribute_count = others != NULL;
	regimes_of(&r);
	return r.facts.born;
}

static void
birth_dates(void)
{
	ok(born("1988-02-11", NULL) == moment("1988-02-11"), "a birth date is a day");
	ok(born("1988-02", NULL) == moment("1988-02-29"), "of a month it is the last day");
	ok(born("1988", NULL) == moment("1988-12-31"), "of a year, too");
	ok(born(NULL, "[\"1988-02-11\",\"1988-11-02\"]") == moment("1988-11-02"),
	    "of two readings the younger one");
	ok(born("1988-02-30", NULL) == INSTANT_NONE && born("soon", NULL) == INSTANT_NONE,
	    "what is no date is none");
}

/* A further signal only adds, from the first one on (X13). */
static bool
adding_takes_away(void)
{
	static const char *const countries[] = { "PT", "DE", "US", "JP", "Narnia" };
	static const char *const regions[] = { NULL, "CA", "TX" };
	static const char *const numbers[] = { "+351910000001", "+12025550123", "+81312345678",
	    "910000001" };
	struct row r = { 0 };
	regime_set before = 0;

	for (int i = 0; i < 5; i++) {
		if (draw(2) == 0 && r.record.address_count < 3)
			add_address(&r, countries[draw(5)], regions[draw(3)]);
		else if (r.facts.identifier_count < 4)
			add_phone(&r, numbers[draw(4)]);
		if ((before & ~regimes_of(&r)) != 0)
			return true;
		before = r.facts.regimes;
	}
	return false;
}

/* What is no identifier, birth date or country says nothing (X6). */
static bool
other_fields_count(void)
{
	struct named_json attribute = { SPAN("diet"), SPAN("\"1988-02-11 PT +351\"") };
	struct row with = { 0 }, without;

	add_address(&with, draw(2) == 0 ? "PT" : "JP", NULL);
	with.record.one[ONE_BIRTHDATE] = draw(2) == 0 ? SPAN("1988-02-11") : span_none();
	without = with;
	without.record.addresses = without.addresses;
	for (int i = 0; i < ONE_COUNT; i++)
		if (i != ONE_BIRTHDATE && draw(2) == 0)
			with.record.one[i] = SPAN("PT 1988-02-11");
	for (int i = 0; i < PART_COUNT; i++)
		if (i != PART_COUNTRY && i != PART_REGION && draw(2) == 0)
			with.addresses[0].part[i] = SPAN("DE");
	with.record.attributes = &attribute;
	with.record.attribute_count = draw(2);
	return regimes_of(&with) != regimes_of(&without) || with.facts.born != without.facts.born ||
	    with.facts.country_count != without.facts.country_count;
}

int
main(void)
{
	unsigned taken = 0, counted = 0;

	small_policy_set(&small);
	question.as_of = question.known_at = moment("2026-06-01");
	question_set(&question, &small.p, SPAN("marketing.newsletter"), SPAN("email"), SPAN("A"), NULL);
	places = places_new(&small.p);
	single_signals();
	birth_dates();
	draw_begin(SEED, TRIALS);
	for (int i = 0; i < TRIALS; i++) {
		taken += adding_takes_away();
		counted += other_fields_count();
		arena_reset(&arena);
	}
	ok(taken == 0, "a further signal takes no law away (X13): %u of %d", taken, TRIALS);
	ok(counted == 0, "no other field counts (X6): %u of %d", counted, TRIALS);
	places_free(places);
	arena_done(&arena);
	return tap_done();
}
