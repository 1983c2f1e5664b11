/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/party.c: a person or an organisation, by the column for it, what only people have, and
 * legal forms. */
#include "base/span.h"
#include "io/ndjson.h"
#include "model/record.h"
#include "normal/company.h"
#include "normal/key.h"
#include "resolve/party.h"

/* Text of a JSON string without escapes; anything else is not what we look for. */
struct span
party_text(struct span json)
{
	if (json.len < 2 || json.p[0] != '"' || span_index(json, '\\') != json.len)
		return span_none();
	return span_make(json.p + 1, json.len - 2);
}

/* What a column says of whom a record is; 0 where it is a word that we do not know. */
static char
party_of_type(struct span text, struct arena *arena)
{
	static const char *const people[] = { "p", "pf", "person", "people", "individual", "natural" };
	static const char *const others[] = { "o", "pj", "org", "organi", "company", "corporat", "entity",
	    "business", "firm", "legal", "institution", "association", "government" };
	struct span word = text_fold(text, arena);

	for (size_t i = 0; i < sizeof people / sizeof *people; i++)
		if (span_is(word, people[i]) || (i > 1 && span_starts(word, span_from(people[i]))))
			return 'p';
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (span_is(word, others[i]) || (i > 1 && span_starts(word, span_from(others[i]))))
			return 'o';
	return 0;
}

/* The text of an attribute, or span_none(). */
static struct span
attribute(const struct record *r, const char *name)
{
	for (size_t i = 0; i < r->attribute_count; i++)
		if (span_is(r->attributes[i].name, name))
			return party_text(r->attributes[i].json);
	return span_none();
}

/* People work for organisations, so that one beside a person's name says nothing. A given name that
 * a whole name was split into may be the first word of a company's. */
char
party_of(const struct record *r, struct arena *arena)
{
	struct span type = attribute(r, "party_type");
	char kind = type.p == NULL ? 0 : party_of_type(type, arena);

	if (kind != 0)
		return kind;
	if (r->one[ONE_BIRTHDATE].p != NULL || r->one[ONE_GENDER].p != NULL ||
	    (r->one[ONE_GIVEN_NAME].p != NULL && r->one[ONE_NAME].p == NULL))
		return 'p';
	if (attribute(r, "organization").p != NULL)
		return r->one[ONE_GIVEN_NAME].p == NULL ? 'o' : 0;
	return r->one[ONE_NAME].p != NULL && company_name(r->one[ONE_NAME]) ? 'o' : 0;
}

/* The name that ingest moved to an organisation's because of its legal form. */
struct span
party_organisation(const struct record *r, struct arena *arena)
{
	struct span type = attribute(r, "party_type");

	if (type.p == NULL || party_of_type(type, arena) != 'o')
		return span_none();
	for (size_t i = 0; i < r->attribute_count; i++)
		if (span_is(r->attributes[i].name, "organization") && r->attributes[i].json.p[0] == '"')
			return ndjson_unquote(r->attributes[i].json, arena);
	return span_none();
}
