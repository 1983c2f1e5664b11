/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/mapping.c: reads a mapping and reports every fault in it. */
#include "ingest/mapping_priv.h"
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/error.h"
#include "io/fd.h"

#include <stdlib.h>

enum { MAPPING_DEPTH_MAX = 12 };

struct span
mapping_text_of(const json_t *value)
{
	if (!json_is_string(value))
		return span_none();
	return span_make(json_string_value(value), json_string_length(value));
}

static bool
is_comment(const char *key)
{
	return strncmp(key, "//", 2) == 0;
}

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **
mapping_members(struct mapping *m, const struct config_at *at, size_t *count)
{
	const char **names, *key;
	json_t *value;

	*count = 0;
	if (at->value == NULL)
		return NULL;
	if (!json_is_object(at->value)) {
		config_fault(at, "E_MAP_SYNTAX", "must be an object");
		return NULL;
	}
	names = arena_zero(m->arena, json_object_size(at->value) + 1, sizeof *names);
	json_object_foreach(at->value, key, value) {
		if (!is_comment(key))
			names[(*count)++] = key;
	}
	qsort(names, *count, sizeof *names, by_bytes);
	return names;
}

bool
mapping_texts(struct mapping *m, const struct config_at *at, bool one, struct texts *list)
{
	size_t count = json_is_array(at->value) ? json_array_size(at->value) : 1;
	struct span *v = arena_zero(m->arena, count + 1, sizeof *v);

	*list = (struct texts){ v, 0 };
	if (one && json_is_string(at->value)) {
		v[0] = mapping_text_of(at->value);
		list->n = 1;
		return true;
	}
	if (!json_is_array(at->value) || count == 0) {
		config_fault(at, "E_MAP_SYNTAX", "must be a list of texts");
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		struct config_at element = config_element(at, i);

		v[i] = mapping_text_of(element.value);
		if (v[i].p == NULL) {
			config_fault(&element, "E_MAP_SYNTAX", "must be a text");
			return false;
		}
	}
	list->n = count;
	return true;
}

static void
read_key(struct mapping *m, const struct config_at *at)
{
	static const char *const names[] = { "column", "strip_prefix", "columns", "with", "hash",
	    NULL };
	struct config_at column = config_member(at, "column"), columns = config_member(at, "columns");
	struct config_at hash = config_member(at, "hash");
	int kinds = (column.value != NULL) + (columns.value != NULL) + (hash.value != NULL);

	if (at->value == NULL) {
		config_fault(at, "E_MAP_KEY", "is required");
		return;
	}
	if (!config_only(at, names))
		return;
	if (kinds != 1) {
		config_fault(at, "E_MAP_KEY", "needs exactly one of column, columns and hash");
		return;
	}
	m->key = column.value != NULL ? KEY_COLUMN : columns.value != NULL ? KEY_COLUMNS : KEY_HASH;
	m->key_with = SPAN("|");
	config_string(at, "with", false, &m->key_with);
	config_string(at, "strip_prefix", false, &m->key_prefix);
	mapping_texts(m, column.value != NULL ? &column : columns.value != NULL ? &columns : &hash,
	    m->key == KEY_COLUMN, &m->key_columns);
}

static void
claim(const struct config_at *root, const struct target **seen, size_t *count,
    const struct column_rule *rule)
{
	const struct target *t = &rule->target;
	bool list = target_is_list(t) || rule->type == TYPE_LIST;

	if (list || t->path.p == NULL)
		return;
	for (size_t i = 0; i < *count; i++) {
		if (target_same(seen[i], t)) {
			config_fault(root, "E_MAP_DUP", "%.*s has two sources, and takes one value",
			    SPAN_ARG(span_head(t->path, 100)));
			return;
		}
	}
	seen[(*count)++] = t;
}

/* Two columns on one target that holds a single value. */
static void
check_double(struct mapping *m, const struct config_at *root)
{
	size_t most = m->column_count + m->derive_count + m->constant_count, count = 0;
	const struct target **seen = arena_zero(m->arena, most + 1, sizeof *seen);

	for (size_t i = 0; i < m->column_count; i++)
		claim(root, seen, &count, &m->columns[i]);
	for (size_t i = 0; i < m->derive_count; i++)
		claim(root, seen, &count, &m->derives[i].rule);
	for (size_t i = 0; i < m->constant_count; i++)
		claim(root, seen, &count, &m->constants[i].rule);
}

static bool
is_of_person(const struct target *t)
{
	return t->kind == TARGET_IDENTIFIER || (t->kind == TARGET_ONE && t->part <= ONE_NAME) ||
	    (t->kind == TARGET_MANY && (t->part == MANY_EMAIL || t->part == MANY_NICKNAME));
}

static void
note_target(struct mapping *m, const struct target *t)
{
	m->has_person |= is_of_person(t);
	m->has_identity |= is_of_person(t) || t->kind == TARGET_MANY || t->kind == TARGET_ADDRESS;
}

void
mapping_identify(struct mapping *m)
{
	m->has_person = false;
	m->has_identity = m->group_count > 0;
	for (size_t i = 0; i < m->column_count; i++)
		note_target(m, &m->columns[i].target);
	for (size_t i = 0; i < m->derive_count; i++)
		note_target(m, &m->derives[i].rule.target);
}

static void
check_whole(struct mapping *m, const struct config_at *root)
{
	struct config_at source = config_member(root, "source");
	bool times = false;

	check_double(m, root);
	mapping_identify(m);
	for (size_t i = 0; i < m->column_count; i++)
		times |= m->columns[i].target.kind == TARGET_COLLECTED_AT;
	for (size_t i = 0; i < m->derive_count; i++)
		times |= m->derives[i].rule.target.kind == TARGET_COLLECTED_AT;
	if (m->source.purpose_count > 0 && !times && m->source.collected_since == INSTANT_NONE)
		config_fault(&source, "E_MAP_PURPOSE",
		    "says no time of collection: collected_since or a column for collected_at");
}

