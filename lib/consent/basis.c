/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/basis.c: whether the one declared basis holds (consent 6.2) */
#include "consent/scope.h"
#include "consent/steps.h"
#include "consent/token.h"

static bool
any_or(struct span said, struct span asked)
{
	return said.p == NULL || span_equal(said, SPAN("*")) || span_equal(said, asked);
}

/* The event stands at the contact or at its account; without a contact, anywhere at the
 * person that is not shared. */
static bool
stands_here(const struct question *q, const struct facts *f, const struct event *e, size_t anchor)
{
	const struct fact_identifier *at = &f->identifiers[anchor], *contact;
	int64_t account = account_member(q, f, e);

	if (at->shared)
		return false;
	if (!q->needs_contact)
		return true;
	contact = &f->identifiers[f->contact];
	if (contact->shared)
		return false;
	if (token_equal(&at->token, &contact->token))
		return true;
	if (account >= 0 && identifier_held(contact, (uint32_t)account))
		return true;
	for (size_t i = 0; span_is(at->type, "record") && i < at->holder_count; i++) {
		const struct fact_member *m = &f->members[at->holders[i]];

		if (m->source != NULL && m->source->assurance >= q->policy->grant_edge_min &&
		    identifier_held(contact, at->holders[i]))
			return true;
	}
	return false;
}

/* When the contract is over: the earliest reading of its end, the tail included. */
static instant
contract_end(const struct question *q, const struct facts *f, const struct event *declared,
    const struct policy_basis *basis, uint64_t *ended_by)
{
	const struct event *const *list;
	size_t n = referrers_of(f->referrers, declared->seq, &list);
	instant end = declared->until;

	for (size_t i = 0; i < n; i++)
		if (list[i]->type == EVENT_BASIS_ENDED && event_counts(q, list[i]) &&
		    (end == INSTANT_NONE || list[i]->lo < end)) {
			end = list[i]->lo;
			*ended_by = list[i]->seq + 1;
		}
	if (end == INSTANT_NONE)
		return INT64_MAX;
	return basis->has_tail ? instant_add(end, basis->tail, 1) : end;
}

/* An end without a reference closes whatever stands at that identifier. */
static bool
ended_at_large(const struct question *q, const struct facts *f, size_t anchor,
    const struct event *declared, const struct policy_basis *basis)
{
	const struct fact_identifier *id = &f->identifiers[anchor];

	for (size_t k = 0; k < id->event_count; k++) {
		const struct event *e = id->events[k];

		if (e->type == EVENT_BASIS_ENDED && e->ref == 0 && event_counts(q, e) &&
		    refusal_in_scope(q, e) && !event_later(declared, e) &&
		    (basis->has_tail ? instant_add(e->lo, basis->tail, 1) : e->lo) < q->as_of)
			return true;
	}
	return false;
}

struct contract {
	uint64_t	 seq, ended_by;	/* seq + 1; 0: none */
	instant		 end;
};

/* When what was declared is over at the latest, whatever ends it: a contract with its tail, an
 * incident when it is too old to be acted upon. */
static instant
declared_end(const struct question *q, const struct facts *f, const struct event *e, size_t anchor,
    const struct policy_basis *basis, uint64_t *ended_by)
{
	instant end = contract_end(q, f, e, basis, ended_by);

	if (basis->type == BASIS_VITAL_INTERESTS && basis->has_max_age) {
		instant old = instant_add(e->lo, basis->max_age, 1);

		end = old < end ? old : end;
	}
	return ended_at_large(q, f, anchor, e, basis) ? INSTANT_NONE + 1 : end;
}

static bool
is_declared(const struct question *q, const struct event *e, enum basis_type type)
{
	return e->type == EVENT_BASIS_DECLARED && event_counts(q, e) &&
	    span_equal(e->purpose, q->purpose->id) && any_or(e->controller, q->controller) &&
	    (e->basis.p == NULL || span_equal(e->basis, basis_name(type)));
}

/* What was declared and lasts longest; the oldest of equals. */
static struct contract
find_declared(const struct question *q, const struct facts *f, const struct policy_basis *basis,
    enum basis_type type)
{
	struct contract best = { 0, 0, INSTANT_NONE };

	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++) {
			const struct event *e = f->identifiers[i].events[k];
			struct contract c = { e->seq + 1, 0, 0 };

			if (!is_declared(q, e, type) || (type == BASIS_VITAL_INTERESTS ?
			    f->identifiers[i].shared : !stands_here(q, f, e, i)))
				continue;
			c.end = declared_end(q, f, e, i, basis, &c.ended_by);
			if (c.end > best.end || (c.end == best.end && c.seq < best.seq))
				best = c;
		}
	return best;
}

static void
cite(const struct contract *c, struct ruling *r)
{
	ruling_evidence(r, c->seq - 1);
	if (c->ended_by != 0)
		ruling_evidence(r, c->ended_by - 1);
	if (c->end < r->valid_until)
		r->valid_until = c->end;
}

