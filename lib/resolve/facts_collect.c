/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/facts_collect.c: a record's values, folded for matching. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/ascii.h"
#include "base/attr.h"
#include "io/ndjson.h"
#include "model/record.h"
#include "normal/company.h"
#include "normal/contact_parts.h"
#include "normal/email.h"
#include "normal/identifier.h"
#include "normal/key.h"
#include "normal/name_form.h"
#include "normal/name_split.h"
#include "normal/name_tokens.h"
#include "normal/quantity.h"
#include "normal/text.h"
#include "normal/text_codes.h"
#include "resolve/dict.h"
#include "resolve/facts.h"
#include "resolve/facts_usable.h"
#include "resolve/formatted.h"
#include "resolve/party.h"
#include "resolve/rules.h"
#include "resolve/types.h"

enum {
	FACT_LEN_MAX = 1024,		/* a longer value is no key, and is cut off from matching */
	PHONE_LEAST = 6, PHONE_MOST = 15	/* digits of a number that no plan was found for */
};

/* Appends a text that is mostly short, without a call for one that is. */
ALWAYS_INLINE void
add_short(struct buf *b, struct span s)
{
	char *to;

	if (UNLIKELY(b->cap - b->len < s.len))
		buf_room(b, s.len);
	to = b->p + b->len;
	b->len += s.len;
	if (s.len > 2 * sizeof(uint64_t)) {
		memcpy(to, s.p, s.len);
	} else if (s.len >= sizeof(uint64_t)) {
		memcpy(to, s.p, sizeof(uint64_t));
		memcpy(to + s.len - sizeof(uint64_t), s.p + s.len - sizeof(uint64_t), sizeof(uint64_t));
	} else if (s.len >= sizeof(uint32_t)) {
		memcpy(to, s.p, sizeof(uint32_t));
		memcpy(to + s.len - sizeof(uint32_t), s.p + s.len - sizeof(uint32_t), sizeof(uint32_t));
	} else {
		for (size_t i = 0; i < s.len; i++)
			to[i] = s.p[i];
	}
}

/* A fact of which the text is written, from `at` on. */
ALWAYS_INLINE void
put_written(struct raw_facts *out, enum fact_kind kind, uint8_t type, size_t at)
{
	struct raw_fact *f;

	if (out->count == out->cap)
		out->list = mem_grow(out->list, out->count + 1, &out->cap, sizeof *out->list);
	f = &out->list[out->count++];
	*f = (struct raw_fact){ .at = (uint32_t)at, .len = (uint16_t)(out->text.len - at),
	    .kind = (uint8_t)kind, .type = type };
	f->hash = dict_hash(span_make(out->text.p + at, f->len));
}

static void
put(struct raw_facts *out, enum fact_kind kind, uint8_t type, struct span value)
{
	size_t at = out->text.len;

	if (value.p == NULL || value.len == 0 || value.len > FACT_LEN_MAX)
		return;
	if (fact_has_type(kind))
		buf_byte(&out->text, (char)type);
	add_short(&out->text, value);
	put_written(out, kind, type, at);
}

/* A value that is its own number. */
static void
put_number(struct raw_facts *out, enum fact_kind kind, uint32_t number)
{
	out->list = mem_grow(out->list, out->count + 1, &out->cap, sizeof *out->list);
	out->list[out->count++] = (struct raw_fact){ .at = number, .kind = (uint8_t)kind };
}

static void
pack_identifiers(struct raw_facts *out, const struct record *r, const struct rules *rules,
    struct types *types)
{
	for (size_t i = 0; i < r->identifier_count; i++) {
		const struct named_texts *id = &r->identifiers[i];
		int type;

		rules_meet(rules, SPAN("identifiers."), id->name);
		if (!rules_identifier_may_match(rules, id->name, r))
			continue;
		type = types_add(types, id->name);
		for (size_t v = 0; v < id->values.n && type >= 0; v++)
			if (!facts_forbidden(r, "identifiers.", id->name, v) &&
			    check_digit_holds((enum check_digit)types_at(types, type)->check,
			    id->values.v[v]))
				put(out, FACT_IDENTIFIER, (uint8_t)type, id->values.v[v]);
	}
}

