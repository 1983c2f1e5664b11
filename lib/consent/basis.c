/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/basis.c: whether the one declared basis holds (consent 6.2) */
#include "consent/outer.h"
#include "consent/scope.h"
#include "consent/steps.h"

/* The law asks for the newest record's keeping, and not for longer than it says. */
static const char *
obligation_holds(const struct question *q, const struct facts *f, const struct policy_basis *basis,
    struct ruling *r)
{
	instant end;

	if (!basis->has_retention)
		return NULL;
	if (f->newest == INSTANT_NONE)
		return "E_COLLECTION_TIME";
	end = instant_add(f->newest, basis->retention, 1);
	if (end < r->valid_until)
		r->valid_until = end;
	return end <= q->as_of ? "D_RETENTION_OVER" : NULL;
}

/* Wherever a refusal stands it counts, unless the grant beats it. */
static bool
soft_stopped(const struct question *q, const struct facts *f, const struct event *g, size_t anchor,
    const struct event *no, size_t place)
{
	return (no->type == EVENT_DENY || no->type == EVENT_WITHDRAW ||
	    cell_revoked(q, f, no, place, anchor)) && !grant_beats(q, f, g, anchor, no, place);
}

static bool
soft_beats_each(const struct question *q, const struct facts *f, const struct event *g, size_t anchor)
{
	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++)
			if (says_no(q, f->identifiers[i].events[k]) &&
			    soft_stopped(q, f, g, anchor, f->identifiers[i].events[k], i))
				return false;
	return true;
}

/* "Some that beats every refusal", as with consent. */
static bool
soft_beats_all(const struct question *q, const struct facts *f, const struct event *g,
    size_t anchor, const struct outers *last)
{
	for (size_t i = 0; i < last->count; i++) {
		const struct outer *no = &last->list[i];

		if (soft_stopped(q, f, g, anchor, no->by_time, no->place) ||
		    soft_stopped(q, f, g, anchor, no->by_number, no->place))
			return false;
	}
	return !last->full || soft_beats_each(q, f, g, anchor);
}

static instant
soft_end(const struct event *g, const struct policy_basis *basis)
{
	instant end = basis->has_max_age ? instant_add(g->lo, basis->max_age, 1) : INT64_MAX;

	return g->until != INSTANT_NONE && g->until < end ? g->until : end;
}

static bool
soft_usable(const struct question *q, const struct facts *f, const struct policy_basis *basis,
    const struct event *g, size_t anchor)
{
	return g->type == EVENT_SOFT_OPT_IN && grant_usable(q, f, g, anchor) && grant_evidenced(g) &&
	    !grant_revoked(q, f, g, NULL) && soft_end(g, basis) > q->as_of;
}

static bool
soft_stops_one(const struct question *q, const struct facts *f, const struct policy_basis *basis,
    const struct event *no, size_t place)
{
	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++)
			if (soft_usable(q, f, basis, f->identifiers[i].events[k], i) &&
			    soft_stopped(q, f, f->identifiers[i].events[k], i, no, place))
				return true;
	return false;
}

/* If it stops any of the grants, then the first. */
static bool
soft_stops(const struct question *q, const struct facts *f, const struct policy_basis *basis,
    const struct outers *first, const struct event *no, size_t place)
{
	for (size_t i = 0; i < first->count; i++) {
		const struct outer *g = &first->list[i];

		if (soft_stopped(q, f, g->by_time, g->place, no, place) ||
		    soft_stopped(q, f, g->by_number, g->place, no, place))
			return true;
	}
	return first->full && soft_stops_one(q, f, basis, no, place);
}

/* The grants that may be used, and the one of them that holds longest. */
struct soft {
	const struct event	*best;
	instant			 end;		/* of the best */
	struct outers		 first;		/* of all, also of those that do not hold */
};

static void
soft_find(const struct question *q, struct facts *f, const struct policy_basis *basis, struct soft *s)
{
	struct outers last = { .count = 0 };

	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++) {
			const struct event *g = f->identifiers[i].events[k];
			instant until = soft_end(g, basis);

			if (!soft_usable(q, f, basis, g, i))
				continue;
			if (s->first.count == 0)
				last_refusals(q, f, 0, &last);
			outers_add(&s->first, OUTER_FIRST, i, g);
			if (!soft_beats_all(q, f, g, i, &last))
				continue;
			cover_holders(q, f, g, i);
			if (until > s->end || (until == s->end && g->seq < s->best->seq)) {
				s->best = g;
				s->end = until;
			}
		}
}

static const char *
soft_opt_in_holds(const struct question *q, struct facts *f, const struct policy_basis *basis,
    struct ruling *r)
{
	struct soft s = { .end = INSTANT_NONE };
	bool refused = false;

	soft_find(q, f, basis, &s);
	if (s.best != NULL) {
		ruling_evidence(r, s.best->seq);
		r->valid_until = s.end < r->valid_until ? s.end : r->valid_until;
		return NULL;
	}
	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++) {
			const struct event *no = f->identifiers[i].events[k];

			if (says_no(q, no) && soft_stops(q, f, basis, &s.first, no, i)) {
				ruling_evidence(r, no->seq);
				refused = true;
			}
		}
	return refused ? "D_WITHDRAWN" : "D_NO_CONSENT";
}

static void
cover_all(struct facts *f)
{
	for (size_t i = 0; i < f->member_count; i++)
		f->members[i].covered = true;
}

/* The records that the basis covers are in f->members[].covered afterwards. */
static const char *
evaluate(const struct question *q, struct facts *f, size_t regime, struct ruling *r)
{
	const struct policy_basis *basis = q->regimes[regime].basis;

	switch (basis->type) {
	case BASIS_CONSENT:
		r->code = "P_CONSENT";
		return consent_holds(q, f, regime, r);
	case BASIS_LEGITIMATE_INTERESTS:
		r->code = "P_LI";
		return notice_given(q, f, r);
	case BASIS_NOTICE_OPT_OUT:
		r->code = "P_NOTICE";
		return notice_given(q, f, r);
	case BASIS_SOFT_OPT_IN:
		r->code = "P_SOFT_OPT_IN";
		return soft_opt_in_holds(q, f, basis, r);
	case BASIS_CONTRACT:
		r->code = "P_CONTRACT";
		cover_all(f);
		return contract_holds(q, f, basis, r);
	case BASIS_LEGAL_OBLIGATION:
		r->code = "P_LEGAL";
		cover_all(f);
		return obligation_holds(q, f, basis, r);
	case BASIS_VITAL_INTERESTS:
		r->code = "P_VITAL";
		cover_all(f);
		return incident_holds(q, f, basis, r);
	case BASIS_PUBLIC_TASK:
		r->code = "P_PUBLIC_TASK";
		cover_all(f);
		return NULL;	/* a citation is registered, or step 0 had said no */
	case BASIS_REGIME:
		r->code = "P_REGIME";
		cover_all(f);
		return NULL;
	case BASIS_NONE:
		break;
	}
	return "E_BASIS_UNDECLARED";
}

const char *
step_basis(const struct question *q, struct facts *f, size_t regime, struct ruling *r)
{
	r->registered_ref = q->regimes[regime].basis->registered_ref;
	return evaluate(q, f, regime, r);
}
