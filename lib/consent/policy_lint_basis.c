/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_lint_basis.c: what is wrong with what a purpose rests on. */
#include "consent/policy_lint_priv.h"

static void
basis_fault(struct lint *l, const char *code, size_t i, const char *text)
{
	lint_fault(l, code, "purposes", i, "basis", text);
}

/* ---- each entry for itself ---- */

/* What a basis of that type must name and does not; NULL: nothing is lacking. */
static const char *
lacking(const struct policy_purpose *x, const struct policy_basis *b)
{
	switch (b->type) {
	case BASIS_CONSENT:
		return b->has_max_age && x->notice.p != NULL && x->min_version > 0 ? NULL :
		    "consent needs max_age, and the purpose notice and min_version";
	case BASIS_LEGITIMATE_INTERESTS:
		return b->lia_ref.p != NULL ? NULL : "legitimate_interests needs lia_ref";
	case BASIS_LEGAL_OBLIGATION:
	case BASIS_PUBLIC_TASK:
	case BASIS_REGIME:
		return b->citation.p != NULL ? NULL : "a basis in law needs its citation";
	case BASIS_VITAL_INTERESTS:
		return b->has_max_age ? NULL : "vital_interests needs max_age";
	default:
		return NULL;
	}
}

static void
check_references(struct lint *l, size_t i, const struct policy_purpose *x,
    const struct policy_basis *b)
{
	bool first = l->m->now != INSTANT_NONE && l->m->published_count == 0;

	if (lacking(x, b) != NULL)
		basis_fault(l, "L104", i, lacking(x, b));
	if (first && b->claimed_at < l->m->now && b->registered_ref.p == NULL)
		basis_fault(l, "L104", i, "an earlier registered_at needs registered_ref");
}

/* An emergency, a law or an order carries what it is about, not what is sold beside it. */
static void
check_carries(struct lint *l, size_t i, const struct policy_purpose *x,
    const struct policy_basis *b)
{
	bool vital = b->type == BASIS_VITAL_INTERESTS;
	bool bound = vital || b->type == BASIS_LEGAL_OBLIGATION || b->type == BASIS_CONTRACT;

	if ((bound && (x->direct_marketing || x->sale || x->share)) || (vital && x->profiling))
		basis_fault(l, "L105", i, "this basis cannot carry marketing, sale, sharing or, "
		    "if it is vital_interests, profiling");
	if (x->special && (b->type == BASIS_LEGITIMATE_INTERESTS || b->type == BASIS_CONTRACT ||
	    b->type == BASIS_SOFT_OPT_IN))
		basis_fault(l, "L106", i, "this basis cannot carry a special purpose");
	if (b->type == BASIS_CONSENT && x->required_for_service)
		lint_fault(l, "L108", "purposes", i, "required_for_service",
		    "consent may not be the price of a service");
}

/* The longest run of days decides: counted from 1971, so that two years have a leap day and
 * 731 days are not too many. */
static instant
after_1971(struct duration d)
{
	return instant_add(365LL * DAY_MS, d, 1);
}

static void
check_times(struct lint *l, size_t i, const struct policy_purpose *x, const struct policy_basis *b)
{
	const struct duration two_years = { 24, 0 };

	if (b->type != BASIS_CONSENT || !b->has_max_age)
		return;
	if (after_1971(b->max_age) > after_1971(two_years))
		lint_fault(l, "L201", "purposes", i, "basis.max_age", "consent holds longer than P24M");
	if (x->has_retention && after_1971(x->retention) < after_1971(b->max_age))
		lint_fault(l, "L213", "purposes", i, "retention", "shorter than consent holds");
}

static const struct policy_regime *
regime_of(const struct policy *p, struct span id)
{
	for (size_t i = 0; i < p->regime_count; i++)
		if (span_equal(p->regimes[i].id, id))
			return &p->regimes[i];
	return NULL;
}

static void
check_entry(struct lint *l, size_t i, const struct policy_purpose *x, const struct policy_basis *b)
{
	check_references(l, i, x, b);
	check_carries(l, i, x, b);
	check_times(l, i, x, b);
	if (!span_is(b->regime, "*") && regime_of(l->p, b->regime) == NULL)
		basis_fault(l, "L102", i, "names a regime that is not in use");
	if (x->direct_marketing && b->type == BASIS_LEGITIMATE_INTERESTS)
		basis_fault(l, "L205", i,
		    "direct marketing on legitimate interests: channel rules may deny all");
}

/* ---- what holds in each regime ---- */

/* The six are general; the others are there where a law has them. */
static bool
known_to(const struct policy_regime *r, const struct policy_basis *b)
{
	bool general = b->type <= BASIS_LEGITIMATE_INTERESTS;

	return general || names_has(&r->bases, policy_basis_name(b));
}

/* Its clock begins anew, so records collected before serve the purpose no more (2.4). */
static bool
type_changed(const struct lint *l, const struct policy_purpose *x, const struct policy_basis *b,
    struct span regime)
{
	const struct policy_purpose *old = l->m->published_count == 0 ? NULL :
	    policy_purpose(l->m->published[l->m->published_count - 1], x->id);
	const struct policy_basis *was = old == NULL ? NULL : policy_basis(old, regime);

	return was != NULL && !policy_basis_same_type(was, b);
}

static void
check_regimes(struct lint *l, size_t i, const struct policy_purpose *x)
{
	bool none = false, unknown = false, changed = false;

	for (size_t k = 0; k < l->p->regime_count; k++) {
		const struct policy_regime *r = &l->p->regimes[k];
		const struct policy_basis *b = policy_basis(x, r->id);

		none |= b == NULL;
		unknown |= b != NULL && !known_to(r, b);
		changed |= b != NULL && type_changed(l, x, b, r->id);
	}
	if (none)
		basis_fault(l, "L103", i, "no basis for a regime in use");
	if (unknown)
		basis_fault(l, "L107", i, "a type that a regime in use does not list");
	if (changed)
		basis_fault(l, "L212", i,
		    "another type than in the published policy: its clock restarts");
}

void
lint_bases(struct lint *l, size_t i)
{
	const struct policy_purpose *x = &l->p->purposes[i];

	check_regimes(l, i, x);
	for (size_t k = 0; k < x->basis_count; k++)
		if (!x->basis[k].inherited)
			check_entry(l, i, x, &x->basis[k]);
}