/* The end of the JSON value at p: a text, or what stands before the next comma or bracket. */
static size_t
value_end(struct span json)
{
	size_t i = 1;

	if (json.p[0] != '"') {
		while (i < json.len && json.p[i] != ',' && json.p[i] != ']')
			i++;
		return i;
	}
	while (i < json.len && json.p[i] != '"')
		i += json.p[i] == '\\' ? 2 : 1;
	return i < json.len ? i + 1 : json.len;
}

/* The next value of a flat array, of which *json is what is left; false at its end, and where an
 * array or object stands in it. */
static bool
next_value(struct span *json, struct span *value)
{
	while (json->len > 0 && (json->p[0] == ',' || json->p[0] == ' '))
		*json = span_skip(*json, 1);
	if (json->len == 0 || json->p[0] == ']' || json->p[0] == '[' || json->p[0] == '{')
		return false;
	*value = span_head(*json, value_end(*json));
	*json = span_skip(*json, value->len);
	return true;
}

/* The digits of a telephone number, if there are as many as one has. */
static void
put_digits(struct raw_facts *out, struct span json, struct arena *arena)
{
	static const struct normal_context nothing = { .reference = INSTANT_NONE };
	struct span raw = json.p[0] != '"' ? span_none() :
	    text_clean(ndjson_unquote(json, arena), TEXT_PHONE, &nothing, arena).value;
	char *digits = arena_alloc(arena, raw.len + 1);
	size_t len = 0;

	for (size_t c = 0; c < raw.len; c++)
		if (ascii_digit(raw.p[c]))
			digits[len++] = raw.p[c];
	if (len >= PHONE_LEAST && len <= PHONE_MOST)
		put(out, FACT_PHONE, 0, span_make(digits, len));
}

/* Numbers that ingest could not place in the plan of a country, one or a list: their digits are evidence
 * still. */
static void
pack_raw_phones(struct raw_facts *out, const struct record *r, const struct facts_scope *scope,
    struct arena *arena)
{
	for (size_t i = 0; i < r->attribute_count; i++) {
		struct span json = r->attributes[i].json, one;

		if (!span_is(r->attributes[i].name, "raw_phone_number") || !usable(r, scope->rules, "phone_number", 0))
			continue;
		if (json.p[0] == '[')
			json = span_skip(json, 1);
		for (int n = 0; n < RECORD_LIST_MAX && next_value(&json, &one); n++)
			put_digits(out, one, arena);
	}
}

static void
pack_contacts(struct raw_facts *out, const struct record *r, const struct facts_scope *scope,
    struct arena *arena)
{
	const struct rules *rules = scope->rules;
	const struct texts *email = &r->many[MANY_EMAIL];
	const struct texts *phone = &r->many[MANY_PHONE_NUMBER];

	for (size_t i = 0; i < email->n; i++)
		if (usable(r, rules, "email", i))
			put(out, FACT_EMAIL, 0, email_key(email->v[i], arena));
	for (size_t i = 0; i < phone->n; i++)
		if (usable(r, rules, "phone_number", i))
			put(out, FACT_PHONE, 0, phone_key(phone->v[i]));
	if (scope->scored)
		pack_raw_phones(out, r, scope, arena);
}

/* The given name with the middle name after it. */
static struct span
with_middle(struct span given, struct span middle, struct arena *arena)
{
	char *both;

	if (middle.p == NULL || given.p == NULL)
		return given.p != NULL ? given : middle;
	both = arena_alloc(arena, given.len + 1 + middle.len);
	memcpy(both, given.p, given.len);
	both[given.len] = ' ';
	memcpy(both + given.len + 1, middle.p, middle.len);
	return span_make(both, given.len + 1 + middle.len);
}

/* A record that has only the whole name is split by the rules of ingest. Returns the folded name of
 * the family, if the record has one by itself. */
static struct span
pack_names(struct raw_facts *out, const struct record *r, const struct facts_scope *scope,
    struct arena *arena)
{
	const struct rules *rules = scope->rules;
	struct span given = r->one[ONE_GIVEN_NAME], family = r->one[ONE_FAMILY_NAME];
	struct span middle = r->one[ONE_MIDDLE_NAME], folded;

