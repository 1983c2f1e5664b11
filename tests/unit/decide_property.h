/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/decide_property.h: random small ledgers and questions, and what holds for decide() on every
 * one of them: the properties of consent 10.3. Where draw() takes its numbers from says what a
 * case is. */
#ifndef CDP_TESTS_DECIDE_PROPERTY_H
#define CDP_TESTS_DECIDE_PROPERTY_H

#include "consent_case.h"
#include "consent/preference.h"
#include "draw.h"
#include <stdlib.h>

/* Every type a producer may tell, those that permit more often than their share. */
static const enum event_type types[] = { EVENT_GRANT, EVENT_GRANT, EVENT_GRANT, EVENT_GRANT,
    EVENT_GRANT, EVENT_NOTICE_SERVED, EVENT_NOTICE_SERVED, EVENT_NOTICE_SERVED,
    EVENT_BASIS_DECLARED, EVENT_BASIS_DECLARED, EVENT_BASIS_DECLARED, EVENT_RENEW, EVENT_CONFIRM,
    EVENT_OPT_IN_SALE, EVENT_SOFT_OPT_IN, EVENT_GPC_OVERRIDE_CONFIRMED, EVENT_DENY,
    EVENT_WITHDRAW, EVENT_OBJECT, EVENT_OBJECT_DM, EVENT_OPT_OUT_SALE, EVENT_GPC,
    EVENT_LIMIT_SENSITIVE, EVENT_RESTRICT, EVENT_HOLD, EVENT_ERASE_PENDING, EVENT_SUPPRESS,
    EVENT_REVOKE, EVENT_INVALIDATE, EVENT_UNRESTRICT, EVENT_UNHOLD, EVENT_ERASE_WITHDRAWN,
    EVENT_UNSUPPRESS, EVENT_OBJECT_OVERRIDDEN, EVENT_BASIS_ENDED, EVENT_REQUESTED,
    EVENT_DEFERRED, EVENT_PREFERENCE_SET, EVENT_BOUNCE, EVENT_BIRTHDATE_KNOWN };
enum { TYPES = sizeof(types) / sizeof(types[0]) };
static const char *const purposes[] = { "marketing", "*", "marketing.newsletter",
    "order_fulfilment" };
static const char *const channels[] = { "email", "none", "*" };
static const char *const methods[] = { "web_form", "web_form", "import", "double_opt_in" };

static struct span words[] = { SPAN_INIT("marketing"), SPAN_INIT("sms"), SPAN_INIT("email") };
static const struct preference preferences[] = {
	{ .topics_out = { &words[0], 1 } }, { .channels_out = { &words[2], 1 } },
	{ .channels = { &words[1], 2 } }, { .lang = SPAN_INIT("pt-PT"), .hard = true } };

/* An event about what the question is about, or not. */
static struct event
random_event(const struct question *q, size_t before)
{
	static char ids[CASE_EVENTS + 1][4];
	instant start = moment("2026-01-01") + (instant)draw(160) * DAY_MS;
	struct event e = case_event(types[draw(TYPES)], start, start + (instant)draw(3) * DAY_MS / 2);

	snprintf(ids[before], sizeof(ids[0]), "%u", (unsigned)before);
	e.id = span_from(ids[before]);
	e.purpose = draw(4) > 0 ? q->purpose->id : span_from(purposes[draw(4)]);
	e.channel = draw(4) > 0 ? q->channel : span_from(channels[draw(3)]);
	e.controller = span_from(draw(8) == 0 ? "J" : "A");
	e.method = span_from(methods[draw(4)]);
	e.actor = draw(3) == 0 ? SPAN("guardian") : SPAN("subject");
	e.ctype = draw(3) == 0 ? SPAN("explicit") : SPAN("expressed");
	e.notice_version = draw(6) == 0 ? 4 : 7;
	e.has_commit = draw(8) != 0;
	e.recv = e.hi + (instant)draw(10) * DAY_MS;
	e.by = draw(3) == 0 ? span_none() : SPAN("dpo");
	e.cause = draw(2) == 0 ? SPAN("complaint") : SPAN("legal");
	e.reach_person = draw(2) == 0;
	e.covers_account = draw(6) == 0;
	e.account = letter_token('@');
	e.hard = draw(2) == 0;
	e.cleared = !e.hard;
	e.preference = &preferences[draw(4)];
	e.born = moment(draw(2) == 0 ? "2011-05-31" : "1990-01-31");
	if (e.type == EVENT_NOTICE_SERVED) {
		e.notice_id = SPAN("privacy");
		e.notice_version = 3;
	}
	if (before > 0 && draw(2) == 0)
		e.ref = draw(before) + 1;
	return e;
}

