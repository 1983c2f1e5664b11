/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/mapping_column.c: columns, groups, derived columns, constants, rows to skip. */
#include "base/arena.h"
#include "base/notes.h"
#include "ingest/mapping_priv.h"
#include "ingest/words.h"
#include "normal/country.h"

struct column_rule
column_rule_default(const struct mapping_source *s)
{
	return (struct column_rule){ .date_order = s->date_order, .precision = -1, .decimal = '.',
	    .reject_invalid = s->reject_invalid, .region = s->default_region };
}

/* An address is one of several: who leaves its number out means the first. */
static struct span
first_address(struct span text, struct arena *arena)
{
	static const char head[] = "address.", first[] = "address.0.";
	struct span rest = span_skip(text, sizeof head - 1);
	struct target t;
	char *p;

	if (!span_starts(text, SPAN("address.")))
		return span_none();
	p = arena_alloc(arena, sizeof first - 1 + rest.len);
	memcpy(p, first, sizeof first - 1);
	memcpy(p + sizeof first - 1, rest.p, rest.len);
	text = span_make(p, sizeof first - 1 + rest.len);
	return target_parse(text, &t, arena) ? text : span_none();
}

/* A target as text under `at`; false and a fault (E_MAP_FIELD) if there is none. */
static bool
read_target(struct mapping *m, const struct config_at *at, struct span text, struct target *t)
{
	struct span meant;

	if (target_parse(text, t, m->arena))
		return true;
	meant = first_address(text, m->arena);
	if (meant.p != NULL)
		config_fault(at, "E_MAP_FIELD", "is no target: is %.*s meant?", SPAN_ARG(meant));
	else
		config_fault(at, "E_MAP_FIELD", "is no target: see cdp-mapping(5) for the list");
	*t = (struct target){ .path = text };
	return false;
}

static void
read_values(struct mapping *m, const struct config_at *rule_at, struct column_rule *rule)
{
	struct config_at at = config_member(rule_at, "values");
	size_t count;
	const char **members;

	if (at.value == NULL)
		return;
	if (span_is(mapping_text_of(at.value), "iso5218")) {
		rule->iso5218 = true;
		return;
	}
	members = mapping_members(m, &at, &count);
	rule->values = arena_zero(m->arena, count + 1, sizeof *rule->values);
	for (size_t i = 0; i < count; i++) {
		struct config_at member = config_member(&at, members[i]);
		struct span to = mapping_text_of(member.value);

		if (to.p == NULL)
			config_fault(&member, "E_MAP_SYNTAX", "must be a text");
		else
			rule->values[rule->value_count++] =
			    (struct value_pair){ span_from(members[i]), to };
	}
}

static bool
tag_ok(struct span tag)
{
	static const char *const tags[] = { "special", "special.health", "special.religion",
	    "special.ethnicity", "special.politics", "special.union", "special.sex_life",
	    "special.genetic", "special.biometric", "special.criminal", "precise_location",
	    "coarse_location", "government_id", "financial", "free_text", "child", "third_party",
	    "shared_device", NULL };

	for (size_t i = 0; tags[i] != NULL; i++)
		if (span_is(tag, tags[i]))
			return true;
	return false;
}

static void
read_tags(struct mapping *m, const struct config_at *rule_at, struct column_rule *rule)
{
	struct config_at at = config_member(rule_at, "tags");

	if (at.value == NULL || !mapping_texts(m, &at, false, &rule->tags))
		return;
	for (size_t i = 0; i < rule->tags.n; i++) {
		struct config_at element = config_element(&at, i);

		if (!tag_ok(rule->tags.v[i]))
			config_fault(&element, "E_MAP_FIELD", "is no tag: see cdp-mapping(5)");
	}
}

/* Types belong to attributes; the other targets know what they hold. */
/* A member that says something of targets of one kind, and this is none. */
static void
only_for(const struct config_at *at, const char *name, bool fits, const char *why)
{
	struct config_at member = config_member(at, name);

	if (member.value != NULL && !fits)
		config_fault(&member, "E_MAP_TYPE", "%s", why);
}

