/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_read.c: a policy document into its types: the object, and its lists. What the
 * design has and this version has not is refused by name. */
#include "base/alloc.h"
#include "base/arena.h"
#include "consent/policy_read.h"
#include "consent/policy_read_priv.h"
#include "consent/regime.h"

static void
read_channels(struct policy_reader *r, const struct config_at *root)
{
	static const struct {
		struct span	name, types[3];
	} usual[] = {
		{ SPAN_INIT("email"), { SPAN_INIT("email") } },
		{ SPAN_INIT("sms"), { SPAN_INIT("phone_number") } },
		{ SPAN_INIT("phone"), { SPAN_INIT("phone_number") } },
		{ SPAN_INIT("whatsapp"), { SPAN_INIT("phone_number") } },
		{ SPAN_INIT("post"), { SPAN_INIT("record") } },
		{ SPAN_INIT("push"), { SPAN_INIT("id.push") } },
		{ SPAN_INIT("ads"), { SPAN_INIT("email"), SPAN_INIT("phone_number"), SPAN_INIT("id.maid") } },
		{ SPAN_INIT("none"), { { NULL, 0 } } },
	};
	enum { USUAL = sizeof usual / sizeof usual[0] };
	struct config_at own = config_member(root, "channels");
	size_t most = USUAL + json_object_size(own.value);
	const char *name;
	json_t *value;

	policy_is_map(&own);
	r->p->channels = arena_zero(r->arena, most, sizeof *r->p->channels);
	json_object_foreach(own.value, name, value) {
		struct policy_channel *c = &r->p->channels[r->p->channel_count++];

		c->name = span_from(name);
		policy_read_names(r, &own, name, true, &c->types);
	}
	for (size_t i = 0; i < USUAL; i++) {
		struct policy_channel *c = &r->p->channels[r->p->channel_count];

		if (policy_channel(r->p, usual[i].name) != NULL)
			continue;
		c->name = usual[i].name;
		c->types.v = arena_alloc(r->arena, sizeof usual[i].types);
		for (; c->types.n < 3 && usual[i].types[c->types.n].p != NULL; c->types.n++)
			c->types.v[c->types.n] = usual[i].types[c->types.n];
		r->p->channel_count++;
	}
}

static void
read_views(struct policy_reader *r, const struct config_at *root)
{
	struct config_at views = config_member(root, "views");
	const char *purpose;
	json_t *value;

	if (!policy_is_map(&views))
		return;
	r->p->views = arena_zero(r->arena, json_object_size(views.value), sizeof *r->p->views);
	json_object_foreach(views.value, purpose, value) {
		struct policy_view *v = &r->p->views[r->p->view_count++];

		v->purpose = span_from(purpose);
		policy_read_names(r, &views, purpose, true, &v->fields);
	}
}

static void
read_defaults(struct policy_reader *r, const struct config_at *root)
{
	static const char *const mins[] = { "verified", "authenticated", NULL };
	struct config_at at = config_member(root, "defaults");
	struct policy *p = r->p;
	int index;

	p->doi_window.ms = 48 * 3600000LL;
	p->future_tolerance.ms = 5 * 60000;
	p->device_skew.ms = DAY_MS;
	p->max_ledger_age.ms = DAY_MS;
	p->permit_ttl.ms = 7LL * DAY_MS;
	p->clock_back_limit.ms = 5 * 60000;
	p->quarantine_days = 30;
	p->grant_edge_min = ASSURANCE_AUTHENTICATED;
	if (at.value == NULL)
		return;
	config_only(&at, LIST("jurisdictions", "doi_window", "future_tolerance", "device_skew",
	    "max_ledger_age", "permit_ttl", "quarantine_days", "grant_edge_min", "clock_back_limit"));
	p->has_jurisdictions = config_member(&at, "jurisdictions").value != NULL;
	policy_read_names(r, &at, "jurisdictions", false, &p->jurisdictions);
	policy_read_duration(&at, "doi_window", &p->doi_window);
	if (policy_read_duration(&at, "future_tolerance", &p->future_tolerance) &&
	    (p->future_tolerance.months > 0 || p->future_tolerance.ms > 3600000))
		config_fault(&at, "L101", "future_tolerance is at most PT1H");
	policy_read_duration(&at, "device_skew", &p->device_skew);
	policy_read_duration(&at, "max_ledger_age", &p->max_ledger_age);
	policy_read_duration(&at, "permit_ttl", &p->permit_ttl);
	policy_read_duration(&at, "clock_back_limit", &p->clock_back_limit);
	config_int(&at, "quarantine_days", false, 0, 365, &p->quarantine_days);
	if (config_choice(&at, "grant_edge_min", false, mins, &index))
		p->grant_edge_min = index == 0 ? ASSURANCE_VERIFIED : ASSURANCE_AUTHENTICATED;
}

