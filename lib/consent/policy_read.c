/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/policy_read.c: a policy document into its types. One function per kind of entry;
 * what the design has and this version has not is refused by name. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/encode.h"
#include "base/number.h"
#include "consent/policy.h"
#include "consent/policy_read.h"
#include "consent/regime.h"
#include "io/json_config.h"

#define LIST(...)	(const char *const[]){ __VA_ARGS__, NULL }

struct reader {
	struct policy	*p;
	struct arena	*arena;
};

/* ---- values ---- */

/* Members of the design that this version does not evaluate: present means refused. */
static void
refuse_later(const struct config_at *at, const char *const *names)
{
	for (; *names != NULL; names++) {
		struct config_at m = config_member(at, *names);

		if (m.value != NULL && !json_is_false(m.value) && !json_is_null(m.value))
			config_fault(&m, "L101", "not in this version");
	}
}

static bool
is_id(struct span s, bool dotted)
{
	size_t part = 0;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];
		bool first = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

		if (dotted && c == '.' && part > 0) {
			part = 0;
			continue;
		}
		if (!first && (part == 0 || (c != '_' && c != '-' && (dotted || c != '.'))))
			return false;
		if (++part > 64)
			return false;
	}
	return part > 0;
}

static bool
read_id(const struct config_at *at, const char *key, bool required, bool dotted, struct span *s)
{
	struct config_at m = config_member(at, key);

	if (!config_string(at, key, required, s))
		return false;
	if (!is_id(*s, dotted))
		config_fault(&m, "L101", "not an id");
	return true;
}

static bool
read_time(const struct config_at *at, const char *key, bool required, instant *t)
{
	struct config_at m = config_member(at, key);
	struct span s;

	if (!config_string(at, key, required, &s))
		return false;
	if (instant_parse(s, t))
		return true;
	config_fault(&m, "L101", "not a time with zone or a date");
	return false;
}

static bool
read_duration(const struct config_at *at, const char *key, struct duration *d)
{
	struct config_at m = config_member(at, key);
	struct span s;

	if (!config_string(at, key, false, &s))
		return false;
	if (duration_parse(s, d))
		return true;
	config_fault(&m, "L101", "not a duration like P24M or PT48H");
	return false;
}

static void
read_names(struct reader *r, const struct config_at *at, const char *key, bool required,
    struct policy_names *names)
{
	struct config_at list = config_member(at, key);

	if (list.value == NULL && !required)
		return;
	if (!json_is_array(list.value)) {
		config_fault(&list, "L101", "not a list of texts");
		return;
	}
	names->v = arena_alloc(r->arena, json_array_size(list.value) * sizeof *names->v);
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		struct config_at x = config_element(&list, i);

		if (!json_is_string(x.value)) {
			config_fault(&x, "L101", "not a text");
			continue;
		}
		names->v[names->n++] = span_make(json_string_value(x.value),
		    json_string_length(x.value));
	}
}

static void
read_flag(const struct config_at *at, const char *key, bool *yes)
{
	bool value;

	if (config_bool(at, key, false, &value))
		*yes = value;
}

/* Calls read for each object of the list and gives the zeroed array. */
typedef void read_entry(struct reader *r, const struct config_at *at, void *to);

static void *
read_list(struct reader *r, const struct config_at *root, const char *key, size_t size,
    read_entry *read, size_t *count)
{
	struct config_at list = config_member(root, key);
	char *to;

	*count = 0;
	if (list.value == NULL)
		return NULL;
	if (!json_is_array(list.value)) {
		config_fault(&list, "L101", "not a list");
		return NULL;
	}
	to = arena_zero(r->arena, json_array_size(list.value), size);
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		struct config_at x = config_element(&list, i);

		read(r, &x, to + size * i);
	}
	*count = json_array_size(list.value);
	return to;
}

/* ---- entries ---- */

static void
read_controller(struct reader *r, const struct config_at *at, void *to)
{
	struct policy_controller *c = to;

	(void)r;
	config_only(at, LIST("id", "legal_name", "country", "contact", "address", "dpo", "authority",
	    "brands"));
	read_id(at, "id", true, false, &c->id);
	config_string(at, "legal_name", true, &c->legal_name);
	config_string(at, "country", true, &c->country);
	config_string(at, "contact", true, &c->contact);
}

