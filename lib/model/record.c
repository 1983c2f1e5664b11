/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/record.c: a record out of a scanned line, and back into one. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/json_pen.h"
#include "io/json_write.h"
#include "io/ndjson.h"
#include "model/record.h"
#include "model/record_priv.h"
#include "model/tape.h"

enum member_kind { MEMBER_TEXT, MEMBER_TEXTS, MEMBER_PURPOSES, MEMBER_ADDRESS,
    MEMBER_IDENTIFIERS, MEMBER_ATTRIBUTES, MEMBER_TAGS, MEMBER_DECISIONS };

enum { MEMBER_LONGEST = 12 };

/* In order of length, which leaves four at most to compare with a name. */
#define AT(field)	offsetof(struct record, field)
static const struct member {
	struct span		name;
	enum member_kind	kind;
	size_t			at;		/* of the text or the list in struct record */
} members[] = {
	{ SPAN_INIT("id"), MEMBER_TEXT, AT(id) },
	{ SPAN_INIT("key"), MEMBER_TEXT, AT(key) },
	{ SPAN_INIT("name"), MEMBER_TEXT, AT(one[ONE_NAME]) },
	{ SPAN_INIT("tags"), MEMBER_TAGS, 0 },
	{ SPAN_INIT("email"), MEMBER_TEXTS, AT(many[MANY_EMAIL]) },
	{ SPAN_INIT("flags"), MEMBER_TEXTS, AT(flags) },
	{ SPAN_INIT("source"), MEMBER_TEXT, AT(source) },
	{ SPAN_INIT("gender"), MEMBER_TEXT, AT(one[ONE_GENDER]) },
	{ SPAN_INIT("locale"), MEMBER_TEXT, AT(one[ONE_LOCALE]) },
	{ SPAN_INIT("channel"), MEMBER_TEXT, AT(channel) },
	{ SPAN_INIT("website"), MEMBER_TEXTS, AT(many[MANY_WEBSITE]) },
	{ SPAN_INIT("address"), MEMBER_ADDRESS, 0 },
	{ SPAN_INIT("zoneinfo"), MEMBER_TEXT, AT(one[ONE_ZONEINFO]) },
	{ SPAN_INIT("nickname"), MEMBER_TEXTS, AT(many[MANY_NICKNAME]) },
	{ SPAN_INIT("purposes"), MEMBER_PURPOSES, AT(purposes) },
	{ SPAN_INIT("birthdate"), MEMBER_TEXT, AT(one[ONE_BIRTHDATE]) },
	{ SPAN_INIT("collected"), MEMBER_TEXT, AT(collected) },
	{ SPAN_INIT("decisions"), MEMBER_DECISIONS, AT(decisions) },
	{ SPAN_INIT("given_name"), MEMBER_TEXT, AT(one[ONE_GIVEN_NAME]) },
	{ SPAN_INIT("attributes"), MEMBER_ATTRIBUTES, 0 },
	{ SPAN_INIT("controller"), MEMBER_TEXT, AT(controller) },
	{ SPAN_INIT("observed_at"), MEMBER_TEXT, AT(observed_at) },
	{ SPAN_INIT("middle_name"), MEMBER_TEXT, AT(one[ONE_MIDDLE_NAME]) },
	{ SPAN_INIT("family_name"), MEMBER_TEXT, AT(one[ONE_FAMILY_NAME]) },
	{ SPAN_INIT("identifiers"), MEMBER_IDENTIFIERS, 0 },
	{ SPAN_INIT("collected_at"), MEMBER_TEXT, AT(collected_at) },
	{ SPAN_INIT("phone_number"), MEMBER_TEXTS, AT(many[MANY_PHONE_NUMBER]) },
};

/* How many names are shorter than so many bytes. */
static const unsigned char shorter[MEMBER_LONGEST + 2] = { 0, 0, 0, 1, 2, 4, 6, 9, 12, 15, 18, 21,
    25, 27 };

static const struct member *
find_member(struct span name)
{
	if (name.len > MEMBER_LONGEST)
		return NULL;
	for (size_t i = shorter[name.len]; i < shorter[name.len + 1]; i++)
		if (span_equal(members[i].name, name))
			return &members[i];
	return NULL;
}

