/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/record_plain.c: from the first member to the last. Each is looked for where it would
 * stand in the order, so none is there twice; what is not found there ends the reading. */
#include "base/alloc.h"
#include "base/ascii.h"
#include "base/attr.h"
#include "base/arena.h"
#include "base/utf8.h"
#include "io/json_write.h"
#include "io/ndjson.h"
#include "model/plain_priv.h"
#include "model/record.h"
#include "model/record_plain.h"
#include "model/record_priv.h"

enum {
	NUMBER_PLAIN = 128,	/* characters */
	ADDRESSES = 8, ATTRIBUTES = 32,	/* of one record */
	LISTS = 8		/* types of identifiers, places of tags */
};

#define AT(field)	offsetof(struct record, field)
static const struct {
	struct span		key;
	enum plain_kind		kind;
	size_t			at;		/* of the text or the list in struct record */
} members[] = {
	{ JSON_KEY_INIT("id"), PLAIN_TEXT, AT(id) },
	{ JSON_KEY_INIT("source"), PLAIN_TEXT, AT(source) },
	{ JSON_KEY_INIT("key"), PLAIN_TEXT, AT(key) },
	{ JSON_KEY_INIT("channel"), PLAIN_TEXT, AT(channel) },
	{ JSON_KEY_INIT("observed_at"), PLAIN_TEXT, AT(observed_at) },
	{ JSON_KEY_INIT("collected_at"), PLAIN_TEXT, AT(collected_at) },
	{ JSON_KEY_INIT("given_name"), PLAIN_TEXT, AT(one[ONE_GIVEN_NAME]) },
	{ JSON_KEY_INIT("middle_name"), PLAIN_TEXT, AT(one[ONE_MIDDLE_NAME]) },
	{ JSON_KEY_INIT("family_name"), PLAIN_TEXT, AT(one[ONE_FAMILY_NAME]) },
	{ JSON_KEY_INIT("name"), PLAIN_TEXT, AT(one[ONE_NAME]) },
	{ JSON_KEY_INIT("birthdate"), PLAIN_TEXT, AT(one[ONE_BIRTHDATE]) },
	{ JSON_KEY_INIT("gender"), PLAIN_TEXT, AT(one[ONE_GENDER]) },
	{ JSON_KEY_INIT("locale"), PLAIN_TEXT, AT(one[ONE_LOCALE]) },
	{ JSON_KEY_INIT("zoneinfo"), PLAIN_TEXT, AT(one[ONE_ZONEINFO]) },
	{ JSON_KEY_INIT("nickname"), PLAIN_TEXTS, AT(many[MANY_NICKNAME]) },
	{ JSON_KEY_INIT("email"), PLAIN_TEXTS, AT(many[MANY_EMAIL]) },
	{ JSON_KEY_INIT("phone_number"), PLAIN_TEXTS, AT(many[MANY_PHONE_NUMBER]) },
	{ JSON_KEY_INIT("website"), PLAIN_TEXTS, AT(many[MANY_WEBSITE]) },
	{ JSON_KEY_INIT("address"), PLAIN_ADDRESSES, 0 },
	{ JSON_KEY_INIT("identifiers"), PLAIN_IDENTIFIERS, 0 },
	{ JSON_KEY_INIT("attributes"), PLAIN_ATTRIBUTES, 0 },
	{ JSON_KEY_INIT("purposes"), PLAIN_PURPOSES, AT(purposes) },
	{ JSON_KEY_INIT("controller"), PLAIN_TEXT, AT(controller) },
	{ JSON_KEY_INIT("collected"), PLAIN_TEXT, AT(collected) },
	{ JSON_KEY_INIT("tags"), PLAIN_TAGS, 0 },
	{ JSON_KEY_INIT("flags"), PLAIN_TEXTS, AT(flags) },
};
enum { MEMBERS = sizeof members / sizeof *members };

const char *
plain_text_end(const char *start, const char *end, const char *begin, const char *p)
{
	struct span inside;

	while (p < end && (unsigned char)*p >= 0x80)
		p = (const char *)nd_run((const unsigned char *)start, (const unsigned char *)p + 1,
		    (const unsigned char *)end);
	inside = span_make(begin, (size_t)(p - begin));
	return utf8_bad(inside) == inside.len ? p : NULL;
}

