/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/refuse.c: steps 1 to 6, the ways a person or the law says no */
#include "consent/reason.h"
#include "consent/scope.h"
#include "consent/steps.h"
#include "consent/token.h"

typedef bool open_refusal(const struct question *q, const struct facts *f, size_t place,
    const struct event *e);

/* Of what could not be cited any more nothing is asked. */
static bool
beyond(const struct ruling *r, const struct event *e)
{
	return r->evidence_count == RULING_EVIDENCE && e->seq > r->evidence[RULING_EVIDENCE - 1];
}

/* Walks every event of the person; those that stand are the evidence. */
static bool
refused(const struct question *q, const struct facts *f, open_refusal *stands, struct ruling *r)
{
	bool found = false;

	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++) {
			const struct event *e = f->identifiers[i].events[k];

			if (beyond(r, e) || !event_counts(q, e) || !refusal_in_scope(q, e) ||
			    !stands(q, f, i, e))
				continue;
			ruling_evidence(r, e->seq);
			found = true;
		}
	return found;
}

static bool
restriction(const struct question *q, const struct facts *f, size_t place, const struct event *e)
{
	(void)place;
	if (e->type == EVENT_RESTRICT)
		return !is_lifted(q, f, e, EVENT_UNRESTRICT);
	return e->type == EVENT_HOLD && !is_lifted(q, f, e, EVENT_UNHOLD);
}

const char *
step_restriction(const struct question *q, const struct facts *f, struct ruling *r)
{
	if (!restriction_applies(q) || !has_type(f, TYPE(EVENT_RESTRICT) | TYPE(EVENT_HOLD)))
		return NULL;
	return refused(q, f, restriction, r) ? "D_RESTRICTED" : NULL;
}

/* A later act of the person at the very address, told to us first hand, ends an erasure's or a
 * complaint's suppression; every other cause waits for its lift. An act that was taken back, or that
 * nobody at the address confirmed, is none. */
static bool
asked_again(const struct question *q, const struct facts *f, const struct fact_identifier *id,
    const struct event *s)
{
	if (id->shared || (!span_is(s->cause, "erasure") && !span_is(s->cause, "complaint")))
		return false;
	for (size_t k = id->event_count; k-- > 0;) {	/* the latest does, if any */
		const struct event *g = id->events[k];
		const struct policy_source *source = NULL;

		if (!is_grant(g) || !event_counts(q, g) || g->src.p == NULL)
			continue;
		source = policy_source(q->policy, g->src);
		if (source != NULL && source->first_party && span_is(g->actor, "subject") &&
		    grant_evidenced(g) && event_later(g, s) && !grant_revoked(q, f, g, NULL) &&
		    !grant_pending(q, f, g))
			return true;
	}
	return false;
}

const char *
step_suppression(const struct question *q, const struct facts *f, struct ruling *r)
{
	const char *code = NULL;

	for (size_t i = 0; i < f->identifier_count; i++) {
		const struct fact_identifier *id = &f->identifiers[i];
		bool here;

		if (id->suppressing_count == 0)
			continue;
		here = i == f->contact || id->sent || (f->contact != CONTACT_NONE &&
		    token_equal(&id->token, &f->identifiers[f->contact].token));
		for (size_t k = 0; k < id->suppressing_count; k++) {
			const struct event *s = id->suppressing[k];

			if (beyond(r, s) || (!here && !s->reach_person) ||
			    s->type != EVENT_SUPPRESS || !event_counts(q, s) || !refusal_in_scope(q, s) ||
			    is_lifted(q, f, s, EVENT_UNSUPPRESS) || asked_again(q, f, id, s))
				continue;
			ruling_evidence(r, s->seq);
			code = "D_SUPPRESSED";
		}
	}
	return code;
}

static bool
erasure(const struct question *q, const struct facts *f, size_t place, const struct event *e)
{
	(void)place;
	return e->type == EVENT_ERASE_PENDING && !is_lifted(q, f, e, EVENT_ERASE_WITHDRAWN);
}

const char *
step_erasure(const struct question *q, const struct facts *f, struct ruling *r)
{
	if (!has_type(f, TYPE(EVENT_ERASE_PENDING)) || !erasure_applies(q, f))
		return NULL;
	return refused(q, f, erasure, r) ? "D_ERASURE_PENDING" : NULL;
}

/* ---- objections ---- */

typedef bool good_grant(const struct question *q, const struct facts *f, const struct event *g);

/* Some grant of the kind that may be used here beats the refusal: the latest, if any does. */
static bool
beaten(const struct question *q, const struct facts *f, good_grant *good, size_t place,
    const struct event *no)
{
	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = f->identifiers[i].event_count; k-- > 0;) {
			const struct event *g = f->identifiers[i].events[k];

			if (grant_beats(q, f, g, i, no, place) && grant_usable(q, f, g, i) && good(q, f, g))
				return true;
		}
	return false;
}

static bool
sound_consent(const struct question *q, const struct facts *f, const struct event *g)
{
	return is_grant(g) && grant_sound(q, f, g);
}

