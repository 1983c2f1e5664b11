/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/consent_basis.c: whether consent was given and still stands (consent 6.3).
 * Not "the latest wins" but "some grant beats every refusal in scope": a property of the set of
 * events, so the order in which files arrive cannot matter. */
#include "consent/outer.h"
#include "consent/scope.h"
#include "consent/steps.h"
#include "consent/token.h"

enum { FEW = 8 };		/* events that are looked through as soon as anything else is done */

/* How far a grant gets; the one that gets furthest names the code. */
enum grant_rank { RANK_CONFLICT, RANK_REFUSED, RANK_EVIDENCE, RANK_CONFIRM, RANK_VERSION, RANK_AGE,
    RANK_GOOD };

struct trial {				/* one grant under test, and what was found */
	const struct event		*grant;
	size_t				 anchor;
	enum grant_rank			 rank;
	const char			*code;		/* NULL: it holds */
	const struct event		*confirm;
	instant				 end;		/* of a grant that holds */
};

/* What is asked of a grant in one regime. */
struct asked {
	size_t				 regime;
	const struct policy_basis	*basis;		/* consent, or what explicit consent comes on top of */
	bool				 is_explicit;
	bool				 covers;	/* rule 5.6 is applied */
};

static struct asked
asked_in(const struct question *q, size_t regime)
{
	const struct policy_basis *b = q->regimes[regime].basis;

	return (struct asked){ regime, b, b->explicit_consent, true };
}

bool
is_grant(const struct event *e)
{
	return (e->type == EVENT_GRANT || e->type == EVENT_RENEW) &&
	    (e->basis.p == NULL || span_is(e->basis, "consent"));
}

bool
rests_on(const struct question *q, const struct facts *f, regime_set of_type)
{
	(void)q;
	return f->in_play != 0 && (f->in_play & ~of_type) == 0;
}

bool
grant_beats(const struct question *q, const struct facts *f, const struct event *g, size_t anchor,
    const struct event *r, size_t place)
{
	return grant_evidenced(g) && grant_reaches(q, f, g, anchor, place) && event_later(g, r);
}

/* By whomever and wherever the event stands. */
bool
grant_revoked(const struct question *q, const struct facts *f, const struct event *g, struct ruling *r)
{
	const struct event *const *list;
	size_t n = referrers_of(f->referrers, g->seq, &list);

	for (size_t i = 0; i < n; i++)
		if ((list[i]->type == EVENT_REVOKE || list[i]->type == EVENT_INVALIDATE) &&
		    event_counts(q, list[i])) {
			if (r != NULL)
				ruling_evidence(r, list[i]->seq);
			return true;
		}
	return false;
}

/* The grant's own time orders the two: link scanners follow links before people do. */
static const struct event *
confirmation(const struct question *q, const struct facts *f, const struct event *g)
{
	const struct event *const *list;
	size_t n = referrers_of(f->referrers, g->seq, &list);
	instant last = instant_add(g->lo, q->policy->doi_window, 1);

	for (size_t i = 0; i < n; i++)
		if (list[i]->type == EVENT_CONFIRM && event_counts(q, list[i]) &&
		    list[i]->lo >= g->hi && list[i]->hi <= last)
			return list[i];
	return NULL;
}

static bool
needs_confirmation(const struct event *g, const struct policy_basis *basis)
{
	return basis->double_opt_in || span_is(g->ctype, "double_opt_in") ||
	    span_is(g->method, "double_opt_in");
}

/* Whoever types an address into a form is not yet the one who reads it. */
bool
grant_pending(const struct question *q, const struct facts *f, const struct event *g)
{
	static const struct policy_basis plain;
	const struct policy_purpose *p = policy_purpose(q->policy, g->purpose);
	bool asked = needs_confirmation(g, &plain);

	for (size_t i = 0; p != NULL && i < p->basis_count; i++)
		asked |= needs_confirmation(g, &p->basis[i]);
	return asked && confirmation(q, f, g) == NULL;
}

/* A purpose on another basis that needs explicit consent besides may name no notice of its own. */
static bool
version_stale(const struct question *q, const struct event *g)
{
	const struct policy_purpose *p = q->purpose;
	bool in_force = p->effective_min_from == INSTANT_NONE || p->effective_min_from <= q->as_of;

	if (p->notice.p == NULL)
		return false;
	return !span_equal(g->notice_id, p->notice) || g->notice_version < 1 ||
	    (in_force && g->notice_version < p->min_version);
}

/* By age, by its own word, or by the day from which a newer notice is asked for. */
static instant
expiry(const struct question *q, const struct event *g, const struct policy_basis *basis)
{
	const struct policy_purpose *p = q->purpose;
	instant end = INT64_MAX;

	if (basis->type == BASIS_CONSENT)
		end = basis->has_max_age ? instant_add(g->lo, basis->max_age, 1) : g->lo;
	if (p->notice.p != NULL && p->effective_min_from > q->as_of &&
	    g->notice_version < p->min_version && p->effective_min_from < end)
		end = p->effective_min_from;
	return g->until != INSTANT_NONE && g->until < end ? g->until : end;
}

