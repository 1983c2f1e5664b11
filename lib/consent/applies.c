/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/applies.c: which steps ask anything in a case, for whoever tells them all */
#include "consent/steps.h"

static bool
special_applies(const struct question *q, const struct facts *f)
{
	bool required = q->purpose->special_condition.p != NULL;

	for (size_t i = 0; i < q->policy->regime_count; i++)
		required |= regime_in(f->in_play, i) && q->policy->regimes[i].special_condition_required;
	return q->purpose->special && required;
}

static bool
channel_applies(const struct question *q, const struct facts *f)
{
	for (size_t i = 0; i < q->policy->regime_count; i++) {
		const struct policy_regime *x = &q->policy->regimes[i];

		for (size_t k = 0; regime_in(f->in_play, i) && k < x->rule_count; k++)
			if (names_has(&x->rules[k].channels, q->channel))
				return q->purpose->direct_marketing;
	}
	return false;
}

bool
step_applies(const struct question *q, const struct facts *f, unsigned step)
{
	if (q->purpose == NULL)
		return true;		/* step 0 has the answer */
	switch (step) {
	case STEP_RESTRICTION:
		return restriction_applies(q);
	case STEP_ERASURE:
		return erasure_applies(q, f);
	case STEP_DM_OBJECTION:
		return q->purpose->direct_marketing;
	case STEP_OBJECTION:
		return objection_applies(q, f);
	case STEP_SALE:
		return q->sells || q->sensitive;
	case STEP_AGE:
		return age_applies(q, f);
	case STEP_SPECIAL:
		return special_applies(q, f);
	case STEP_AUTOMATED:
		return q->purpose->automated_decision;
	case STEP_CHANNEL:
		return channel_applies(q, f);
	case STEP_DESTINATION:
		return q->destination != NULL;
	default:
		return true;
	}
}
