/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/rules.c: the rules of a run: their defaults, and questions to them. */
#include "base/alloc.h"
#include "model/record.h"
#include "resolve/rules.h"

/* Types that one person has one of, and whose numbers carry check digits. */
static const char *const exclusive_types[] = { "br_cpf", "br_cnpj", "pt_nif", "es_dni", "es_nie",
    "de_steuer_id", "it_codice_fiscale" };

static const struct span strategy_names[STRATEGIES] = {
	SPAN_ROOMY_INIT("pinned"), SPAN_ROOMY_INIT("source_priority"), SPAN_ROOMY_INIT("trust"),
	SPAN_ROOMY_INIT("recency"), SPAN_ROOMY_INIT("oldest"), SPAN_ROOMY_INIT("frequency"),
	SPAN_ROOMY_INIT("vote"), SPAN_ROOMY_INIT("valid"), SPAN_ROOMY_INIT("completeness"),
	SPAN_ROOMY_INIT("longest"), SPAN_ROOMY_INIT("min"), SPAN_ROOMY_INIT("max"),
	SPAN_ROOMY_INIT("sum"), SPAN_ROOMY_INIT("any"), SPAN_ROOMY_INIT("all"),
	SPAN_ROOMY_INIT("union"), SPAN_ROOMY_INIT("medoid"), SPAN_ROOMY_INIT("best_connected"),
	SPAN_ROOMY_INIT("group"), SPAN_ROOMY_INIT("record"), SPAN_ROOMY_INIT("usual"),
	SPAN_ROOMY_INIT("like_latest")
};

static const char *const atom_names[ATOMS] = { "id", "email.canon", "phone.e164", "phone.last8",
    "given.exact", "given.first", "given.initial", "given.compatible", "name.set",
    "birthdate.full", "birthdate.ym", "postcode.full", "locality" };

/* In this order: a join that comes first wins what a later one would dispute. */
static const struct join default_joins[] = {
	{ .atom = { ATOM_IDENTIFIER }, .count = 1, .name = SPAN_INIT("id") },
	{ .atom = { ATOM_EMAIL, ATOM_GIVEN_COMPATIBLE }, .count = 2,
	    .name = SPAN_INIT("email.canon+given.compatible") },
	{ .atom = { ATOM_PHONE, ATOM_NAME_SET }, .count = 2,
	    .name = SPAN_INIT("phone.e164+name.set") },
	{ .atom = { ATOM_NAME_SET, ATOM_BIRTHDATE, ATOM_POSTCODE }, .count = 3,
	    .name = SPAN_INIT("name.set+birthdate.full+postcode.full") },
	{ .atom = { ATOM_NAME_SET, ATOM_BIRTHDATE, ATOM_LOCALITY }, .count = 3,
	    .name = SPAN_INIT("name.set+birthdate.full+locality") },
};
enum { DEFAULT_JOINS = sizeof default_joins / sizeof default_joins[0] };

struct rules *
rules_new(void)
{
	struct rules *r = mem_zero(1, sizeof *r);

	r->soft_exclusive = true;
	r->weights = (struct rules_weights){ .link = RULES_NOT_SET, .review_band = RULES_NOT_SET,
	    .merge_average = RULES_NOT_SET, .bridge_margin = RULES_NOT_SET,
	    .cap_free = RULES_NOT_SET, .cap_contact = RULES_NOT_SET, .namesake = RULES_NOT_SET,
	    .twin = RULES_NOT_SET };
	r->joins = arena_alloc(&r->arena, sizeof default_joins);
	memcpy(r->joins, default_joins, sizeof default_joins);
	r->join_count = DEFAULT_JOINS;
	return r;
}

void
rules_free(struct rules *r)
{
	if (r == NULL)
		return;
	arena_done(&r->arena);
	mem_free(r);
}

struct span
strategy_name(enum strategy s)
{
	return strategy_names[s];
}

const char *
atom_name(enum atom a)
{
	return atom_names[a];
}

const struct source_rule *
rules_source(const struct rules *r, struct span name)
{
	for (size_t i = 0; i < r->source_count; i++)
		if (span_equal(r->sources[i].name, name))
			return &r->sources[i];
	return NULL;
}

uint32_t
rules_source_priority(const struct rules *r, struct span source)
{
	const struct source_rule *rule = rules_source(r, source);

	return rule == NULL ? RULES_PRIORITY_NONE : rule->priority;
}

const struct identifier_rule *
rules_identifier(const struct rules *r, struct span type)
{
	for (size_t i = 0; i < r->identifier_count; i++)
		if (span_equal(r->identifiers[i].name, type))
			return &r->identifiers[i];
	return NULL;
}

const struct field_rule *
rules_field(const struct rules *r, struct span path)
{
	for (size_t i = 0; i < r->field_count; i++)
		if (span_equal(r->fields[i].path, path))
			return &r->fields[i];
	return NULL;
}

enum check_digit
rules_check(const struct rules *r, struct span type)
{
	const struct identifier_rule *rule = rules_identifier(r, type);

	return rule != NULL && rule->has_check ? rule->check : check_digit_of_type(type);
}

bool
rules_exclusive(const struct rules *r, struct span type)
{
	const struct identifier_rule *rule = rules_identifier(r, type);

	if (rule != NULL && rule->has_exclusive)
		return rule->exclusive;
	for (size_t i = 0; i < sizeof exclusive_types / sizeof exclusive_types[0]; i++)
		if (span_is(type, exclusive_types[i]))
			return true;
	return false;
}

static bool
carries(const struct record *record, const struct field_purposes *f)
{
	for (size_t i = 0; i < f->count; i++) {
		bool found = false;

		for (size_t p = 0; p < record->purposes.n && !found; p++)
			found = span_equal(record->purposes.v[p], f->purpose[i]);
		if (!found)
			return false;
	}
	return true;
}

bool
rules_never(const struct rules *r, struct span path)
{
	for (size_t i = 0; i < r->never_count; i++)
		if (span_equal(r->never[i], path))
			return true;
	return false;
}

bool
rules_may_match(const struct rules *r, struct span path, const struct record *record)
{
	if (rules_never(r, path))
		return false;
	for (size_t i = 0; i < r->field_purpose_count; i++)
		if (span_equal(r->field_purposes[i].path, path) &&
		    !carries(record, &r->field_purposes[i]))
			return false;
	return true;
}

/* Paths of the rules are "identifiers.TYPE". */
bool
rules_identifier_may_match(const struct rules *r, struct span type, const struct record *record)
{
	const struct identifier_rule *rule = rules_identifier(r, type);
	struct span head = SPAN("identifiers.");

	if (rule != NULL && !rule->match)
		return false;
	for (size_t i = 0; i < r->never_count; i++)
		if (span_starts(r->never[i], head) &&
		    span_equal(span_skip(r->never[i], head.len), type))
			return false;
	for (size_t i = 0; i < r->field_purpose_count; i++)
		if (span_starts(r->field_purposes[i].path, head) &&
		    span_equal(span_skip(r->field_purposes[i].path, head.len), type) &&
		    !carries(record, &r->field_purposes[i]))
			return false;
	return true;
}

const struct chain *
rules_chain(const struct rules *r, struct span path)
{
	for (size_t i = 0; i < r->chain_count; i++)
		if (span_equal(r->chains[i].path, path))
			return &r->chains[i];
	return NULL;
}

const struct trust *
rules_trust(const struct rules *r, struct span source)
{
	for (size_t i = 0; i < r->trust_count; i++)
		if (span_equal(r->trust[i].source, source))
			return &r->trust[i];
	return NULL;
}
