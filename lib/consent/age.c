/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/age.c: step 7, what a child may not decide alone (consent 6.4). The youngest of all
 * birth dates counts, and of several countries the one that asks for most. */
#include "consent/scope.h"
#include "consent/steps.h"

enum { MONTHS = 12 };

/* The youngest birth date that is known; INSTANT_NONE: none. */
static instant
born(const struct question *q, const struct facts *f)
{
	instant latest = f->born;

	if (!has_type(f, TYPE(EVENT_BIRTHDATE_KNOWN)))
		return latest;
	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++) {
			const struct event *e = f->identifiers[i].events[k];

			if (e->type == EVENT_BIRTHDATE_KNOWN && event_counts(q, e) &&
			    (latest == INSTANT_NONE || e->born > latest))
				latest = e->born;
		}
	return latest;
}

static instant
birthday(instant birth, int64_t years)
{
	return instant_add(birth, (struct duration){ (int32_t)years * MONTHS, 0 }, 1);
}

/* Nobody whose birth date is unknown is below an age: a purpose for children asks for one. */
static bool
below(instant birth, int64_t years, instant at)
{
	return birth != INSTANT_NONE && years > 0 && birthday(birth, years) > at;
}

static int64_t
digital_age(const struct question *q, const struct facts *f, size_t regime)
{
	const struct policy_regime *x = &q->policy->regimes[regime];
	int64_t years = f->country_count == 0 ? regime_digital_age(x, span_none()) : 0;

	for (size_t i = 0; i < f->country_count; i++) {
		int64_t there = regime_digital_age(x, f->countries[i]);

		years = there > years ? there : years;
	}
	return years;
}

bool
grant_too_young(const struct question *q, const struct facts *f, size_t regime,
    const struct event *g)
{
	instant birth = q->needs_age ? born(q, f) : INSTANT_NONE;

	return birth != INSTANT_NONE && !span_is(g->actor, "guardian") &&
	    below(birth, digital_age(q, f, regime), g->lo);
}

/* A permit ends where the rule that was met changes. */
static void
until_birthday(const struct question *q, instant birth, int64_t years, struct ruling *r)
{
	if (below(birth, years, q->as_of) && birthday(birth, years) < r->valid_until)
		r->valid_until = birthday(birth, years);
}

/* Consent of a child counts with a guardian's act. With no consent at all step 8 has the answer. */
static const char *
consent_by_child(const struct question *q, const struct facts *f, size_t regime, struct ruling *r)
{
	const char *code = NULL;

	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++) {
			const struct event *g = f->identifiers[i].events[k];

			if (!is_grant(g) || !grant_usable(q, f, g, i))
				continue;
			if (!grant_too_young(q, f, regime, g)) {
				r->evidence_count = 0;
				return NULL;
			}
			ruling_evidence(r, g->seq);
			code = "D_MINOR_NO_GUARDIAN";
		}
	return code;
}

/* Below the first age a sale needs an opt-in, and one that was given below the second a guardian's. */
static const char *
sale_of_child(const struct question *q, const struct facts *f, size_t regime, instant birth,
    struct ruling *r)
{
	int64_t guardian = q->policy->regimes[regime].sale_guardian_below;
	const char *code = below(birth, guardian, q->as_of) ? "D_MINOR_NO_GUARDIAN" :
	    "D_MINOR_NO_OPTIN";

	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++) {
			const struct event *g = f->identifiers[i].events[k];

			if (g->type != EVENT_OPT_IN_SALE || !grant_evidenced(g) ||
			    !grant_usable(q, f, g, i) || grant_revoked(q, f, g, NULL) ||
			    grant_pending(q, f, g))
				continue;
			if (span_is(g->actor, "guardian") || !below(birth, guardian, g->lo)) {
				r->evidence_count = 0;
				ruling_evidence(r, g->seq);
				return NULL;
			}
			ruling_evidence(r, g->seq);
			code = "D_MINOR_NO_GUARDIAN";
		}
	return code;
}

const char *
step_age(const struct question *q, struct facts *f, size_t regime, struct ruling *r)
{
	const struct policy_regime *x = &q->policy->regimes[regime];
	bool consent = regime_in(q->resting[BASIS_CONSENT], regime);
	const char *code = NULL;
	int64_t years;
	instant birth;

	birth = born(q, f);
	if (birth == INSTANT_NONE)
		return q->purpose->child_directed ? "D_AGE_UNKNOWN" : NULL;
	if (q->needs_contact && f->contact == CONTACT_NONE)
		return NULL;
	if (consent) {
		years = digital_age(q, f, regime);
		code = consent_by_child(q, f, regime, r);
		until_birthday(q, birth, years, r);
	}
	if (code == NULL && q->sells && below(birth, x->sale_never_below, q->as_of))
		code = "D_MINOR_NO_OPTIN";	/* none would do */
	if (code == NULL && q->sells && below(birth, x->sale_opt_in_below, q->as_of))
		code = sale_of_child(q, f, regime, birth, r);
	if (q->sells) {
		until_birthday(q, birth, x->sale_opt_in_below, r);
		until_birthday(q, birth, x->sale_guardian_below, r);
	}
	return code;
}

bool
age_applies(const struct question *q, const struct facts *f)
{
	bool asked = false;

	for (size_t i = 0; i < q->policy->regime_count; i++) {
		const struct policy_regime *x = &q->policy->regimes[i];

		if (!regime_in(f->in_play, i))
			continue;
		asked |= regime_in(q->resting[BASIS_CONSENT], i) && digital_age(q, f, i) > 0;
		asked |= q->sells && x->sale_opt_in_below > 0;
	}
	return q->purpose->child_directed || (asked && born(q, f) != INSTANT_NONE);
}
