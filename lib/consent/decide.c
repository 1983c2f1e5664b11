/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/decide.c: the order of the steps, the verdict, and how long it holds */
#include "consent/decide.h"
#include "consent/scope.h"
#include "consent/steps.h"
#include <string.h>

void
ruling_evidence(struct ruling *r, uint64_t seq)
{
	size_t at = 0;

	while (at < r->evidence_count && r->evidence[at] < seq)
		at++;
	if (at < r->evidence_count && r->evidence[at] == seq)
		return;
	if (at == RULING_EVIDENCE)
		return;
	if (r->evidence_count == RULING_EVIDENCE)
		r->evidence_count--;
	memmove(r->evidence + at + 1, r->evidence + at,
	    (r->evidence_count - at) * sizeof(r->evidence[0]));
	r->evidence[at] = seq;
	r->evidence_count++;
}

/* Where a country is neither in the regime nor on its list of safe ones, the contract must
 * name a safeguard. */
static bool
transfer_safe(const struct policy *p, const struct policy_destination *d)
{
	if (d->has_transfer)
		return true;
	for (size_t i = 0; i < p->regime_count; i++) {
		const struct policy_regime *regime = &p->regimes[i];

		if (!names_has(&regime->countries, d->recipient_country) &&
		    !names_has(&regime->safe_countries, d->recipient_country))
			return false;
		for (size_t k = 0; k < d->countries.n; k++)
			if (!names_has(&regime->countries, d->countries.v[k]) &&
			    !names_has(&regime->safe_countries, d->countries.v[k]))
				return false;
	}
	return true;
}

static const char *
contract_code(const struct question *q)
{
	const struct policy_destination *d = q->destination;
	bool channel;

	if (d == NULL)
		return NULL;
	channel = d->channel.p == NULL ? !q->needs_contact : span_equal(d->channel, q->channel);
	if (!names_has(&d->purposes, q->purpose->id) || !channel ||
	    !span_equal(d->controller, q->controller) ||
	    (d->ends != INSTANT_NONE && q->as_of >= d->ends))
		return "D_DESTINATION";
	return transfer_safe(q->policy, d) ? NULL : "D_TRANSFER";
}

/* Direct marketing by some channels may rest on some bases only, whatever the purpose declares. */
static const char *
channel_code(const struct question *q)
{
	for (size_t i = 0; i < q->policy->regime_count && q->purpose->direct_marketing; i++) {
		const struct policy_regime *regime = &q->policy->regimes[i];
		const struct policy_basis *b = policy_basis(q->purpose, regime->id);
		struct span type = basis_name(b == NULL ? BASIS_NONE : b->type);

		for (size_t k = 0; k < regime->rule_count; k++)
			if (names_has(&regime->rules[k].channels, q->channel) &&
			    !names_has(&regime->rules[k].allow, type))
				return "D_CHANNEL_RULE";
	}
	return NULL;
}

bool
question_set(struct question *q, const struct policy *p, struct span purpose, struct span channel,
    struct span controller, const struct policy_destination *destination)
{
	q->policy = p;
	q->purpose = policy_purpose(p, purpose);
	q->controller_entry = policy_controller(p, controller);
	q->channel = channel;
	q->controller = controller;
	q->destination = destination;
	q->needs_contact = !span_is(channel, "none");
	q->reach = q->needs_contact ? policy_channel(p, channel) : NULL;
	q->view = q->purpose == NULL ? NULL : policy_view(p, purpose);
	q->channel_code = q->purpose == NULL ? NULL : channel_code(q);
	q->contract_code = q->purpose == NULL ? NULL : contract_code(q);
	return q->purpose != NULL && q->controller_entry != NULL;
}

static bool
basis_complete(const struct question *q, const struct policy_basis *b)
{
	switch (b->type) {
	case BASIS_CONSENT:
		return b->has_max_age && q->purpose->notice.p != NULL &&
		    q->purpose->min_version > 0;
	case BASIS_CONTRACT:
		return true;
	case BASIS_LEGITIMATE_INTERESTS:
		return b->lia_ref.p != NULL;
	default:
		return false;
	}
}

const char *
step_row(const struct question *q, const struct facts *f, struct ruling *r)
{
	(void)r;
	if (q->purpose == NULL)
		return "E_PURPOSE_UNKNOWN";
	if (q->controller_entry == NULL)
		return "E_CONTROLLER_UNKNOWN";
	if (!names_has(&q->purpose->channels, q->channel))
		return "E_CHANNEL_UNKNOWN";
	for (size_t i = 0; i < f->member_count; i++)
		if (f->members[i].source == NULL)
			return "E_SOURCE_UNKNOWN";
	if (q->policy->regime_count == 0)
		return "E_BASIS_UNDECLARED";
	for (size_t i = 0; i < q->policy->regime_count; i++) {
		const struct policy_basis *b = policy_basis(q->purpose, q->policy->regimes[i].id);

		if (b == NULL || b->type == BASIS_NONE || b->registered_at == INSTANT_NONE ||
		    b->registered_at > q->as_of)
			return "E_BASIS_UNDECLARED";
		if (!basis_complete(q, b))
			return "E_BASIS_INCOMPLETE";
	}
	return NULL;
}

/* All regimes in play must permit. Without any contact there is nobody to ask the basis about:
 * step 13 says so. */
