/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/redact.c: copies what may stay, span by span */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "consent/fields.h"
#include "consent/holders.h"
#include "consent/redact.h"
#include "consent/redact_priv.h"
#include "io/ndjson.h"
#include "model/fields.h"
#include "model/profile.h"

enum { MEMBER_LONGEST = 15 };

/* All that are not single values, in order of length, which leaves four at most to compare with a
 * name. */
static const struct {
	struct span		name;
	enum member_kind	kind;
} members[] = {
	{ SPAN_INIT("id"), MEMBER_KEPT },
	{ SPAN_INIT("kind"), MEMBER_KEPT },
	{ SPAN_INIT("ties"), MEMBER_FRAME },
	{ SPAN_INIT("tags"), MEMBER_FRAME },
	{ SPAN_INIT("email"), MEMBER_LIST },
	{ SPAN_INIT("flags"), MEMBER_FRAME },
	{ SPAN_INIT("shared"), MEMBER_FRAME },
	{ SPAN_INIT("address"), MEMBER_LIST },
	{ SPAN_INIT("members"), MEMBER_FRAME },
	{ SPAN_INIT("sources"), MEMBER_FRAME },
	{ SPAN_INIT("website"), MEMBER_LIST },
	{ SPAN_INIT("channels"), MEMBER_FRAME },
	{ SPAN_INIT("nickname"), MEMBER_LIST },
	{ SPAN_INIT("purposes"), MEMBER_FRAME },
	{ SPAN_INIT("decisions"), MEMBER_GONE },
	{ SPAN_INIT("household"), MEMBER_FRAME },
	{ SPAN_INIT("last_seen"), MEMBER_FRAME },
	{ SPAN_INIT("attributes"), MEMBER_NAMED },
	{ SPAN_INIT("confidence"), MEMBER_FRAME },
	{ SPAN_INIT("first_seen"), MEMBER_FRAME },
	{ SPAN_INIT("provenance"), MEMBER_FRAME },
	{ SPAN_INIT("identifiers"), MEMBER_NAMED },
	{ SPAN_INIT("phone_number"), MEMBER_LIST },
	{ SPAN_INIT("member_purposes"), MEMBER_FRAME },
};

/* How many names are shorter than so many bytes. */
static const unsigned char shorter[MEMBER_LONGEST + 2] = { 0, 0, 0, 1, 1, 4, 6, 7, 11, 14, 17, 21,
    22, 23, 23, 23, 24 };

/* A member record that may be used, and holds a postal address. */
static bool
has_address(struct redaction *r, const struct fact_identifier *id)
{
	if (id->holder_count == 0 ||
	    !member_usable(r->question, &r->facts->members[id->holders[0]]))
		return false;
	if (r->addressed == NULL)
		r->addressed = holders_of_path(r->facts, r->profile, SPAN("address"), r->arena);
	return r->addressed[id->holders[0]];
}

bool
contact_usable(struct redaction *r, const struct fact_identifier *id)
{
	struct span path = contact_field(id);
	bool record = span_is(id->type, "record");
	enum field_wanted wanted = field_wanted(r->question, path);

	if ((wanted != FIELD_WHOLE && !(record && wanted == FIELD_PARTS)) ||
	    !categories_allowed(field_categories(r->question->policy, &r->profile->fields, path),
	    r->question->purpose->special_condition.p != NULL))
		return false;
	return record ? has_address(r, id) :
	    field_usable(r->question, r->facts, r->profile, path, id->index);
}

enum member_kind
redact_kind(struct span name)
{
	if (name.len > MEMBER_LONGEST)
		return MEMBER_ONE;
	for (size_t i = shorter[name.len]; i < shorter[name.len + 1]; i++)
		if (span_equal(members[i].name, name))
			return members[i].kind;
	return MEMBER_ONE;
}

static void
copy_member(const struct ndjson *n, uint32_t key, struct buf *out)
{
	const struct nd_node *nodes = ndjson_nodes(n, NULL);
	struct span line = ndjson_line(n), value = ndjson_raw(n, key + 1);
	const char *from = line.p + nodes[key].at - 1;

	comma(out);
	buf_add(out, span_make(from, (size_t)(value.p + value.len - from)));
}

static void
copy_key(const struct ndjson *n, uint32_t key, struct buf *out)
{
	comma(out);
	buf_add(out, ndjson_raw(n, key));
	buf_byte(out, ':');
}

void
redact_drop(struct redaction *r, struct span path, bool protected)
{
	if (r->drop_count == r->drop_cap) {
		size_t cap = r->drop_cap * 2 + 16;
		struct span *more = arena_alloc(r->arena, cap * sizeof(more[0]));

		if (r->drop_count > 0)
			memcpy(more, r->drop, r->drop_count * sizeof(more[0]));
		r->drop = more;
		r->drop_cap = cap;
	}
	r->drop[r->drop_count++] = path;
	if (protected)
		r->protected++;
	else
		r->fields++;
}

