/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_lint_purpose.c: what is wrong with a purpose and its notice. */
#include "consent/policy_lint_priv.h"

static void
purpose_fault(struct lint *l, const char *code, size_t i, const char *member, const char *text)
{
	lint_fault(l, code, "purposes", i, member, text);
}

static bool
rests_on_consent(const struct policy_purpose *x)
{
	for (size_t k = 0; k < x->basis_count; k++)
		if (x->basis[k].type == BASIS_CONSENT)
			return true;
	return false;
}

/* ---- notice ---- */

/* What a document says of the versions of one notice, seen from one purpose. */
struct versions {
	int64_t	newest, material;	/* 0: none */
	bool	named, names_it;	/* any version names the purpose; one that counts does */
};

static void
add_versions(struct versions *v, const struct policy *p, const struct policy_purpose *x)
{
	for (size_t k = 0; k < p->notice_count; k++) {
		const struct policy_notice *n = &p->notices[k];

		if (!span_equal(n->id, x->notice))
			continue;
		v->newest = n->version > v->newest ? n->version : v->newest;
		v->named |= names_has(&n->purposes, x->id);
		v->names_it |= n->version >= x->min_version && names_has(&n->purposes, x->id);
		if (n->version > v->material && names_has(&n->material, x->id))
			v->material = n->version;
	}
}

/* Whether a version that somebody may have agreed to still counts, though it is older than the
 * material one. What nobody was ever shown needs no higher min_version. */
static bool
outdated_counts(const struct policy *p, const struct policy_purpose *x, int64_t material)
{
	for (size_t k = 0; k < p->notice_count; k++) {
		const struct policy_notice *n = &p->notices[k];

		if (span_equal(n->id, x->notice) && n->version >= x->min_version &&
		    n->version < material)
			return true;
	}
	return false;
}

static void
check_material(struct lint *l, size_t i, const struct policy_purpose *x, int64_t material)
{
	struct versions before = { .material = material };
	bool counts;

	for (size_t k = 0; k < l->m->published_count; k++)
		add_versions(&before, l->m->published[k], x);
	counts = outdated_counts(l->p, x, before.material);
	for (size_t k = 0; k < l->m->published_count; k++)
		counts |= outdated_counts(l->m->published[k], x, before.material);
	if (counts)
		purpose_fault(l, "L110", i, "min_version",
		    "below a version marked material: an older one would still count");
}

/* No grant that a source brings can hold. */
static void
check_sources(struct lint *l, const struct policy_purpose *x)
{
	for (size_t i = 0; i < l->p->source_count; i++)
		if (names_has(&l->p->sources[i].purposes, x->id))
			lint_fault(l, "L216", "sources", i, "purposes",
			    "a purpose on consent that no notice version from min_version on names");
}

static void
check_notice(struct lint *l, size_t i, const struct policy_purpose *x)
{
	struct versions v = { 0 };

	if (x->notice.p == NULL)
		return;
	add_versions(&v, l->p, x);
	if (v.newest == 0)
		purpose_fault(l, "L102", i, "notice", "names a notice that is not there");
	else if (!v.named)
		purpose_fault(l, "L102", i, "notice", "no version of the notice names this purpose");
	else if (x->min_version > v.newest)
		purpose_fault(l, "L110", i, "min_version", "above every published version");
	else {
		check_material(l, i, x, v.material);
		if (!v.names_it && rests_on_consent(x))
			check_sources(l, x);
	}
}

/* ---- the rest ---- */

static void
check_edges(struct lint *l, size_t i, const struct policy_purpose *x)
{
	for (size_t k = 0; k < x->compatible_count; k++) {
		const struct policy_purpose *from = policy_purpose(l->p, x->compatible[k].purpose);

		if (from == NULL) {
			purpose_fault(l, "L102", i, "compatible_from", "names a purpose that is not there");
			continue;
		}
		if (x->compatible[k].assessment.p == NULL)
			purpose_fault(l, "L111", i, "compatible_from", "an edge without an assessment");
		if (rests_on_consent(from))
			purpose_fault(l, "L111", i, "compatible_from",
			    "data collected on consent serve no other purpose");
	}
}

