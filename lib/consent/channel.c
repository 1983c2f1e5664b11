/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/channel.c: steps 9 to 12, what a purpose, a channel and a destination ask for besides
 * the basis */
#include "consent/steps.h"

/* The article 9 condition; where it is the person's explicit consent, the grant must say so. */
const char *
step_special(const struct question *q, struct facts *f, size_t regime, struct ruling *r)
{
	const struct policy_purpose *p = q->purpose;

	if (p->special_condition.p == NULL)
		return q->policy->regimes[regime].special_condition_required ?
		    "D_SPECIAL_CATEGORY" : NULL;
	if (!p->special_explicit || (q->needs_contact && f->contact == CONTACT_NONE))
		return NULL;
	return explicit_consent_holds(q, f, regime, r) == NULL ? NULL : "D_SPECIAL_CATEGORY";
}

/* A machine may decide about a person on one of three grounds; its logic is registered. */
const char *
step_automated(const struct question *q, struct facts *f, size_t regime, struct ruling *r)
{
	const struct policy_purpose *p = q->purpose;
	const struct policy_basis *basis = q->regimes[regime].basis;
	bool met = false;

	if (q->needs_contact && f->contact == CONTACT_NONE)
		return NULL;
	switch (p->adm_ground) {
	case ADM_CONTRACT:
		met = basis->type == BASIS_CONTRACT || contract_holds(q, f, basis, r) == NULL;
		break;
	case ADM_LAW:
		met = p->adm_logic.p != NULL && basis->citation.p != NULL;
		break;
	case ADM_EXPLICIT_CONSENT:
		met = explicit_consent_holds(q, f, regime, r) == NULL;
		break;
	case ADM_NONE:
		break;
	}
	return met ? NULL : "D_ADM";
}

const char *
step_channel(const struct question *q, struct facts *f, size_t regime, struct ruling *r)
{
	(void)f;
	(void)r;
	return q->regimes[regime].channel_code;
}

const char *
step_destination(const struct question *q, const struct facts *f)
{
	if (q->contract_code != NULL)
		return q->contract_code;
	for (size_t i = 0; i < q->policy->regime_count; i++)
		if (regime_in(f->in_play, i) && q->regimes[i].transfer_code != NULL)
			return q->regimes[i].transfer_code;
	return NULL;
}