static void
read_group(struct reader *r, const struct config_at *at, void *to)
{
	struct policy_group *g = to;

	config_only(at, LIST("id", "members"));
	read_id(at, "id", true, false, &g->id);
	read_names(r, at, "members", true, &g->members);
	if (g->members.n < 2)
		config_fault(at, "L101", "a joint group has two members or more");
}

static void
read_notice(struct reader *r, const struct config_at *at, void *to)
{
	struct policy_notice *n = to;
	struct span hash = SPAN("");
	struct buf bytes = { 0 };

	config_only(at, LIST("id", "version", "lang", "sha256", "published_at", "purposes", "material",
	    "recipients"));
	read_id(at, "id", true, false, &n->id);
	config_int(at, "version", true, 1, INT32_MAX, &n->version);
	config_string(at, "lang", true, &n->lang);
	if (config_string(at, "sha256", true, &hash) && (hash.len != 64 || !hex_read(&bytes, hash)))
		config_fault(at, "L101", "sha256 is not 64 hex digits");
	buf_done(&bytes);
	n->sha256 = hash;
	n->published_at = INSTANT_NONE;
	read_time(at, "published_at", true, &n->published_at);
	read_names(r, at, "purposes", true, &n->purposes);
	read_names(r, at, "material", false, &n->material);
	read_names(r, at, "recipients", false, &n->recipients);
}

static void
read_basis_type(const struct config_at *at, struct policy_basis *b)
{
	static const char *const types[] = { "consent", "contract", "legal_obligation",
	    "legitimate_interests", "vital_interests", "public_task", "soft_opt_in",
	    "notice_opt_out", NULL };
	static const enum basis_type values[] = { BASIS_CONSENT, BASIS_CONTRACT,
	    BASIS_LEGAL_OBLIGATION, BASIS_LEGITIMATE_INTERESTS, BASIS_VITAL_INTERESTS,
	    BASIS_PUBLIC_TASK, BASIS_SOFT_OPT_IN, BASIS_NOTICE_OPT_OUT };
	struct config_at m = config_member(at, "type");
	int index;

	if (!config_choice(at, "type", true, types, &index))
		return;
	b->type = values[index];
	if (index > 3)
		config_fault(&m, "L101", "not in this version");
}

static void
read_basis(const struct config_at *at, struct span regime, struct policy_basis *b)
{
	static const char *const kinds[] = { "expressed", "explicit", NULL };
	int kind;

	config_only(at, LIST("type", "registered_at", "registered_ref", "max_age", "consent_type",
	    "double_opt_in", "tail", "citation", "retention", "lia_ref"));
	b->regime = regime;
	read_basis_type(at, b);
	b->claimed_at = INSTANT_NONE;
	read_time(at, "registered_at", true, &b->claimed_at);
	b->registered_at = b->claimed_at;
	config_string(at, "registered_ref", false, &b->registered_ref);
	config_string(at, "citation", false, &b->citation);
	config_string(at, "lia_ref", false, &b->lia_ref);
	b->has_max_age = read_duration(at, "max_age", &b->max_age);
	b->has_tail = read_duration(at, "tail", &b->tail);
	b->has_retention = read_duration(at, "retention", &b->retention);
	if (config_choice(at, "consent_type", b->type == BASIS_CONSENT, kinds, &kind))
		b->explicit_consent = kind == 1;
	read_flag(at, "double_opt_in", &b->double_opt_in);
}

static void
read_bases(struct reader *r, const struct config_at *at, struct policy_purpose *p)
{
	struct config_at object = config_member(at, "basis");
	const char *regime;
	json_t *value;

	if (!json_is_object(object.value) || json_object_size(object.value) == 0) {
		config_fault(&object, "L103", "a basis is declared per regime, or for \"*\"");
		return;
	}
	p->basis = arena_zero(r->arena, json_object_size(object.value), sizeof *p->basis);
	json_object_foreach(object.value, regime, value) {
		struct config_at m = config_member(&object, regime);

		read_basis(&m, span_from(regime), &p->basis[p->basis_count++]);
	}
}

