/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_lint.c: one small function per rule; each names the entry by its path. */
#include "base/buf.h"
#include "consent/policy.h"
#include "consent/policy_lint.h"
#include "consent/policy_read.h"
#include "io/json_config.h"

#include <stdarg.h>
#include <stdio.h>

struct lint {
	const struct policy	*p;
	const struct lint_moment *m;
	struct faults		*f;
};

bool
lint_is_warning(const char *code)
{
	return code[0] == 'L' && code[1] == '2';
}

/* Path of an entry: "$.purposes[2].basis" */
static void
fault(struct lint *l, const char *code, const char *list, size_t i, const char *member,
    const char *text)
{
	struct buf path = { 0 };

	buf_print(&path, "$.%s[%zu]%s%s", list, i, member[0] != '\0' ? "." : "", member);
	buf_byte(&path, '\0');
	faults_add(l->f, code, path.p, "%s", text);
	buf_done(&path);
}

static void
check_purpose_names(struct lint *l, const struct policy_names *n, const char *list, size_t i,
    const char *member)
{
	for (size_t k = 0; k < n->n; k++)
		if (policy_purpose(l->p, n->v[k]) == NULL)
			fault(l, "L102", list, i, member, "names a purpose that is not there");
}

static void
check_controller(struct lint *l, struct span id, const char *list, size_t i)
{
	if (id.p != NULL && policy_controller(l->p, id) == NULL)
		fault(l, "L102", list, i, "controller", "names a controller that is not there");
}

static bool
is_live_basis(const struct policy_basis *b)
{
	return b->type == BASIS_CONSENT || b->type == BASIS_CONTRACT ||
	    b->type == BASIS_LEGITIMATE_INTERESTS || b->type == BASIS_LEGAL_OBLIGATION;
}

static void
check_basis(struct lint *l, size_t i, const struct policy_purpose *x, const struct policy_basis *b)
{
	bool missing = (b->type == BASIS_CONSENT && (!b->has_max_age || x->notice.p == NULL ||
	    x->min_version == 0)) || (b->type == BASIS_LEGITIMATE_INTERESTS && b->lia_ref.p == NULL) ||
	    (b->type == BASIS_LEGAL_OBLIGATION && b->citation.p == NULL);

	if (missing)
		fault(l, "L104", "purposes", i, "basis",
		    "lacks what its type requires (consent: max_age, notice, min_version; legitimate "
		    "interests: lia_ref; legal obligation: citation)");
	if (l->m->first && b->registered_at != INSTANT_NONE && l->m->now != INSTANT_NONE &&
	    b->registered_at < l->m->now && b->registered_ref.p == NULL)
		fault(l, "L104", "purposes", i, "basis", "an earlier registered_at needs registered_ref");
	if (x->direct_marketing && (b->type == BASIS_LEGAL_OBLIGATION || b->type == BASIS_CONTRACT))
		fault(l, "L105", "purposes", i, "basis", "this basis cannot carry direct marketing");
	if (b->type == BASIS_LEGAL_OBLIGATION && !x->compliance)
		fault(l, "L101", "purposes", i, "basis.type",
		    "not in this version: legal_obligation outside a compliance purpose");
	if (x->direct_marketing && b->type == BASIS_LEGITIMATE_INTERESTS)
		fault(l, "L205", "purposes", i, "basis",
		    "direct marketing on legitimate interests: channel rules may deny all");
	if (b->type == BASIS_CONSENT && b->has_max_age && (b->max_age.months > 24 ||
	    b->max_age.ms > 731LL * DAY_MS))
		fault(l, "L201", "purposes", i, "basis.max_age", "consent holds longer than P24M");
}

static void
check_notice(struct lint *l, size_t i, const struct policy_purpose *x)
{
	int64_t newest = 0;
	bool names_it = false;

	if (x->notice.p == NULL)
		return;
	for (size_t k = 0; k < l->p->notice_count; k++) {
		const struct policy_notice *n = &l->p->notices[k];

		if (!span_equal(n->id, x->notice))
			continue;
		names_it |= names_has(&n->purposes, x->id);
		newest = n->version > newest ? n->version : newest;
	}
	if (newest == 0)
		fault(l, "L102", "purposes", i, "notice", "names a notice that is not there");
	else if (!names_it)
		fault(l, "L102", "purposes", i, "notice", "no version of the notice names this purpose");
	else if (x->min_version > newest)
		fault(l, "L110", "purposes", i, "min_version", "above every published version");
}

static void
check_edges(struct lint *l, size_t i, const struct policy_purpose *x)
{
	for (size_t k = 0; k < x->compatible_count; k++) {
		const struct policy_purpose *from = policy_purpose(l->p, x->compatible[k].purpose);

		if (from == NULL) {
			fault(l, "L102", "purposes", i, "compatible_from", "names a purpose that is not there");
			continue;
		}
		if (x->compatible[k].assessment.p == NULL)
			fault(l, "L111", "purposes", i, "compatible_from", "an edge without an assessment");
		for (size_t b = 0; b < from->basis_count; b++)
			if (from->basis[b].type == BASIS_CONSENT)
				fault(l, "L111", "purposes", i, "compatible_from",
				    "data collected on consent serve no other purpose");
	}
}

