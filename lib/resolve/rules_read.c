/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rules_read.c: reads and checks a rules file. Every fault is found in one go. */
#include "base/buf.h"
#include "base/crypto.h"
#include "base/error.h"
#include "io/json_config.h"
#include "model/fields.h"
#include "resolve/rules_priv.h"

enum { FILE_MOST = 16 << 20, COUNT_MOST = 1000000, DIGEST = 16 };

static const char *const members[] = { "schema", "mode", "purpose", "require_gate", "sources",
    "identifiers", "fields", "ignore", "never_match", "field_purposes", "joins", "clusters",
    "generic", "ids", "survivorship", "pinned", "blocking", "levels", "caps", "household",
    "thresholds", NULL };

struct span
rules_keep(struct rules *r, const char *text)
{
	return arena_copy(&r->arena, span_from(text));
}

static bool
known_path(struct span path)
{
	static const char *const heads[] = { "identifiers.", "attributes.", NULL };

	if (one_find(path) >= 0 || many_find(path) >= 0 || span_is(path, "address"))
		return true;
	for (size_t i = 0; heads[i] != NULL; i++)
		if (span_starts(path, span_from(heads[i])) && path.len > strlen(heads[i]))
			return true;
	return false;
}

bool
rules_check_path(const struct config_at *at, struct span path)
{
	if (known_path(path))
		return true;
	config_fault(at, RULES_CODE, "unknown field");
	return false;
}

struct span
rules_optional(struct rules *r, const struct config_at *at, const char *key)
{
	struct span s;

	return config_string(at, key, false, &s) ? arena_copy(&r->arena, s) : span_none();
}

uint32_t
rules_number(const struct config_at *at, const char *key, int64_t least, uint32_t otherwise)
{
	int64_t n;

	return config_int(at, key, false, least, COUNT_MOST, &n) ? (uint32_t)n : otherwise;
}

/* ---- sources, identifiers ---- */

static void
read_source(struct rules *r, const struct config_at *at, const char *name)
{
	static const char *const keys[] = { "priority", "clean", "empty", NULL };
	static const char *const empties[] = { "ignore", "erase", NULL };
	struct source_rule *s = &r->sources[r->source_count++];
	int empty = 0;

	*s = (struct source_rule){ .name = rules_keep(r, name) };
	config_only(at, keys);
	s->priority = rules_number(at, "priority", 0, RULES_PRIORITY_NONE);
	config_bool(at, "clean", false, &s->clean);
	if (config_choice(at, "empty", false, empties, &empty))
		s->empty_erases = empty == 1;
}

static void
read_sources(struct rules *r, const struct config_at *at)
{
	const char *name;
	json_t *value;

	r->sources = arena_zero(&r->arena, json_object_size(at->value) + 1, sizeof *r->sources);
	json_object_foreach(at->value, name, value) {
		struct config_at one = config_member(at, name);

		read_source(r, &one, name);
	}
}

static void
read_identifier(struct rules *r, const struct config_at *at, const char *name)
{
	static const char *const keys[] = { "priority", "exclusive", "limit", "key", "match", "check",
	    NULL };
	struct identifier_rule *id = &r->identifiers[r->identifier_count++];
	int check = CHECK_NONE;

	*id = (struct identifier_rule){ .name = rules_keep(r, name), .key = true, .match = true };
	config_only(at, keys);
	id->priority = rules_number(at, "priority", 0, RULES_PRIORITY_NONE);
	id->has_exclusive = config_bool(at, "exclusive", false, &id->exclusive);
	id->limit = rules_number(at, "limit", 1, 0);
	config_bool(at, "key", false, &id->key);
	config_bool(at, "match", false, &id->match);
	id->has_check = config_choice(at, "check", false, check_digit_names, &check);
	id->check = (enum check_digit)check;
	if (rules_exclusive(r, id->name) && id->limit > 1)
		config_fault(at, RULES_CODE, "an exclusive identifier has a limit above 1");
}

static void
read_identifiers(struct rules *r, const struct config_at *at)
{
	const char *name;
	json_t *value;

	r->identifiers = arena_zero(&r->arena, json_object_size(at->value) + 1,
	    sizeof *r->identifiers);
	json_object_foreach(at->value, name, value) {
		struct config_at one = config_member(at, name);

		read_identifier(r, &one, name);
	}
}

static void
read_never(struct rules *r, const struct config_at *at)
{
	for (size_t i = 0; i < json_array_size(at->value); i++) {
		struct config_at one = config_element(at, i);

		if (!json_is_string(one.value))
			config_fault(&one, RULES_CODE, "not a text");
		else if (rules_check_path(&one, span_from(json_string_value(one.value))))
			rules_add_never(r, rules_keep(r, json_string_value(one.value)));
	}
}

static void
read_field_purposes(struct rules *r, const struct config_at *at)
{
	const char *name;
	json_t *value;

	r->field_purposes = arena_zero(&r->arena, json_object_size(at->value) + 1,
	    sizeof *r->field_purposes);
	json_object_foreach(at->value, name, value) {
		struct config_at one = config_member(at, name);
		struct field_purposes *f = &r->field_purposes[r->field_purpose_count++];
		struct span *list = arena_alloc(&r->arena, (json_array_size(value) + 1) * sizeof *list);

		*f = (struct field_purposes){ rules_keep(r, name), list, 0 };
		rules_check_path(&one, f->path);
		if (!json_is_array(value) || json_array_size(value) == 0)
			config_fault(&one, RULES_CODE, "not a list of purposes");
		for (size_t i = 0; i < json_array_size(value); i++) {
			struct config_at purpose = config_element(&one, i);

			if (json_string_length(purpose.value) > 0)
				list[f->count++] = rules_keep(r, json_string_value(purpose.value));
			else
				config_fault(&purpose, RULES_CODE, "not a purpose");
		}
	}
}