static void
read_edges(struct reader *r, const struct config_at *at, struct policy_purpose *p)
{
	struct config_at list = config_member(at, "compatible_from");

	if (list.value == NULL)
		return;
	if (!json_is_array(list.value)) {
		config_fault(&list, "L101", "not a list");
		return;
	}
	p->compatible = arena_zero(r->arena, json_array_size(list.value), sizeof *p->compatible);
	for (size_t i = 0; i < json_array_size(list.value); i++) {
		struct config_at x = config_element(&list, i);

		config_only(&x, LIST("purpose", "assessment"));
		read_id(&x, "purpose", true, true, &p->compatible[i].purpose);
		config_string(&x, "assessment", false, &p->compatible[i].assessment);
		p->compatible_count++;
	}
}

static void
read_purpose(struct reader *r, const struct config_at *at, void *to)
{
	static const char *const modes[] = { "most_restrictive", "per_identifier", "ask", NULL };
	struct policy_purpose *p = to;
	int mode;

	config_only(at, LIST("id", "basis", "channels", "title", "notice", "min_version",
	    "effective_min_from", "direct_marketing", "profiling", "automated_decision", "sale",
	    "share", "special", "child_directed", "compliance", "required_for_service",
	    "grant_inherits", "survives_restriction", "conflict", "account_override",
	    "compatible_from", "retention", "special_condition", "adm", "dpv", "counsel_ref"));
	refuse_later(at, LIST("automated_decision", "sale", "share", "special", "child_directed",
	    "adm", "retention"));
	read_id(at, "id", true, true, &p->id);
	read_bases(r, at, p);
	read_names(r, at, "channels", true, &p->channels);
	read_id(at, "notice", false, false, &p->notice);
	config_int(at, "min_version", false, 1, INT32_MAX, &p->min_version);
	p->effective_min_from = INSTANT_NONE;
	read_time(at, "effective_min_from", false, &p->effective_min_from);
	config_string(at, "special_condition", false, &p->special_condition);
	read_flag(at, "direct_marketing", &p->direct_marketing);
	read_flag(at, "compliance", &p->compliance);
	read_flag(at, "grant_inherits", &p->grant_inherits);
	read_flag(at, "survives_restriction", &p->survives_restriction);
	p->account_override = true;
	read_flag(at, "account_override", &p->account_override);
	if (config_choice(at, "conflict", false, modes, &mode))
		p->conflict = (enum conflict_mode)mode;
	read_edges(r, at, p);
}

/* "Z", "+01:00", or two offsets for a place with summer time. */
static void
read_tz(const struct config_at *at, struct policy_source *s)
{
	struct config_at m = config_member(at, "tz");
	struct span rest, part;
	int32_t least = INT32_MAX, most = INT32_MIN;

	if (!config_string(at, "tz", false, &rest))
		return;
	while (span_split(&rest, ',', &part)) {
		int hour = 0, minute = 0;
		int32_t offset;

		if (!span_is(part, "Z")) {
			uint64_t h, n;

			if (part.len != 6 || (part.p[0] != '+' && part.p[0] != '-') || part.p[3] != ':' ||
			    !u64_parse(span_make(part.p + 1, 2), &h) || h > 14 ||
			    !u64_parse(span_make(part.p + 4, 2), &n) || n > 59) {
				config_fault(&m, "L101", "not Z, an offset, or two offsets");
				return;
			}
			hour = (int)h;
			minute = (int)n;
		}
		offset = (part.p[0] == '-' ? -1 : 1) * (hour * 60 + minute);
		least = offset < least ? offset : least;
		most = offset > most ? offset : most;
	}
	s->has_tz = true;
	s->tz_early = most;	/* the larger offset gives the earlier instant */
	s->tz_late = least;
}

