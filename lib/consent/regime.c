/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/regime.c: from places to the law in play. Pure. */
#include "consent/policy.h"
#include "consent/regime.h"

/* The country of a place: US of US-CA. */
static struct span
country_of(struct span place)
{
	return span_head(place, span_index(place, '-'));
}

/* Whether a list of places holds the place, or the country it is a part of. */
static bool
within(const struct policy_names *places, struct span place)
{
	return names_has(places, place) || names_has(places, country_of(place));
}

/* Without those that another one of the set extends. */
static regime_set
most_specific(const struct policy *p, regime_set set)
{
	regime_set left = set;

	for (size_t i = 0; i < p->regime_count; i++)
		for (size_t k = 0; k < p->regime_count && regime_in(set, i); k++)
			if (names_has(&p->regimes[i].ancestors, p->regimes[k].id))
				left &= ~((regime_set)1 << k);
	return left;
}

static regime_set
that_list(const struct policy *p, struct span place)
{
	regime_set set = 0;

	for (size_t i = 0; i < p->regime_count; i++)
		if (names_has(&p->regimes[i].countries, place))
			set |= (regime_set)1 << i;
	return most_specific(p, set);
}

static regime_set
that_list_parts(const struct policy *p, struct span country)
{
	regime_set set = 0;

	for (size_t i = 0; i < p->regime_count; i++) {
		const struct policy_names *places = &p->regimes[i].countries;

		for (size_t k = 0; k < places->n; k++)
			if (places->v[k].len > country.len &&
			    span_equal(country_of(places->v[k]), country))
				set |= that_list(p, places->v[k]);
	}
	return set;
}

regime_set
regimes_of_place(const struct policy *p, struct span place)
{
	struct span country = country_of(place);
	regime_set set = that_list(p, place);

	if (country.len == place.len)
		return set | that_list_parts(p, country);
	return set != 0 ? set : that_list(p, country);
}

regime_set
regimes_of_controller(const struct policy *p, const struct policy_controller *c)
{
	regime_set set = c == NULL ? 0 : regimes_of_place(p, c->country);

	for (size_t i = 0; i < p->regime_count; i++)
		if (!p->regimes[i].establishment_binds)
			set &= ~((regime_set)1 << i);
	return set;
}

regime_set
regimes_by_default(const struct policy *p)
{
	regime_set set = 0;

	for (size_t i = 0; i < p->regime_count; i++)
		if (!p->has_jurisdictions || names_has(&p->jurisdictions, p->regimes[i].id))
			set |= (regime_set)1 << i;
	return set;
}

bool
regime_is_safe(const struct policy_regime *r, struct span place)
{
	return !r->restricts_transfer || within(&r->area, place) || within(&r->safe_countries, place);
}

int64_t
regime_digital_age(const struct policy_regime *r, struct span place)
{
	for (size_t i = 0; i < r->age_count; i++)
		if (span_equal(r->ages[i].country, place) ||
		    span_equal(r->ages[i].country, country_of(place)))
			return r->ages[i].years;
	return r->digital_age;
}