static void
check_purpose(struct lint *l, size_t i)
{
	const struct policy_purpose *x = &l->p->purposes[i];

	for (size_t k = 0; k < l->p->regime_count; k++)
		if (policy_basis(x, l->p->regimes[k].id) == NULL)
			fault(l, "L103", "purposes", i, "basis", "no basis for a regime in use");
	for (size_t k = 0; k < x->basis_count; k++)
		if (is_live_basis(&x->basis[k]))
			check_basis(l, i, x, &x->basis[k]);
	for (size_t k = 0; k < x->channels.n; k++)
		if (policy_channel(l->p, x->channels.v[k]) == NULL)
			fault(l, "L102", "purposes", i, "channels", "names a channel that is not there");
	if (x->conflict == CONFLICT_PER_IDENTIFIER && names_has(&x->channels, SPAN("none")))
		fault(l, "L109", "purposes", i, "conflict", "per_identifier on a purpose with channel none");
	if (x->grant_inherits)
		fault(l, "L208", "purposes", i, "grant_inherits", "grants on a parent purpose will count");
	check_notice(l, i, x);
	check_edges(l, i, x);
	for (size_t k = 0; k < i; k++)
		if (span_equal(l->p->purposes[k].id, x->id))
			fault(l, "L101", "purposes", i, "id", "stands twice");
}

/* Members that only the document shows. */
static void
check_document(struct lint *l, const struct policy_document *d)
{
	json_t *purposes = json_object_get(d->json, "purposes");

	for (size_t i = 0; i < json_array_size(purposes); i++) {
		json_t *x = json_array_get(purposes, i);

		if (json_is_true(json_object_get(x, "required_for_service")) &&
		    l->p->purposes[i].basis_count > 0 && l->p->purposes[i].basis[0].type == BASIS_CONSENT)
			fault(l, "L108", "purposes", i, "required_for_service",
			    "consent may not be the price of a service");
		if (l->p->purposes[i].conflict == CONFLICT_PER_IDENTIFIER &&
		    json_object_get(x, "counsel_ref") == NULL)
			fault(l, "L109", "purposes", i, "conflict", "per_identifier needs counsel_ref");
	}
}

static bool
has_special_condition(const struct lint *l, struct span purpose)
{
	const struct policy_purpose *x = policy_purpose(l->p, purpose);

	return x != NULL && x->special_condition.p != NULL;
}

static void
check_views(struct lint *l)
{
	for (size_t i = 0; i < l->p->view_count; i++) {
		const struct policy_view *v = &l->p->views[i];
		const char *text = NULL;

		if (policy_purpose(l->p, v->purpose) == NULL)
			faults_add(l->f, "L102", "$.views", "a view for a purpose that is not there");
		for (size_t k = 0; k < v->fields.n; k++) {
			enum field_category c = policy_category(l->p, v->fields.v[k]);

			if (c == CATEGORY_CREDENTIAL)
				text = "a credential field in a view";
			else if ((c == CATEGORY_SPECIAL || c == CATEGORY_GOVERNMENT_ID) &&
			    !has_special_condition(l, v->purpose))
				text = "a special or government_id field in a view of a purpose without "
				    "special_condition";
		}
		if (text != NULL)
			faults_add(l->f, "L113", "$.views", "%s", text);
	}
}

static bool
inside_area(const struct lint *l, struct span country)
{
	for (size_t i = 0; i < l->p->regime_count; i++)
		if (names_has(&l->p->regimes[i].countries, country) ||
		    names_has(&l->p->regimes[i].safe_countries, country))
			return true;
	return false;
}

static void
check_destination(struct lint *l, size_t i)
{
	const struct policy_destination *d = &l->p->destinations[i];
	bool outside = d->recipient_country.p != NULL && !inside_area(l, d->recipient_country);

	check_controller(l, d->controller, "destinations", i);
	check_purpose_names(l, &d->purposes, "destinations", i, "purposes");
	if (d->channel.p != NULL && policy_channel(l->p, d->channel) == NULL)
		fault(l, "L102", "destinations", i, "channel", "names a channel that is not there");
	for (size_t k = 0; k < d->countries.n; k++)
		outside |= !inside_area(l, d->countries.v[k]);
	if (outside && !d->has_transfer)
		fault(l, "L112", "destinations", i, "transfer",
		    "a country outside the area needs a safeguard with a reference");
	if (d->sale_or_share)
		fault(l, "L112", "destinations", i, "sale_or_share", "differs from its purposes");
	for (size_t k = 0; k < d->fields.n; k++)
		if (policy_category(l->p, d->fields.v[k]) == CATEGORY_CREDENTIAL)
			fault(l, "L113", "destinations", i, "fields", "a credential field in a destination");
	for (size_t k = 0; k < d->purposes.n; k++) {
		const struct policy_purpose *x = policy_purpose(l->p, d->purposes.v[k]);

		if (x != NULL && x->compliance && !span_is(d->role, "authority") && !span_is(d->role, "subject"))
			fault(l, "L115", "destinations", i, "role",
			    "a compliance purpose goes to an authority or the subject only");
	}
	if (d->ends == INSTANT_NONE)
		fault(l, "L210", "destinations", i, "ends", "the contract has no end");
}

