/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/field.c: from a path to its values. */
#include "base/arena.h"
#include "base/error.h"
#include "export/field.h"
#include "io/ndjson.h"
#include "model/profile.h"

static const struct {
	struct span	path;
	enum field_kind	kind;
} own[] = {
	{ SPAN_INIT("pseudonym"), FIELD_PSEUDONYM },
	{ SPAN_INIT("profile_id"), FIELD_PROFILE_ID },
	{ SPAN_INIT("first_seen"), FIELD_FIRST_SEEN },
	{ SPAN_INIT("last_seen"), FIELD_LAST_SEEN },
	{ SPAN_INIT("consent.basis"), FIELD_BASIS },
	{ SPAN_INIT("consent.valid_until"), FIELD_VALID_UNTIL },
};

static bool
parse_own(struct span path, struct field *f)
{
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
		if (span_equal(own[i].path, path)) {
			f->kind = own[i].kind;
			return true;
		}
	return false;
}

static bool
parse_inside(struct span path, struct field *f)
{
	static const struct {
		struct span	head;
		enum field_kind	kind;
	} inside[] = {
		{ SPAN_INIT("address."), FIELD_ADDRESS_PART },
		{ SPAN_INIT("identifiers."), FIELD_IDENTIFIER },
		{ SPAN_INIT("attributes."), FIELD_ATTRIBUTE },
	};

	for (size_t i = 0; i < 3; i++) {
		if (!span_starts(path, inside[i].head) || path.len == inside[i].head.len)
			continue;
		f->kind = inside[i].kind;
		f->name = span_skip(path, inside[i].head.len);
		f->index = part_find(f->name);
		return f->kind != FIELD_ADDRESS_PART || f->index >= 0;
	}
	return false;
}

bool
field_parse(struct span path, struct field *f, bool *later)
{
	*f = (struct field){ .path = path, .index = one_find(path) };
	*later = span_starts(path, SPAN("preference.")) || span_is(path, "consent.since") ||
	    span_is(path, "members");
	if (*later)
		return false;
	if (f->index >= 0) {
		f->kind = FIELD_ONE;
		return true;
	}
	f->index = many_find(path);
	if (f->index >= 0) {
		f->kind = FIELD_MANY;
		return true;
	}
	return parse_own(path, f) || parse_inside(path, f);
}

bool
field_dropped(const struct field *f, struct span dropped)
{
	return span_equal(f->path, dropped) || (span_starts(f->path, dropped) &&
	    f->path.len > dropped.len && f->path.p[dropped.len] == '.');
}

static size_t
one(struct span value, struct span **values, struct arena *arena)
{
	if (value.p == NULL)
		return 0;
	*values = arena_alloc(arena, sizeof **values);
	(*values)[0] = value;
	return 1;
}

static size_t
texts(struct texts list, struct span **values, struct arena *arena)
{
	*values = arena_alloc(arena, list.n * sizeof **values);
	if (list.n > 0)
		memcpy(*values, list.v, list.n * sizeof **values);
	return list.n;
}

/* A JSON string without its quotes and escapes; anything else as it stands. */
static struct span
plain(struct span json, struct arena *arena)
{
	static const struct nd_limits any = { .any_value = true };
	struct ndjson *n;
	struct error ignored = { 0 };
	struct span text;
	size_t at;

	if (json.len < 2 || json.p[0] != '"')
		return json;
	text = span_make(json.p + 1, json.len - 2);
	if (span_index(text, '\\') == text.len)
		return text;
	n = ndjson_new(&any);
	if (ndjson_scan(n, json, &at, &ignored) == 0)
		text = arena_copy(arena, ndjson_text(n, 0, arena));
	ndjson_free(n);
	return text;
}

size_t
field_values(const struct field *f, const struct profile *p, struct span **values,
    struct arena *arena)
{
	const struct record *r = &p->fields;
	size_t n = 0;

	*values = NULL;
	switch (f->kind) {
	case FIELD_ONE:
		return one(r->one[f->index], values, arena);
	case FIELD_MANY:
		return texts(r->many[f->index], values, arena);
	case FIELD_ADDRESS_PART:
		*values = arena_alloc(arena, r->address_count * sizeof **values);
		for (size_t i = 0; i < r->address_count; i++) {
			(*values)[i] = r->addresses[i].part[f->index];
			n += (*values)[i].p != NULL;
		}
		return n == 0 ? 0 : r->address_count;
	case FIELD_IDENTIFIER:
		for (size_t i = 0; i < r->identifier_count; i++)
			if (span_equal(r->identifiers[i].name, f->name))
				return texts(r->identifiers[i].values, values, arena);
		return 0;
	case FIELD_ATTRIBUTE:
		for (size_t i = 0; i < r->attribute_count; i++)
			if (span_equal(r->attributes[i].name, f->name))
				return one(plain(r->attributes[i].json, arena), values, arena);
		return 0;
	case FIELD_PROFILE_ID:
		return one(r->id, values, arena);
	case FIELD_FIRST_SEEN:
		return one(p->first_seen, values, arena);
	case FIELD_LAST_SEEN:
		return one(p->last_seen, values, arena);
	case FIELD_PSEUDONYM:
	case FIELD_BASIS:
	case FIELD_VALID_UNTIL:
		break;
	}
	return 0;
}
