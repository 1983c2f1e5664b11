/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/basis.c: whether the one declared basis holds (consent 6.2) */
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

/* "Some that beats every refusal", as with consent, but wherever a refusal stands it counts. */
static bool
soft_beats_all(const struct question *q, const struct facts *f, const struct event *g,
    size_t anchor, struct ruling *r)
{
	bool all = true;

	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++) {
			const struct event *no = f->identifiers[i].events[k];

			if ((no->type != EVENT_DENY && no->type != EVENT_WITHDRAW &&
			    !cell_revoked(q, f, no, i, anchor)) || !event_counts(q, no) ||
			    !refusal_in_scope(q, no) || grant_beats(q, f, g, anchor, no, i))
				continue;
			ruling_evidence(r, no->seq);
			all = false;
		}
	return all;
}

static instant
soft_end(const struct event *g, const struct policy_basis *basis)
{
	instant end = basis->has_max_age ? instant_add(g->lo, basis->max_age, 1) : INT64_MAX;

	return g->until != INSTANT_NONE && g->until < end ? g->until : end;
}

static const char *
soft_opt_in_holds(const struct question *q, struct facts *f, const struct policy_basis *basis,
    struct ruling *r)
{
	const struct event *best = NULL;
	instant end = INSTANT_NONE;
	struct ruling refused = { 0 };

	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++) {
			const struct event *g = f->identifiers[i].events[k];
			instant until = soft_end(g, basis);

			if (g->type != EVENT_SOFT_OPT_IN || !grant_usable(q, f, g, i) ||
			    !grant_evidenced(g) || grant_revoked(q, f, g, NULL) ||
			    until <= q->as_of || !soft_beats_all(q, f, g, i, &refused))
				continue;
			cover_holders(q, f, g, i);
			if (until > end || (until == end && g->seq < best->seq)) {
				best = g;
				end = until;
			}
		}
	if (best != NULL) {
		ruling_evidence(r, best->seq);
		r->valid_until = end < r->valid_until ? end : r->valid_until;
		return NULL;
	}
	for (size_t i = 0; i < refused.evidence_count; i++)
		ruling_evidence(r, refused.evidence[i]);
	return refused.evidence_count > 0 ? "D_WITHDRAWN" : "D_NO_CONSENT";
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
