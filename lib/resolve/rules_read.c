/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rules_read.c: reads and checks a rules file. Every fault is found in one go. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/notes.h"
#include "io/json_config.h"
#include "model/fields.h"
#include "resolve/rules.h"

enum { FILE_MOST = 16 << 20, COUNT_MOST = 1000000 };

#define CODE	"E_RULES"


/* Members of the design that have no meaning in exact mode. */
static const char *const later[] = { "blocking", "levels", "caps", "household", "thresholds",
    "model", NULL };
static const char *const members[] = { "schema", "mode", "purpose", "require_gate", "sources",
    "identifiers", "fields", "ignore", "never_match", "field_purposes", "joins", "clusters",
    "generic", "ids", "survivorship", "pinned", "blocking", "levels", "caps", "household",
    "thresholds", "model", NULL };

static struct span
keep(struct rules *r, const char *text)
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

static bool
check_path(const struct config_at *at, struct span path)
{
	if (known_path(path))
		return true;
	config_fault(at, CODE, "unknown field");
	return false;
}

static struct span
optional(struct rules *r, const struct config_at *at, const char *key)
{
	struct span s;

	return config_string(at, key, false, &s) ? arena_copy(&r->arena, s) : span_none();
}

static uint32_t
number(const struct config_at *at, const char *key, int64_t least, uint32_t otherwise)
{
	int64_t n;

	return config_int(at, key, false, least, COUNT_MOST, &n) ? (uint32_t)n : otherwise;
}

static void
add_never(struct rules *r, struct span path)
{
	struct span *list = arena_alloc(&r->arena, (r->never_count + 1) * sizeof *list);

	if (r->never_count > 0)
		memcpy(list, r->never, r->never_count * sizeof *list);
	list[r->never_count++] = path;
	r->never = list;
}

/* ---- sources, identifiers, fields ---- */