/* A later sound consent at a place that reaches it is the only thing that overrules "no
 * marketing", and only where marketing rests on consent. Under other bases a withdrawal of marketing
 * is an objection to it, whatever word the producer used, and final; a soft opt-in tells them apart. */
static bool
dm_objection(const struct question *q, const struct facts *f, size_t place, const struct event *e)
{
	if (rests_on(q, f, q->resting[BASIS_CONSENT]))
		return e->type == EVENT_OBJECT_DM && !beaten(q, f, sound_consent, place, e);
	if (e->type == EVENT_WITHDRAW || e->type == EVENT_DENY)
		return !rests_on(q, f, q->resting[BASIS_CONSENT] | q->resting[BASIS_SOFT_OPT_IN]);
	return e->type == EVENT_OBJECT_DM;
}

const char *
step_dm_objection(const struct question *q, const struct facts *f, struct ruling *r)
{
	if (!q->purpose->direct_marketing ||
	    !has_type(f, TYPE(EVENT_OBJECT_DM) | TYPE(EVENT_WITHDRAW) | TYPE(EVENT_DENY)))
		return NULL;
	return refused(q, f, dm_objection, r) ? "D_DM_OBJECTION" : NULL;
}

/* An objection may be overridden, but never for direct marketing. A refusal that names the
 * purpose is an objection to it in other words; one for "*" is not, or a widened withdrawal of a
 * newsletter would stop what consent never carried. */
static bool
objection(const struct question *q, const struct facts *f, size_t place, const struct event *e)
{
	(void)place;
	if (e->type == EVENT_OBJECT)
		return q->purpose->direct_marketing || !is_lifted(q, f, e, EVENT_OBJECT_OVERRIDDEN);
	return (e->type == EVENT_WITHDRAW || e->type == EVENT_DENY) && e->purpose.p != NULL &&
	    !span_equal(e->purpose, SPAN("*"));
}

const char *
step_objection(const struct question *q, const struct facts *f, struct ruling *r)
{
	if (!objection_applies(q, f) ||
	    !has_type(f, TYPE(EVENT_OBJECT) | TYPE(EVENT_WITHDRAW) | TYPE(EVENT_DENY)))
		return NULL;
	return refused(q, f, objection, r) ? "D_OBJECTED" : NULL;
}

/* ---- sale, sharing, sensitive data ---- */

static bool
stands(const struct question *q, const struct facts *f, const struct event *g)
{
	return !grant_revoked(q, f, g, NULL) && !grant_pending(q, f, g);
}

static bool
confirmed_override(const struct question *q, const struct facts *f, const struct event *g)
{
	return g->type == EVENT_GPC_OVERRIDE_CONFIRMED && stands(q, f, g);
}

static bool
opted_in(const struct question *q, const struct facts *f, const struct event *g)
{
	return confirmed_override(q, f, g) ||
	    (g->type == EVENT_OPT_IN_SALE && stands(q, f, g));
}

/* Where an override stands, the signal that the same browser goes on sending does not end it. */
static bool
overridden_for_good(const struct question *q, const struct facts *f, size_t place)
{
	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++) {
			const struct event *g = f->identifiers[i].events[k];

			if (confirmed_override(q, f, g) && grant_evidenced(g) &&
			    grant_usable(q, f, g, i) && grant_reaches(q, f, g, i, place))
				return true;
		}
	return false;
}

/* A signal binds where the law of one regime in play says so; only where each of those lets an
 * override stand does it outlive later ones. */
static bool
signal_binds(const struct question *q, const struct facts *f, size_t place, const struct event *e)
{
	regime_set binding = f->in_play & q->gpc_binds;

	if (binding == 0 || beaten(q, f, confirmed_override, place, e))
		return false;
	return (binding & ~q->override_stands) != 0 || !overridden_for_good(q, f, place);
}

static bool
sale_refused(const struct question *q, const struct facts *f, size_t place, const struct event *e)
{
	if (e->type == EVENT_GPC)
		return signal_binds(q, f, place, e);
	if (e->type == EVENT_WITHDRAW || e->type == EVENT_DENY) {
		if ((f->in_play & q->resting[BASIS_NOTICE_OPT_OUT]) == 0)
			return false;
	} else if (e->type != EVENT_OPT_OUT_SALE)
		return false;
	return !beaten(q, f, opted_in, place, e);
}

static bool
limited(const struct question *q, const struct facts *f, size_t place, const struct event *e)
{
	(void)q;
	(void)f;
	(void)place;
	return e->type == EVENT_LIMIT_SENSITIVE;
}

const char *
step_sale(const struct question *q, const struct facts *f, struct ruling *r)
{
	if (q->sells && has_type(f, TYPE(EVENT_GPC) | TYPE(EVENT_OPT_OUT_SALE) |
	    TYPE(EVENT_WITHDRAW) | TYPE(EVENT_DENY)) && refused(q, f, sale_refused, r))
		return "D_SALE_OPT_OUT";
	return q->sensitive && has_type(f, TYPE(EVENT_LIMIT_SENSITIVE)) &&
	    refused(q, f, limited, r) ? "D_LIMITED" : NULL;
}
