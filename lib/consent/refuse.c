/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/refuse.c: steps 1 to 5, the ways a person or the law says no */
#include "consent/reason.h"
#include "consent/scope.h"
#include "consent/steps.h"
#include "consent/token.h"

typedef bool open_refusal(const struct question *q, const struct facts *f, size_t place,
    const struct event *e);

/* Walks every event of the person; those that stand are the evidence. */
static bool
refused(const struct question *q, const struct facts *f, open_refusal *stands, struct ruling *r)
{
	bool found = false;

	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++) {
			const struct event *e = f->identifiers[i].events[k];

			if (!event_counts(q, e) || !refusal_in_scope(q, e) || !stands(q, f, i, e))
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
	if (q->purpose->compliance || q->purpose->survives_restriction)
		return NULL;
	return refused(q, f, restriction, r) ? "D_RESTRICTED" : NULL;
}

/* A later act of the person at the very address, told to us first hand, ends an erasure's or a
 * complaint's suppression; every other cause waits for its lift. */
static bool
asked_again(const struct question *q, const struct fact_identifier *id, const struct event *s)
{
	if (id->shared || (!span_is(s->cause, "erasure") && !span_is(s->cause, "complaint")))
		return false;
	for (size_t k = 0; k < id->event_count; k++) {
		const struct event *g = id->events[k];
		const struct policy_source *source = NULL;

		if (!is_grant(g) || !event_counts(q, g) || g->src.p == NULL)
			continue;
		source = policy_source(q->policy, g->src);
		if (source != NULL && source->first_party && span_is(g->actor, "subject") &&
		    grant_evidenced(g) && event_later(g, s))
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
		bool here = i == f->contact || id->sent ||
		    (f->contact != CONTACT_NONE &&
		    token_equal(&id->token, &f->identifiers[f->contact].token));

		for (size_t k = 0; k < id->suppressing_count; k++) {
			const struct event *s = id->suppressing[k];

			if ((!here && !s->reach_person) || s->type != EVENT_SUPPRESS ||
			    !event_counts(q, s) || !refusal_in_scope(q, s) ||
			    is_lifted(q, f, s, EVENT_UNSUPPRESS) || asked_again(q, id, s))
				continue;
			ruling_evidence(r, s->seq);
			code = "D_SUPPRESSED";
		}
	}
	return code;
}

/* A later sound consent at a place that reaches it is the only thing that overrules "no
 * marketing", and only where marketing rests on consent. */
static bool
consented_after(const struct question *q, const struct facts *f, size_t place,
    const struct event *no)
{
	const struct fact_identifier *id;

	if (f->contact == CONTACT_NONE && q->needs_contact)
		return false;
	for (size_t i = 0; i < f->identifier_count; i++) {
		id = &f->identifiers[i];
		if (id->shared)
			continue;
		for (size_t k = 0; k < id->event_count; k++) {
			const struct event *g = id->events[k];

			if (is_grant(g) && event_counts(q, g) && grant_in_scope(q, g) &&
			    (!q->needs_contact || grant_permits_at(q, f, g, i, f->contact)) &&
			    grant_sound(q, f, g,
			    policy_basis(q->purpose, q->policy->regimes[0].id)) &&
			    grant_beats(q, f, g, i, no, place))
				return true;
		}
	}
	return false;
}

static bool
dm_objection(const struct question *q, const struct facts *f, size_t place, const struct event *e)
{
	if (rests_on_consent(q))
		return e->type == EVENT_OBJECT_DM && !consented_after(q, f, place, e);
	return e->type == EVENT_OBJECT_DM || e->type == EVENT_WITHDRAW || e->type == EVENT_DENY;
}

/* Under a basis other than consent a withdrawal of marketing is an objection to it, whatever
 * word the producer used, and final. */
const char *
step_dm_objection(const struct question *q, const struct facts *f, struct ruling *r)
{
	if (!q->purpose->direct_marketing)
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
	bool applies = false;

	for (size_t i = 0; i < q->policy->regime_count; i++) {
		const struct policy_basis *b = policy_basis(q->purpose, q->policy->regimes[i].id);

		applies |= b != NULL && b->type == BASIS_LEGITIMATE_INTERESTS;
	}
	return applies && refused(q, f, objection, r) ? "D_OBJECTED" : NULL;
}
