/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/target.c: the table of targets. */
#include "base/ascii.h"
#include "ingest/target.h"
#include "base/arena.h"
#include "base/number.h"
#include "model/fields.h"

enum { NAME_MOST = 128 };	/* bytes of an identifier type or attribute name */

const char *const value_type_names[] = { "text", "list", "integer", "decimal", "boolean", "date",
    "time", "country", "code", "json", NULL };

bool
target_name_ok(struct span name, size_t most)
{
	if (name.len == 0 || name.len > most)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.p[i];
		bool word = ascii_lower(c) || ascii_digit(c);

		if (!word && (i == 0 || (c != '_' && c != '-' && c != '.')))
			return false;
	}
	return true;
}

static bool
parse_address(struct span rest, struct target *t)
{
	size_t dot = span_index(rest, '.');
	uint64_t number;
	struct span part;

	if (dot == rest.len || !u64_parse(span_head(rest, dot), &number) || number >= ADDRESS_MAX)
		return false;
	part = span_skip(rest, dot + 1);
	t->kind = TARGET_ADDRESS;
	t->number = (uint32_t)number;
	t->second_line = span_is(part, "street_address.2");
	t->part = t->second_line ? PART_STREET_ADDRESS : part_find(part);
	return t->part >= 0;
}

static bool
parse_named(struct span name, enum target_kind kind, struct target *t)
{
	t->kind = kind;
	t->name = name;
	return target_name_ok(name, NAME_MOST);
}

static bool
parse_plain(struct span text, struct target *t)
{
	int one = one_find(text), many = many_find(text);

	if (one >= 0)
		t->kind = TARGET_ONE;
	else if (many >= 0)
		t->kind = TARGET_MANY;
	else if (span_is(text, "observed_at"))
		t->kind = TARGET_OBSERVED_AT;
	else if (span_is(text, "collected_at"))
		t->kind = TARGET_COLLECTED_AT;
	else if (span_is(text, "drop"))
		t->kind = TARGET_DROP;
	else
		return false;
	t->part = one >= 0 ? one : many;
	return true;
}

bool
target_parse(struct span text, struct target *t, struct arena *arena)
{
	static const struct span address = SPAN_INIT("address."), social = SPAN_INIT("social."),
	    identifiers = SPAN_INIT("identifiers."), attributes = SPAN_INIT("attributes.");

	*t = (struct target){ .path = text };
	if (span_starts(text, address))
		return parse_address(span_skip(text, address.len), t);
	if (span_starts(text, attributes))
		return parse_named(span_skip(text, attributes.len), TARGET_ATTRIBUTE, t);
	if (span_starts(text, identifiers))
		return parse_named(span_skip(text, identifiers.len), TARGET_IDENTIFIER, t);
	if (span_starts(text, social)) {
		char *path = arena_alloc(arena, identifiers.len + text.len);
		size_t len = text.len - social.len;

		memcpy(path, identifiers.p, identifiers.len);
		memcpy(path + identifiers.len, text.p + social.len, len);
		t->path = span_make(path, identifiers.len + len);
		return parse_named(span_skip(text, social.len), TARGET_IDENTIFIER, t);
	}
	return parse_plain(text, t);
}

bool
target_is_list(const struct target *t)
{
	return t->kind == TARGET_MANY || t->kind == TARGET_IDENTIFIER || t->kind == TARGET_DROP;
}

bool
target_same(const struct target *a, const struct target *b)
{
	return a->kind == b->kind && a->part == b->part && a->number == b->number &&
	    a->second_line == b->second_line && span_equal(a->name, b->name);
}

struct span
target_family(const struct target *t, struct arena *arena)
{
	static const struct span head = SPAN_INIT("address.");
	struct span part;
	char *p;

	if (t->kind != TARGET_ADDRESS)
		return t->path;
	part = part_name((enum address_part)t->part);
	p = arena_alloc(arena, head.len + part.len);
	memcpy(p, head.p, head.len);
	memcpy(p + head.len, part.p, part.len);
	return span_make(p, head.len + part.len);
}

struct span
identifier_tag(struct span type)
{
	static const struct span government[] = { SPAN_INIT("br_cpf"), SPAN_INIT("br_cnpj"),
	    SPAN_INIT("pt_nif"), SPAN_INIT("es_dni"), SPAN_INIT("es_nie"), SPAN_INIT("us_ssn"),
	    SPAN_INIT("de_steuer_id"), SPAN_INIT("it_codice_fiscale") };

	for (size_t i = 0; i < sizeof government / sizeof *government; i++)
		if (span_equal(type, government[i]))
			return SPAN("government_id");
	return span_is(type, "iban") ? SPAN("financial") : span_none();
}
