/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/facts.c: a record's values folded for matching, and numbered. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "io/ndjson.h"
#include "model/record.h"
#include "normal/company.h"
#include "normal/identifier.h"
#include "normal/key.h"
#include "normal/name_split.h"
#include "resolve/dict.h"
#include "resolve/faces.h"
#include "resolve/facts.h"
#include "resolve/rules.h"
#include "resolve/types.h"

enum {
	FACT_LEN_MAX = 1024,	/* a longer value is no key, and is cut off from matching */
	AHEAD = 12		/* facts, of one record or two: how far the cache is told in advance */
};

/* Such a value is known by its type too: the dictionary holds both. */
static bool
has_type(enum fact_kind kind)
{
	return kind == FACT_IDENTIFIER || kind == FACT_ATTRIBUTE;
}

static void
put(struct raw_facts *out, enum fact_kind kind, uint8_t type, struct span value)
{
	struct raw_fact *f;
	size_t at = out->text.len;

	if (value.p == NULL || value.len == 0 || value.len > FACT_LEN_MAX)
		return;
	if (has_type(kind))
		buf_byte(&out->text, (char)type);
	buf_add(&out->text, value);
	if (out->count == out->cap)
		out->list = mem_grow(out->list, out->count + 1, &out->cap, sizeof *out->list);
	f = &out->list[out->count++];
	*f = (struct raw_fact){ .at = (uint32_t)at, .len = (uint16_t)(out->text.len - at),
	    .kind = (uint8_t)kind, .type = type };
	f->hash = dict_hash(span_make(out->text.p + at, f->len));
}

/* A value that is its own number. */
static void
put_number(struct raw_facts *out, enum fact_kind kind, uint32_t number)
{
	out->list = mem_grow(out->list, out->count + 1, &out->cap, sizeof *out->list);
	out->list[out->count++] = (struct raw_fact){ .at = number, .kind = (uint8_t)kind };
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
pack_identifiers(struct raw_facts *out, const struct record *r, const struct rules *rules,
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
pack_contacts(struct raw_facts *out, const struct record *r, const struct rules *rules,
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
pack_names(struct raw_facts *out, const struct record *r, const struct rules *rules,
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

uint32_t
fact_date(const struct date_parts *date)
{
	return fact_word(FACT_BIRTHDATE, (uint32_t)date->year << 9 | (uint32_t)date->month << 5 |
	    (uint32_t)date->mday);
}

static void
pack_birthdate(struct raw_facts *out, const struct record *r, const struct rules *rules)
{
	struct date_parts parts;

	if (r->one[ONE_BIRTHDATE].p == NULL || !usable(r, rules, "birthdate", 0) ||
	    !birthdate_key(r->one[ONE_BIRTHDATE], &parts))
		return;
	put_number(out, FACT_BIRTHDATE, fact_number(fact_date(&parts)));
}

static void
pack_places(struct raw_facts *out, const struct record *r, const struct rules *rules,
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
pack_attributes(struct raw_facts *out, const struct record *r, const struct rules *rules,
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
		put_number(out, FACT_PARTY, (unsigned char)kind);
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
pack_joined(struct raw_facts *out, const struct record *r, const struct rules *rules,
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
facts_collect(struct raw_facts *out, const struct record *r, const struct rules *rules,
    struct types *types, struct arena *arena)
{
	pack_identifiers(out, r, rules, types);
	pack_contacts(out, r, rules, arena);
	pack_names(out, r, rules, arena);
	pack_birthdate(out, r, rules);
	pack_places(out, r, rules, arena);
	pack_attributes(out, r, rules, arena);
	pack_joined(out, r, rules, arena);
}

void
raw_facts_done(struct raw_facts *raw)
{
	mem_free(raw->list);
	buf_done(&raw->text);
	*raw = (struct raw_facts){ 0 };
}

static bool
has_number(const struct raw_fact *raw)
{
	return raw->kind == FACT_BIRTHDATE || raw->kind == FACT_PARTY;
}

/* The word of a value, or 0 if it finds no place. */
static uint32_t
value_word(struct facts *f, const struct raw_facts *raw, const struct raw_fact *one)
{
	struct dict **d = &f->dict[one->kind];
	uint32_t number;

	if (*d == NULL)
		*d = dict_new();
	number = dict_add(*d, span_make(raw->text.p + one->at, one->len), one->hash);
	if (number == DICT_FULL)
		return 0;
	if (has_type((enum fact_kind)one->kind) && number + 1 == dict_count(*d)) {
		uint8_t **type = &f->type[one->kind];

		*type = mem_grow(*type, number + 1, &f->type_cap[one->kind], sizeof **type);
		(*type)[number] = one->type;
	}
	return fact_word((enum fact_kind)one->kind, number);
}

static void
expect_one(const struct facts *f, const struct raw_facts *raw, size_t i,
    void step(const struct dict *, uint64_t))
{
	if (i < raw->count && f->dict[raw->list[i].kind] != NULL)
		step(f->dict[raw->list[i].kind], raw->list[i].hash);
}

static void
expect(const struct facts *f, const struct raw_facts *raw, size_t i)
{
	expect_one(f, raw, i + 3 * AHEAD, dict_expect_slot);
	expect_one(f, raw, i + 2 * AHEAD, dict_expect_place);
	expect_one(f, raw, i + AHEAD, dict_expect_text);
}

int
facts_add(struct facts *f, const struct raw_facts *raw, size_t from, size_t to, uint32_t *row,
    struct error *e)
{
	*row = (uint32_t)f->count;
	if (to - from >= UINT32_MAX - f->count)
		return error_set(e, INPUT, "E_LIMIT", "the records have more than %u values", UINT32_MAX);
	f->word = mem_grow(f->word, f->count + (to - from) + 1, &f->cap, sizeof *f->word);
	for (size_t i = from; i < to; i++) {
		const struct raw_fact *one = &raw->list[i];
		uint32_t word;

		expect(f, raw, i);
		word = has_number(one) ? fact_word((enum fact_kind)one->kind, one->at) :
		    value_word(f, raw, one);
		if (word == 0)
			return error_set(e, INPUT, "E_LIMIT", "a field has more distinct values than fit");
		f->word[f->count++] = word;
	}
	f->word[f->count++] = 0;
	return 0;
}

void
facts_close(struct facts *f)
{
	for (int k = 0; k < FACT_KINDS; k++)
		if (f->dict[k] != NULL)
			dict_close(f->dict[k]);
}

void
facts_done(struct facts *f)
{
	for (int k = 0; k < FACT_KINDS; k++) {
		dict_free(f->dict[k]);
		mem_free(f->type[k]);
	}
	mem_free(f->word);
	faces_free(f->faces);
	*f = (struct facts){ 0 };
}

struct span
facts_text(const struct facts *f, uint32_t word)
{
	if (word == 0)
		return span_none();
	return span_skip(dict_text(f->dict[fact_kind(word)], fact_number(word)),
	    has_type(fact_kind(word)));
}

uint8_t
facts_type(const struct facts *f, uint32_t word)
{
	return f->type[fact_kind(word)][fact_number(word)];
}

void
facts_drop(uint32_t *word)
{
	*word = fact_word(FACT_DROPPED, fact_number(*word));
}

bool
facts_same(const uint32_t *a, const uint32_t *b)
{
	while (*a == *b && *a != 0) {
		a++;
		b++;
	}
	return *a == *b;
}