instant
grant_ends(const struct question *q, regime_set of, const struct event *g)
{
	instant end = INT64_MAX;

	for (size_t i = 0; i < q->policy->regime_count; i++)
		if (regime_in(of, i) && q->regimes[i].basis != NULL) {
			instant here = expiry(q, g, q->regimes[i].basis);

			end = here < end ? here : end;
		}
	return end == INT64_MAX ? INSTANT_NONE : end;
}

/* Tests 2 to 5, in order. */
static void
try_form(const struct question *q, const struct facts *f, const struct asked *a, struct trial *t)
{
	const struct policy_basis *basis = a->basis;
	const struct event *g = t->grant;

	t->rank = RANK_EVIDENCE;
	t->code = !g->has_commit ? "D_NO_EVIDENCE" : "D_EVIDENCE_NOT_CONSENT";
	if (!grant_evidenced(g) || (a->is_explicit && !span_is(g->ctype, "explicit")))
		return;
	t->rank = RANK_CONFIRM;
	t->code = "D_PENDING_CONFIRM";
	if (needs_confirmation(g, basis)) {
		t->confirm = confirmation(q, f, g);
		if (t->confirm == NULL)
			return;
	}
	t->rank = RANK_VERSION;
	t->code = "D_STALE_VERSION";
	if (version_stale(q, g))
		return;
	t->rank = RANK_AGE;
	t->code = "D_EXPIRED";
	t->end = expiry(q, g, basis);
	if (q->as_of >= t->end)
		return;
	t->rank = RANK_GOOD;
	t->code = NULL;
}

bool
grant_sound(const struct question *q, const struct facts *f, const struct event *g)
{
	if (grant_revoked(q, f, g, NULL))
		return false;
	for (size_t i = 0; i < q->policy->regime_count; i++) {
		struct trial t = { .grant = g };
		struct asked a;

		if (!regime_in(f->in_play, i))
			continue;
		a = asked_in(q, i);
		try_form(q, f, &a, &t);
		if (t.code != NULL || grant_too_young(q, f, i, g))
			return false;
	}
	return true;
}

bool
cell_revoked(const struct question *q, const struct facts *f, const struct event *r, size_t place,
    size_t anchor)
{
	const struct token *at = &f->identifiers[place].token;

	if ((r->type != EVENT_REVOKE && r->type != EVENT_INVALIDATE) || r->ref != 0)
		return false;
	return token_equal(at, &f->identifiers[anchor].token) ||
	    (q->needs_contact && token_equal(at, &f->identifiers[f->contact].token));
}

/* What one refusal does to one grant, the strongest first; NULL: nothing. */
static const char *
meet(const struct question *q, const struct facts *f, const struct event *r, size_t place,
    const struct trial *t)
{
	bool refusal = r->type == EVENT_DENY || r->type == EVENT_WITHDRAW;
	bool cell = cell_revoked(q, f, r, place, t->anchor);

	if ((!refusal && !cell) || grant_beats(q, f, t->grant, t->anchor, r, place))
		return NULL;
	if (cell)
		return "D_REVOKED";
	if (grant_reaches(q, f, t->grant, t->anchor, place))
		return r->type == EVENT_WITHDRAW ? "D_WITHDRAWN" : "D_DENIED";
	return q->purpose->conflict == CONFLICT_PER_IDENTIFIER ? NULL : "D_CONFLICT_LINKED";
}

/* Of two answers the stronger, so that the order of the person's values does not show. */
static const char *
stronger(const char *a, const char *b)
{
	static const char *const order[] = { "D_WITHDRAWN", "D_DENIED", "D_REVOKED",
	    "D_CONFLICT_LINKED" };

	if (b == NULL)
		return a;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if ((a != NULL && strcmp(a, order[i]) == 0) || strcmp(b, order[i]) == 0)
			return order[i];
	return NULL;
}

bool
says_no(const struct question *q, const struct event *r)
{
	bool cell = (r->type == EVENT_REVOKE || r->type == EVENT_INVALIDATE) && r->ref == 0;

	return (r->type == EVENT_WITHDRAW || r->type == EVENT_DENY || cell) && event_counts(q, r) &&
	    refusal_in_scope(q, r);
}

void
last_refusals(const struct question *q, const struct facts *f, size_t few, struct outers *last)
{
	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; f->identifiers[i].event_count > few &&
		    k < f->identifiers[i].event_count; k++)
			if (says_no(q, f->identifiers[i].events[k]))
				outers_add(last, OUTER_LAST, i, f->identifiers[i].events[k]);
}