ALWAYS_INLINE void
go_on(struct reading *r, const struct reading *copy)
{
	r->p = copy->p;
	r->value = copy->value;
}

bool
plain_texts(struct reading *r, struct texts *list)
{
	struct span *v = arena_alloc(r->arena, RECORD_LIST_MAX * sizeof *v);
	struct reading k = *r;
	size_t n = 0;

	if (!take_byte(&k, '['))
		return false;
	do {
		if (n == RECORD_LIST_MAX || !take_value_text(&k, &v[n++]))
			return false;
	} while (take_byte(&k, ','));
	arena_trim(r->arena, v, n * sizeof *v);
	*list = (struct texts){ v, n };
	if (!take_byte(&k, ']'))
		return false;
	go_on(r, &k);
	return true;
}

static bool
take_address(struct reading *r, struct address *a)
{
	struct reading k = *r;
	size_t no_comma = 1;		/* before the first part */

	*a = (struct address){ 0 };
	if (!take_byte(&k, '{'))
		return false;
	for (int i = 0; i < PART_COUNT; i++)
		if (take_key(&k, span_make(part_keys[i].p + no_comma, part_keys[i].len - no_comma))) {
			if (!take_value_text(&k, &a->part[i]))
				return false;
			no_comma = 0;
		}
	if (no_comma != 0 || !take_byte(&k, '}'))
		return false;
	go_on(r, &k);
	return true;
}

static bool
take_addresses(struct reading *r, struct record *to)
{
	struct address *list = arena_alloc(r->arena, ADDRESSES * sizeof *list);
	size_t n = 0;

	if (!take_byte(r, '['))
		return false;
	do {
		if (n == ADDRESSES || !take_address(r, &list[n++]))
			return false;
	} while (take_byte(r, ','));
	arena_trim(r->arena, list, n * sizeof *list);
	to->addresses = list;
	to->address_count = n;
	return take_byte(r, ']');
}

/* Lists by name: identifiers, tags. */
static bool
take_named(struct reading *r, const struct named_texts **to, size_t *count)
{
	UNCLEARED struct named_texts few[LISTS];
	struct named_texts *list;
	size_t n = 0;

	if (!take_byte(r, '{'))
		return false;
	do {
		if (n == LISTS || !take_name(r, &few[n].name) || !plain_texts(r, &few[n].values))
			return false;
		for (size_t i = 0; i < n; i++)
			if (span_equal(few[i].name, few[n].name))
				return false;
		n++;
	} while (take_byte(r, ','));
	list = arena_alloc(r->arena, n * sizeof *list);
	memcpy(list, few, n * sizeof *list);
	*to = list;
	*count = n;
	return take_byte(r, '}');
}

static const char *
after_digits(const struct reading *r, const char *p)
{
	while (p < r->end && ascii_digit(*p))
		p++;
	return p;
}

/* A number without an exponent, before a comma or the end of its object. */
static bool
take_number(struct reading *r)
{
	const char *p = r->p + (r->p < r->end && *r->p == '-'), *digits = p;

	p = after_digits(r, p);
	if (p == digits || (*digits == '0' && p > digits + 1))
		return false;
	if (p < r->end && *p == '.') {
		digits = p + 1;
		p = after_digits(r, digits);
		if (p == digits)
			return false;
	}
	if (p == r->end || (*p != ',' && *p != '}') || p - r->p > NUMBER_PLAIN)
		return false;
	keep(r, span_make(r->p, (size_t)(p - r->p)));
	r->p = p;
	return true;
}

static bool
take_array(struct reading *r)
{
	struct span ignored;

	if (!take_byte(r, '['))
		return false;
	do {
		if (!take_value_text(r, &ignored))
			return false;
	} while (take_byte(r, ','));
	return take_byte(r, ']');
}

/* One value as it is written. */
static bool
take_json(struct reading *r, struct span *json)
{
	const char *begin = r->p;
	struct span ignored;
	bool good;

	if (begin == r->end)
		return false;
	switch (*begin) {
	case '"':
		good = take_value_text(r, &ignored);
		break;
	case '[':
		good = take_array(r);
		break;
	case 't':
		good = take_key(r, SPAN("true"));
		break;
	case 'f':
		good = take_key(r, SPAN("false"));
		break;
	default:
		good = take_number(r);
	}
	*json = span_make(begin, (size_t)(r->p - begin));
	return good;
}