/* The purpose may rest on something else in California, and ask for more than a basis. */
static void
random_purpose(struct consent_case *c, size_t which)
{
	static struct policy_basis two[2];
	struct policy_purpose *p = &c->policy.purposes[which];

	p->conflict = draw(2) == 0 ? CONFLICT_MOST_RESTRICTIVE : CONFLICT_PER_IDENTIFIER;
	p->special = draw(8) == 0;
	p->special_condition = SPAN("explicit consent");
	p->special_explicit = true;
	p->automated_decision = draw(8) == 0;
	p->adm_ground = ADM_EXPLICIT_CONSENT;
	p->share = draw(8) == 0;
	if (draw(2) == 0)
		return;
	two[0] = c->policy.bases[which];
	two[0].regime = SPAN("EU");
	two[1] = c->policy.bases[draw(SMALL_PURPOSES)];
	two[1].regime = SPAN("US-CA");
	p->basis = two;
	p->basis_count = 2;
}

static void
random_place(struct consent_case *c)
{
	static const char *const places[] = { "PT", "DE", "US-CA" };

	c->countries[0] = span_from(places[draw(3)]);
	c->country_count = 1;
	c->regimes = regimes_of_place(&c->policy.p, c->countries[0]);
	c->born = draw(3) > 0 ? 0 : moment(draw(2) == 0 ? "2012-05-01" : "1990-01-31");
}

static void
random_case(struct consent_case *c, size_t events)
{
	static const char letters[] = "abpd";
	size_t which = draw(3) == 0 ? NEWSLETTER : draw(SMALL_PURPOSES);

	small_policy_set(&c->policy);
	random_place(c);
	random_purpose(c, which);
	c->question.as_of = moment("2026-06-01T00:00:00Z");
	c->question.known_at = moment("2026-06-01T00:00:00Z") + (instant)draw(20) * DAY_MS;
	c->question.next_policy = INSTANT_NONE;
	c->question.preferred_only = draw(2) == 0;
	question_set(&c->question, &c->policy.p, c->policy.purposes[which].id,
	    c->policy.purposes[which].channels.v[0], SPAN("A"), NULL);
	c->event_count = events;
	for (size_t i = 0; i < events; i++) {
		c->events[i] = random_event(&c->question, i);
		c->at[i] = letters[draw(4)];
	}
	if (events > 0 && draw(4) == 0) {
		c->events[events - 1].type = draw(2) == 0 ? EVENT_PREFERENCE_SET : EVENT_BOUNCE;
		c->at[events - 1] = 'a';
	}
}

static struct ruling
answer(struct consent_case *c, const char *person)
{
	struct ruling r;

	case_lay(c, person, ' ', true);
	c->facts.contact = c->question.needs_contact ? 0 : CONTACT_NONE;
	r = decide(&c->question, &c->facts, NULL);
	case_done(c);
	return r;
}

static bool
differ(const struct ruling *a, const struct ruling *b)
{
	return strcmp(a->code, b->code) != 0 || a->valid_until != b->valid_until;
}

/* Puts the lines of the ledger in another order; references follow their event. */
static void
shuffle(struct consent_case *c)
{
	struct consent_case old = *c;
	size_t n = c->event_count, to[CASE_EVENTS];

	for (size_t i = 0; i < n; i++)
		to[i] = i;
	for (size_t i = n; i > 1; i--) {
		size_t k = draw(i), keep = to[i - 1];

		to[i - 1] = to[k];
		to[k] = keep;
	}
	for (size_t i = 0; i < n; i++) {
		c->events[to[i]] = old.events[i];
		c->at[to[i]] = old.at[i];
		if (old.events[i].ref != 0)
			c->events[to[i]].ref = to[old.events[i].ref - 1] + 1;
	}
}

static unsigned
order_fails(struct consent_case c)
{
	struct ruling a = answer(&c, "abp"), b;

	shuffle(&c);
	b = answer(&c, "abp");
	return differ(&a, &b);
}

static bool
is_no(enum event_type t)
{
	enum event_class class = event_class(t);

	return class == CLASS_REFUSAL || class == CLASS_STOP;
}