static void
check_type(const struct config_at *at, const struct column_rule *rule, bool has_type)
{
	struct config_at type = config_member(at, "type"), format = config_member(at, "format");
	const struct target *t = &rule->target;
	bool date = (t->kind == TARGET_ONE && t->part == ONE_BIRTHDATE) ||
	    t->kind == TARGET_OBSERVED_AT || t->kind == TARGET_COLLECTED_AT ||
	    rule->type == TYPE_DATE || rule->type == TYPE_TIME;
	bool phone = t->kind == TARGET_MANY && t->part == MANY_PHONE_NUMBER;

	if (has_type && t->kind != TARGET_ATTRIBUTE)
		config_fault(&type, "E_MAP_TYPE", "only attributes have a type");
	if (rule->format != DATE_TEXT && !date)
		config_fault(&format, "E_MAP_TYPE", "only dates and times have a format");
	if (rule->precision >= 0 && t->kind != TARGET_ATTRIBUTE)
		config_fault(at, "E_MAP_TYPE", "only attributes have a precision");
	if (rule->separator.p != NULL && !target_is_list(t) && rule->type != TYPE_LIST)
		config_fault(at, "E_MAP_TYPE", "a separator needs a target that takes several values");
	if (rule->iso5218 && (t->kind != TARGET_ONE || t->part != ONE_GENDER))
		config_fault(at, "E_MAP_TYPE", "iso5218 is for gender");
	if (rule->sha256 && (t->kind != TARGET_MANY || t->part != MANY_EMAIL) &&
	    t->kind != TARGET_IDENTIFIER)
		config_fault(at, "E_MAP_TYPE", "sha256 is for email");
	only_for(at, "date_order", date, "only dates have an order");
	only_for(at, "decimal", rule->type == TYPE_DECIMAL || rule->type == TYPE_INTEGER, "only numbers have one");
	only_for(at, "region", phone, "is for phone numbers");
	only_for(at, "international_without_plus", phone, "is for phone numbers");
}

/* The parts of section 4 that this version does not have. */
static void
refuse_later(const struct config_at *at)
{
	static const char *const later[] = { "default_area", "vanity", NULL };

	for (size_t i = 0; later[i] != NULL; i++) {
		struct config_at member = config_member(at, later[i]);

		if (member.value != NULL)
			config_fault(&member, "E_MAP_TYPE", "not in this version: %s", later[i]);
	}
}

static void
read_choices(const struct config_at *at, struct column_rule *rule)
{
	static const char *const orders[] = { "infer", "YMD", "DMY", "MDY", NULL };
	static const char *const formats[] = { "text", "excel", "epoch_s", "epoch_ms", NULL };
	static const char *const invalid[] = { "keep", "reject", NULL };
	static const char *const repair[] = { "mojibake", NULL };
	static const char *const encoding[] = { "sha256", NULL };
	static const char *const decimal[] = { ".", ",", NULL };
	int choice = 0;

	if (config_choice(at, "date_order", false, orders, &choice))
		rule->date_order = (enum date_order)choice;
	if (config_choice(at, "format", false, formats, &choice))
		rule->format = (enum date_format)choice;
	if (config_choice(at, "invalid", false, invalid, &choice))
		rule->reject_invalid = choice == 1;
	if (config_choice(at, "repair", false, repair, &choice))
		rule->repair_mojibake = true;
	if (config_choice(at, "encoding", false, encoding, &choice))
		rule->sha256 = true;
	if (config_choice(at, "decimal", false, decimal, &choice))
		rule->decimal = decimal[choice][0];
	config_bool(at, "required", false, &rule->required);
	config_bool(at, "optional", false, &rule->optional);
	config_bool(at, "international_without_plus", false, &rule->international_without_plus);
	config_int(at, "precision", false, 0, 8, &rule->precision);
}