static bool
take_attributes(struct reading *r, struct record *to)
{
	struct named_json *list = arena_alloc(r->arena, ATTRIBUTES * sizeof *list);
	size_t n = 0;

	if (!take_byte(r, '{'))
		return false;
	do {
		if (n == ATTRIBUTES || !take_name(r, &list[n].name) || !take_json(r, &list[n].json))
			return false;
		for (size_t i = 0; i < n; i++)
			if (span_equal(list[i].name, list[n].name))
				return false;
		n++;
	} while (take_byte(r, ','));
	arena_trim(r->arena, list, n * sizeof *list);
	to->attributes = list;
	to->attribute_count = n;
	return take_byte(r, '}');
}

bool
plain_value(struct reading *r, enum plain_kind kind, struct record *to, void *place)
{
	switch (kind) {
	case PLAIN_TEXT:
		return take_value_text(r, place);
	case PLAIN_PURPOSES:
		to->has_purposes = true;
		return plain_texts(r, place);
	case PLAIN_TEXTS:
		return plain_texts(r, place);
	case PLAIN_ADDRESSES:
		return take_addresses(r, to);
	case PLAIN_IDENTIFIERS:
		return take_named(r, &to->identifiers, &to->identifier_count);
	case PLAIN_ATTRIBUTES:
		return take_attributes(r, to);
	case PLAIN_TAGS:
		break;
	}
	return take_named(r, &to->tags, &to->tag_count);
}

void
line_values_done(struct line_values *values)
{
	mem_free(values->v);
	*values = (struct line_values){ 0 };
}

void
line_values_find(struct line_values *values, const struct ndjson *tape)
{
	uint32_t count;
	const struct nd_node *node = ndjson_nodes(tape, &count);

	values->v = mem_grow(values->v, count, &values->cap, sizeof *values->v);
	values->count = 0;
	for (uint32_t i = 1; i < count; i++)
		if (!node[i].is_key && (node[i].type == ND_STRING || node[i].type == ND_NUMBER))
			values->v[values->count++] = nd_inside(tape, &node[i]);
}

/* Room for the values of a line: with what stands before them they have three bytes at least. */
static struct span *
room_for(struct line_values *values, struct span line)
{
	if (values == NULL)
		return NULL;
	values->v = mem_grow(values->v, line.len / 3 + 1, &values->cap, sizeof *values->v);
	return values->v;
}

/* The member from i on that the key at hand names, taken; MEMBERS: none. There are KEY_LEAST bytes. */
ALWAYS_INLINE size_t
next_member(struct reading *r, size_t i)
{
	const uint32_t begin = load_four(r->p);

	for (; i < MEMBERS; i++)
		if (begin == load_four(members[i].key.p) && take_key(r, members[i].key))
			break;
	return i;
}

bool
record_plain(struct span line, struct record *to, struct arena *arena, struct line_values *values)
{
	static const struct span head = SPAN_INIT("{\"kind\":\""), kind = SPAN_INIT("record");
	struct reading k = { line.p, line.p + line.len, line.p, arena, NULL }, r;

	if (line.len > LINE_PLAIN || !span_starts(line, SPAN("{\"kind\":\"record\",")))
		return false;
	k.value = room_for(values, line);
	r = k;
	keep(&k, span_make(k.p + head.len, kind.len));
	k.p += head.len + kind.len + 1;
	*to = (struct record){ 0 };
	for (size_t i = 0; k.end - k.p >= KEY_LEAST; i++) {
		void *place;

		i = next_member(&k, i);
		if (i == MEMBERS)
			break;
		place = (char *)to + members[i].at;
		if (members[i].kind == PLAIN_TEXT) {
			if (!take_value_text(&k, place))
				return false;
			continue;
		}
		go_on(&r, &k);
		if (!plain_value(&r, members[i].kind, to, place))
			return false;
		go_on(&k, &r);
	}
	if (values != NULL)
		values->count = (size_t)(k.value - values->v);
	return take_byte(&k, '}') && k.p == k.end && record_settle(to) == NULL;
}

int
record_from(struct span line, struct record *r, struct ndjson *scanner, struct arena *arena,
    struct error *e)
{
	size_t at;

	if (record_plain(line, r, arena, NULL))
		return 0;
	return ndjson_scan(scanner, line, &at, e) < 0 ? -1 : record_read(scanner, r, arena, e);
}