static unsigned
refusal_fails(struct consent_case c)
{
	struct ruling before = answer(&c, "abp"), after;
	struct event e;

	do
		e = random_event(&c.question, c.event_count);
	while (!is_no(e.type));
	c.events[c.event_count] = e;
	c.at[c.event_count++] = "abp"[draw(3)];
	after = answer(&c, "abp");
	return !before.permitted && after.permitted;
}

static unsigned
link_fails(struct consent_case c)
{
	struct ruling apart, together;

	/* To know the age of somebody is what a purpose for children waits for. */
	if (!c.question.needs_contact || c.question.purpose->child_directed)
		return 0;
	for (size_t i = 0; i < c.event_count; i++)
		c.events[i].covers_account = false;
	apart = answer(&c, "a");
	together = answer(&c, "abpd");
	return !apart.permitted && together.permitted;
}

/* With the linked identifiers comes the record that holds them: its source gave notice, it is newer, of
 * another country and account. */
static unsigned
record_fails(struct consent_case c)
{
	static const uint32_t second[1] = { 1 };
	struct policy_source other = c.policy.source;
	struct fact_member members[2];
	struct ruling apart, together;

	if (!c.question.needs_contact || c.question.purpose->child_directed)
		return 0;
	for (size_t i = 0; i < c.event_count; i++)
		c.events[i].covers_account = false;
	apart = answer(&c, "a");
	other.id = SPAN("t");
	other.notice_id = SPAN("privacy");
	other.notice_version = 3;
	c.countries[1] = SPAN("US-CA");
	c.country_count = 2;
	c.regimes |= regimes_of_place(c.question.policy, c.countries[1]);
	case_lay(&c, "abpd", ' ', true);
	members[0] = c.member;
	members[1] = (struct fact_member){ .id = SPAN("t:2"), .source = &other,
	    .account = letter_token('2') };
	c.facts.members = members;
	c.facts.member_count = 2;
	c.facts.newest = c.question.as_of;
	for (size_t i = 1; i < c.facts.identifier_count; i++)
		c.ids[i].holders = second;
	c.facts.contact = 0;
	together = decide(&c.question, &c.facts, NULL);
	case_done(&c);
	return !apart.permitted && together.permitted;
}

static unsigned
split_fails(struct consent_case c)
{
	struct ruling first = answer(&c, "ab"), merged = answer(&c, "abpd"), again = answer(&c, "ab");

	(void)merged;
	return differ(&first, &again);
}

static unsigned
later_fails(struct consent_case c)
{
	struct ruling before = answer(&c, "abp"), after;

	c.events[c.event_count] = random_event(&c.question, c.event_count);
	c.events[c.event_count].recv = c.question.known_at + 1 + (instant)draw(100);
	c.at[c.event_count++] = 'a';
	after = answer(&c, "abp");
	return differ(&before, &after);
}

/* Of the regime that is not in play, and of all other purposes. */
static unsigned
basis_fails(struct consent_case c)
{
	struct ruling before = answer(&c, "abp"), after;
	struct policy_purpose asked = *c.question.purpose;
	struct policy_basis two[2];
	bool eu = regime_in(c.regimes, CASE_EU);

	small_policy_set(&c.policy);
	for (size_t i = 0; i < SMALL_PURPOSES; i++)
		if (span_equal(c.policy.purposes[i].id, asked.id))
			c.policy.purposes[i] = asked;
		else
			c.policy.bases[i].type = (enum basis_type)draw(BASIS_REGIME + 1);
	two[0] = *policy_basis(&asked, eu ? SPAN("EU") : SPAN("US-CA"));
	two[0].regime = eu ? SPAN("EU") : SPAN("US-CA");
	two[1] = (struct policy_basis){ .regime = eu ? SPAN("US-CA") : SPAN("EU"),
	    .type = (enum basis_type)draw(BASIS_REGIME + 1), .registered_at = INSTANT_NONE };
	for (size_t i = 0; i < SMALL_PURPOSES; i++)
		if (span_equal(c.policy.purposes[i].id, asked.id)) {
			c.policy.purposes[i].basis = two;
			c.policy.purposes[i].basis_count = 2;
		}
	question_set(&c.question, &c.policy.p, asked.id, c.question.channel, c.question.controller,
	    NULL);
	after = answer(&c, "abp");
	return differ(&before, &after);
}

