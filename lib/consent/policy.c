/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy.c: look-ups in a typed policy. Policies are small; a walk is enough. */
#include "base/alloc.h"
#include "base/arena.h"
#include "consent/policy.h"

void
policy_free(struct policy *p)
{
	struct arena *memory;

	if (p == NULL)
		return;
	memory = p->memory;	/* the policy itself lies in it */
	arena_done(memory);
	mem_free(memory);
}

bool
names_has(const struct policy_names *n, struct span name)
{
	for (size_t i = 0; i < n->n; i++)
		if (span_equal(n->v[i], name))
			return true;
	return false;
}

const struct policy_purpose *
policy_purpose(const struct policy *p, struct span id)
{
	for (size_t i = 0; i < p->purpose_count; i++)
		if (span_equal(p->purposes[i].id, id))
			return &p->purposes[i];
	return NULL;
}

static const struct policy_source *
source_named(const struct policy *p, struct span id)
{
	for (size_t i = 0; i < p->source_count; i++)
		if (span_equal(p->sources[i].id, id))
			return &p->sources[i];
	return NULL;
}

const struct policy_source *
policy_source(const struct policy *p, struct span id)
{
	const struct policy_source *s = source_named(p, id);

	for (size_t n = id.len; s == NULL && n > 0; n--)
		if (id.p[n - 1] == '.')
			s = source_named(p, span_head(id, n - 1));
	return s;
}

const struct policy_controller *
policy_controller(const struct policy *p, struct span id)
{
	for (size_t i = 0; i < p->controller_count; i++)
		if (span_equal(p->controllers[i].id, id))
			return &p->controllers[i];
	return NULL;
}

const struct policy_destination *
policy_destination(const struct policy *p, struct span id)
{
	for (size_t i = 0; i < p->destination_count; i++)
		if (span_equal(p->destinations[i].id, id))
			return &p->destinations[i];
	return NULL;
}

const struct policy_notice *
policy_notice(const struct policy *p, struct span id, int64_t version, struct span lang)
{
	for (size_t i = 0; i < p->notice_count; i++) {
		const struct policy_notice *n = &p->notices[i];

		if (span_equal(n->id, id) && n->version == version &&
		    (lang.p == NULL || span_equal(n->lang, lang)))
			return n;
	}
	return NULL;
}

const struct policy_channel *
policy_channel(const struct policy *p, struct span name)
{
	for (size_t i = 0; i < p->channel_count; i++)
		if (span_equal(p->channels[i].name, name))
			return &p->channels[i];
	return NULL;
}

const struct policy_importer *
policy_importer(const struct policy *p, struct span name)
{
	for (size_t i = 0; i < p->importer_count; i++)
		if (span_equal(p->importers[i].name, name))
			return &p->importers[i];
	return NULL;
}

const struct policy_view *
policy_view(const struct policy *p, struct span purpose)
{
	for (size_t i = 0; i < p->view_count; i++)
		if (span_equal(p->views[i].purpose, purpose))
			return &p->views[i];
	return NULL;
}

const struct policy_basis *
policy_basis(const struct policy_purpose *purpose, struct span regime)
{
	const struct policy_basis *any = NULL;

	for (size_t i = 0; i < purpose->basis_count; i++) {
		if (span_equal(purpose->basis[i].regime, regime))
			return &purpose->basis[i];
		if (span_is(purpose->basis[i].regime, "*"))
			any = &purpose->basis[i];
	}
	return any;
}

bool
policy_basis_same_type(const struct policy_basis *a, const struct policy_basis *b)
{
	return a->type == b->type &&
	    (a->type != BASIS_REGIME || span_equal(a->type_name, b->type_name));
}

struct span
policy_basis_name(const struct policy_basis *b)
{
	return b->type == BASIS_REGIME ? b->type_name : basis_name(b->type);
}

enum field_category
policy_category(const struct policy *p, struct span path)
{
	for (size_t i = 0; i < p->field_count; i++)
		if (span_equal(p->fields[i].path, path))
			return p->fields[i].category;
	return CATEGORY_ORDINARY;
}

bool
policy_same_group(const struct policy *p, struct span a, struct span b)
{
	if (span_equal(a, b))
		return true;
	for (size_t i = 0; i < p->group_count; i++)
		if (names_has(&p->groups[i].members, a) && names_has(&p->groups[i].members, b))
			return true;
	return false;
}

bool
purpose_within(struct span id, struct span ancestor)
{
	return span_starts(id, ancestor) && (id.len == ancestor.len || id.p[ancestor.len] == '.');
}

struct span
basis_name(enum basis_type t)
{
	static const struct span names[] = {
		SPAN_INIT("none"), SPAN_INIT("consent"), SPAN_INIT("contract"),
		SPAN_INIT("legal_obligation"), SPAN_INIT("vital_interests"),
		SPAN_INIT("public_task"), SPAN_INIT("legitimate_interests"),
		SPAN_INIT("soft_opt_in"), SPAN_INIT("notice_opt_out"), SPAN_INIT("regime"),
	};

	return names[t];
}
