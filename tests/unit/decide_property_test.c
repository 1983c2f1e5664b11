/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/decide_property_test.c: what holds for every ledger, on 100,000 random small ones */
#include "consent_case.h"
#include "tap.h"
#include <stdlib.h>

enum { TRIALS = 100000 };

static const uint64_t seed = 20260601;
static uint64_t state;

/* SplitMix64: the same ledgers on every machine. */
static uint64_t
draw(uint64_t below)
{
	uint64_t z = (state += 0x9E3779B97F4A7C15u);

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return (z ^ z >> 31) % below;
}

static const enum event_type types[] = { EVENT_GRANT, EVENT_GRANT, EVENT_GRANT, EVENT_GRANT,
    EVENT_GRANT, EVENT_NOTICE_SERVED, EVENT_NOTICE_SERVED, EVENT_BASIS_DECLARED, EVENT_RENEW, EVENT_CONFIRM,
    EVENT_DENY, EVENT_WITHDRAW, EVENT_OBJECT, EVENT_OBJECT_DM, EVENT_RESTRICT, EVENT_HOLD,
    EVENT_SUPPRESS, EVENT_REVOKE, EVENT_UNRESTRICT, EVENT_UNSUPPRESS, EVENT_OBJECT_OVERRIDDEN,
    EVENT_BASIS_DECLARED, EVENT_BASIS_ENDED, EVENT_NOTICE_SERVED };
static const char *const purposes[] = { "marketing.newsletter", "marketing.newsletter", "marketing",
    "*", "fraud.prevention", "order_fulfilment" };
static const char *const channels[] = { "email", "email", "email", "*" };
static const char *const methods[] = { "web_form", "web_form", "import", "double_opt_in" };

static struct event
random_event(size_t before)
{
	instant start = moment("2026-01-01") + (instant)draw(160) * DAY_MS;
	struct event e = case_event(types[draw(sizeof(types) / sizeof(types[0]))], start,
	    start + (instant)draw(3) * DAY_MS / 2);

	e.purpose = span_from(purposes[draw(6)]);
	e.channel = span_from(channels[draw(4)]);
	e.controller = span_from(draw(8) == 0 ? "J" : "A");
	e.method = span_from(methods[draw(4)]);
	e.notice_version = draw(6) == 0 ? 4 : 7;
	e.has_commit = draw(8) != 0;
	e.recv = e.hi + (instant)draw(10) * DAY_MS;
	e.by = draw(3) == 0 ? span_none() : SPAN("dpo");
	e.cause = draw(2) == 0 ? SPAN("complaint") : SPAN("legal");
	e.reach_person = draw(2) == 0;
	e.covers_account = draw(6) == 0;
	e.account = letter_token('@');
	if (e.type == EVENT_NOTICE_SERVED) {
		e.notice_id = SPAN("privacy");
		e.notice_version = 3;
		e.purpose = SPAN("fraud.prevention");
	}
	if (e.type == EVENT_BASIS_DECLARED)
		e.purpose = SPAN("order_fulfilment");
	if (before > 0 && draw(2) == 0)
		e.ref = draw(before) + 1;
	return e;
}

