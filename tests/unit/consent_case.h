/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/consent_case.h: a small policy and a small person in memory, for tests of decide().
 * Identifiers are letters: a b e-mails, p a phone, d a device, r a record. */
#ifndef CDP_TESTS_CONSENT_CASE_H
#define CDP_TESTS_CONSENT_CASE_H

#include "base/alloc.h"
#include "consent/decide.h"
#include <string.h>

enum { CASE_EVENTS = 16, CASE_PERSON = 5 };
enum { NEWSLETTER, FRAUD, BY_POST, ORDERS, WARRANTY, SALE, TAX, EMERGENCY, PUBLIC, CUSTOMERS, AUDIT,
    CREDIT, STUDY, SCORING, CLUB, SMALL_PURPOSES };
enum { CASE_EU, CASE_CALIFORNIA };	/* places in the small policy's regimes */

struct small_policy {
	struct policy			 p;
	struct span			 names[32];
	struct policy_regime		 regimes[2];	/* EU and US-CA */
	struct policy_channel_rule	 rule;
	struct policy_country_age	 age;
	struct policy_controller	 controllers[4];
	struct policy_group		 group;
	struct policy_notice		 notices[2];
	struct policy_purpose		 purposes[SMALL_PURPOSES];
	struct policy_basis		 bases[SMALL_PURPOSES], sale[2];
	struct policy_source		 source;
	struct policy_channel		 channels[4];
};

/* One person with events by letter, and the question. */
struct consent_case {
	struct small_policy	 policy;
	struct question		 question;
	struct facts		 facts;
	struct fact_identifier	 ids[CASE_PERSON];
	struct fact_member	 member;
	struct event		 events[CASE_EVENTS];
	size_t			 event_count;
	char			 at[CASE_EVENTS];	/* anchor of each */
	const struct event	*lists[CASE_PERSON][CASE_EVENTS], *all[CASE_EVENTS];
	regime_set		 regimes;	/* by the person's signals; empty: those of the EU */
	struct span		 countries[2];
	size_t			 country_count;
	instant			 born;		/* 0: unknown */
};

static inline instant
moment(const char *text)
{
	instant t = INSTANT_NONE;

	return instant_parse(span_from(text), &t) ? t : INSTANT_NONE;
}

static inline struct token
letter_token(char letter)
{
	struct token t;

	memset(&t, letter, sizeof(t));
	return t;
}

static inline struct span
letter_type(char letter)
{
	return letter == 'p' ? SPAN("phone_number") : letter == 'd' ? SPAN("id.device") :
	    letter == 'r' ? SPAN("record") : SPAN("email");
}

static inline void
small_purpose(struct small_policy *s, size_t i, struct span id, struct span *channel,
    enum basis_type type)
{
	s->bases[i] = (struct policy_basis){ .regime = SPAN("*"), .type = type,
	    .registered_at = moment("2020-01-01"), .registered_ref = SPAN("ropa:1") };
	s->purposes[i] = (struct policy_purpose){ .id = id, .channels = { channel, 1 },
	    .basis = &s->bases[i], .basis_count = 1, .account_override = true,
	    .effective_min_from = INSTANT_NONE };
}

/* On consent for two years, under the newsletter's notice. */
static inline void
small_consent(struct small_policy *s, size_t i)
{
	s->purposes[i].notice = SPAN("newsletter");
	s->purposes[i].min_version = 5;
	s->bases[i].has_max_age = true;
	s->bases[i].max_age = (struct duration){ 0, (int64_t)730 * DAY_MS };
}

/* What may be asked for besides, one of each kind. */
static inline void
small_further_purposes(struct small_policy *s)
{
	small_purpose(s, PUBLIC, SPAN("service.public"), &s->names[2], BASIS_PUBLIC_TASK);
	small_purpose(s, CUSTOMERS, SPAN("marketing.customers"), &s->names[0], BASIS_SOFT_OPT_IN);
	s->purposes[CUSTOMERS].direct_marketing = true;
	small_purpose(s, AUDIT, SPAN("tax.audit"), &s->names[2], BASIS_LEGAL_OBLIGATION);
	s->bases[AUDIT].has_retention = true;
	s->bases[AUDIT].retention = (struct duration){ 12, 0 };
	small_purpose(s, CREDIT, SPAN("credit.check"), &s->names[2], BASIS_REGIME);
	s->bases[CREDIT].type_name = SPAN("credit_protection");
	s->bases[PUBLIC].citation = s->bases[AUDIT].citation = s->bases[CREDIT].citation =
	    SPAN("a law");
	small_purpose(s, STUDY, SPAN("health.study"), &s->names[2], BASIS_CONSENT);
	small_consent(s, STUDY);
	s->purposes[STUDY].special = s->purposes[STUDY].special_explicit = true;
	s->purposes[STUDY].special_condition = SPAN("explicit_consent");
	small_purpose(s, SCORING, SPAN("credit.scoring"), &s->names[2], BASIS_LEGITIMATE_INTERESTS);
	s->bases[SCORING].lia_ref = SPAN("lia-3");
	s->purposes[SCORING].automated_decision = true;
	s->purposes[SCORING].adm_ground = ADM_EXPLICIT_CONSENT;
	small_purpose(s, CLUB, SPAN("children.club"), &s->names[0], BASIS_CONSENT);
	small_consent(s, CLUB);
	s->purposes[CLUB].child_directed = true;
}