	if (given.p == NULL && family.p == NULL && r->one[ONE_NAME].p != NULL &&
	    usable(r, rules, "name", 0)) {
		struct normal_context context = { .locale = r->one[ONE_LOCALE],
		    .reference = INSTANT_NONE };
		struct name_parts parts = name_split(r->one[ONE_NAME], &context, arena);

		given = parts.given;
		middle = parts.middle;
		family = parts.family;
	}
	if (scope->scored && middle.p != NULL && usable(r, rules, "middle_name", 0))
		given = with_middle(given, middle, arena);
	if (given.p != NULL && usable(r, rules, "given_name", 0))
		put(out, FACT_GIVEN, 0, name_form(given, arena));
	for (size_t i = 0; scope->scored && i < r->many[MANY_NICKNAME].n; i++)
		if (usable(r, rules, "nickname", i))
			put(out, FACT_GIVEN, 0, name_form(r->many[MANY_NICKNAME].v[i], arena));
	if (family.p == NULL || !usable(r, rules, "family_name", 0))
		return span_none();
	folded = name_form(family, arena);
	put(out, FACT_FAMILY, 0, folded);
	return r->one[ONE_FAMILY_NAME].p == NULL ? span_none() : folded;
}

/* The generation that a folded family name ends in, else the given name, as in "Robert Jr."; what has
 * a column of its own for it is in pack_attributes. */
static void
pack_generation(struct raw_facts *out, const struct record *r, const struct rules *rules,
    struct span family, struct arena *arena)
{
	struct span given = r->one[ONE_GIVEN_NAME];
	unsigned generation;
	char number;

	for (size_t i = 0; i < r->attribute_count; i++)
		if (span_is(r->attributes[i].name, "name_suffix"))
			return;
	generation = name_tokens_generation(family);
	if (generation == 0 && span_index(given, ' ') < given.len && usable(r, rules, "given_name", 0))
		generation = name_tokens_generation(name_form(given, arena));
	number = (char)('0' + generation);
	if (generation > 0)
		put(out, FACT_SUFFIX, 0, span_make(&number, 1));
}

