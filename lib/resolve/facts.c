/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/facts.c: a record's values folded and packed for matching. */
#include "base/arena.h"
#include "base/buf.h"
#include "io/ndjson.h"
#include "model/record.h"
#include "normal/company.h"
#include "normal/identifier.h"
#include "normal/key.h"
#include "normal/name_split.h"
#include "resolve/facts.h"
#include "resolve/rules.h"
#include "resolve/types.h"

enum { FACT_LEN_MAX = 1024 };	/* a longer value is no key, and is cut off from matching */

static void
put(struct buf *out, enum fact_kind kind, uint8_t type, struct span value)
{
	if (value.p == NULL || value.len == 0 || value.len > FACT_LEN_MAX)
		return;
	buf_byte(out, (char)kind);
	buf_byte(out, (char)type);
	buf_byte(out, (char)(value.len >> 8));
	buf_byte(out, (char)(value.len & 0xff));
	buf_add(out, value);
}

/* Tags that keep a value out of matching, whatever the rules say. */
static bool
tag_forbids(struct span tag)
{
	return span_starts(tag, SPAN("special")) || span_is(tag, "third_party") ||
	    span_is(tag, "free_text") || span_is(tag, "precise_location") ||
	    span_is(tag, "shared_device");
}

/* Whether the tags of `path`, or of its index-th value, forbid it. */
static bool
forbidden(const struct record *r, const char *path, struct span sub, size_t index)
{
	struct buf with = { 0 };
	bool bad = false;

	if (r->tag_count == 0)
		return false;
	buf_text(&with, path);
	buf_add(&with, sub);
	for (size_t i = 0; i < r->tag_count && !bad; i++) {
		struct span name = r->tags[i].name;
		struct buf exact = { 0 };

		buf_add(&exact, buf_span(&with));
		buf_print(&exact, ".%zu", index);
		if (span_equal(name, buf_span(&with)) || span_equal(name, buf_span(&exact)))
			for (size_t v = 0; v < r->tags[i].values.n; v++)
				bad |= tag_forbids(r->tags[i].values.v[v]);
		buf_done(&exact);
	}
	buf_done(&with);
	return bad;
}

static bool
usable(const struct record *r, const struct rules *rules, const char *path, size_t index)
{
	return rules_may_match(rules, span_from(path), r) &&
	    !forbidden(r, path, SPAN(""), index);
}

static void
pack_identifiers(struct buf *out, const struct record *r, const struct rules *rules,
    struct types *types)
{
	for (size_t i = 0; i < r->identifier_count; i++) {
		const struct named_texts *id = &r->identifiers[i];
		int type;

		if (!rules_identifier_may_match(rules, id->name, r))
			continue;
		type = types_add(types, id->name);
		for (size_t v = 0; v < id->values.n && type >= 0; v++)
			if (!forbidden(r, "identifiers.", id->name, v) &&
			    check_digit_holds((enum check_digit)types_at(types, type)->check,
			    id->values.v[v]))
				put(out, FACT_IDENTIFIER, (uint8_t)type, id->values.v[v]);
	}
}

static void
pack_contacts(struct buf *out, const struct record *r, const struct rules *rules,
    struct arena *arena)
{
	const struct texts *email = &r->many[MANY_EMAIL];
	const struct texts *phone = &r->many[MANY_PHONE_NUMBER];

	for (size_t i = 0; i < email->n; i++)
		if (usable(r, rules, "email", i))
			put(out, FACT_EMAIL, 0, email_key(email->v[i], arena));
	for (size_t i = 0; i < phone->n; i++)
		if (usable(r, rules, "phone_number", i))
			put(out, FACT_PHONE, 0, phone_key(phone->v[i]));
}

/* A record that has only the whole name is split by the rules of ingest. */
static void
pack_names(struct buf *out, const struct record *r, const struct rules *rules,
    struct arena *arena)
{
	struct span given = r->one[ONE_GIVEN_NAME], family = r->one[ONE_FAMILY_NAME];

	if (given.p == NULL && family.p == NULL && r->one[ONE_NAME].p != NULL &&
	    usable(r, rules, "name", 0)) {
		struct normal_context context = { .locale = r->one[ONE_LOCALE],
		    .reference = INSTANT_NONE };
		struct name_parts parts = name_split(r->one[ONE_NAME], &context, arena);

		given = parts.given;
		family = parts.family;
	}
	if (given.p != NULL && usable(r, rules, "given_name", 0))
		put(out, FACT_GIVEN, 0, name_key(given, arena));
	if (family.p != NULL && usable(r, rules, "family_name", 0))
		put(out, FACT_FAMILY, 0, name_key(family, arena));
}

static void
pack_birthdate(struct buf *out, const struct record *r, const struct rules *rules)
{
	struct date_parts parts;
	char bytes[FACT_BIRTHDATE_BYTES];

	if (r->one[ONE_BIRTHDATE].p == NULL || !usable(r, rules, "birthdate", 0) ||
	    !birthdate_key(r->one[ONE_BIRTHDATE], &parts))
		return;
	bytes[0] = (char)(parts.year >> 8);
	bytes[1] = (char)(parts.year & 0xff);
	bytes[2] = (char)parts.month;
	bytes[3] = (char)parts.mday;
	put(out, FACT_BIRTHDATE, 0, span_make(bytes, sizeof bytes));
}