static void
try_refusals(const struct question *q, const struct facts *f, const struct outers *last,
    struct trial *t)
{
	size_t few = last->full ? SIZE_MAX : FEW;
	const char *code = NULL;

	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; f->identifiers[i].event_count <= few &&
		    k < f->identifiers[i].event_count; k++)
			if (says_no(q, f->identifiers[i].events[k]))
				code = stronger(code, meet(q, f, f->identifiers[i].events[k], i, t));
	for (size_t i = 0; i < last->count; i++) {
		const struct outer *o = &last->list[i];

		code = stronger(code, meet(q, f, o->by_time, o->place, t));
		code = stronger(code, meet(q, f, o->by_number, o->place, t));
	}
	t->code = code;
	t->rank = code != NULL && strcmp(code, "D_CONFLICT_LINKED") != 0 ? RANK_REFUSED : RANK_CONFLICT;
}

static void
cite_refusals(const struct question *q, const struct facts *f, const struct trial *t,
    struct ruling *r)
{
	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++) {
			const struct event *e = f->identifiers[i].events[k];
			const char *code;

			if (!event_counts(q, e) || !refusal_in_scope(q, e))
				continue;
			code = meet(q, f, e, i, t);
			if (code != NULL && strcmp(code, t->code) == 0)
				ruling_evidence(r, e->seq);
		}
}

/* Nobody granted: a refusal at the contact, or a revoked grant, is still the better answer. */
static const char *
without_grant(const struct question *q, const struct facts *f, bool was_revoked, struct ruling *r)
{
	const char *code = was_revoked ? "D_REVOKED" : "D_NO_CONSENT";

	for (size_t i = 0; i < f->identifier_count; i++) {
		if (f->identifiers[i].event_count == 0 || (q->needs_contact &&
		    !token_equal(&f->identifiers[i].token, &f->identifiers[f->contact].token)))
			continue;
		for (size_t k = 0; k < f->identifiers[i].event_count; k++) {
			const struct event *e = f->identifiers[i].events[k];

			if (!event_counts(q, e) || !refusal_in_scope(q, e) ||
			    (e->type != EVENT_WITHDRAW && e->type != EVENT_DENY))
				continue;
			ruling_evidence(r, e->seq);
			if (e->type == EVENT_WITHDRAW)
				code = "D_WITHDRAWN";
			else if (!span_is(span_from(code), "D_WITHDRAWN"))
				code = "D_DENIED";
		}
	}
	return code;
}

static void
try_grant(const struct question *q, struct facts *f, const struct asked *a, const struct outers *last,
    struct trial *t)
{
	try_refusals(q, f, last, t);
	if (t->code == NULL)
		try_form(q, f, a, t);
	if (t->code == NULL && a->covers)
		cover_holders(q, f, t->grant, t->anchor);
}

/* Furthest first; then by what it says, so that the order of arrival does not show; then the
 * one that lasts longest, and of those the oldest line. */
static bool
better(const struct trial *a, const struct trial *b)
{
	int code;

	if (b->grant == NULL || a->rank != b->rank)
		return b->grant == NULL || a->rank > b->rank;
	code = a->code == NULL ? 0 : strcmp(a->code, b->code);
	if (code != 0)
		return code < 0;
	return a->end != b->end ? a->end > b->end : a->grant->seq < b->grant->seq;
}

static struct trial
best_grant(const struct question *q, struct facts *f, const struct asked *a, bool *was_revoked,
    struct ruling *r)
{
	struct trial best = { 0 };
	struct outers last = { 0 };
	bool known = false;		/* the last refusals */

	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++) {
			struct trial t = { .grant = f->identifiers[i].events[k], .anchor = i };

			if (!is_grant(t.grant) || !grant_usable(q, f, t.grant, i) ||
			    grant_too_young(q, f, a->regime, t.grant))
				continue;
			if (grant_revoked(q, f, t.grant, r)) {
				*was_revoked = true;
				continue;
			}
			if (!known)
				last_refusals(q, f, FEW, &last);
			known = true;
			try_grant(q, f, a, &last, &t);
			if (better(&t, &best))
				best = t;
		}
	return best;
}

static const char *
holds(const struct question *q, struct facts *f, const struct asked *a, struct ruling *r)
{
	bool was_revoked = false;
	struct ruling cited = { 0 };
	struct trial best = best_grant(q, f, a, &was_revoked, &cited);

	if (best.grant == NULL) {
		for (size_t i = 0; i < cited.evidence_count; i++)
			ruling_evidence(r, cited.evidence[i]);
		return without_grant(q, f, was_revoked, r);
	}
	ruling_evidence(r, best.grant->seq);
	if (best.rank <= RANK_REFUSED && best.code != NULL)
		cite_refusals(q, f, &best, r);
	if (best.code != NULL)
		return best.code;
	if (best.confirm != NULL)
		ruling_evidence(r, best.confirm->seq);
	if (best.end < r->valid_until)
		r->valid_until = best.end;
	return NULL;
}

const char *
consent_holds(const struct question *q, struct facts *f, size_t regime, struct ruling *r)
{
	struct asked a = asked_in(q, regime);

	return holds(q, f, &a, r);
}

const char *
explicit_consent_holds(const struct question *q, struct facts *f, size_t regime, struct ruling *r)
{
	struct asked a = asked_in(q, regime);

	a.is_explicit = true;
	a.covers = false;
	return holds(q, f, &a, r);
}
