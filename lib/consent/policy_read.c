/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_read.c: a policy document into its types: the object, and its lists. What the
 * design has and this version has not is refused by name. */
#include "base/alloc.h"
#include "base/arena.h"
#include "consent/policy_read.h"
#include "consent/policy_read_priv.h"
#include "consent/regime.h"	/* REGIMES_MAX */
#include "consent/regime_read.h"
#include "model/policy_law.h"

#include <stdlib.h>

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

/* {foreign purpose: purpose} */
static void
read_map(struct policy_reader *r, const struct config_at *at, struct policy_importer *i)
{
	struct config_at map = config_member(at, "map");
	const char *foreign;
	json_t *value;

	if (!policy_is_map(&map))
		return;
	i->map = arena_zero(r->arena, json_object_size(map.value), sizeof *i->map);
	json_object_foreach(map.value, foreign, value) {
		i->map[i->map_count].foreign = span_from(foreign);
		policy_read_id(&map, foreign, true, true, &i->map[i->map_count].purpose);
		i->map_count++;
	}
}

static void
read_importer(struct policy_reader *r, const struct config_at *at, const char *name,
    struct policy_importer *i)
{
	i->name = span_from(name);
	if (!config_only(at, LIST("map", "vendor", "channel", "controller", "notice")))
		return;
	read_map(r, at, i);
	config_int(at, "vendor", false, 1, UINT16_MAX, &i->vendor);
	policy_read_text(at, "channel", false, &i->channel);
	policy_read_id(at, "controller", false, false, &i->controller);
	policy_read_notice_ref(at, "notice", &i->notice_id, &i->notice_version, &i->notice_lang);
}

void
policy_importer_build(json_t *json, const char *name, struct policy_importer *i,
    struct arena *arena, struct faults *f)
{
	struct config_at root = config_root(json, f, "L101");
	struct policy_reader r = { NULL, arena };

	*i = (struct policy_importer){ .name = span_from(name) };
	if (json_is_object(json))
		read_importer(&r, &root, name, i);
	else
		config_fault(&root, "L101", "not an object");
}

static void
read_importers(struct policy_reader *r, const struct config_at *root)
{
	static const char *const known[] = { "segment", "gpc", "tcf", "gpp", "usp", "adobe",
	    "mparticle", "unomi", "onetrust", "kantara", NULL };
	struct config_at all = config_member(root, "importers");
	struct policy *p = r->p;
	const char *name;
	json_t *value;

	if (!policy_is_map(&all))
		return;
	config_only(&all, known);
	p->importers = arena_zero(r->arena, json_object_size(all.value), sizeof *p->importers);
	json_object_foreach(all.value, name, value) {
		struct config_at at = config_member(&all, name);

		read_importer(r, &at, name, &p->importers[p->importer_count++]);
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

static int
by_id(const void *a, const void *b)
{
	const struct policy_regime *x = a, *y = b;

	return span_cmp(x->id, y->id);
}

/* A file of a regime that is neither in use nor what another file extends. */
static void
check_files(const struct config_at *own, const struct policy_names *names)
{
	const char *id, *other;
	json_t *file, *value;

	json_object_foreach(own->value, id, value) {
		struct config_at m = config_member(own, id);
		bool extended = false;

		json_object_foreach(own->value, other, file) {
			const char *base = json_string_value(json_object_get(file, "extends"));

			extended |= base != NULL && strcmp(base, id) == 0;
		}
		if (!extended && !names_has(names, span_from(id)))
			config_fault(&m, "L217", "has no effect: no such regime is in use");
	}
}

static void
read_regimes(struct policy_reader *r, const struct config_at *root)
{
	struct config_at at = config_member(root, "regimes"), own = config_member(root, "regime_files");
	struct policy_names names = { 0 };
	struct policy *p = r->p;

	policy_is_map(&own);
	policy_read_names(r, root, "regimes", true, &names);
	p->regimes = arena_zero(r->arena, names.n, sizeof *p->regimes);
	for (size_t i = 0; i < names.n; i++) {
		struct config_at x = config_element(&at, i);
		struct policy_names earlier = { names.v, i };

		if (!policy_is_regime_id(names.v[i]))
			config_fault(&x, "L101", "not the id of a regime");
		else if (names_has(&earlier, names.v[i]))
			config_fault(&x, "L101", "stands twice");
		else if (p->regime_count == REGIMES_MAX)
			config_fault(&x, "L101", "more than %d regimes", REGIMES_MAX);
		else if (regime_read(r, names.v[i], &x, &own, &p->regimes[p->regime_count]))
			p->regimes[p->regime_count++].place = i;
		else
			config_fault(&x, "L102", "names a regime that is not there");
	}
	check_files(&own, &names);
	if (names.n == 0)
		config_fault(&at, "L103", "no regime is in use");
	else
		qsort(p->regimes, p->regime_count, sizeof *p->regimes, by_id);
}

/* Who signs that the policy was in force before anybody could read it here, and why. */
static void
read_backdated(struct policy *p, const struct config_at *root)
{
	struct config_at at = config_member(root, "backdated");

	if (!policy_is_map(&at))
		return;
	config_only(&at, LIST("reason", "signed_by"));
	p->backdated = policy_read_ref(&at, "reason", &p->backdated_reason) &
	    policy_read_ref(&at, "signed_by", &p->backdated_signed_by);
	if (!p->backdated)
		config_fault(&at, "L101", "needs reason and signed_by");
}

static void
read_top(struct policy_reader *r, const struct config_at *root)
{
	static const char *const schemas[] = { "cdp-policy/1", NULL };
	struct config_at shared = config_member(root, "shared");
	struct span dir;
	int schema;

	config_only(root, LIST("schema", "id", "effective_from", "backdated", "regimes", "regime_dir",
	    "regime_files", "defaults", "controllers", "joint_groups", "notices", "purposes", "sources",
	    "destinations", "fields", "shared", "channels", "views", "importers", "datamap"));
	policy_refuse_later(root, LIST("datamap"));
	policy_read_text(root, "regime_dir", false, &dir);	/* a good one is gone: what it held was taken */
	read_backdated(r->p, root);
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
	read_importers(&r, &root);
	return p;
}