static void
pack_places(struct buf *out, const struct record *r, const struct rules *rules,
    struct arena *arena)
{
	for (size_t i = 0; i < r->address_count; i++) {
		const struct address *a = &r->addresses[i];

		if (!usable(r, rules, "address", i))
			continue;
		if (a->part[PART_POSTAL_CODE].p != NULL)
			put(out, FACT_POSTCODE, 0, postcode_key(a->part[PART_POSTAL_CODE], arena));
		if (a->part[PART_LOCALITY].p != NULL)
			put(out, FACT_LOCALITY, 0, locality_key(a->part[PART_LOCALITY], arena));
	}
}

/* Text of a JSON string without escapes; anything else is not what we look for. */
static struct span
plain(struct span json)
{
	if (json.len < 2 || json.p[0] != '"' || span_index(json, '\\') != json.len)
		return span_none();
	return span_make(json.p + 1, json.len - 2);
}

static char
party(const struct record *r)
{
	for (size_t i = 0; i < r->attribute_count; i++) {
		struct span text = plain(r->attributes[i].json);

		if (span_is(r->attributes[i].name, "organization") && text.p != NULL)
			return 'o';
		if (span_is(r->attributes[i].name, "party_type") && text.p != NULL)
			return text.len > 0 && (text.p[0] | 0x20) == 'o' ? 'o' : 'p';
	}
	if (r->one[ONE_GIVEN_NAME].p != NULL || r->one[ONE_BIRTHDATE].p != NULL)
		return 'p';
	return r->one[ONE_NAME].p != NULL && company_name(r->one[ONE_NAME]) ? 'o' : 0;
}

static void
pack_attributes(struct buf *out, const struct record *r, const struct rules *rules,
    struct arena *arena)
{
	char kind = party(r);

	for (size_t i = 0; i < r->attribute_count; i++) {
		struct span text = plain(r->attributes[i].json);

		if (span_is(r->attributes[i].name, "name_suffix") && text.p != NULL &&
		    usable(r, rules, "attributes.name_suffix", 0))
			put(out, FACT_SUFFIX, 0, text_fold(text, arena));
	}
	if (kind != 0)
		put(out, FACT_PARTY, 0, span_make(&kind, 1));
}

/* A text folded, a number or a boolean as it stands; other JSON says nothing to join by. */
static struct span
attribute_key(struct span json, struct arena *arena)
{
	struct span text;
	struct normal_context nothing = { .reference = INSTANT_NONE };

	if (json.p[0] == '{' || json.p[0] == '[' || json.p[0] == 'n')
		return span_none();
	if (json.p[0] != '"')
		return json;
	text = identifier_clean(SPAN(""), ndjson_unquote(json, arena), &nothing, arena).value;
	return text.p == NULL ? text : text_fold(text, arena);
}

/* The attributes that joins use. */
static void
pack_joined(struct buf *out, const struct record *r, const struct rules *rules,
    struct arena *arena)
{
	struct span head = SPAN("attributes.");

	for (size_t a = 0; a < rules->attribute_count; a++)
		for (size_t i = 0; i < r->attribute_count; i++)
			if (span_equal(r->attributes[i].name, span_skip(rules->attributes[a], head.len)) &&
			    usable(r, rules, rules->attributes[a].p, 0))
				put(out, FACT_ATTRIBUTE, (uint8_t)a,
				    attribute_key(r->attributes[i].json, arena));
}

void
facts_pack(struct buf *out, const struct record *r, const struct rules *rules,
    struct types *types, struct arena *arena)
{
	pack_identifiers(out, r, rules, types);
	pack_contacts(out, r, rules, arena);
	pack_names(out, r, rules, arena);
	pack_birthdate(out, r, rules);
	pack_places(out, r, rules, arena);
	pack_attributes(out, r, rules, arena);
	pack_joined(out, r, rules, arena);
	buf_byte(out, FACT_END);
}

bool
facts_next(const unsigned char **at, struct fact *f)
{
	const unsigned char *p = *at;

	while (p[0] != FACT_END) {
		size_t len = (size_t)p[2] << 8 | p[3];

		f->kind = (enum fact_kind)p[0];
		f->type = p[1];
		f->value = span_make((const char *)p + 4, len);
		p += 4 + len;
		if (f->kind < FACT_KINDS) {
			*at = p;
			return true;
		}
	}
	*at = p;
	return false;
}

struct span
facts_find(const unsigned char *facts, enum fact_kind kind)
{
	struct fact f;

	while (facts_next(&facts, &f))
		if (f.kind == kind)
			return f.value;
	return span_none();
}

uint32_t
facts_len(const unsigned char *facts)
{
	const unsigned char *at = facts;
	struct fact f;

	while (facts_next(&at, &f))
		;
	return (uint32_t)(at - facts) + 1;
}

/* A kind that no reader knows is passed over. */
void
facts_drop(const struct fact *f)
{
	unsigned char *head = (unsigned char *)f->value.p - 4;

	head[0] = FACT_KINDS;
}