/* Californians may opt out, Europeans must opt in. */
static inline void
small_sale(struct small_policy *s)
{
	small_purpose(s, SALE, SPAN("sale.partners"), &s->names[2], BASIS_CONSENT);
	small_consent(s, SALE);
	s->purposes[SALE].sale = true;
	s->sale[0] = s->bases[SALE];
	s->sale[1] = s->bases[SALE];
	s->sale[1].regime = SPAN("US-CA");
	s->sale[1].type = BASIS_NOTICE_OPT_OUT;
	s->purposes[SALE].basis = s->sale;
	s->purposes[SALE].basis_count = 2;
}

static inline void
small_purposes(struct small_policy *s)
{
	small_purpose(s, NEWSLETTER, SPAN("marketing.newsletter"), &s->names[0], BASIS_CONSENT);
	s->purposes[NEWSLETTER].direct_marketing = true;
	small_consent(s, NEWSLETTER);
	small_purpose(s, FRAUD, SPAN("fraud.prevention"), &s->names[2], BASIS_LEGITIMATE_INTERESTS);
	s->bases[FRAUD].lia_ref = SPAN("lia-1");
	small_purpose(s, BY_POST, SPAN("marketing.post"), &s->names[1], BASIS_LEGITIMATE_INTERESTS);
	s->bases[BY_POST].lia_ref = SPAN("lia-2");
	s->purposes[BY_POST].direct_marketing = true;
	s->purposes[BY_POST].channels = (struct policy_names){ &s->names[0], 2 };	/* email too */
	small_purpose(s, ORDERS, SPAN("order_fulfilment"), &s->names[2], BASIS_CONTRACT);
	small_purpose(s, WARRANTY, SPAN("service.warranty"), &s->names[2], BASIS_CONTRACT);
	s->bases[WARRANTY].has_tail = true;
	s->bases[WARRANTY].tail = (struct duration){ 12, 0 };
	small_sale(s);
	small_further_purposes(s);
	small_purpose(s, TAX, SPAN("tax.retention"), &s->names[2], BASIS_LEGAL_OBLIGATION);
	s->bases[TAX].citation = SPAN("a law");
	small_purpose(s, EMERGENCY, SPAN("care.emergency"), &s->names[2], BASIS_VITAL_INTERESTS);
	s->bases[EMERGENCY].has_max_age = true;
	s->bases[EMERGENCY].max_age = (struct duration){ 0, (int64_t)30 * DAY_MS };
}

/* Bound by establishment: neither, so that a person's country alone says which. */
static inline void
small_regimes(struct small_policy *s)
{
	s->rule = (struct policy_channel_rule){ { &s->names[0], 1 }, { &s->names[16], 2 } };
	s->age = (struct policy_country_age){ SPAN("PT"), 13 };
	s->regimes[CASE_EU] = (struct policy_regime){ .id = SPAN("EU"), .rules = &s->rule,
	    .rule_count = 1, .countries = { &s->names[13], 2 }, .digital_age = 16, .ages = &s->age,
	    .age_count = 1, .special_condition_required = true };
	s->regimes[CASE_CALIFORNIA] = (struct policy_regime){ .id = SPAN("US-CA"),
	    .countries = { &s->names[15], 1 }, .gpc_binds = true, .digital_age = 13,
	    .sale_opt_in_below = 16, .sale_guardian_below = 13 };
}

static inline void
small_channel(struct small_policy *s, size_t i, struct span name, struct span *type)
{
	s->channels[i] = (struct policy_channel){ name, { type, 1 } };
}

