/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_lint.c: one small function per rule; each names the entry by its path. */
#include "base/buf.h"
#include "consent/event_id.h"
#include "consent/policy.h"
#include "consent/policy_lint_priv.h"

bool
lint_is_warning(const char *code)
{
	return code[0] == 'L' && code[1] == '2';
}

void
lint_fault(struct lint *l, const char *code, const char *list, size_t i, const char *member,
    const char *text)
{
	struct buf path = { 0 };

	buf_print(&path, "$.%s[%zu]%s%s", list, i, member[0] != '\0' ? "." : "", member);
	buf_byte(&path, '\0');
	faults_add(l->f, code, path.p, "%s", text);
	buf_done(&path);
}

void
lint_purpose_names(struct lint *l, const struct policy_names *n, const char *list, size_t i,
    const char *member)
{
	for (size_t k = 0; k < n->n; k++)
		if (policy_purpose(l->p, n->v[k]) == NULL)
			lint_fault(l, "L102", list, i, member, "names a purpose that is not there");
}

static void
check_controller(struct lint *l, struct span id, const char *list, size_t i)
{
	if (id.p != NULL && policy_controller(l->p, id) == NULL)
		lint_fault(l, "L102", list, i, "controller", "names a controller that is not there");
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
	lint_purpose_names(l, &d->purposes, "destinations", i, "purposes");
	if (d->channel.p != NULL && policy_channel(l->p, d->channel) == NULL)
		lint_fault(l, "L102", "destinations", i, "channel", "names a channel that is not there");
	for (size_t k = 0; k < d->countries.n; k++)
		outside |= !inside_area(l, d->countries.v[k]);
	if (outside && !d->has_transfer)
		lint_fault(l, "L112", "destinations", i, "transfer",
		    "a country outside the area needs a safeguard with a reference");
	if (d->sale_or_share)
		lint_fault(l, "L112", "destinations", i, "sale_or_share", "differs from its purposes");
	for (size_t k = 0; k < d->fields.n; k++)
		if (policy_category(l->p, d->fields.v[k]) == CATEGORY_CREDENTIAL)
			lint_fault(l, "L113", "destinations", i, "fields", "a credential field in a destination");
	for (size_t k = 0; k < d->purposes.n; k++) {
		const struct policy_purpose *x = policy_purpose(l->p, d->purposes.v[k]);

		if (x != NULL && x->compliance && !span_is(d->role, "authority") && !span_is(d->role, "subject"))
			lint_fault(l, "L115", "destinations", i, "role",
			    "a compliance purpose goes to an authority or the subject only");
	}
	if (d->ends == INSTANT_NONE)
		lint_fault(l, "L210", "destinations", i, "ends", "the contract has no end");
}

static void
check_group(struct lint *l, size_t i)
{
	const struct policy_names *members = &l->p->groups[i].members;

	for (size_t k = 0; k < members->n; k++) {
		struct policy_names earlier = { members->v, k };

		if (policy_controller(l->p, members->v[k]) == NULL)
			lint_fault(l, "L102", "joint_groups", i, "members",
			    "names a controller that is not there");
		if (names_has(&earlier, members->v[k]))
			lint_fault(l, "L101", "joint_groups", i, "members", "names a controller twice");
	}
}

/* A channel that reaches what nobody can be reached by would look like one that reaches nobody. */
static void
check_channels(struct lint *l)
{
	for (size_t i = 0; i < l->p->channel_count; i++)
		for (size_t k = 0; k < l->p->channels[i].types.n; k++)
			if (!identifier_type_known(l->p->channels[i].types.v[k]))
				faults_add(l->f, "L101", "$.channels", "names no type of identifier");
}

static void
check_source(struct lint *l, size_t i)
{
	const struct policy_source *s = &l->p->sources[i];

	check_controller(l, s->controller, "sources", i);
	lint_purpose_names(l, &s->purposes, "sources", i, "purposes");
	if (s->notice_version > 0 &&
	    policy_notice(l->p, s->notice_id, s->notice_version, span_none()) == NULL)
		lint_fault(l, "L102", "sources", i, "notice_at_collection", "names a notice that is not there");
	if (s->clock != CLOCK_TRUSTED && !s->has_tz)
		lint_fault(l, "L202", "sources", i, "tz", "clock is date_only or device, and there is no tz");
	if (s->collected != COLLECTED_SUBJECT && s->notice_version == 0)
		lint_fault(l, "L209", "sources", i, "notice_at_collection", "third-party source without a notice");
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
				lint_fault(l, "L101", list, i, "", "stands twice");
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
			lint_fault(l, "L101", "notices", i, "", "stands twice");
}