static const char *
every_basis(const struct question *q, struct facts *f, struct ruling *r)
{
	if (q->needs_contact && f->contact == CONTACT_NONE)
		return NULL;
	for (size_t i = 0; i < q->policy->regime_count; i++) {
		const struct policy_basis *b = policy_basis(q->purpose, q->policy->regimes[i].id);
		const char *code = step_basis(q, f, b, r);

		if (code != NULL)
			return code;
	}
	return NULL;
}

static const char *
take(unsigned step, const struct question *q, struct facts *f, struct ruling *r)
{
	switch (step) {
	case STEP_ROW:
		return step_row(q, f, r);
	case STEP_RESTRICTION:
		return step_restriction(q, f, r);
	case STEP_SUPPRESSION:
		return step_suppression(q, f, r);
	case STEP_DM_OBJECTION:
		return step_dm_objection(q, f, r);
	case STEP_OBJECTION:
		return step_objection(q, f, r);
	case STEP_BASIS:
		return every_basis(q, f, r);
	case STEP_CHANNEL:
		return q->channel_code;
	case STEP_DESTINATION:
		return q->contract_code;
	default:
		return q->needs_contact && f->contact == CONTACT_NONE ? "D_NO_FIELDS" : NULL;
	}
}

instant
question_least_validity(const struct question *q)
{
	instant end = instant_add(q->as_of, q->policy->permit_ttl, 1);

	if (q->destination != NULL && q->destination->ends != INSTANT_NONE &&
	    q->destination->ends < end)
		end = q->destination->ends;
	if (q->next_policy != INSTANT_NONE && q->next_policy < end)
		end = q->next_policy;
	return end;
}

static void
refuse(struct ruling *r, const struct ruling *found, unsigned step, const char *code,
    struct reasons *all)
{
	if (all != NULL) {
		all->failed[all->count].step = step;
		all->failed[all->count++].code = code;
	}
	if (r->code != NULL)
		return;
	*r = *found;
	r->code = code;
	r->step = step;
	r->permitted = false;
	r->valid_until = INSTANT_NONE;
}

/* Everything but the evidence, whose count says that there is none: this runs for every step of
 * every row. */
static void
begin(struct ruling *r)
{
	r->code = NULL;
	r->step = 0;
	r->permitted = false;
	r->basis = BASIS_NONE;
	r->registered_ref = span_none();
	r->notice = NULL;
	r->valid_until = INSTANT_NONE;
	r->evidence_count = 0;
}

struct ruling
decide(const struct question *q, struct facts *f, struct reasons *all)
{
	static const unsigned steps[] = { STEP_ROW, STEP_RESTRICTION, STEP_SUPPRESSION,
	    STEP_DM_OBJECTION, STEP_OBJECTION, STEP_BASIS, STEP_CHANNEL, STEP_DESTINATION,
	    STEP_FIELDS };
	struct ruling refusal, permit, found;

	for (size_t i = 0; i < f->member_count; i++)
		f->members[i].covered = false;
	begin(&refusal);
	begin(&permit);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		const char *code;

		begin(&found);
		if (steps[i] == STEP_BASIS)
			found.valid_until = q->has_least_validity ? q->least_validity :
			    question_least_validity(q);
		code = take(steps[i], q, f, &found);
		if (code != NULL)
			refuse(&refusal, &found, steps[i], code, all);
		else if (steps[i] == STEP_BASIS)
			permit = found;
		if (refusal.code != NULL && (all == NULL || steps[i] == STEP_ROW))
			return refusal;
	}
	if (refusal.code != NULL)
		return refusal;
	permit.step = STEP_BASIS;
	permit.permitted = true;
	return permit;
}

/* The latest registration over the regimes; INSTANT_NONE: not declared in one of them. */
static instant
registration(const struct question *q, const struct policy_purpose *p)
{
	instant latest = INSTANT_NONE;

	for (size_t i = 0; i < q->policy->regime_count; i++) {
		const struct policy_basis *b = policy_basis(p, q->policy->regimes[i].id);

		if (b == NULL || b->registered_at == INSTANT_NONE)
			return INSTANT_NONE;
		if (b->registered_at > latest)
			latest = b->registered_at;
	}
	return latest;
}

static bool
leads_here(const struct question *q, struct span purpose)
{
	if (span_equal(purpose, q->purpose->id))
		return true;
	for (size_t i = 0; i < q->purpose->compatible_count; i++)
		if (span_equal(q->purpose->compatible[i].purpose, purpose))
			return true;
	return false;
}

const char *
purpose_declared(const struct question *q, const struct span *purposes, size_t count, instant from,
    instant to)
{
	bool declared = false;

	for (size_t i = 0; i < count; i++) {
		const struct policy_purpose *p = leads_here(q, purposes[i]) ?
		    policy_purpose(q->policy, purposes[i]) : NULL;
		instant since;

		if (p == NULL)
			continue;
		declared = true;
		since = registration(q, p);
		if (since != INSTANT_NONE && from != INSTANT_NONE && from >= since &&
		    to <= q->as_of)
			return NULL;
	}
	if (!declared)
		return "D_PURPOSE_NOT_DECLARED";
	return from == INSTANT_NONE || to > q->as_of ? "E_COLLECTION_TIME" :
	    "E_BASIS_AFTER_COLLECTION";
}