static void
check_source(struct lint *l, size_t i)
{
	const struct policy_source *s = &l->p->sources[i];

	check_controller(l, s->controller, "sources", i);
	check_purpose_names(l, &s->purposes, "sources", i, "purposes");
	if (s->notice_version > 0 &&
	    policy_notice(l->p, s->notice_id, s->notice_version, span_none()) == NULL)
		fault(l, "L102", "sources", i, "notice_at_collection", "names a notice that is not there");
	if (s->clock != CLOCK_TRUSTED && !s->has_tz)
		fault(l, "L202", "sources", i, "tz", "clock is date_only or device, and there is no tz");
	if (s->third_party && s->notice_version == 0)
		fault(l, "L209", "sources", i, "notice_at_collection", "third-party source without a notice");
}

/* Look-ups take the first of a name, so a second one would hide a stricter entry. The name is
 * the first member of every entry. */
static void
check_twice(struct lint *l, const char *list, const void *entries, size_t count, size_t size)
{
	const char *base = entries;

	for (size_t i = 1; i < count; i++)
		for (size_t k = 0; k < i; k++) {
			const struct span *a = (const void *)(base + i * size);
			const struct span *b = (const void *)(base + k * size);

			if (a->p != NULL && b->p != NULL && span_equal(*a, *b)) {
				fault(l, "L101", list, i, "", "stands twice");
				break;
			}
		}
}

static void
check_names(struct lint *l)
{
	const struct policy *p = l->p;

	check_twice(l, "controllers", p->controllers, p->controller_count, sizeof *p->controllers);
	check_twice(l, "joint_groups", p->groups, p->group_count, sizeof *p->groups);
	check_twice(l, "sources", p->sources, p->source_count, sizeof *p->sources);
	check_twice(l, "destinations", p->destinations, p->destination_count,
	    sizeof *p->destinations);
	check_twice(l, "fields", p->fields, p->field_count, sizeof *p->fields);
	for (size_t i = 1; i < p->notice_count; i++)
		if (policy_notice(p, p->notices[i].id, p->notices[i].version, p->notices[i].lang) !=
		    &p->notices[i])
			fault(l, "L101", "notices", i, "", "stands twice");
}

static void
check_required(struct lint *l)
{
	bool linking = false, compliance = false;

	for (size_t i = 0; i < l->p->purpose_count; i++) {
		linking |= span_is(l->p->purposes[i].id, "identity_resolution");
		compliance |= l->p->purposes[i].compliance;
		if (l->p->purposes[i].compliance && l->p->purposes[i].direct_marketing)
			fault(l, "L115", "purposes", i, "compliance", "a compliance purpose with a marketing flag");
	}
	if (!linking)
		faults_add(l->f, "L114", "$.purposes", "no purpose identity_resolution");
	if (!compliance)
		faults_add(l->f, "L114", "$.purposes", "no purpose with compliance");
	if (l->p->quarantine_days > 90)
		faults_add(l->f, "L214", "$.defaults.quarantine_days", "quarantine longer than 90 days");
}

static void
check_moment(struct lint *l)
{
	const struct lint_moment *m = l->m;

	if (m->now == INSTANT_NONE)
		return;
	if (!m->first && l->p->effective_from < m->now)
		faults_add(l->f, "L116", "$.effective_from", "before the publication");
	if (m->in_force != NULL && l->p->effective_from < m->in_force->effective_from)
		faults_add(l->f, "L116", "$.effective_from", "before the policy now in force");
}

void
policy_lint(const struct policy *p, const struct policy_document *d, const struct lint_moment *m,
    struct faults *f)
{
	struct lint l = { p, m, f };

	for (size_t i = 0; i < p->group_count; i++)
		for (size_t k = 0; k < p->groups[i].members.n; k++)
			if (policy_controller(p, p->groups[i].members.v[k]) == NULL)
				fault(&l, "L102", "joint_groups", i, "members", "names a controller that is not there");
	for (size_t i = 0; i < p->notice_count; i++)
		check_purpose_names(&l, &p->notices[i].purposes, "notices", i, "purposes");
	for (size_t i = 0; i < p->purpose_count; i++)
		check_purpose(&l, i);
	for (size_t i = 0; i < p->source_count; i++)
		check_source(&l, i);
	for (size_t i = 0; i < p->destination_count; i++)
		check_destination(&l, i);
	check_document(&l, d);
	check_names(&l);
	check_views(&l);
	check_required(&l);
	check_moment(&l);
}