static void
pack_sex(struct raw_facts *out, const struct record *r, const struct rules *rules)
{
	struct span sex = r->one[ONE_GENDER];

	if (sex.p == NULL || sex.len == 0 || !usable(r, rules, "gender", 0))
		return;
	if (span_is(sex, "female") || span_is(sex, "male") || span_is(sex, "other"))
		put_number(out, FACT_SEX, (unsigned char)sex.p[0]);
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

/* The readings of a date of which one is right, where there is no birth date: two or more. */
static void
pack_readings(struct raw_facts *out, const struct record *r, const struct rules *rules,
    struct arena *arena)
{
	size_t before = out->count;
	struct date_parts parts;
	struct span json = span_none(), one;

	for (size_t i = 0; i < r->attribute_count; i++)
		if (span_is(r->attributes[i].name, "birthdate_alt") && r->attributes[i].json.p[0] == '[')
			json = span_skip(r->attributes[i].json, 1);
	if (json.p == NULL || r->one[ONE_BIRTHDATE].p != NULL || !usable(r, rules, "birthdate", 0) ||
	    !usable(r, rules, "attributes.birthdate_alt", 0))
		return;
	for (int n = 0; n < RECORD_LIST_MAX && next_value(&json, &one); n++)
		if (one.p[0] == '"' && birthdate_key(ndjson_unquote(one, arena), &parts))
			put_number(out, FACT_BIRTHDATE_ALT, fact_number(fact_date(&parts)));
	if (out->count == before + 1)
		out->count = before;
}

/* The parts that tell where: as written, because what they mean depends on the country and is
 * found once for each distinct address (values.h). */
static void
pack_place(struct raw_facts *out, const struct address *a)
{
	const struct span part[PLACE_PARTS] = { a->part[PART_STREET_ADDRESS].p != NULL ?
	    a->part[PART_STREET_ADDRESS] : a->part[PART_FORMATTED], a->part[PART_PO_BOX],
	    a->part[PART_LOCALITY], a->part[PART_REGION], a->part[PART_POSTAL_CODE],
	    a->part[PART_COUNTRY] };
	size_t at = out->text.len;

	if (part[PLACE_STREET].p == NULL && part[PLACE_BOX].p == NULL &&
	    part[PLACE_LOCALITY].p == NULL && part[PLACE_POSTCODE].p == NULL)
		return;
	for (int i = 0; i < PLACE_PARTS; i++) {
		if (i > 0)
			buf_byte(&out->text, PLACE_BETWEEN);
		add_short(&out->text, part[i]);
	}
	if (out->text.len - at > FACT_LEN_MAX)
		out->text.len = at;
	else
		put_written(out, FACT_PLACE, 0, at);
}

static void
pack_places(struct raw_facts *out, const struct record *r, const struct facts_scope *scope,
    struct arena *arena)
{
	const struct rules *rules = scope->rules;

	for (size_t i = 0; i < r->address_count; i++) {
		const struct address *a = &r->addresses[i];
		struct address parts;

		if (!usable(r, rules, "address", i))
			continue;
		if (scope->scored)
			a = formatted_parts(a, &parts, arena);
		if (a->part[PART_POSTAL_CODE].p != NULL)
			put(out, FACT_POSTCODE, 0, postcode_key(a->part[PART_POSTAL_CODE], arena));
		if (a->part[PART_LOCALITY].p != NULL)
			put(out, FACT_LOCALITY, 0, locality_key(a->part[PART_LOCALITY], arena));
		if (scope->scored)
			pack_place(out, a);
	}
}

/* Several words say one generation: Jr, Junior, II. */
static void
put_suffix(struct raw_facts *out, struct span folded)
{
	unsigned generation = folded.p == NULL ? 0 : name_generation(folded);
	char number = (char)('0' + generation);

	put(out, FACT_SUFFIX, 0, generation > 0 && generation < 10 ? span_make(&number, 1) : folded);
}

static void
pack_attributes(struct raw_facts *out, const struct record *r, const struct rules *rules,
    struct arena *arena)
{
	char kind = party_of(r, arena);

	for (size_t i = 0; i < r->attribute_count; i++) {
		struct span text = party_text(r->attributes[i].json);

		if (span_is(r->attributes[i].name, "name_suffix") && text.p != NULL &&
		    usable(r, rules, "attributes.name_suffix", 0))
			put_suffix(out, text_fold(text, arena));
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

/* Attributes that never say who somebody is, or that stand elsewhere (resolve 3.1): where something
 * is, its address says, if there is one. */
static bool
beside(const struct record *r, struct span name)
{
	static const char *const left_out[] = { "birthdate_alt", "created_at", "family_name_reading",
	    "given_name_reading", "labels", "latitude", "longitude", "name_reading", "name_suffix", "note", "party_type", "salutation", "tags", "updated_at" };

	if (span_starts(name, SPAN("raw_")))
		return true;
	if (r->address_count == 0 && (span_is(name, "latitude") || span_is(name, "longitude")))
		return false;
	for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
		if (span_is(name, left_out[i]))
			return true;
	return false;
}

/* The mailbox behind a text that is an address and nothing else. */
static struct span
mailbox_key(struct span text, struct arena *arena)
{
	struct normal_context nothing = { .reference = INSTANT_NONE };
	struct normal address;

	if (span_index(text, '@') == text.len)
		return span_none();
	address = email_clean(text, &nothing, arena);
	return address.value.p == NULL ? span_none() : email_key(address.value, arena);
}

/* One value: a number as a number, so that its point is not lost; a mailbox as such; anything else
 * folded. */
static struct span
compared_key(struct span json, struct arena *arena)
{
	struct span text = json.p[0] == '"' ? ndjson_unquote(json, arena) : json;
	struct span number = quantity_key(text, arena), mailbox = mailbox_key(text, arena);

	if (mailbox.p != NULL)
		return mailbox;
	return number.p != NULL ? number : attribute_key(json, arena);
}

/* An attribute that is called an organisation's name is compared as one. */
static struct span
named_key(struct span name, struct span json, struct arena *arena)
{
	if (span_starts(name, SPAN("organization")) && json.p[0] == '"')
		return company_key(ndjson_unquote(json, arena), arena);
	return compared_key(json, arena);
}

/* The values of a flat array, each for itself. */
static void
pack_array(struct raw_facts *out, uint8_t type, struct span json, struct arena *arena)
{
	struct span one;

	for (int n = 0; n < RECORD_LIST_MAX && next_value(&json, &one); n++)
		put(out, FACT_ATTRIBUTE, type, compared_key(one, arena));
}

static void
pack_named(struct raw_facts *out, const struct facts_scope *scope, const char *name,
    struct span value)
{
	int type = value.p == NULL ? -1 : types_add(scope->attributes, span_from(name));

	if (type >= 0)
		put(out, FACT_ATTRIBUTE, (uint8_t)type, value);
}

/* The codes in a text of several words are compared beside it (view_fields.c says where): the same
 * model stands in titles that have nothing else in common. */
static void
pack_codes(struct raw_facts *out, struct span name, struct span text, const struct facts_scope *scope,
    struct arena *arena)
{
	struct buf path = { 0 };
	struct span code;

	text = span_trim(text);
	if (span_index(text, ' ') == text.len)
		return;
	while (text_code(&text, &code, arena)) {
		if (path.len == 0)	/* only now, because most texts have no code */
			buf_print(&path, "attributes.%.*s" FACT_CODES, (int)name.len, name.p);
		pack_named(out, scope, path.p, code);
	}
	buf_done(&path);
}

static void
pack_attribute(struct raw_facts *out, const struct record *r, size_t index,
    const struct facts_scope *scope, struct arena *arena)
{
	const struct named_json *a = &r->attributes[index];
	struct buf name = { 0 };
	int type = -1;

	buf_text(&name, "attributes.");
	buf_add(&name, a->name);
	buf_byte(&name, 0);
	if (usable(r, scope->rules, name.p, 0))
		type = types_add(scope->attributes, span_from(name.p));
	buf_done(&name);
	if (type < 0)
		return;
	if (a->json.p[0] == '[')
		pack_array(out, (uint8_t)type, span_skip(a->json, 1), arena);
	else
		put(out, FACT_ATTRIBUTE, (uint8_t)type, named_key(a->name, a->json, arena));
	if (scope->scored && a->json.p[0] == '"')
		pack_codes(out, a->name, ndjson_unquote(a->json, arena), scope, arena);
}

/* The whole name, for files of organisations, of which only some have a legal form to be known
 * by: the others were split as if they were people (view.c). */
static void
pack_whole_name(struct raw_facts *out, const struct record *r, const struct facts_scope *scope,
    struct arena *arena)
{
	struct span name = r->one[ONE_NAME];

	if (name.p == NULL)
		name = party_organisation(r, arena);
	if (name.p == NULL || !usable(r, scope->rules, "name", 0))
		return;
	pack_named(out, scope, FACT_WHOLE_NAME, company_key(name, arena));
	if (scope->scored)
		pack_codes(out, SPAN("whole_name"), name, scope, arena);
}

/* Only the host: pages of one site belong together. */
static void
pack_websites(struct raw_facts *out, const struct record *r, const struct facts_scope *scope,
    struct arena *arena)
{
	const struct texts *site = &r->many[MANY_WEBSITE];

	for (size_t i = 0; i < site->n; i++)
		if (usable(r, scope->rules, "website", i))
			pack_named(out, scope, FACT_WEBSITE, website_key(site->v[i], arena));
}

/* The attributes that joins use; all that can be compared, where records are scored. */
static void
pack_compared(struct raw_facts *out, const struct record *r, const struct facts_scope *scope,
    struct arena *arena)
{
	struct span head = SPAN("attributes.");
	const struct rules *rules = scope->rules;

	for (size_t i = 0; rules->named_count > 0 && i < r->attribute_count; i++)
		rules_meet(rules, head, r->attributes[i].name);
	for (size_t i = 0; scope->scored && i < r->attribute_count; i++)
		if (!beside(r, r->attributes[i].name))
			pack_attribute(out, r, i, scope, arena);
	for (size_t a = 0; !scope->scored && a < rules->attribute_count; a++)
		for (size_t i = 0; i < r->attribute_count; i++)
			if (span_equal(r->attributes[i].name, span_skip(rules->attributes[a], head.len)) &&
			    usable(r, rules, rules->attributes[a].p, 0))
				put(out, FACT_ATTRIBUTE, (uint8_t)a,
				    attribute_key(r->attributes[i].json, arena));
}

void
facts_collect(struct raw_facts *out, const struct record *r, const struct facts_scope *scope,
    struct arena *arena)
{
	struct span family;

	pack_identifiers(out, r, scope->rules, scope->types);
	pack_contacts(out, r, scope, arena);
	family = pack_names(out, r, scope, arena);
	pack_birthdate(out, r, scope->rules);
	pack_places(out, r, scope, arena);
	pack_attributes(out, r, scope->rules, arena);
	pack_compared(out, r, scope, arena);
	if (scope->scored) {
		pack_readings(out, r, scope->rules, arena);
		pack_whole_name(out, r, scope, arena);
		pack_websites(out, r, scope, arena);
		pack_sex(out, r, scope->rules);
		pack_generation(out, r, scope->rules, family, arena);
	}
	put_number(out, FACT_END, 0);
}