static void
read_object(struct mapping *m, const struct config_at *at, struct column_rule *rule)
{
	static const char *const names[] = { "to", "type", "separator", "strip_prefix", "values",
	    "decimal", "date_order", "format", "region", "default_area", "vanity",
	    "international_without_plus", "tags", "precision", "required", "optional", "invalid",
	    "repair", "encoding", "consent", NULL };
	struct config_at to = config_member(at, "to"), consent = config_member(at, "consent");
	struct config_at region = config_member(at, "region");
	struct span text = SPAN("drop"), s;
	int type = TYPE_TEXT;
	bool has_type;

	if (!config_only(at, names))
		return;
	config_string(at, "to", consent.value == NULL, &text);
	read_target(m, to.value == NULL ? at : &to, text, &rule->target);
	has_type = config_choice(at, "type", false, value_type_names, &type);
	rule->type = (enum value_type)type;
	if (config_string(at, "separator", false, &s) && s.len > 0)
		rule->separator = s;
	if (config_string(at, "strip_prefix", false, &s) && s.len > 0)
		rule->strip_prefix = s;
	if (config_string(at, "region", false, &rule->region) && !country_code(rule->region))
		config_fault(&region, "E_MAP_REGION", "is not an ISO 3166 alpha-2 code");
	read_choices(at, rule);
	read_values(m, at, rule);
	read_tags(m, at, rule);
	refuse_later(at);
	check_type(at, rule, has_type);
	if (rule->sha256)
		target_parse(SPAN("identifiers.email_sha256"), &rule->target, m->arena);
	if (consent.value != NULL)
		mapping_read_consent(m, &consent, rule);
}

static void
check_words(struct mapping *m, const struct config_at *at, struct column_rule *rule,
    struct notes *notes)
{
	struct span tag;

	if (rule->target.kind == TARGET_DROP)
		return;
	if (header_is_credential(rule->name, m->arena) && !(span_ends(rule->target.path, SPAN(".postal_code")) &&
	    header_may_be_postcode(rule->name, m->arena))) {
		config_fault(at, "E_MAP_CREDENTIAL", "holds credentials: its only target is drop");
		return;
	}
	tag = header_sensitive(rule->name, m->arena);
	if (tag.p != NULL && rule->tags.n == 0)
		notes_add(notes, "%s: column \"%.*s\" sounds sensitive and has no tags (%.*s?)",
		    m->name, SPAN_ARG(span_head(rule->name, 100)), SPAN_ARG(tag));
}

void
mapping_read_columns(struct mapping *m, const struct config_at *at, struct notes *notes)
{
	size_t count;
	const char **members = mapping_members(m, at, &count);

	m->columns = arena_zero(m->arena, count + 1, sizeof *m->columns);
	for (size_t i = 0; i < count; i++) {
		struct config_at member = config_member(at, members[i]);
		struct column_rule *rule = &m->columns[m->column_count++];

		*rule = column_rule_default(&m->source);
		rule->name = span_from(members[i]);
		if (json_is_string(member.value))
			read_target(m, &member, mapping_text_of(member.value), &rule->target);
		else if (json_is_object(member.value))
			read_object(m, &member, rule);
		else
			config_fault(&member, "E_MAP_SYNTAX", "must be a target or an object");
		check_words(m, &member, rule, notes);
	}
}

static void
read_group(struct mapping *m, const struct config_at *at, struct group_rule *groups, size_t *used)
{
	static const char *const names[] = { "columns", "to", NULL };
	struct config_at columns = config_member(at, "columns"), to_at = config_member(at, "to");
	struct span to = span_none(), label;
	size_t count;
	const char **members;
	bool address;

	if (!config_only(at, names) || !config_string(at, "to", true, &to))
		return;
	members = mapping_members(m, &columns, &count);
	address = span_is(to, "address");
	label = mapping_text_of(config_member(&columns, "label").value);
	for (size_t i = 0; i < count; i++) {
		struct config_at member = config_member(&columns, members[i]);
		struct group_rule *g = &groups[*used];
		struct span name = span_from(members[i]), pattern = mapping_text_of(member.value);
		struct span text = to;

		if (span_is(name, "label") && !address)
			continue;
		if (pattern.p == NULL || strstr(pattern.p, "{n}") == NULL) {
			config_fault(&member, "E_MAP_SYNTAX", "must be a text with {n}");
			continue;
		}
		g->rule = column_rule_default(&m->source);
		g->rule.name = pattern;
		g->label = address ? span_none() : label;
		g->numbered = address;
		if (address) {
			char *path = arena_zero(m->arena, 1, sizeof "address.0." + name.len);

			memcpy(path, "address.0.", 10);
			memcpy(path + 10, name.p, name.len);
			text = span_from(path);
		} else if (!span_is(name, "value")) {
			config_fault(&member, "E_MAP_SYNTAX", "must be value or label");
			continue;
		}
		if (!read_target(m, address ? &member : &to_at, text, &g->rule.target))
			continue;
		if (!address && !target_is_list(&g->rule.target))
			config_fault(&to_at, "E_MAP_TYPE", "a group needs a target that takes several values");
		(*used)++;
	}
}