static inline void
small_policy_set(struct small_policy *s)
{
	static const char *const names[] = { "email", "post", "none", "A", "J", "email", "record",
	    "phone_number", "marketing.newsletter", "fraud.prevention", "marketing.post", "consent",
	    "sale.partners", "PT", "DE", "US-CA", "consent", "soft_opt_in", "fraud.prevention",
	    "marketing.post", "sale.partners", "credit.scoring" };

	*s = (struct small_policy){ 0 };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		s->names[i] = span_from(names[i]);
	small_purposes(s);
	small_regimes(s);
	s->controllers[0].id = SPAN("A");
	s->controllers[1].id = SPAN("B");
	s->controllers[2].id = SPAN("J");
	s->controllers[3].id = SPAN("C");
	s->group = (struct policy_group){ SPAN("joint"), { &s->names[3], 2 } };
	s->notices[0] = (struct policy_notice){ .id = SPAN("newsletter"), .version = 7,
	    .lang = SPAN("en"), .published_at = moment("2020-01-01"), .purposes = { &s->names[8], 1 } };
	s->notices[1] = (struct policy_notice){ .id = SPAN("privacy"), .version = 3,
	    .lang = SPAN("en"), .published_at = moment("2020-01-01"), .purposes = { &s->names[18], 4 } };
	s->source = (struct policy_source){ .id = SPAN("s"), .controller = SPAN("A"),
	    .assurance = ASSURANCE_AUTHENTICATED, .first_party = true,
	    .collected_since = moment("2020-01-01"), .purposes = { &s->names[8], 3 } };
	small_channel(s, 0, SPAN("email"), &s->names[5]);
	small_channel(s, 1, SPAN("post"), &s->names[6]);
	small_channel(s, 2, SPAN("sms"), &s->names[7]);
	s->p = (struct policy){ .id = SPAN("small"), .regimes = s->regimes, .regime_count = 2,
	    .controllers = s->controllers, .controller_count = 4, .groups = &s->group,
	    .group_count = 1, .notices = s->notices, .notice_count = 2, .purposes = s->purposes,
	    .purpose_count = SMALL_PURPOSES, .sources = &s->source, .source_count = 1, .channels = s->channels,
	    .channel_count = 3, .grant_edge_min = ASSURANCE_AUTHENTICATED,
	    .doi_window = { 0, (int64_t)2 * DAY_MS }, .permit_ttl = { 0, (int64_t)7 * DAY_MS } };
}

/* G of the vectors: everything a grant needs, at the newsletter's scope. */
static inline struct event
case_event(enum event_type type, instant lo, instant hi)
{
	return (struct event){ .type = type, .purpose = SPAN("marketing.newsletter"),
	    .channel = SPAN("email"), .controller = SPAN("A"), .method = SPAN("web_form"),
	    .ctype = SPAN("expressed"), .actor = SPAN("subject"), .src = SPAN("s"),
	    .notice_id = SPAN("newsletter"), .notice_lang = SPAN("en"), .notice_version = 7,
	    .has_commit = true, .lo = lo, .hi = hi, .recv = hi + 60000, .until = INSTANT_NONE };
}

/* Lays the events out by identifier. The caller frees the referrers with case_done. */
static inline void
case_lay(struct consent_case *c, const char *person, char shared, bool account_holds_all)
{
	static const uint32_t self[1];

	c->member = (struct fact_member){ .id = SPAN("s:1"), .source = &c->policy.source,
	    .account = letter_token('@') };
	c->facts = (struct facts){ .identifiers = c->ids, .members = &c->member, .member_count = 1,
	    .contact = CONTACT_NONE, .born = c->born == 0 ? INSTANT_NONE : c->born,
	    .newest = moment("2026-02-01"), .countries = c->countries, .country_count = c->country_count,
	    .regimes = c->regimes == 0 ? (regime_set)1 << CASE_EU : c->regimes };
	for (size_t k = 0; k < c->event_count; k++) {
		c->events[k].seq = k;
		c->events[k].sid = letter_token(c->at[k]);
		c->events[k].sid_type = letter_type(c->at[k]);
		c->all[k] = &c->events[k];
	}
	for (size_t i = 0; person[i] != '\0'; i++) {
		struct fact_identifier *id = &c->ids[c->facts.identifier_count++];
		size_t n = 0, s = 0;

		*id = (struct fact_identifier){ .type = letter_type(person[i]),
		    .token = letter_token(person[i]), .shared = person[i] == shared,
		    .holders = self, .holder_count = account_holds_all };
		for (size_t k = 0; k < c->event_count; k++)
			if (c->at[k] == person[i])
				c->lists[i][n++] = &c->events[k];
		id->events = id->suppressing = c->lists[i];
		id->event_count = id->suppressing_count = s + n;
	}
	c->facts.referrers = referrers_from(c->all, c->event_count);
}

static inline void
case_done(struct consent_case *c)
{
	referrers_free((struct referrers *)(uintptr_t)c->facts.referrers);
	c->facts.referrers = NULL;
}

static inline size_t
case_contact(const char *person, const char *contact)
{
	const char *at = contact == NULL ? NULL : strchr(person, contact[0]);

	return at == NULL ? CONTACT_NONE : (size_t)(at - person);
}

#endif