const char *
contract_holds(const struct question *q, const struct facts *f, const struct policy_basis *basis,
    struct ruling *r)
{
	struct contract c = find_declared(q, f, basis, BASIS_CONTRACT);

	if (c.seq == 0)
		return "D_NO_CONTRACT";
	cite(&c, r);
	return c.end < q->as_of ? "D_CONTRACT_ENDED" : NULL;
}

/* An incident is the person's, wherever it was told; one that is too old is none. */
static const char *
incident_holds(const struct question *q, const struct facts *f, const struct policy_basis *basis,
    struct ruling *r)
{
	struct contract c = find_declared(q, f, basis, BASIS_VITAL_INTERESTS);

	if (c.seq == 0)
		return "D_NO_INCIDENT";
	cite(&c, r);
	return c.end <= q->as_of ? "D_NO_INCIDENT" : NULL;
}

/* The law asks for the newest record's keeping, and not for longer than it says. */
static const char *
obligation_holds(const struct question *q, const struct facts *f, const struct policy_basis *basis,
    struct ruling *r)
{
	instant end;

	if (!basis->has_retention)
		return NULL;
	if (f->newest == INSTANT_NONE)
		return "D_RETENTION_OVER";
	end = instant_add(f->newest, basis->retention, 1);
	if (end < r->valid_until)
		r->valid_until = end;
	return end <= q->as_of ? "D_RETENTION_OVER" : NULL;
}

/* ---- soft opt-in ---- */

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
soft_opt_in_holds(const struct question *q, const struct facts *f,
    const struct policy_basis *basis, struct ruling *r)
{
	struct contract best = { 0, 0, INSTANT_NONE };
	struct ruling refused = { 0 };

	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++) {
			const struct event *g = f->identifiers[i].events[k];
			struct contract c = { g->seq + 1, 0, soft_end(g, basis) };

			if (g->type != EVENT_SOFT_OPT_IN || !grant_usable(q, f, g, i) ||
			    !grant_evidenced(g) || grant_revoked(q, f, g, NULL) ||
			    c.end <= q->as_of || !soft_beats_all(q, f, g, i, &refused))
				continue;
			if (c.end > best.end || (c.end == best.end && c.seq < best.seq))
				best = c;
		}
	if (best.seq != 0) {
		cite(&best, r);
		return NULL;
	}
	for (size_t i = 0; i < refused.evidence_count; i++)
		ruling_evidence(r, refused.evidence[i]);
	return refused.evidence_count > 0 ? "D_WITHDRAWN" : "D_NO_CONSENT";
}

/* ---- notices ---- */

static bool
names_purpose(const struct question *q, struct span notice, int64_t version, struct span lang)
{
	const struct policy_notice *n;

	if (notice.p == NULL || version < 1)
		return false;
	n = policy_notice(q->policy, notice, version, lang);
	return n != NULL && names_has(&n->purposes, q->purpose->id) && n->published_at <= q->as_of;
}

static bool
notice_event(const struct question *q, const struct event *e)
{
	return e->type == EVENT_NOTICE_SERVED && event_counts(q, e) &&
	    any_or(e->controller, q->controller) && any_or(e->purpose, q->purpose->id) &&
	    names_purpose(q, e->notice_id, e->notice_version, e->notice_lang);
}

static bool
source_gives_notice(const struct question *q, const struct fact_member *m)
{
	return m->source != NULL && m->unusable == NULL &&
	    span_equal(m->source->controller, q->controller) &&
	    names_purpose(q, m->source->notice_id, m->source->notice_version, span_none());
}

/* Records that the notice reached: only their values may be used without a contact. */
static void
cover_holders(const struct question *q, struct facts *f, const struct event *e, size_t anchor)
{
	const struct fact_identifier *at = &f->identifiers[anchor];
	int64_t account = account_member(q, f, e);

	for (size_t i = 0; i < at->holder_count; i++)
		f->members[at->holders[i]].covered = true;
	if (account >= 0)
		f->members[account].covered = true;
}

static bool
served(const struct question *q, struct facts *f, struct ruling *r)
{
	bool found = false;

	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++) {
			const struct event *e = f->identifiers[i].events[k];

			if (!notice_event(q, e) || !stands_here(q, f, e, i))
				continue;
			cover_holders(q, f, e, i);
			ruling_evidence(r, e->seq);
			found = true;
		}
	return found;
}

static bool
collected_with_notice(const struct question *q, struct facts *f, struct ruling *r)
{
	bool found = false;

	for (size_t i = 0; i < f->member_count; i++) {
		struct fact_member *m = &f->members[i];

		if (!source_gives_notice(q, m) || (q->needs_contact &&
		    !identifier_held(&f->identifiers[f->contact], (uint32_t)i)))
			continue;
		m->covered = true;
		found = true;
		if (r->notice == NULL)
			r->notice = m->source;
	}
	return found;
}

static const char *
notice_given(const struct question *q, struct facts *f, struct ruling *r)
{
	bool by_event = served(q, f, r), by_source = collected_with_notice(q, f, r);

	return by_event || by_source ? NULL : "D_NO_NOTICE";
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
		cover_all(f);
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