bool
redact_allowed(const struct redaction *r, struct span path)
{
	return categories_allowed(field_categories(r->question->policy, &r->profile->fields, path),
	    r->question->purpose->special_condition.p != NULL);
}

/* Empty texts and nulls are no values: provenance does not count them. */
static bool
is_value(const struct nd_node *node)
{
	return node->type != ND_NULL && (node->type != ND_STRING || node->len > 0);
}

static bool
is_permitted_record(const struct redaction *r, struct span record)
{
	int64_t member = member_index(r->facts, record);

	return member >= 0 && !r->refused[r->facts->records + (size_t)member];
}

/* A postal address that no record holds by which the person may be written to. */
static bool
is_refused_address(struct redaction *r, uint32_t index)
{
	const struct provenance *v = origin_of(r->facts, r->profile, SPAN("address"), index);

	for (size_t i = 0; v != NULL && i < v->records.n; i++)
		if (is_permitted_record(r, v->records.v[i]))
			return false;
	r->contacts++;
	return true;
}

/* A contact of the channel that decide() refused. */
bool
redact_refused(struct redaction *r, struct span path, uint32_t index)
{
	if (r->refused != NULL && r->question->reaches_records && span_is(path, "address"))
		return is_refused_address(r, index);
	for (size_t i = 0; r->refused != NULL && i < r->facts->identifier_count; i++)
		if (r->refused[i] && r->facts->identifiers[i].index == index &&
		    span_equal(r->facts->identifiers[i].field, path)) {
			r->contacts++;
			return true;
		}
	return false;
}

/* The wanted parts of one address. */
static void
copy_parts(struct redaction *r, const struct ndjson *n, uint32_t object, struct span path,
    struct buf *out)
{
	char name[64];

	comma(out);
	buf_byte(out, '{');
	for (uint32_t k = ndjson_first(n, object); k != 0; k = ndjson_sibling(n, k + 1)) {
		struct span part = ndjson_text(n, k, r->arena);

		if (path.len + part.len + 1 > sizeof(name)) {
			r->thinned = true;
			continue;
		}
		memcpy(name, path.p, path.len);
		name[path.len] = '.';
		memcpy(name + path.len + 1, part.p, part.len);
		part = span_make(name, path.len + 1 + part.len);
		if (field_wanted(r->question, part) == FIELD_WHOLE && redact_allowed(r, part))
			copy_member(n, k, out);
		else
			r->thinned = true;
	}
	buf_byte(out, '}');
}

/* The usable values of a list; the member goes if none is left. */
static void
copy_list(struct redaction *r, const struct ndjson *n, uint32_t key, struct span path,
    enum field_wanted wanted, struct buf *out)
{
	const struct nd_node *nodes = ndjson_nodes(n, NULL);
	size_t start = out->len, kept = 0;
	uint32_t index = 0;

	copy_key(n, key, out);
	buf_byte(out, '[');
	for (uint32_t x = ndjson_first(n, key + 1); x != 0; x = ndjson_sibling(n, x)) {
		bool stays;

		if (!is_value(&nodes[x]))
			continue;
		stays = !redact_refused(r, path, index) &&
		    field_usable(r->question, r->facts, r->profile, path, index);
		index++;
		if (!stays) {
			r->thinned = true;
			continue;
		}
		kept++;
		if (wanted == FIELD_PARTS && nodes[x].type == ND_OBJECT) {
			copy_parts(r, n, x, path, out);
		} else if (wanted == FIELD_WHOLE) {
			comma(out);
			buf_add(out, ndjson_raw(n, x));
		}
	}
	buf_byte(out, ']');
	if (kept > 0) {
		r->kept++;
		return;
	}
	out->len = start;
	redact_drop(r, path, false);
}

static void
copy_field(struct redaction *r, const struct ndjson *n, uint32_t key, struct span path,
    struct buf *out)
{
	enum field_wanted wanted = field_wanted(r->question, path);

	if (wanted == FIELD_OUT) {
		redact_drop(r, path, false);
	} else if (!redact_allowed(r, path)) {
		redact_drop(r, path, true);
	} else if (ndjson_nodes(n, NULL)[key + 1].type == ND_ARRAY &&
	    !span_starts(path, SPAN("attributes."))) {
		copy_list(r, n, key, path, wanted, out);
	} else if (wanted == FIELD_WHOLE &&
	    field_usable(r->question, r->facts, r->profile, path, 0)) {
		copy_member(n, key, out);
		r->kept++;
		r->untagged |= span_starts(path, SPAN("attributes.")) &&
		    !field_declared(r->question->policy, path);
	} else {
		redact_drop(r, path, false);
	}
}

