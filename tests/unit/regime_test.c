/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/regime_test.c: which law is in play, from places */
#include "consent/policy.h"
#include "consent/regime.h"
#include "tap.h"

static struct span eu[] = { SPAN_INIT("DE"), SPAN_INIT("PT"), SPAN_INIT("FR") };
static struct span de[] = { SPAN_INIT("DE") };
static struct span us[] = { SPAN_INIT("US") };
static struct span california[] = { SPAN_INIT("US-CA") };
static struct span texas[] = { SPAN_INIT("US-TX") };
static struct span safe[] = { SPAN_INIT("CH") };
static struct span extends_eu[] = { SPAN_INIT("EU") };
static struct span extends_us[] = { SPAN_INIT("US") };
static struct policy_country_age ages[] = { { SPAN_INIT("PT"), 13 } };

enum { EU, EU_DE, US, US_CA, US_TX };

/* In byte order of id, as a reader leaves them. */
static struct policy_regime regimes[] = {
	{ .id = SPAN_INIT("EU"), .countries = { eu, 3 }, .area = { eu, 3 }, .restricts_transfer = true,
	    .safe_countries = { safe, 1 }, .establishment_binds = true, .digital_age = 16,
	    .ages = ages, .age_count = 1 },
	{ .id = SPAN_INIT("EU-DE"), .countries = { de, 1 }, .ancestors = { extends_eu, 1 } },
	{ .id = SPAN_INIT("US"), .countries = { us, 1 } },
	{ .id = SPAN_INIT("US-CA"), .countries = { california, 1 }, .ancestors = { extends_us, 1 } },
	{ .id = SPAN_INIT("US-TX"), .countries = { texas, 1 } },
};
static const struct policy all = { .regimes = regimes, .regime_count = 5 };
static const struct policy without_us = { .regimes = regimes, .regime_count = 2 };

static regime_set
only(size_t i)
{
	return (regime_set)1 << i;
}

static void
places(void)
{
	ok(regimes_of_place(&all, SPAN("PT")) == only(EU), "a country is under the regime that lists it");
	ok(regimes_of_place(&all, SPAN("DE")) == only(EU_DE), "an overlay takes the place of what it extends");
	ok(regimes_of_place(&all, SPAN("PT-11")) == only(EU), "a part is in its country");
	ok(regimes_of_place(&all, SPAN("US-CA")) == only(US_CA), "a part that is listed is not the country");
	ok(regimes_of_place(&all, SPAN("US-WY")) == only(US), "a part that nobody lists is the country");
	ok(regimes_of_place(&all, SPAN("US")) == (only(US) | only(US_CA) | only(US_TX)),
	    "a bare country puts its parts in play too");
	ok(regimes_of_place(&all, SPAN("AU")) == 0, "a place that no regime is about");
	ok(regimes_of_place(&without_us, SPAN("US-CA")) == 0, "a regime that is not in use");
}

static void
in_play(void)
{
	struct policy_controller here = { .country = SPAN("PT") }, there = { .country = SPAN("US-CA") };
	struct policy few = all;

	few.has_jurisdictions = true;
	few.jurisdictions = (struct policy_names){ extends_us, 1 };
	ok(regimes_by_default(&all) == 31, "without a signal of the person all are in play");
	ok(regimes_by_default(&few) == only(US), "or those the policy names");
	ok(regimes_of_controller(&few, NULL) == 0, "a controller nobody knows adds none");
	ok(regimes_of_controller(&few, &here) == only(EU),
	    "a controller's country joins where establishment binds");
	ok(regimes_of_controller(&few, &there) == 0, "it does not join where it does not bind");
}

static void
transfer(void)
{
	ok(regime_is_safe(&regimes[EU], SPAN("PT")), "within the area");
	ok(regime_is_safe(&regimes[EU], SPAN("PT-11")), "a part of the area");
	ok(regime_is_safe(&regimes[EU], SPAN("CH")), "found safe");
	ok(!regime_is_safe(&regimes[EU], SPAN("US")), "elsewhere");
	ok(regime_is_safe(&regimes[US], SPAN("CN")), "a regime that asks for no safeguard");
}

static void
digital_age(void)
{
	ok(regime_digital_age(&regimes[EU], SPAN("PT-11")) == 13, "a country's own age");
	ok(regime_digital_age(&regimes[EU], SPAN("FR")) == 16, "the regime's where it has none");
	ok(regime_digital_age(&regimes[EU], span_none()) == 16, "and where the country is unknown");
	ok(regime_digital_age(&regimes[US], SPAN("US")) == 0, "no such rule");
}

int
main(void)
{
	places();
	in_play();
	transfer();
	digital_age();
	return tap_done();
}
