/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_lint.c: one small function per rule; each names the entry by its path. */
#include "base/buf.h"
#include "consent/event_id.h"
#include "consent/policy.h"
#include "consent/policy_lint_priv.h"
#include "consent/regime.h"

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

void
lint_controller(struct lint *l, struct span id, const char *list, size_t i)
{
	if (id.p != NULL && policy_controller(l->p, id) == NULL)
		lint_fault(l, "L102", list, i, "controller", "names a controller that is not there");
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

static bool
serves_marketing(const struct policy_purpose *x)
{
	return x->direct_marketing || x->sale || x->share;
}

static void
check_required(struct lint *l)
{
	bool linking = false, compliance = false;

	for (size_t i = 0; i < l->p->purpose_count; i++) {
		linking |= span_is(l->p->purposes[i].id, "identity_resolution");
		compliance |= l->p->purposes[i].compliance;
		if (l->p->purposes[i].compliance && serves_marketing(&l->p->purposes[i]))
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
static regime_set
selectable(const struct policy *p)
{
	regime_set set = regimes_by_default(p);

	for (size_t i = 0; i < p->source_count; i++)
		if (p->sources[i].jurisdiction.p != NULL)
			set |= regimes_of_place(p, p->sources[i].jurisdiction);
	for (size_t i = 0; i < p->controller_count; i++)
		set |= regimes_of_controller(p, &p->controllers[i]);
	return set;
}

static bool
in_use(const struct policy *p, struct span regime)
{
	for (size_t i = 0; i < p->regime_count; i++)
		if (span_equal(p->regimes[i].id, regime))
			return true;
	return false;
}

/* They stand in another order here than in the document. */
static void
regime_fault(struct lint *l, const struct policy_regime *r, const char *code, const char *text)
{
	struct buf path = { 0 };

	buf_print(&path, "$.regimes[%zu]", r->place);
	buf_byte(&path, '\0');
	faults_add(l->f, code, path.p, "%s", text);
	buf_done(&path);
}

static void
check_regimes(struct lint *l)
{
	const struct duration year = { 12, 0 };
	const struct policy *p = l->p;
	regime_set selected = selectable(p);

	for (size_t i = 0; i < p->jurisdictions.n; i++)
		if (!in_use(p, p->jurisdictions.v[i]))
			faults_add(l->f, "L102", "$.defaults.jurisdictions",
			    "names a regime that is not in use");
	for (size_t i = 0; i < p->regime_count; i++) {
		const struct policy_regime *r = &p->regimes[i];

		if (r->dated == INSTANT_NONE || instant_add(r->dated, year, 1) < p->effective_from)
			regime_fault(l, r, "L206",
			    "its rules were dated more than 12 months before effective_from");
		if (!regime_in(selected, i))
			regime_fault(l, r, "L215",
			    "neither jurisdictions nor a source nor a controller's country selects it");
	}
}

static void
check_moment(struct lint *l)
{
	const struct lint_moment *m = l->m;

	if (m->now == INSTANT_NONE)
		return;
	if (m->published_count > 0 && l->p->effective_from < m->now && !l->p->backdated)
		faults_add(l->f, "L116", "$.effective_from", "before the publication, without backdated");
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
	lint_flows(&l);
	check_names(&l);
	check_regimes(&l);
	check_required(&l);
	check_moment(&l);
}
