/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/scope.c: which events count, and how far a grant reaches */
#include "consent/scope.h"
#include "consent/token.h"

static bool
any(struct span s)
{
	return s.p == NULL || span_equal(s, SPAN("*"));
}

/* What narrows counts from its earliest reading, what widens only from its latest. */
bool
event_counts(const struct question *q, const struct event *e)
{
	enum event_class class = event_class(e->type);

	if (e->recv > q->known_at)
		return false;
	if (class == CLASS_REFUSAL || class == CLASS_STOP || e->type == EVENT_BASIS_ENDED ||
	    e->type == EVENT_BIRTHDATE_KNOWN)
		return e->lo <= q->as_of;
	return e->hi <= q->as_of;
}

static bool
controller_in_scope(const struct question *q, struct span controller)
{
	return any(controller) || span_equal(controller, q->controller) ||
	    policy_same_group(q->policy, controller, q->controller);
}

/* The contract bounds a refusal only when one is asked about: without a destination the
 * permit would hold for every one of them, so any refusal counts. */
static bool
destination_in_scope(const struct question *q, struct span dest)
{
	return any(dest) || q->destination == NULL || span_equal(dest, q->destination->id);
}

bool
refusal_in_scope(const struct question *q, const struct event *r)
{
	return (any(r->purpose) || purpose_within(q->purpose->id, r->purpose)) &&
	    (any(r->channel) || span_equal(r->channel, q->channel)) &&
	    controller_in_scope(q, r->controller) && destination_in_scope(q, r->dest);
}

/* A grant or basis: exactly the purpose (an ancestor with grant_inherits), channel and controller. */
static bool
grant_fits(const struct question *q, const struct event *g)
{
	bool purpose = q->purpose->grant_inherits ? purpose_within(q->purpose->id, g->purpose) :
	    span_equal(g->purpose, q->purpose->id);

	return g->purpose.p != NULL && purpose && span_equal(g->channel, q->channel) &&
	    span_equal(g->controller, q->controller) &&
	    (g->dest.p == NULL ||
	    (q->destination != NULL && span_equal(g->dest, q->destination->id)));
}

bool
identifier_held(const struct fact_identifier *id, uint32_t member)
{
	size_t low = 0, high = id->holder_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (id->holders[middle] < member)
			low = middle + 1;
		else
			high = middle;
	}
	return low < id->holder_count && id->holders[low] == member;
}

/* Member record whose token is the account the event covers and whose source is assured
 * enough; -1 if there is none. */
static int64_t
member_of_account(const struct question *q, const struct facts *f, const struct event *e)
{
	if (!e->covers_account)
		return -1;
	for (size_t i = 0; i < f->member_count; i++)
		if (token_equal(&f->members[i].account, &e->account))
			return f->members[i].source != NULL &&
			    f->members[i].source->assurance >= q->policy->grant_edge_min ?
			    (int64_t)i : -1;
	return -1;
}

static bool
in_account(const struct question *q, const struct facts *f, const struct event *g, size_t place)
{
	const struct fact_identifier *id = &f->identifiers[place];
	int64_t member = member_of_account(q, f, g);

	if (member < 0)
		return false;
	return identifier_held(id, (uint32_t)member) || token_equal(&id->token, &g->account);
}

/* Whether the grant anchored at `anchor` permits contact at `contact`: the same token, or held by
 * the one account record the grant covers. */
static bool
permits_at(const struct question *q, const struct facts *f, const struct event *g,
    size_t anchor, size_t contact)
{
	if (f->identifiers[anchor].shared || f->identifiers[contact].shared)
		return false;
	return token_equal(&f->identifiers[anchor].token, &f->identifiers[contact].token) ||
	    in_account(q, f, g, contact);
}

bool
grant_reaches(const struct question *q, const struct facts *f, const struct event *g,
    size_t anchor, size_t place)
{
	if (f->identifiers[anchor].shared || f->identifiers[place].shared)
		return false;
	return token_equal(&f->identifiers[anchor].token, &f->identifiers[place].token) ||
	    (q->purpose->account_override && in_account(q, f, g, place));
}

bool
grant_usable(const struct question *q, const struct facts *f, const struct event *g, size_t anchor)
{
	if (f->identifiers[anchor].shared)
		return false;
	/* Of many addresses each has a grant of its own, which is soonest told by this. */
	if (q->needs_contact &&
	    (f->contact == CONTACT_NONE || !permits_at(q, f, g, anchor, f->contact)))
		return false;
	return event_counts(q, g) && grant_fits(q, g);
}

bool
grant_evidenced(const struct event *g)
{
	return g->has_commit && method_acceptable(g->method) && !span_is(g->ctype, "implied");
}

bool
is_lifted(const struct question *q, const struct facts *f, const struct event *e,
    enum event_type lift)
{
	const struct event *const *list;
	size_t n = referrers_of(f->referrers, e->seq, &list);

	for (size_t i = 0; i < n; i++)
		if (list[i]->type == lift && list[i]->by.p != NULL && event_counts(q, list[i]))
			return true;
	return false;
}

bool
scope_fits(struct span said, struct span asked)
{
	return any(said) || span_equal(said, asked);
}

bool
stands_here(const struct question *q, const struct facts *f, const struct event *e, size_t anchor)
{
	const struct fact_identifier *at = &f->identifiers[anchor], *contact;
	int64_t account = member_of_account(q, f, e);

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

void
cover_holders(const struct question *q, struct facts *f, const struct event *e, size_t anchor)
{
	const struct fact_identifier *at = &f->identifiers[anchor];
	int64_t account = member_of_account(q, f, e);

	for (size_t i = 0; i < at->holder_count; i++)
		f->members[at->holders[i]].covered = true;
	if (account >= 0)
		f->members[account].covered = true;
}