static void
read_source(struct rules *r, const struct config_at *at, const char *name)
{
	static const char *const keys[] = { "priority", "clean", "empty", NULL };
	static const char *const empties[] = { "ignore", "erase", NULL };
	struct source_rule *s = &r->sources[r->source_count++];
	int empty = 0;

	*s = (struct source_rule){ .name = keep(r, name) };
	config_only(at, keys);
	s->priority = number(at, "priority", 0, RULES_PRIORITY_NONE);
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

	*id = (struct identifier_rule){ .name = keep(r, name), .key = true, .match = true };
	config_only(at, keys);
	if (json_object_get(at->value, "check") != NULL)
		config_fault(at, CODE, "not in this version: check");
	id->priority = number(at, "priority", 0, RULES_PRIORITY_NONE);
	id->has_exclusive = config_bool(at, "exclusive", false, &id->exclusive);
	id->limit = number(at, "limit", 1, 0);
	config_bool(at, "key", false, &id->key);
	config_bool(at, "match", false, &id->match);
	if (rules_exclusive(r, id->name) && id->limit > 1)
		config_fault(at, CODE, "an exclusive identifier has a limit above 1");
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
read_fields(struct rules *r, const struct config_at *at)
{
	static const char *const keys[] = { "match", "type", "nature", NULL };
	const char *name;
	json_t *value;

	json_object_foreach(at->value, name, value) {
		struct config_at one = config_member(at, name);
		bool match = true;

		config_only(&one, keys);
		if (json_object_get(value, "type") != NULL || json_object_get(value, "nature") != NULL)
			config_fault(&one, CODE, "not in this version: type, nature");
		config_bool(&one, "match", false, &match);
		if (check_path(&one, span_from(name)) && !match)
			add_never(r, keep(r, name));
	}
}

static void
read_never(struct rules *r, const struct config_at *at)
{
	for (size_t i = 0; i < json_array_size(at->value); i++) {
		struct config_at one = config_element(at, i);

		if (!json_is_string(one.value))
			config_fault(&one, CODE, "not a text");
		else if (check_path(&one, span_from(json_string_value(one.value))))
			add_never(r, keep(r, json_string_value(one.value)));
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

		*f = (struct field_purposes){ keep(r, name), list, 0 };
		check_path(&one, f->path);
		if (!json_is_array(value) || json_array_size(value) == 0)
			config_fault(&one, CODE, "not a list of purposes");
		for (size_t i = 0; i < json_array_size(value); i++)
			if (json_is_string(json_array_get(value, i)))
				list[f->count++] = keep(r, json_string_value(json_array_get(value, i)));
	}
}

/* ---- joins ---- */

static bool
forbidden_atom(const struct rules *r, const struct join *j, size_t a)
{
	static const char *const field[ATOMS] = { NULL, "email", "phone_number", "phone_number",
	    "given_name", "given_name", "given_name", "given_name", "given_name", "birthdate",
	    "birthdate", "address", "address" };

	for (size_t i = 0; i < r->never_count && field[j->atom[a]] != NULL; i++)
		if (span_is(r->never[i], field[j->atom[a]]))
			return true;
	return false;
}

static void
read_atom(struct rules *r, const struct config_at *at, struct join *j)
{
	struct span text = span_from(json_string_value(at->value));

	if (text.p == NULL || j->count == RULES_ATOMS_MAX) {
		config_fault(at, CODE, "not one of at most %d atoms", RULES_ATOMS_MAX);
		return;
	}
	if (span_starts(text, SPAN("id.")) && text.len > 3) {
		if (j->type.p != NULL)
			config_fault(at, CODE, "a second identifier in one join");
		j->type = arena_copy(&r->arena, span_skip(text, 3));
		j->atom[j->count++] = ATOM_IDENTIFIER;
		return;
	}
	for (int a = ATOM_IDENTIFIER; a < ATOMS; a++)
		if (span_is(text, atom_name((enum atom)a))) {
			j->atom[j->count++] = (enum atom)a;
			if (forbidden_atom(r, j, j->count - 1))
				config_fault(at, CODE, "the field is not used for matching");
			return;
		}
	config_fault(at, CODE, "unknown atom, or not in this version");
}

/* An identifier comes first, because its type is the first byte of the key. */
static void
order_atoms(struct join *j)
{
	for (size_t i = 1; i < j->count; i++)
		if (j->atom[i] == ATOM_IDENTIFIER) {
			j->atom[i] = j->atom[0];
			j->atom[0] = ATOM_IDENTIFIER;
		}
}

static void
name_join(struct rules *r, struct join *j)
{
	struct buf name = { 0 };

	for (size_t i = 0; i < j->count; i++) {
		if (i > 0)
			buf_byte(&name, '+');
		buf_text(&name, atom_name(j->atom[i]));
		if (j->atom[i] == ATOM_IDENTIFIER && j->type.p != NULL) {
			buf_byte(&name, '.');
			buf_add(&name, j->type);
		}
	}
	j->name = arena_copy(&r->arena, buf_span(&name));
	buf_done(&name);
}

static void
read_join(struct rules *r, const struct config_at *at)
{
	static const char *const keys[] = { "all", "force", NULL };
	struct config_at all = config_member(at, "all");
	struct join *j = &r->joins[r->join_count++];
	bool only_compatible = true;

	*j = (struct join){ .count = 0 };
	config_only(at, keys);
	if (json_object_get(at->value, "force") != NULL)
		config_fault(at, CODE, "not in this version: force");
	if (!json_is_array(all.value) || json_array_size(all.value) == 0) {
		config_fault(at, CODE, "a join needs a list \"all\" of atoms");
		return;
	}
	for (size_t i = 0; i < json_array_size(all.value); i++) {
		struct config_at one = config_element(&all, i);

		read_atom(r, &one, j);
	}
	for (size_t i = 0; i < j->count; i++)
		only_compatible &= j->atom[i] == ATOM_GIVEN_COMPATIBLE;
	if (j->count > 0 && only_compatible)
		config_fault(at, CODE, "given.compatible alone is no key");
	order_atoms(j);
	name_join(r, j);
}

static void
read_joins(struct rules *r, const struct config_at *at)
{
	size_t n = json_array_size(at->value);

	if (!json_is_array(at->value) || n == 0 || n > 64) {
		config_fault(at, CODE, "not a list of 1 to 64 joins");
		return;
	}
	r->joins = arena_zero(&r->arena, n, sizeof *r->joins);
	r->join_count = 0;
	for (size_t i = 0; i < n; i++) {
		struct config_at one = config_element(at, i);

		read_join(r, &one);
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
	if (json_object_get(at->value, "max_size") != NULL ||
	    json_object_get(at->value, "bridge_margin") != NULL)
		config_fault(at, CODE, "not in this version: max_size, bridge_margin");
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
	r->allow_file = optional(r, at, "allow_file");
	r->deny_file = optional(r, at, "deny_file");
	r->email_cap = number(at, "email_cap", 1, 0);
	r->phone_cap = number(at, "phone_cap", 1, 0);
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

/* ---- survivorship ---- */

static int
find_strategy(struct span name)
{
	for (int s = 0; s < STRATEGIES; s++)
		if (span_is(name, strategy_name((enum strategy)s)))
			return s;
	return -1;
}

static void
add_step(const struct config_at *at, struct chain *c, enum strategy s)
{
	if (c->count == RULES_CHAIN_MAX)
		config_fault(at, CODE, "more than %d strategies", RULES_CHAIN_MAX);
	else
		c->step[c->count++] = s;
}

static void
read_steps(const struct config_at *at, struct chain *c)
{
	for (size_t i = 0; i < json_array_size(at->value); i++) {
		struct config_at one = config_element(at, i);
		int s = json_is_string(one.value) ?
		    find_strategy(span_from(json_string_value(one.value))) : -1;

		if (s < 0)
			config_fault(&one, CODE, "unknown strategy");
		else if (s == STRATEGY_GROUP)
			config_fault(&one, CODE, "group is written {\"group\":\"FIELD\"}");
		else
			add_step(&one, c, (enum strategy)s);
	}
	if (json_array_size(at->value) == 0)
		config_fault(at, CODE, "an empty chain");
}

static void
read_chain(struct rules *r, const struct config_at *at, const char *name)
{
	static const char *const keys[] = { "union", "group", NULL };
	struct chain *c = &r->chains[r->chain_count++];

	*c = (struct chain){ .path = keep(r, name), .top = 64 };
	check_path(at, c->path);
	if (json_is_array(at->value)) {
		read_steps(at, c);
		return;
	}
	if (!config_only(at, keys))
		return;
	if (json_object_get(at->value, "union") != NULL) {
		c->top = number(at, "union", 1, 64);
		add_step(at, c, STRATEGY_UNION);
	}
	c->group = optional(r, at, "group");
	if (c->group.p != NULL) {
		if (one_find(c->group) < 0 || one_find(c->path) < 0)
			config_fault(at, CODE, "group joins single fields only");
		add_step(at, c, STRATEGY_GROUP);
		add_step(at, c, STRATEGY_VALID);
		add_step(at, c, STRATEGY_VOTE);
		add_step(at, c, STRATEGY_COMPLETENESS);
	}
	if (c->count == 0)
		config_fault(at, CODE, "neither union nor group");
	if (c->step[0] == STRATEGY_UNION && one_find(c->path) >= 0)
		config_fault(at, CODE, "union is for lists");
}

static void
read_trust(struct rules *r, const struct config_at *at)
{
	static const char *const keys[] = { "max", "min", "days", "decay", NULL };
	static const char *const decays[] = { "linear", "slow", "fast", NULL };
	const char *name;
	json_t *value;

	r->trust = arena_zero(&r->arena, json_object_size(at->value) + 1, sizeof *r->trust);
	json_object_foreach(at->value, name, value) {
		struct config_at one = config_member(at, name);
		struct trust *t = &r->trust[r->trust_count++];
		int decay = 0;

		*t = (struct trust){ .source = keep(r, name) };
		config_only(&one, keys);
		t->most = number(&one, "max", 0, 1000);
		t->least = number(&one, "min", 0, 0);
		t->days = number(&one, "days", 1, 365);
		if (config_choice(&one, "decay", false, decays, &decay))
			t->decay = (enum decay)decay;
		if (t->least > t->most || t->most > 1000)
			config_fault(&one, CODE, "trust is 0 to 1000, min not above max");
	}
}

static const struct chain *
chain_named(const struct rules *r, struct span path)
{
	return path.p == NULL ? NULL : rules_chain(r, path);
}

/* A field whose value comes with another's, which comes with its own. */
static void
check_groups(const struct rules *r, const struct config_at *at)
{
	for (size_t i = 0; i < r->chain_count; i++) {
		const struct chain *c = &r->chains[i];

		for (size_t n = 0; c != NULL && n <= r->chain_count; n++) {
			if (n == r->chain_count)
				config_fault(at, CODE, "fields are grouped in a circle");
			c = chain_named(r, c->group);
		}
		c = &r->chains[i];
		if (c->group.p != NULL && one_find(c->group) >= one_find(c->path))
			config_fault(at, CODE, "a field can be grouped only with one that comes before it: "
			    "given_name, middle_name, family_name, name, birthdate, gender");
	}
}

static void
read_survivorship(struct rules *r, const struct config_at *at)
{
	const char *name;
	json_t *value;

	r->chains = arena_zero(&r->arena, json_object_size(at->value) + 1, sizeof *r->chains);
	json_object_foreach(at->value, name, value) {
		struct config_at one = config_member(at, name);

		if (strcmp(name, "trust") == 0)
			read_trust(r, &one);
		else if (strcmp(name, "purposes") == 0)
			config_fault(&one, CODE, "purposes are the intersection of all members");
		else
			read_chain(r, &one, name);
	}
	check_groups(r, at);
}

static void
read_pins(struct rules *r, const struct config_at *at)
{
	static const char *const keys[] = { "record", "field", "value", "until", NULL };

	r->pins = arena_zero(&r->arena, json_array_size(at->value) + 1, sizeof *r->pins);
	for (size_t i = 0; i < json_array_size(at->value); i++) {
		struct config_at one = config_element(at, i);
		struct pin *p = &r->pins[r->pin_count++];
		struct span until;

		*p = (struct pin){ .until = INSTANT_NONE };
		config_only(&one, keys);
		p->record = optional(r, &one, "record");
		p->path = optional(r, &one, "field");
		p->value = optional(r, &one, "value");
		if (p->record.p == NULL || p->path.p == NULL || p->value.p == NULL)
			config_fault(&one, CODE, "a pin needs record, field and value");
		else if (check_path(&one, p->path) && span_starts(p->path, SPAN("attributes.")))
			config_fault(&one, CODE, "not in this version: pinned attributes");
		if (config_string(&one, "until", false, &until) && !instant_parse(until, &p->until))
			config_fault(&one, CODE, "until is not a date");
	}
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
		config_fault(&at, CODE, is_list ? "not a list" : "not an object");
	else
		read(r, &at);
}

static void
read_root(struct rules *r, const struct config_at *root)
{
	static const char *const schemas[] = { "cdp-rules/1", NULL };
	static const char *const modes[] = { "exact", "auto", "model", NULL };
	int which = 0;

	config_only(root, members);
	for (size_t i = 0; later[i] != NULL; i++)
		if (json_object_get(root->value, later[i]) != NULL) {
			struct config_at at = config_member(root, later[i]);

			config_fault(&at, CODE, "not in this version: %s", later[i]);
		}
	config_choice(root, "schema", true, schemas, &which);
	if (config_choice(root, "mode", false, modes, &which) && which > 0) {
		struct config_at at = config_member(root, "mode");

		config_fault(&at, CODE, "not in this version: mode %s", modes[which]);
	}
	r->purpose = optional(r, root, "purpose");
	config_bool(root, "require_gate", false, &r->require_gate);
	each(r, root, "sources", read_sources, false);
	each(r, root, "identifiers", read_identifiers, false);
	each(r, root, "fields", read_fields, false);
	each(r, root, "ignore", read_never, true);
	each(r, root, "never_match", read_never, true);
	each(r, root, "field_purposes", read_field_purposes, false);
	each(r, root, "joins", read_joins, true);
	each(r, root, "clusters", read_clusters, false);
	each(r, root, "generic", read_generic, false);
	each(r, root, "ids", read_ids, false);
	each(r, root, "survivorship", read_survivorship, false);
	each(r, root, "pinned", read_pins, true);
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
	root = config_root(doc, &faults, CODE);
	if (json_is_object(doc))
		read_root(r, &root);
	else
		config_fault(&root, CODE, "not an object");
	json_decref(doc);
	for (size_t i = 1; i < faults.count; i++)
		notes_add(notes, "%s: %s: %s: %s", path, faults.list[i].code, faults.list[i].path,
		    faults.list[i].text);
	if (faults.count > 0) {
		error_set(e, USAGE, CODE, "%s: %s", faults.list[0].path, faults.list[0].text);
		error_place(e, path, 0, 0);
		rules_free(r);
		r = NULL;
	}
	faults_done(&faults);
	return r;
}