static void
check_required(struct lint *l)
{
	bool linking = false, compliance = false;

	for (size_t i = 0; i < l->p->purpose_count; i++) {
		linking |= span_is(l->p->purposes[i].id, "identity_resolution");
		compliance |= l->p->purposes[i].compliance;
		if (l->p->purposes[i].compliance && l->p->purposes[i].direct_marketing)
			lint_fault(l, "L115", "purposes", i, "compliance", "a compliance purpose with a marketing flag");
	}
	if (!linking)
		faults_add(l->f, "L114", "$.purposes", "no purpose identity_resolution");
	if (!compliance)
		faults_add(l->f, "L114", "$.purposes", "no purpose with compliance");
	if (l->p->quarantine_days > 90)
		faults_add(l->f, "L214", "$.defaults.quarantine_days", "quarantine longer than 90 days");
}

/* The newest version in its language, though a newer one of another language is there. */
static bool
language_lost(const struct policy *p, const struct policy_notice *n)
{
	bool newer = false;

	for (size_t k = 0; k < p->notice_count; k++) {
		const struct policy_notice *other = &p->notices[k];

		if (!span_equal(other->id, n->id) || other->version <= n->version)
			continue;
		if (span_equal(other->lang, n->lang))
			return false;
		newer = true;
	}
	return newer;
}

static void
check_notice(struct lint *l, size_t i)
{
	const struct policy_notice *n = &l->p->notices[i];

	lint_purpose_names(l, &n->purposes, "notices", i, "purposes");
	for (size_t k = 0; k < n->material.n; k++)
		if (!names_has(&n->purposes, n->material.v[k]))
			lint_fault(l, "L102", "notices", i, "material",
			    "names a purpose that the notice does not");
	for (size_t k = 0; k < n->recipients.n; k++)
		if (policy_destination(l->p, n->recipients.v[k]) == NULL)
			lint_fault(l, "L102", "notices", i, "recipients",
			    "names a destination that is not there");
	if (language_lost(l->p, n))
		lint_fault(l, "L203", "notices", i, "lang", "the newest version lacks this language");
}

/* From what the policy itself says; the address of a person may select it all the same. */
static bool
selectable(const struct policy *p, const struct policy_regime *r)
{
	if (!p->has_jurisdictions || names_has(&p->jurisdictions, r->id))
		return true;
	for (size_t i = 0; i < p->source_count; i++)
		if (names_has(&r->countries, p->sources[i].jurisdiction))
			return true;
	for (size_t i = 0; i < p->controller_count && r->establishment_binds; i++)
		if (names_has(&r->countries, p->controllers[i].country))
			return true;
	return false;
}

static bool
in_use(const struct policy *p, struct span regime)
{
	for (size_t i = 0; i < p->regime_count; i++)
		if (span_equal(p->regimes[i].id, regime))
			return true;
	return false;
}

static void
check_regimes(struct lint *l)
{
	const struct duration year = { 12, 0 };
	const struct policy *p = l->p;

	for (size_t i = 0; i < p->jurisdictions.n; i++)
		if (!in_use(p, p->jurisdictions.v[i]))
			faults_add(l->f, "L102", "$.defaults.jurisdictions",
			    "names a regime that is not in use");
	for (size_t i = 0; i < p->regime_count; i++) {
		const struct policy_regime *r = &p->regimes[i];

		if (r->dated == INSTANT_NONE || instant_add(r->dated, year, 1) < p->effective_from)
			lint_fault(l, "L206", "regimes", i, "",
			    "its rules were dated more than 12 months before effective_from");
		if (!selectable(p, r))
			lint_fault(l, "L215", "regimes", i, "",
			    "neither jurisdictions nor a source nor a controller's country selects it");
	}
}

static void
check_moment(struct lint *l)
{
	const struct lint_moment *m = l->m;

	if (m->now == INSTANT_NONE)
		return;
	if (m->published_count > 0 && l->p->effective_from < m->now)
		faults_add(l->f, "L116", "$.effective_from", "before the publication");
	if (m->in_force != NULL && l->p->effective_from < m->in_force->effective_from)
		faults_add(l->f, "L116", "$.effective_from", "before the policy now in force");
}

void
policy_lint(const struct policy *p, const struct lint_moment *m, struct faults *f)
{
	struct lint l = { p, m, f };

	for (size_t i = 0; i < p->group_count; i++)
		check_group(&l, i);
	check_channels(&l);
	for (size_t i = 0; i < p->notice_count; i++)
		check_notice(&l, i);
	for (size_t i = 0; i < p->purpose_count; i++)
		lint_purpose(&l, i);
	for (size_t i = 0; i < p->source_count; i++)
		check_source(&l, i);
	for (size_t i = 0; i < p->destination_count; i++)
		check_destination(&l, i);
	check_names(&l);
	check_regimes(&l);
	check_views(&l);
	check_required(&l);
	check_moment(&l);
}