static void
read_regimes(struct policy_reader *r, const struct config_at *root)
{
	struct config_at at = config_member(root, "regimes");
	struct policy_names names = { 0 };

	policy_read_names(r, root, "regimes", true, &names);
	r->p->regimes = arena_zero(r->arena, names.n, sizeof *r->p->regimes);
	for (size_t i = 0; i < names.n; i++)
		if (regime_find(names.v[i], &r->p->regimes[r->p->regime_count], r->arena))
			r->p->regime_count++;
		else
			config_fault(&at, "L101", "not in this version: a regime other than EU");
	if (names.n == 0)
		config_fault(&at, "L103", "no regime is in use");
}

static void
read_top(struct policy_reader *r, const struct config_at *root)
{
	static const char *const schemas[] = { "cdp-policy/1", NULL };
	struct config_at shared = config_member(root, "shared");
	int schema;

	config_only(root, LIST("schema", "id", "effective_from", "backdated", "regimes", "regime_dir",
	    "defaults", "controllers", "joint_groups", "notices", "purposes", "sources",
	    "destinations", "fields", "shared", "channels", "views", "importers", "datamap"));
	policy_refuse_later(root, LIST("regime_dir", "importers", "datamap", "backdated"));
	config_choice(root, "schema", true, schemas, &schema);
	policy_read_id(root, "id", true, false, &r->p->id);
	r->p->effective_from = INSTANT_NONE;
	policy_read_time(root, "effective_from", true, &r->p->effective_from);
	r->p->published_at = INSTANT_NONE;
	if (shared.value != NULL) {
		config_only(&shared, LIST("mailboxes", "namespaces"));
		policy_read_names(r, &shared, "mailboxes", false, &r->p->shared_mailboxes);
		policy_read_names(r, &shared, "namespaces", false, &r->p->shared_namespaces);
	}
}

struct policy *
policy_build(const struct policy_document *d, struct faults *f)
{
	struct config_at root = config_root(d->json, f, "L101");
	struct arena *arena;
	struct policy_reader r;
	struct policy *p;

	if (!json_is_object(d->json)) {
		config_fault(&root, "L101", "not an object");
		return NULL;
	}
	arena = mem_zero(1, sizeof *arena);
	p = arena_zero(arena, 1, sizeof *p);
	r = (struct policy_reader){ p, arena };
	p->memory = arena;
	p->digest = arena_copy(arena, span_from(d->digest));
	read_top(&r, &root);
	read_regimes(&r, &root);
	read_defaults(&r, &root);
#define READ(member, key, read) \
	policy_read_list(&r, &root, key, sizeof *p->member##s, read, &p->member##_count)
	p->controllers = READ(controller, "controllers", policy_read_controller);
	p->groups = READ(group, "joint_groups", policy_read_group);
	p->notices = READ(notice, "notices", policy_read_notice);
	p->purposes = READ(purpose, "purposes", policy_read_purpose);
	p->sources = READ(source, "sources", policy_read_source);
	p->destinations = READ(destination, "destinations", policy_read_destination);
	p->fields = READ(field, "fields", policy_read_field);
#undef READ
	read_channels(&r, &root);
	read_views(&r, &root);
	return p;
}