/* "privacy@3" into its parts. */
static void
read_notice_ref(const struct config_at *at, const char *key, struct span *id, int64_t *version)
{
	struct config_at m = config_member(at, key);
	struct span s;
	uint64_t n;
	size_t at_sign;

	if (!config_string(at, key, false, &s))
		return;
	at_sign = span_index(s, '@');
	if (at_sign == s.len || !u64_parse(span_skip(s, at_sign + 1), &n) || n == 0 || n > INT32_MAX) {
		config_fault(&m, "L101", "not id@version");
		return;
	}
	*id = span_head(s, at_sign);
	*version = (int64_t)n;
}

static void
read_source(struct reader *r, const struct config_at *at, void *to)
{
	static const char *const clocks[] = { "trusted", "device", "date_only", NULL };
	static const char *const assurances[] = { "inferred", "claimed", "verified", "authenticated",
	    NULL };
	static const char *const collected[] = { "subject", "third_party", "public", NULL };
	struct policy_source *s = to;
	int index;

	config_only(at, LIST("id", "controller", "channel", "purposes", "assurance", "clock", "tz",
	    "collected", "collected_since", "notice_at_collection", "jurisdiction", "first_party"));
	read_id(at, "id", true, false, &s->id);
	read_id(at, "controller", true, false, &s->controller);
	config_string(at, "channel", true, &s->channel);
	read_names(r, at, "purposes", true, &s->purposes);
	if (config_choice(at, "assurance", true, assurances, &index))
		s->assurance = (enum assurance)index;
	s->clock = CLOCK_DEVICE;
	if (config_choice(at, "clock", true, clocks, &index))
		s->clock = (enum clock_class)index;
	read_tz(at, s);
	if (config_choice(at, "collected", false, collected, &index))
		s->third_party = index > 0;
	s->collected_since = INSTANT_NONE;
	read_time(at, "collected_since", false, &s->collected_since);
	read_notice_ref(at, "notice_at_collection", &s->notice_id, &s->notice_version);
	config_string(at, "jurisdiction", false, &s->jurisdiction);
	s->first_party = true;
	read_flag(at, "first_party", &s->first_party);
}

/* Its other members are the contract's, which cdp-export checks. */
static void
read_destination(struct reader *r, const struct config_at *at, void *to)
{
	static const char *const roles[] = { "processor", "joint_controller", "controller", "authority",
	    "subject", NULL };
	struct policy_destination *d = to;
	struct config_at recipient = config_member(at, "recipient");
	struct span hash = SPAN("none");
	int role;

	read_id(at, "id", true, false, &d->id);
	config_string(&recipient, "name", true, &d->recipient_name);
	config_string(&recipient, "country", true, &d->recipient_country);
	if (config_choice(at, "role", true, roles, &role))
		config_string(at, "role", true, &d->role);
	read_id(at, "controller", true, false, &d->controller);
	read_names(r, at, "countries", false, &d->countries);
	d->has_transfer = json_is_object(config_member(at, "transfer").value);
	read_names(r, at, "purposes", true, &d->purposes);
	config_string(at, "channel", true, &d->channel);
	config_string(at, "layout", false, &d->layout);
	read_names(r, at, "fields", true, &d->fields);
	read_flag(at, "sale_or_share", &d->sale_or_share);
	config_string(at, "hash_profile", false, &hash);
	d->audience = !span_is(hash, "none");
	read_flag(at, "audience", &d->audience);
	d->ends = INSTANT_NONE;
	read_time(at, "ends", false, &d->ends);
}

static void
read_field(struct reader *r, const struct config_at *at, void *to)
{
	static const char *const categories[] = { "ordinary", "special", "precise_location",
	    "government_id", "financial", "credential", "free_text", "third_party", "shared_device",
	    NULL };
	struct policy_field *f = to;
	int index;

	(void)r;
	config_only(at, LIST("path", "category"));
	config_string(at, "path", true, &f->path);
	if (config_choice(at, "category", true, categories, &index))
		f->category = (enum field_category)index;
}

/* ---- the document ---- */