static int
read_address(const struct tape *t, uint32_t key, uint32_t object, struct address *a)
{
	for (uint32_t k = ndjson_first(t->n, object); k != 0; k = ndjson_sibling(t->n, k + 1)) {
		int part = part_find(ndjson_text(t->n, k, t->arena));

		if (part < 0)
			return tape_wrong(t, key, "a list of addresses with known parts");
		if (tape_text(t, k, &a->part[part]) < 0)
			return -1;
	}
	return 0;
}

static int
read_addresses(const struct tape *t, uint32_t key, struct record *r)
{
	const struct nd_node *nodes = ndjson_nodes(t->n, NULL);
	struct address *list;
	size_t n = 0;

	if (nodes[key + 1].type == ND_NULL)
		return 0;
	if (nodes[key + 1].type != ND_ARRAY)
		return tape_wrong(t, key, "a list of addresses");
	if (ndjson_count(t->n, key + 1) > t->list_max)
		return error_set(t->e, REFUSED, "E_LIST_LONG", "a list has more than %zu values",
		    t->list_max);
	list = arena_zero(t->arena, ndjson_count(t->n, key + 1), sizeof *list);
	for (uint32_t x = ndjson_first(t->n, key + 1); x != 0; x = ndjson_sibling(t->n, x)) {
		if (nodes[x].type != ND_OBJECT)
			return tape_wrong(t, key, "a list of addresses");
		if (read_address(t, key, x, &list[n++]) < 0)
			return -1;
	}
	r->addresses = list;
	r->address_count = n;
	return 0;
}

static int
read_attributes(const struct tape *t, uint32_t key, struct record *r)
{
	const struct nd_node *nodes = ndjson_nodes(t->n, NULL);
	struct named_json *list;
	size_t n = 0;

	if (nodes[key + 1].type == ND_NULL)
		return 0;
	if (nodes[key + 1].type != ND_OBJECT)
		return tape_wrong(t, key, "an object");
	list = arena_alloc(t->arena, ndjson_count(t->n, key + 1) * sizeof *list);
	for (uint32_t k = ndjson_first(t->n, key + 1); k != 0; k = ndjson_sibling(t->n, k + 1)) {
		if (nodes[k + 1].type == ND_NULL)
			continue;
		list[n].name = ndjson_text(t->n, k, t->arena);
		list[n++].json = ndjson_raw(t->n, k + 1);
	}
	r->attributes = list;
	r->attribute_count = n;
	return 0;
}

static int
read_other(const struct tape *t, uint32_t key, struct span name, struct record *r)
{
	struct named_json *list = (struct named_json *)(uintptr_t)r->others;

	if (list == NULL) {
		list = arena_alloc(t->arena, ndjson_count(t->n, 0) * sizeof *list);
		r->others = list;
	}
	list[r->other_count++] = (struct named_json){ name, ndjson_raw(t->n, key + 1) };
	return 0;
}

int
record_member(const struct tape *t, uint32_t key, struct span name, struct record *r)
{
	const struct member *m = find_member(name);
	void *place = m == NULL ? NULL : (char *)r + m->at;

	if (m == NULL)
		return read_other(t, key, name, r);
	switch (m->kind) {
	case MEMBER_TEXT:
		return tape_text(t, key, place);
	case MEMBER_PURPOSES:
		r->has_purposes = true;
		return tape_texts(t, key, place);
	case MEMBER_TEXTS:
		return tape_texts(t, key, place);
	case MEMBER_ADDRESS:
		return read_addresses(t, key, r);
	case MEMBER_IDENTIFIERS:
		return tape_named_texts(t, key, &r->identifiers, &r->identifier_count);
	case MEMBER_ATTRIBUTES:
		return read_attributes(t, key, r);
	case MEMBER_TAGS:
		return tape_named_texts(t, key, &r->tags, &r->tag_count);
	case MEMBER_DECISIONS:
		break;
	}
	return tape_raw(t, key, ND_ARRAY, &r->decisions);
}

/* id is source:key; source may hold no colon, key may. */
const char *
record_settle(struct record *r)
{
	size_t at = span_index(r->id, ':');

	if (r->id.p == NULL)
		return "record without an id";
	if (at == 0 || at + 1 >= r->id.len)
		return "id is not source:key";
	if ((r->source.p != NULL && !span_equal(r->source, span_head(r->id, at))) ||
	    (r->key.p != NULL && !span_equal(r->key, span_skip(r->id, at + 1))))
		return "id differs from source and key";
	if (r->source.p == NULL)
		r->source = span_head(r->id, at);
	if (r->key.p == NULL)
		r->key = span_skip(r->id, at + 1);
	return NULL;
}