static bool
is_preference(enum event_type t)
{
	return t == EVENT_PREFERENCE_SET || t == EVENT_BOUNCE;
}

/* Against the same ledger without them. */
static unsigned
preference_fails(struct consent_case c)
{
	struct ruling with = answer(&c, "abp"), without;

	for (size_t i = 0; i < c.event_count; i++)
		if (is_preference(c.events[i].type))
			c.events[i].type = EVENT_REQUESTED;
	without = answer(&c, "abp");
	return (with.permitted && !without.permitted) || with.skipped != (with.code[0] == 'S') ||
	    (with.skipped && !without.permitted && without.code[0] != 'S');
}

static unsigned
citing_fails(struct consent_case c)
{
	struct ruling r = answer(&c, "abp");

	return r.permitted && r.evidence_count == 0 && r.notice == NULL &&
	    r.registered_ref.p == NULL;
}

static unsigned
widening_fails(struct consent_case c)
{
	struct ruling before = answer(&c, "abp"), after;
	size_t i = c.event_count == 0 ? 0 : draw(c.event_count);
	bool no = is_no(c.events[i].type);

	if (c.event_count == 0 || (!no && event_class(c.events[i].type) != CLASS_GRANT))
		return 0;
	c.events[i].lo -= (instant)draw(20) * DAY_MS;
	c.events[i].hi += (instant)draw(20) * DAY_MS;
	if (!no && c.events[i].recv < c.events[i].hi)
		c.events[i].recv = c.events[i].hi;
	after = answer(&c, "abp");
	return !before.permitted && after.permitted;
}

static unsigned
country_fails(struct consent_case c)
{
	static const char *const places[] = { "PT", "DE", "US-CA" };
	struct ruling before = answer(&c, "abp"), after;

	c.countries[1] = span_from(places[draw(3)]);
	c.country_count = 2;
	c.regimes |= regimes_of_place(c.question.policy, c.countries[1]);
	after = answer(&c, "abp");
	return !before.permitted && after.permitted;
}

/* All reasons are the first one and others; who is permitted has none. */
static unsigned
reasons_fail(struct consent_case c)
{
	struct ruling first = answer(&c, "abp"), r;
	static struct reasons all;

	all.count = 0;
	case_lay(&c, "abp", ' ', true);
	c.facts.contact = c.question.needs_contact ? 0 : CONTACT_NONE;
	r = decide(&c.question, &c.facts, &all);
	case_done(&c);
	return differ(&first, &r) || r.permitted != (all.count == 0) ||
	    (all.count > 0 && strcmp(all.failed[0].code, r.code) != 0);
}

/* A step that is said not to apply is never the one that fails. */
static unsigned
idle_fails(struct consent_case c)
{
	static struct reasons all;
	unsigned fails = 0;

	all.count = 0;
	case_lay(&c, "abp", ' ', true);
	c.facts.contact = c.question.needs_contact ? 0 : CONTACT_NONE;
	(void)decide(&c.question, &c.facts, &all);
	for (size_t i = 0; i < all.count; i++)
		fails |= !step_applies(&c.question, &c.facts, all.failed[i].step);
	case_done(&c);
	return fails;
}

/* Each gives 0, or not 0 where it does not hold; the case is its own copy. */
static const struct decide_property {
	const char	*name;
	unsigned	(*fails)(struct consent_case c);
} decide_properties[] = {
	{ "the order of events changes nothing (X1)", order_fails },
	{ "a further refusal never turns a no into a yes (X2)", refusal_fails },
	{ "a link never adds a permitted contact (X3)", link_fails },
	{ "nor does the record that comes with it (X3)", record_fails },
	{ "merge then split gives the first answer (X4)", split_fails },
	{ "what is heard after K changes nothing (X5)", later_fails },
	{ "the basis of another regime or purpose changes nothing (X7)", basis_fails },
	{ "preferences never turn a no into a yes (X8)", preference_fails },
	{ "every permit cites its evidence (X9)", citing_fails },
	{ "a wider time interval never turns a no into a yes (X12)", widening_fails },
	{ "a further country never turns a no into a yes (X13)", country_fails },
	{ "all reasons begin with the answer", reasons_fail },
	{ "what does not apply does not fail", idle_fails },
};
enum { PROPERTIES = sizeof(decide_properties) / sizeof(decide_properties[0]) };

#endif