struct span
redact_path(struct redaction *r, struct span parent, struct span name)
{
	char *p = arena_alloc(r->arena, parent.len + name.len + 1);

	memcpy(p, parent.p, parent.len);
	p[parent.len] = '.';
	memcpy(p + parent.len + 1, name.p, name.len);
	return span_make(p, parent.len + 1 + name.len);
}

/* identifiers and attributes: each name is a path of its own. */
static void
copy_named(struct redaction *r, const struct ndjson *n, uint32_t key, struct span parent,
    struct buf *out)
{
	size_t start = out->len, inside;

	if (ndjson_nodes(n, NULL)[key + 1].type != ND_OBJECT)
		return;
	copy_key(n, key, out);
	buf_byte(out, '{');
	inside = out->len;
	for (uint32_t k = ndjson_first(n, key + 1); k != 0; k = ndjson_sibling(n, k + 1))
		copy_field(r, n, k, redact_path(r, parent, ndjson_text(n, k, r->arena)), out);
	if (out->len == inside)
		out->len = start;
	else
		buf_byte(out, '}');
}

void
redact_profile(struct redaction *r, const struct ndjson *n, struct buf *out)
{
	buf_byte(out, '{');
	for (uint32_t k = ndjson_first(n, 0); k != 0; k = ndjson_sibling(n, k + 1)) {
		struct span name = ndjson_text(n, k, r->arena);

		switch (redact_kind(name)) {
		case MEMBER_KEPT:
			copy_member(n, k, out);
			break;
		case MEMBER_GONE:
			break;
		case MEMBER_FRAME:
			if (view_names(r->question, name))
				copy_member(n, k, out);
			break;
		case MEMBER_NAMED:
			copy_named(r, n, k, name, out);
			break;
		case MEMBER_ONE:
		case MEMBER_LIST:
			copy_field(r, n, k, name, out);
			break;
		}
	}
}

bool
redact_keeps(const struct redaction *r, const struct ndjson *n, struct buf *scratch)
{
	struct redaction tried = *r;

	buf_reset(scratch);
	redact_profile(&tried, n, scratch);
	return tried.kept > 0;
}

/* ---- records ---- */

/* Some purpose of the record may hold values of a protected kind. */
static bool
any_condition(const struct policy *p, const struct record *record, const struct policy_source *s)
{
	const struct span *purposes = record->has_purposes ? record->purposes.v : s->purposes.v;
	size_t count = record->has_purposes ? record->purposes.n : s->purposes.n;

	for (size_t i = 0; i < count; i++) {
		const struct policy_purpose *purpose = policy_purpose(p, purposes[i]);

		if (purpose != NULL && purpose->special_condition.p != NULL)
			return true;
	}
	return false;
}

static void
copy_unless_protected(struct redaction *r, const struct record *record, const struct ndjson *n,
    uint32_t key, struct span path, bool condition, struct buf *out)
{
	if (categories_storable(field_categories(r->question->policy, record, path), condition))
		copy_member(n, key, out);
	else
		redact_drop(r, path, true);
}

static void
copy_named_record(struct redaction *r, const struct record *record, const struct ndjson *n,
    uint32_t key, struct span parent, bool condition, struct buf *out)
{
	size_t start = out->len, inside;

	copy_key(n, key, out);
	buf_byte(out, '{');
	inside = out->len;
	for (uint32_t k = ndjson_first(n, key + 1); k != 0; k = ndjson_sibling(n, k + 1))
		copy_unless_protected(r, record, n, k,
		    redact_path(r, parent, ndjson_text(n, k, r->arena)), condition, out);
	if (out->len == inside)
		out->len = start;
	else
		buf_byte(out, '}');
}

static bool
of_quarantine(struct span name)
{
	return span_is(name, "decisions") || span_is(name, "expires_at");
}

void
redact_record(struct redaction *r, const struct record *record, const struct ndjson *n,
    struct buf *out)
{
	bool condition = any_condition(r->question->policy, record, r->facts->members[0].source);

	buf_byte(out, '{');
	for (uint32_t k = ndjson_first(n, 0); k != 0; k = ndjson_sibling(n, k + 1)) {
		struct span name = ndjson_text(n, k, r->arena);

		if (of_quarantine(name))
			continue;
		if (redact_kind(name) == MEMBER_NAMED &&
		    ndjson_nodes(n, NULL)[k + 1].type == ND_OBJECT)
			copy_named_record(r, record, n, k, name, condition, out);
		else if (redact_kind(name) == MEMBER_KEPT || redact_kind(name) == MEMBER_FRAME)
			copy_member(n, k, out);
		else
			copy_unless_protected(r, record, n, k, name, condition, out);
	}
}

void
copy_record(const struct ndjson *n, struct buf *out)
{
	buf_byte(out, '{');
	for (uint32_t k = ndjson_first(n, 0); k != 0; k = ndjson_sibling(n, k + 1))
		if (!ndjson_is(n, k, SPAN("decisions")) && !ndjson_is(n, k, SPAN("expires_at")))
			copy_member(n, k, out);
}