static void
read_root(struct mapping *m, struct faults *faults, struct notes *notes)
{
	static const char *const names[] = { "cdp_mapping", "detect", "source", "format", "key",
	    "columns", "derive", "constants", "skip_when", "groups", "unmapped", NULL };
	static const char *const unmapped[] = { "attributes", "drop", "error", NULL };
	struct config_at root = config_root(m->root, faults, "E_MAP_SYNTAX");
	struct config_at source = config_member(&root, "source"), key = config_member(&root, "key");
	struct config_at format = config_member(&root, "format");
	struct config_at columns = config_member(&root, "columns");
	struct config_at groups = config_member(&root, "groups");
	struct config_at derive = config_member(&root, "derive");
	struct config_at constants = config_member(&root, "constants");
	struct config_at skips = config_member(&root, "skip_when");
	int64_t version = 0;
	int choice = 0;

	if (!config_only(&root, names))
		return;
	config_int(&root, "cdp_mapping", true, 1, 1, &version);
	if (config_choice(&root, "unmapped", false, unmapped, &choice))
		m->unmapped = (enum unmapped)choice;
	mapping_read_source(m, &source);
	mapping_read_format(m, &format);
	read_key(m, &key);
	if (columns.value == NULL)
		config_fault(&columns, "E_MAP_SYNTAX", "is required");
	mapping_read_columns(m, &columns, notes);
	mapping_read_groups(m, &groups);
	mapping_read_derive(m, &derive);
	mapping_read_constants(m, &constants);
	mapping_read_skips(m, &skips);
	check_whole(m, &root);
}

static struct mapping *
mapping_new(const char *name)
{
	struct mapping *m = mem_zero(1, sizeof *m);
	const char *slash = strrchr(name, '/');

	m->name = mem_text(slash == NULL ? name : slash + 1);
	m->arena = mem_zero(1, sizeof *m->arena);
	m->source.collected_since = INSTANT_NONE;
	return m;
}

struct mapping *
mapping_parse(struct span text, const char *name, struct faults *faults, struct notes *notes,
    struct error *e)
{
	struct mapping *m = mapping_new(name);

	m->root = config_parse(text, m->name, STATUS_USAGE, e);
	if (m->root != NULL && !config_depth_ok(m->root, MAPPING_DEPTH_MAX))
		error_set(e, USAGE, "E_MAP_SYNTAX", "nested deeper than %d", MAPPING_DEPTH_MAX);
	if (e->status != STATUS_DONE) {
		if (m->root == NULL)
			e->code = "E_MAP_SYNTAX";
		error_place(e, m->name, 0, 0);
		mapping_free(m);
		return NULL;
	}
	sha256_hex(text, m->digest, sizeof m->digest - 1);
	read_root(m, faults, notes);
	return m;
}

struct mapping *
mapping_read(const char *path, struct faults *faults, struct notes *notes, struct error *e)
{
	struct mapping *m;
	char *text = NULL;
	size_t len = 0;

	if (fd_read_file(path, MAPPING_MAX_BYTES, STATUS_USAGE, &text, &len, e) < 0)
		return NULL;
	m = mapping_parse(span_make(text, len), path, faults, notes, e);
	mem_free(text);
	return m;
}

struct mapping *
mapping_automatic(const char *path, struct span name, struct faults *faults, struct error *e)
{
	struct mapping *m = mapping_new(path == NULL ? "--auto" : path);
	struct config_at root;

	m->automatic = true;
	m->declared = path != NULL;
	m->has_identity = m->has_person = true;
	m->unmapped = UNMAPPED_ATTRIBUTES;
	m->key = KEY_HASH;
	if (path != NULL)
		m->root = config_load(path, MAPPING_MAX_BYTES, STATUS_USAGE, e);
	else
		m->root = json_pack("{s:s%,s:s,s:s,s:[]}", "name", name.p, name.len, "channel",
		    "other", "collected", "unknown", "purposes");
	if (m->root == NULL) {
		if (path == NULL)
			error_set(e, USAGE, "E_MAP_SOURCE", "no source name can be made of this file name");
		mapping_free(m);
		return NULL;
	}
	root = config_root(m->root, faults, "E_MAP_SYNTAX");
	mapping_read_source(m, &root);
	return m;
}

void
mapping_gathered(struct mapping *m, struct span name_column)
{
	struct buf text = { 0 };

	m->source.name_column = name_column;
	json_object_set_new(m->root, "name_column", json_stringn(name_column.p, name_column.len));
	config_canonical(m->root, &text);
	m->source.json = arena_copy(m->arena, buf_span(&text));
	buf_done(&text);
}

struct mapping *
mapping_of_source(struct span json, struct faults *faults, struct error *e)
{
	struct mapping *m = mapping_new("sources");
	struct config_at root;

	m->automatic = true;		/* `unknown` may be said here */
	m->root = config_parse(json, m->name, STATUS_INPUT, e);
	if (m->root == NULL) {
		mapping_free(m);
		return NULL;
	}
	root = config_root(m->root, faults, "E_MAP_SYNTAX");
	mapping_read_source(m, &root);
	return m;
}

void
mapping_free(struct mapping *m)
{
	if (m == NULL)
		return;
	json_decref(m->root);
	arena_done(m->arena);
	mem_free(m->arena);
	mem_free(m->name);
	mem_free(m);
}