static void
random_case(struct consent_case *c, size_t events)
{
	static const char letters[] = "abpd";

	small_policy_set(&c->policy);
	c->event_count = events;
	for (size_t i = 0; i < events; i++) {
		c->events[i] = random_event(i);
		c->at[i] = letters[draw(4)];
	}
	c->question.as_of = moment("2026-06-01T00:00:00Z");
	c->question.known_at = moment("2026-06-01T00:00:00Z") + (instant)draw(20) * DAY_MS;
	c->question.next_policy = INSTANT_NONE;
	c->policy.purposes[0].conflict = draw(2) == 0 ? CONFLICT_MOST_RESTRICTIVE :
	    CONFLICT_PER_IDENTIFIER;
	switch (draw(3)) {
	case 0:
		question_set(&c->question, &c->policy.p, SPAN("fraud.prevention"), SPAN("none"),
		    SPAN("A"), NULL);
		break;
	case 1:
		question_set(&c->question, &c->policy.p, SPAN("order_fulfilment"), SPAN("none"),
		    SPAN("A"), NULL);
		break;
	default:
		question_set(&c->question, &c->policy.p, SPAN("marketing.newsletter"), SPAN("email"),
		    SPAN("A"), NULL);
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

/* Reverses the lines of the ledger; references follow their event. */
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
	return strcmp(a.code, b.code) != 0 || a.valid_until != b.valid_until;
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
		e = random_event(c.event_count);
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

	if (!c.question.needs_contact)
		return 0;
	for (size_t i = 0; i < c.event_count; i++)
		c.events[i].covers_account = false;
	apart = answer(&c, "a");
	together = answer(&c, "abpd");
	return !apart.permitted && together.permitted;
}

static unsigned
split_fails(struct consent_case c)
{
	struct ruling first = answer(&c, "ab"), merged = answer(&c, "abpd"), again = answer(&c, "ab");

	(void)merged;
	return strcmp(first.code, again.code) != 0;
}

static unsigned
later_fails(struct consent_case c)
{
	struct ruling before = answer(&c, "abp"), after;

	c.events[c.event_count] = random_event(c.event_count);
	c.events[c.event_count].recv = c.question.known_at + 1 + (instant)draw(100);
	c.at[c.event_count++] = 'a';
	after = answer(&c, "abp");
	return strcmp(before.code, after.code) != 0 || before.valid_until != after.valid_until;
}

static unsigned
citing_fails(struct consent_case c)
{
	struct ruling r = answer(&c, "abp");

	return r.permitted && r.evidence_count == 0 && r.notice == NULL;
}

static unsigned
widening_fails(struct consent_case c)
{
	struct ruling before = answer(&c, "abp"), after;
	size_t i = c.event_count == 0 ? 0 : draw(c.event_count);

	if (c.event_count == 0)
		return 0;
	c.events[i].lo -= (instant)draw(20) * DAY_MS;
	c.events[i].hi += (instant)draw(20) * DAY_MS;
	if (c.events[i].type != EVENT_BASIS_ENDED && !is_no(c.events[i].type))
		c.events[i].recv = c.events[i].recv > c.events[i].hi ? c.events[i].recv : c.events[i].hi;
	after = answer(&c, "abp");
	return !before.permitted && after.permitted;
}

static struct policy_basis
random_basis(struct span regime)
{
	static const enum basis_type types_of[] = { BASIS_CONSENT, BASIS_CONTRACT,
	    BASIS_LEGITIMATE_INTERESTS, BASIS_NONE };

	return (struct policy_basis){ .regime = regime, .type = types_of[draw(4)],
	    .registered_at = draw(2) == 0 ? moment("2020-01-01") : INSTANT_NONE };
}

static unsigned
basis_fails(struct consent_case c)
{
	struct ruling before = answer(&c, "abp"), after;
	struct question asked = c.question;
	struct policy_basis two[2];

	small_policy_set(&c.policy);
	c.policy.purposes[0].conflict = asked.purpose->conflict;
	for (size_t i = 0; i < c.policy.p.purpose_count; i++) {
		struct policy_purpose *x = &c.policy.purposes[i];

		if (!span_equal(x->id, asked.purpose->id)) {
			*x->basis = random_basis(SPAN("*"));
			continue;
		}
		two[0] = random_basis(SPAN("BR"));
		two[1] = *x->basis;
		x->basis = two;
		x->basis_count = 2;
	}
	question_set(&c.question, &c.policy.p, asked.purpose->id, asked.channel, asked.controller, NULL);
	after = answer(&c, "abp");
	return strcmp(before.code, after.code) != 0 || before.valid_until != after.valid_until;
}

int
main(void)
{
	static const struct {
		const char	*name;
		unsigned	(*fails)(struct consent_case c);
	} properties[] = {
		{ "the order of events changes nothing (X1)", order_fails },
		{ "a further refusal never turns a no into a yes (X2)", refusal_fails },
		{ "a link never adds a permitted contact (X3)", link_fails },
		{ "merge then split gives the first answer (X4)", split_fails },
		{ "what is heard after K changes nothing (X5)", later_fails },
		{ "the basis of another regime or purpose changes nothing (X7)", basis_fails },
		{ "every permit cites its evidence (X9)", citing_fails },
		{ "a wider time interval never turns a no into a yes (X12)", widening_fails },
	};
	unsigned failed[8] = { 0 }, permits = 0;

	printf("# seed %llu, %d ledgers\n", (unsigned long long)seed, TRIALS);
	state = seed;
	for (int i = 0; i < TRIALS; i++) {
		struct consent_case c = { 0 };

		random_case(&c, (size_t)draw(7));
		permits += answer(&c, "abp").permitted;
		for (size_t p = 0; p < sizeof(properties) / sizeof(properties[0]); p++)
			failed[p] += properties[p].fails(c);
	}
	for (size_t p = 0; p < sizeof(properties) / sizeof(properties[0]); p++)
		ok(failed[p] == 0, "%s: %u of %d fail", properties[p].name, failed[p], TRIALS);
	ok(permits > TRIALS / 50 && permits < TRIALS, "both answers occur: %u permits", permits);
	return tap_done();
}