void
mapping_read_groups(struct mapping *m, const struct config_at *at)
{
	size_t room = 0;

	if (at->value == NULL)
		return;
	if (!json_is_array(at->value)) {
		config_fault(at, "E_MAP_SYNTAX", "must be a list");
		return;
	}
	for (size_t i = 0; i < json_array_size(at->value); i++)
		room += json_object_size(json_object_get(json_array_get(at->value, i), "columns"));
	m->groups = arena_zero(m->arena, room + 1, sizeof *m->groups);
	for (size_t i = 0; i < json_array_size(at->value); i++) {
		struct config_at element = config_element(at, i);

		read_group(m, &element, m->groups, &m->group_count);
	}
}

static bool
read_date_parts(struct mapping *m, const struct config_at *at, struct derive_rule *d)
{
	struct span *parts = arena_zero(m->arena, 3, sizeof *parts);

	if (config_member(at, "year").value == NULL)
		return false;
	config_string(at, "year", true, &parts[0]);
	config_string(at, "month", false, &parts[1]);
	config_string(at, "day", false, &parts[2]);
	d->kind = DERIVE_DATE;
	d->columns = (struct texts){ parts, 3 };
	if (d->rule.target.kind != TARGET_ONE || d->rule.target.part != ONE_BIRTHDATE)
		config_fault(at, "E_MAP_TYPE", "a date in parts is for birthdate");
	return true;
}

static void
read_derived(struct mapping *m, const struct config_at *at, struct derive_rule *d)
{
	static const char *const names[] = { "concat", "with", "column", "split", "part",
	    "strip_prefix", "year", "month", "day", NULL };
	struct config_at concat = config_member(at, "concat"), column = config_member(at, "column");

	d->part = 1;
	d->with = SPAN("");
	if (!config_only(at, names) || read_date_parts(m, at, d))
		return;
	if (concat.value != NULL) {
		d->kind = DERIVE_CONCAT;
		config_string(at, "with", false, &d->with);
		mapping_texts(m, &concat, false, &d->columns);
	} else if (column.value != NULL) {
		d->kind = DERIVE_SPLIT;
		mapping_texts(m, &column, true, &d->columns);
		config_string(at, "split", true, &d->with);
		config_int(at, "part", true, 1, 1000, &d->part);
		config_string(at, "strip_prefix", false, &d->strip_prefix);
	} else {
		config_fault(at, "E_MAP_SYNTAX", "needs concat, column or year");
	}
}

void
mapping_read_derive(struct mapping *m, const struct config_at *at)
{
	size_t count;
	const char **members = mapping_members(m, at, &count);

	m->derives = arena_zero(m->arena, count + 1, sizeof *m->derives);
	for (size_t i = 0; i < count; i++) {
		struct config_at member = config_member(at, members[i]);
		struct derive_rule *d = &m->derives[m->derive_count++];

		d->rule = column_rule_default(&m->source);
		d->rule.name = span_from(members[i]);
		read_target(m, &member, span_from(members[i]), &d->rule.target);
		read_derived(m, &member, d);
	}
}

void
mapping_read_constants(struct mapping *m, const struct config_at *at)
{
	size_t count;
	const char **members = mapping_members(m, at, &count);

	m->constants = arena_zero(m->arena, count + 1, sizeof *m->constants);
	for (size_t i = 0; i < count; i++) {
		struct config_at member = config_member(at, members[i]);
		struct constant_rule *c = &m->constants[m->constant_count++];

		c->rule = column_rule_default(&m->source);
		c->rule.name = span_from(members[i]);
		c->value = mapping_text_of(member.value);
		read_target(m, &member, span_from(members[i]), &c->rule.target);
		if (c->value.p == NULL)
			config_fault(&member, "E_MAP_SYNTAX", "must be a text");
	}
}

void
mapping_read_skips(struct mapping *m, const struct config_at *at)
{
	size_t count;
	const char **members = mapping_members(m, at, &count);

	m->skips = arena_zero(m->arena, count + 1, sizeof *m->skips);
	for (size_t i = 0; i < count; i++) {
		struct config_at member = config_member(at, members[i]);
		struct skip_rule *s = &m->skips[m->skip_count++];

		s->column = span_from(members[i]);
		mapping_texts(m, &member, true, &s->values);
	}
}
