/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/prefer.c: step 14, allowed but not wanted, or not deliverable */
#include "consent/prefer.h"
#include "consent/scope.h"
#include "consent/steps.h"
#include "consent/token.h"
#include <stddef.h>

/* By the latest instant it may have been said at, then by its id: two sets of one instant hold in the
 * same order whichever file came first. */
static bool
is_newer(const struct event *a, const struct event *b)
{
	return b == NULL || a->hi > b->hi || (a->hi == b->hi && span_cmp(a->id, b->id) > 0);
}

const struct event *
preference_at(const struct question *q, const struct facts *f, size_t place)
{
	const struct fact_identifier *id = &f->identifiers[place];
	const struct event *newest = NULL;

	for (size_t k = 0; k < id->event_count; k++) {
		const struct event *e = id->events[k];

		if (e->type == EVENT_PREFERENCE_SET && event_counts(q, e) &&
		    refusal_in_scope(q, e) && is_newer(e, newest))
			newest = e;
	}
	return newest;
}

const struct event *
preference_latest(const struct question *q, const struct facts *f, size_t offset)
{
	const struct event *newest = NULL;

	for (size_t i = 0; i < f->identifier_count; i++) {
		const struct event *e = preference_at(q, f, i);
		const void *there;

		if (e == NULL)
			continue;
		memcpy(&there, (const char *)e->preference + offset, sizeof(there));
		if (there != NULL && is_newer(e, newest))
			newest = e;
	}
	return newest;
}

static int64_t
seconds(struct duration d)
{
	int64_t n = instant_add(0, d, 1) / 1000;

	return n > 0 ? n : 1;
}

/* Messages of a in the time of b against those of b in the time of a: thousands times the seconds of
 * ten thousand years are far from the limits. */
static bool
is_rarer(const struct preference *a, const struct preference *b)
{
	int64_t of_a = a->max * seconds(b->per), of_b = b->max * seconds(a->per);

	return of_a != of_b ? of_a < of_b : span_cmp(a->max_per, b->max_per) < 0;
}

const struct event *
preference_rarest(const struct question *q, const struct facts *f)
{
	const struct event *rarest = NULL;

	for (size_t i = 0; i < f->identifier_count; i++) {
		const struct event *e = preference_at(q, f, i);

		if (e != NULL && e->preference->max > 0 && (rarest == NULL ||
		    is_rarer(e->preference, rarest->preference)))
			rarest = e;
	}
	return rarest;
}

static bool
is_out(const struct question *q, const struct facts *f, struct span channel)
{
	for (size_t i = 0; i < f->identifier_count; i++) {
		const struct event *e = preference_at(q, f, i);

		if (e != NULL && names_has(&e->preference->channels_out, channel))
			return true;
	}
	return false;
}

/* The asked purpose, or one above it, is a topic the person does not want; or the channel is. */
static bool
is_unwanted(const struct question *q, const struct preference *p)
{
	for (size_t i = 0; i < p->topics_out.n; i++)
		if (purpose_within(q->purpose->id, p->topics_out.v[i]))
			return true;
	return names_has(&p->channels_out, q->channel);
}

/* The purpose may use the channel, and the person can be reached by it. */
static bool
is_usable(const struct question *q, const struct facts *f, struct span channel)
{
	const struct policy_channel *c = policy_channel(q->policy, channel);

	if (c == NULL || !names_has(&q->purpose->channels, channel) || is_out(q, f, channel))
		return false;
	for (size_t i = 0; i < f->identifier_count; i++)
		if (!f->identifiers[i].shared && names_has(&c->types, f->identifiers[i].type))
			return true;
	return false;
}

/* The event whose order of channels has a better one than the one asked about; NULL: none. */
static const struct event *
prefers_another(const struct question *q, const struct facts *f)
{
	const struct event *e = preference_latest(q, f, offsetof(struct preference, channels.v));

	for (size_t i = 0; e != NULL && i < e->preference->channels.n; i++) {
		struct span channel = e->preference->channels.v[i];

		if (span_equal(channel, q->channel))
			return NULL;
		if (is_usable(q, f, channel))
			return e;
	}
	return NULL;
}

static bool
unwanted(const struct question *q, const struct facts *f, struct ruling *r)
{
	const struct event *other = q->preferred_only ? prefers_another(q, f) : NULL;
	bool found = other != NULL;

	for (size_t i = 0; i < f->identifier_count; i++) {
		const struct event *e = preference_at(q, f, i);

		if (e == NULL || !is_unwanted(q, e->preference))
			continue;
		ruling_evidence(r, e->seq);
		found = true;
	}
	if (other != NULL)
		ruling_evidence(r, other->seq);
	return found;
}

/* A later act at the address, or the word of whoever delivers, shows that it is reached again. */
static bool
reached_again(const struct question *q, const struct fact_identifier *id, const struct event *bounce)
{
	for (size_t k = 0; k < id->event_count; k++) {
		const struct event *e = id->events[k];

		if ((is_grant(e) || e->type == EVENT_CONFIRM ||
		    (e->type == EVENT_BOUNCE && e->cleared)) && event_counts(q, e) &&
		    event_later(e, bounce))
			return true;
	}
	return false;
}

static bool
undeliverable(const struct question *q, const struct facts *f, struct ruling *r)
{
	const struct fact_identifier *id;
	bool found = false;

	if (f->contact == CONTACT_NONE)
		return false;
	id = &f->identifiers[f->contact];
	for (size_t k = 0; k < id->event_count; k++) {
		const struct event *e = id->events[k];

		if (e->type != EVENT_BOUNCE || !e->hard || !event_counts(q, e) ||
		    reached_again(q, id, e))
			continue;
		ruling_evidence(r, e->seq);
		found = true;
	}
	return found;
}

const char *
step_preference(const struct question *q, const struct facts *f, struct ruling *r)
{
	if (has_type(f, TYPE(EVENT_PREFERENCE_SET)) && unwanted(q, f, r))
		return "S_PREFERENCE";
	return has_type(f, TYPE(EVENT_BOUNCE)) && undeliverable(q, f, r) ? "S_UNDELIVERABLE" : NULL;
}
