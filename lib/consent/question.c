/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/question.c: what is asked, worked out once for all rows, in each regime */
#include "consent/decide.h"
#include "consent/fields.h"

/* Where a country is neither in the regime's area nor on its list of safe ones, the contract must
 * name a safeguard. */
static const char *
transfer_code(const struct policy_destination *d, const struct policy_regime *regime)
{
	if (d == NULL || d->has_transfer)
		return NULL;
	if (!regime_is_safe(regime, d->recipient_country))
		return "D_TRANSFER";
	for (size_t k = 0; k < d->countries.n; k++)
		if (!regime_is_safe(regime, d->countries.v[k]))
			return "D_TRANSFER";
	return NULL;
}

static const char *
contract_code(const struct question *q)
{
	const struct policy_destination *d = q->destination;
	bool channel;

	if (d == NULL)
		return NULL;
	channel = d->channel.p == NULL || span_is(d->channel, "none") ? !q->needs_contact :
	    span_equal(d->channel, q->channel);
	if (!names_has(&d->purposes, q->purpose->id) || !channel ||
	    !span_equal(d->controller, q->controller) ||
	    (d->ends != INSTANT_NONE && q->as_of >= d->ends))
		return "D_DESTINATION";
	return NULL;
}

/* Direct marketing by some channels may rest on some bases only, whatever the purpose declares. */
static const char *
channel_code(const struct question *q, const struct policy_regime *regime,
    const struct policy_basis *b)
{
	struct span type = b == NULL ? basis_name(BASIS_NONE) : policy_basis_name(b);

	for (size_t k = 0; k < regime->rule_count && q->purpose->direct_marketing; k++)
		if (names_has(&regime->rules[k].channels, q->channel) &&
		    !names_has(&regime->rules[k].allow, type))
			return "D_CHANNEL_RULE";
	return NULL;
}

static bool
basis_complete(const struct question *q, const struct policy_basis *b)
{
	switch (b->type) {
	case BASIS_CONSENT:
		return b->has_max_age && q->purpose->notice.p != NULL &&
		    q->purpose->min_version > 0;
	case BASIS_LEGITIMATE_INTERESTS:
		return b->lia_ref.p != NULL;
	case BASIS_LEGAL_OBLIGATION:
	case BASIS_PUBLIC_TASK:
	case BASIS_REGIME:
		return b->citation.p != NULL;
	case BASIS_VITAL_INTERESTS:
		return b->has_max_age;
	case BASIS_CONTRACT:
	case BASIS_SOFT_OPT_IN:
	case BASIS_NOTICE_OPT_OUT:
		return true;
	case BASIS_NONE:
		break;
	}
	return false;
}

static const char *
row_code(const struct question *q, const struct policy_basis *b)
{
	if (b == NULL || b->type == BASIS_NONE || b->registered_at == INSTANT_NONE ||
	    b->registered_at > q->as_of)
		return "E_BASIS_UNDECLARED";
	return basis_complete(q, b) ? NULL : "E_BASIS_INCOMPLETE";
}

static void
set_regime(struct question *q, size_t i)
{
	const struct policy_regime *regime = &q->policy->regimes[i];
	const struct policy_basis *b = policy_basis(q->purpose, regime->id);
	regime_set one = (regime_set)1 << i;

	q->regimes[i] = (struct question_regime){ b, row_code(q, b), channel_code(q, regime, b),
	    transfer_code(q->destination, regime) };
	q->resting[b == NULL ? BASIS_NONE : b->type] |= one;
	q->gpc_binds |= regime->gpc_binds ? one : 0;
	q->override_stands |= regime->override_stands ? one : 0;
	q->needs_age |= regime->digital_age > 0 || regime->age_count > 0;
	q->needs_age |= q->sells && (regime->sale_opt_in_below > 0 ||
	    regime->sale_guardian_below > 0);
}

/* Special data, or a field that says where somebody is. */
static bool
is_sensitive(const struct question *q)
{
	if (q->purpose->special)
		return true;
	for (size_t i = 0; i < q->policy->field_count; i++) {
		const struct policy_field *x = &q->policy->fields[i];

		if ((x->category == CATEGORY_SPECIAL || x->category == CATEGORY_PRECISE_LOCATION) &&
		    field_wanted(q, x->path) != FIELD_OUT)
			return true;
	}
	return false;
}

static void
set_purpose(struct question *q)
{
	q->view = policy_view(q->policy, q->purpose->id);
	q->contract_code = contract_code(q);
	q->sells = q->purpose->sale || q->purpose->share ||
	    (q->destination != NULL && q->destination->sale_or_share);
	q->sensitive = is_sensitive(q);
	q->needs_age = q->purpose->child_directed;
	q->gpc_binds = q->override_stands = 0;
	for (size_t t = 0; t <= BASIS_REGIME; t++)
		q->resting[t] = 0;
	for (size_t i = 0; i < q->policy->regime_count && i < REGIMES_MAX; i++)
		set_regime(q, i);
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
	q->reaches_records = q->reach != NULL && names_has(&q->reach->types, SPAN("record"));
	q->view = NULL;
	q->contract_code = NULL;
	q->defaults = regimes_by_default(p);
	q->established = regimes_of_controller(p, q->controller_entry);
	if (q->purpose != NULL)
		set_purpose(q);
	return q->purpose != NULL && q->controller_entry != NULL;
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

/* The latest registration over the regimes; INSTANT_NONE: not declared in one of them. */
static instant
registration(const struct question *q, regime_set in_play, const struct policy_purpose *p)
{
	instant latest = INSTANT_NONE;

	for (size_t i = 0; i < q->policy->regime_count; i++) {
		const struct policy_basis *b;

		if (!regime_in(in_play, i))
			continue;
		b = p == q->purpose ? q->regimes[i].basis :
		    policy_basis(p, q->policy->regimes[i].id);
		if (b == NULL || b->registered_at == INSTANT_NONE)
			return INSTANT_NONE;
		if (b->registered_at > latest)
			latest = b->registered_at;
	}
	return latest;
}

static const struct policy_purpose *
leads_here(const struct question *q, struct span purpose)
{
	if (span_equal(purpose, q->purpose->id))
		return q->purpose;
	for (size_t i = 0; i < q->purpose->compatible_count; i++)
		if (span_equal(q->purpose->compatible[i].purpose, purpose))
			return policy_purpose(q->policy, purpose);
	return NULL;
}

const char *
purpose_declared(const struct question *q, regime_set in_play, const struct span *purposes,
    size_t count, instant from, instant to)
{
	bool declared = false;

	for (size_t i = 0; i < count; i++) {
		const struct policy_purpose *p = leads_here(q, purposes[i]);
		instant since;

		if (p == NULL)
			continue;
		declared = true;
		since = registration(q, in_play, p);
		if (since != INSTANT_NONE && from != INSTANT_NONE && from >= since &&
		    to <= q->as_of)
			return NULL;
	}
	if (!declared)
		return "D_PURPOSE_NOT_DECLARED";
	return from == INSTANT_NONE || to > q->as_of ? "E_COLLECTION_TIME" :
	    "E_BASIS_AFTER_COLLECTION";
}