/* ---- clusters, generic values, ids ---- */

static void
read_clusters(struct rules *r, const struct config_at *at)
{
	static const char *const keys[] = { "limits", "soft_exclusive", "max_size", "bridge_margin",
	    NULL };
	static const char *const limits[] = { "none", "segment", NULL };
	int which;

	config_only(at, keys);
	rules_read_cluster_sizes(r, at);
	config_bool(at, "soft_exclusive", false, &r->soft_exclusive);
	if (config_choice(at, "limits", false, limits, &which))
		r->limit_default = which == 1 ? 5 : 0;
}

static void
read_generic(struct rules *r, const struct config_at *at)
{
	static const char *const keys[] = { "allow_file", "deny_file", "email_cap", "phone_cap",
	    NULL };

	config_only(at, keys);
	r->allow_file = rules_optional(r, at, "allow_file");
	r->deny_file = rules_optional(r, at, "deny_file");
	r->email_cap = rules_number(at, "email_cap", 1, 0);
	r->phone_cap = rules_number(at, "phone_cap", 1, 0);
}

static void
read_ids(struct rules *r, const struct config_at *at)
{
	static const char *const keys[] = { "mode", NULL };
	static const char *const modes[] = { "leader", "overlap", NULL };
	int which;

	config_only(at, keys);
	if (config_choice(at, "mode", false, modes, &which))
		r->overlap = which == 1;
}

/* ---- the whole ---- */

static void
each(struct rules *r, const struct config_at *root, const char *name,
    void (*read)(struct rules *, const struct config_at *), bool is_list)
{
	struct config_at at = config_member(root, name);

	if (at.value == NULL)
		return;
	if (is_list ? !json_is_array(at.value) : !json_is_object(at.value))
		config_fault(&at, RULES_CODE, is_list ? "not a list" : "not an object");
	else
		read(r, &at);
}

static void
read_root(struct rules *r, const struct config_at *root)
{
	static const char *const schemas[] = { "cdp-rules/1", NULL };
	static const char *const modes[] = { "exact", "auto", NULL };
	static const char *const levels[] = { "full", "splink", NULL };
	static const char *const weighing[] = { "blocking", "caps", "household", "levels", "thresholds" };
	struct config_at purpose = config_member(root, "purpose");
	int which = 0;

	config_only(root, members);
	r->joins_given = json_object_get(root->value, "joins") != NULL;
	for (size_t i = 0; i < sizeof weighing / sizeof *weighing; i++)
		r->weighs |= json_object_get(root->value, weighing[i]) != NULL;
	config_choice(root, "schema", true, schemas, &which);
	if (config_choice(root, "mode", false, modes, &which))
		r->exact = which == 0;
	if (config_choice(root, "levels", false, levels, &which))
		r->splink_levels = which == 1;
	r->purpose = rules_optional(r, root, "purpose");
	if (r->purpose.p != NULL && r->purpose.len == 0)
		config_fault(&purpose, RULES_CODE, "not a purpose");
	config_bool(root, "require_gate", false, &r->require_gate);
	each(r, root, "sources", read_sources, false);
	each(r, root, "identifiers", read_identifiers, false);
	each(r, root, "fields", rules_read_fields, false);
	each(r, root, "ignore", read_never, true);
	each(r, root, "never_match", read_never, true);
	each(r, root, "field_purposes", read_field_purposes, false);
	each(r, root, "joins", rules_read_joins, true);
	each(r, root, "clusters", read_clusters, false);
	each(r, root, "blocking", rules_read_blocking, false);
	each(r, root, "caps", rules_read_caps, false);
	each(r, root, "household", rules_read_household, false);
	each(r, root, "thresholds", rules_read_thresholds, false);
	each(r, root, "generic", read_generic, false);
	each(r, root, "ids", read_ids, false);
	each(r, root, "survivorship", rules_read_survivorship, false);
	each(r, root, "pinned", rules_read_pins, true);
}

/* What the rules say, however it is written. */
static void
digest(struct rules *r, const json_t *doc)
{
	struct buf all = { 0 };
	unsigned char hash[DIGEST];
	struct span text;

	config_canonical(doc, &all);
	text = buf_span(&all);
	blake2b(hash, sizeof hash, NULL, &text, 1);
	r->digest = arena_copy(&r->arena, span_make((char *)hash, sizeof hash));
	buf_done(&all);
}

struct rules *
rules_load(const char *path, struct notes *notes, struct error *e)
{
	json_t *doc = config_load(path, FILE_MOST, STATUS_USAGE, e);
	struct faults faults = { 0 };
	struct config_at root;
	struct rules *r;

	if (doc == NULL)
		return NULL;
	r = rules_new();
	root = config_root(doc, &faults, RULES_CODE);
	if (json_is_object(doc))
		read_root(r, &root);
	else
		config_fault(&root, RULES_CODE, "not an object");
	if (faults.count == 0) {
		digest(r, doc);
		rules_name_paths(r);
	}
	json_decref(doc);
	if (faults_refuse(&faults, path, notes, e) < 0) {
		rules_free(r);
		r = NULL;
	}
	faults_done(&faults);
	return r;
}