static bool
has_destination(const struct lint *l, struct span purpose)
{
	for (size_t i = 0; i < l->p->destination_count; i++)
		if (names_has(&l->p->destinations[i].purposes, purpose))
			return true;
	return false;
}

/* Without either, nothing but the address can leave, and to nobody. */
static void
check_channels(struct lint *l, size_t i, const struct policy_purpose *x)
{
	bool reaches = false;

	for (size_t k = 0; k < x->channels.n; k++) {
		reaches |= !span_is(x->channels.v[k], "none");
		if (policy_channel(l->p, x->channels.v[k]) == NULL)
			purpose_fault(l, "L102", i, "channels", "names a channel that is not there");
	}
	if (reaches && policy_view(l->p, x->id) == NULL && !has_destination(l, x->id))
		purpose_fault(l, "L204", i, "channels", "a channel, but no destination and no view");
}

static void
check_conflict(struct lint *l, size_t i, const struct policy_purpose *x)
{
	if (x->conflict != CONFLICT_PER_IDENTIFIER)
		return;
	if (names_has(&x->channels, SPAN("none")))
		purpose_fault(l, "L109", i, "conflict", "per_identifier on a purpose with channel none");
	if (x->counsel_ref.p == NULL)
		purpose_fault(l, "L109", i, "conflict", "per_identifier needs counsel_ref");
}

/* Whether consent is ever asked for: as its basis, or on top of one. */
static bool
asks_consent(const struct policy_purpose *x)
{
	return rests_on_consent(x) || (x->special_condition.p != NULL && x->special_explicit) ||
	    (x->automated_decision && x->adm_ground == ADM_EXPLICIT_CONSENT);
}

/* What somebody wrote who believed that it counts. */
static void
check_idle(struct lint *l, size_t i, const struct policy_purpose *x)
{
	bool doubly = false;

	if (x->adm_ground != ADM_NONE && !x->automated_decision)
		purpose_fault(l, "L217", i, "adm", "has no effect without automated_decision");
	if (asks_consent(x))
		return;
	for (size_t k = 0; k < x->basis_count; k++)
		doubly |= x->basis[k].double_opt_in || x->basis[k].explicit_consent;
	if (doubly)
		purpose_fault(l, "L217", i, "basis", "double_opt_in and consent_type have no effect without consent");
	if (x->conflict == CONFLICT_ASK)
		purpose_fault(l, "L217", i, "conflict", "has no effect without consent");
	if (x->effective_min_from != INSTANT_NONE)
		purpose_fault(l, "L217", i, "effective_min_from", "has no effect without consent");
}

static bool
same_title(const struct policy_purpose *a, const struct policy_purpose *b)
{
	for (size_t i = 0; i < a->title_count; i++)
		for (size_t k = 0; k < b->title_count; k++)
			if (span_equal(a->titles[i].lang, b->titles[k].lang) &&
			    span_equal(a->titles[i].text, b->titles[k].text))
				return true;
	return false;
}

static void
check_earlier(struct lint *l, size_t i, const struct policy_purpose *x)
{
	bool twice = false, title = false;

	for (size_t k = 0; k < i; k++) {
		twice |= span_equal(l->p->purposes[k].id, x->id);
		title |= same_title(&l->p->purposes[k], x);
	}
	if (twice)
		purpose_fault(l, "L101", i, "id", "stands twice");
	if (title)
		purpose_fault(l, "L211", i, "title", "another purpose has the same title");
}

void
lint_purpose(struct lint *l, size_t i)
{
	const struct policy_purpose *x = &l->p->purposes[i];

	lint_bases(l, i);
	check_channels(l, i, x);
	check_conflict(l, i, x);
	check_idle(l, i, x);
	if (x->grant_inherits)
		purpose_fault(l, "L208", i, "grant_inherits", "grants on a parent purpose will count");
	check_notice(l, i, x);
	check_edges(l, i, x);
	check_earlier(l, i, x);
}