static void
read_channels(struct reader *r, const struct config_at *root)
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

	r->p->channels = arena_zero(r->arena, most, sizeof *r->p->channels);
	json_object_foreach(own.value, name, value) {
		struct policy_channel *c = &r->p->channels[r->p->channel_count++];

		c->name = span_from(name);
		read_names(r, &own, name, true, &c->types);
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
read_views(struct reader *r, const struct config_at *root)
{
	struct config_at views = config_member(root, "views");
	const char *purpose;
	json_t *value;

	if (views.value == NULL)
		return;
	r->p->views = arena_zero(r->arena, json_object_size(views.value), sizeof *r->p->views);
	json_object_foreach(views.value, purpose, value) {
		struct policy_view *v = &r->p->views[r->p->view_count++];

		v->purpose = span_from(purpose);
		read_names(r, &views, purpose, true, &v->fields);
	}
}

static void
read_defaults(struct reader *r, const struct config_at *root)
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
	read_duration(&at, "doi_window", &p->doi_window);
	if (read_duration(&at, "future_tolerance", &p->future_tolerance) &&
	    (p->future_tolerance.months > 0 || p->future_tolerance.ms > 3600000))
		config_fault(&at, "L101", "future_tolerance is at most PT1H");
	read_duration(&at, "device_skew", &p->device_skew);
	read_duration(&at, "max_ledger_age", &p->max_ledger_age);
	read_duration(&at, "permit_ttl", &p->permit_ttl);
	read_duration(&at, "clock_back_limit", &p->clock_back_limit);
	config_int(&at, "quarantine_days", false, 0, 365, &p->quarantine_days);
	if (config_choice(&at, "grant_edge_min", false, mins, &index))
		p->grant_edge_min = index == 0 ? ASSURANCE_VERIFIED : ASSURANCE_AUTHENTICATED;
}

static void
read_regimes(struct reader *r, const struct config_at *root)
{
	struct config_at at = config_member(root, "regimes");
	struct policy_names names = { 0 };

	read_names(r, root, "regimes", true, &names);
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
read_top(struct reader *r, const struct config_at *root)
{
	static const char *const schemas[] = { "cdp-policy/1", NULL };
	struct config_at shared = config_member(root, "shared");
	int schema;

	config_only(root, LIST("schema", "id", "effective_from", "backdated", "regimes", "regime_dir",
	    "defaults", "controllers", "joint_groups", "notices", "purposes", "sources",
	    "destinations", "fields", "shared", "channels", "views", "importers", "datamap"));
	refuse_later(root, LIST("regime_dir", "importers", "datamap", "backdated"));
	config_choice(root, "schema", true, schemas, &schema);
	read_id(root, "id", true, false, &r->p->id);
	r->p->effective_from = INSTANT_NONE;
	read_time(root, "effective_from", true, &r->p->effective_from);
	r->p->published_at = INSTANT_NONE;
	if (shared.value != NULL) {
		config_only(&shared, LIST("mailboxes", "namespaces"));
		read_names(r, &shared, "mailboxes", false, &r->p->shared_mailboxes);
		read_names(r, &shared, "namespaces", false, &r->p->shared_namespaces);
	}
}

struct policy *
policy_build(const struct policy_document *d, struct faults *f)
{
	struct config_at root = config_root(d->json, f, "L101");
	struct arena *arena;
	struct reader r;
	struct policy *p;

	if (!json_is_object(d->json)) {
		config_fault(&root, "L101", "not an object");
		return NULL;
	}
	arena = mem_zero(1, sizeof *arena);
	p = arena_zero(arena, 1, sizeof *p);
	r = (struct reader){ p, arena };
	p->memory = arena;
	p->digest = arena_copy(arena, span_from(d->digest));
	read_top(&r, &root);
	read_regimes(&r, &root);
	read_defaults(&r, &root);
#define READ(member, key, read) \
	read_list(&r, &root, key, sizeof *p->member##s, read, &p->member##_count)
	p->controllers = READ(controller, "controllers", read_controller);
	p->groups = READ(group, "joint_groups", read_group);
	p->notices = READ(notice, "notices", read_notice);
	p->purposes = READ(purpose, "purposes", read_purpose);
	p->sources = READ(source, "sources", read_source);
	p->destinations = READ(destination, "destinations", read_destination);
	p->fields = READ(field, "fields", read_field);
#undef READ
	read_channels(&r, &root);
	read_views(&r, &root);
	return p;
}