int
record_read(const struct ndjson *n, struct record *r, struct arena *arena, struct error *e)
{
	struct tape t = { n, arena, RECORD_LIST_MAX, e };
	const char *wrong;

	*r = (struct record){ 0 };
	for (uint32_t k = ndjson_first(n, 0); k != 0; k = ndjson_sibling(n, k + 1)) {
		struct span name = ndjson_text(n, k, arena);

		if (span_equal(name, SPAN("kind")))
			continue;
		if (record_member(&t, k, name, r) < 0)
			return -1;
	}
	wrong = record_settle(r);
	return wrong == NULL ? 0 : error_set(e, REFUSED, "E_ID", "%s", wrong);
}

void
texts_write(struct json_writer *w, struct span key, struct texts list)
{
	if (list.n > 0)
		json_ready_list(w, key, list.v, list.n);
}

void
named_texts_write(struct json_writer *w, struct span key, const struct named_texts *list,
    size_t count)
{
	struct json_pen pen;

	if (count == 0)
		return;
	json_ready_key(w, key);
	w->after_key = false;
	pen = json_pen(w->out);
	json_pen_raw(&pen, SPAN("{"));
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			json_pen_raw(&pen, SPAN(","));
		json_pen_text(&pen, SPAN(""), list[i].name);
		json_pen_raw(&pen, SPAN(":["));
		if (list[i].values.n > 0)
			json_pen_list(&pen, list[i].values.v, list[i].values.n);
		else
			json_pen_raw(&pen, SPAN("]"));
	}
	json_pen_raw(&pen, SPAN("}"));
	json_pen_done(&pen);
}

static void
write_addresses(const struct record *r, struct json_writer *w)
{
	if (r->address_count > 0)
		json_ready_objects(w, JSON_KEY("address"), part_keys, r->addresses->part, PART_COUNT,
		    r->address_count);
}

static void
write_json_list(struct json_writer *w, const struct named_json *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		json_key(w, list[i].name);
		json_raw(w, list[i].json);
	}
}

void
attributes_write(const struct record *r, struct json_writer *w)
{
	json_ready_key(w, JSON_KEY("attributes"));
	json_open_object(w);
	write_json_list(w, r->attributes, r->attribute_count);
	json_end(w);
}

static void
write_fields(const struct record *r, struct json_writer *w)
{
	json_ready_members(w, one_keys, r->one, ONE_COUNT);
	for (int f = 0; f < MANY_COUNT; f++)
		texts_write(w, many_keys[f], r->many[f]);
	write_addresses(r, w);
	named_texts_write(w, JSON_KEY("identifiers"), r->identifiers, r->identifier_count);
	if (r->attribute_count > 0)
		attributes_write(r, w);
}

static void
write_head(const struct record *r, struct json_writer *w)
{
	static const struct span keys[] = { JSON_KEY_INIT("id"), JSON_KEY_INIT("source"),
	    JSON_KEY_INIT("key"), JSON_KEY_INIT("channel"), JSON_KEY_INIT("observed_at"),
	    JSON_KEY_INIT("collected_at") };
	const struct span texts[] = { r->id, r->source, r->key, r->channel, r->observed_at,
	    r->collected_at };

	json_ready_open(w, SPAN("{\"kind\":\"record\""));
	json_ready_members(w, keys, texts, sizeof keys / sizeof *keys);
}

void
record_write(const struct record *r, struct buf *out)
{
	struct json_writer w = json_writer(out);

	write_head(r, &w);
	write_fields(r, &w);
	if (r->has_purposes && r->purposes.n == 0)
		json_member_raw(&w, "purposes", SPAN("[]"));
	texts_write(&w, JSON_KEY("purposes"), r->purposes);
	json_ready_member(&w, JSON_KEY("controller"), r->controller);
	json_ready_member(&w, JSON_KEY("collected"), r->collected);
	named_texts_write(&w, JSON_KEY("tags"), r->tags, r->tag_count);
	texts_write(&w, JSON_KEY("flags"), r->flags);
	if (r->decisions.p != NULL)
		json_member_raw(&w, "decisions", r->decisions);
	write_json_list(&w, r->others, r->other_count);
	json_end(&w);
	buf_byte(out, '\n');
}
