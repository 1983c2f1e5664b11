/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/redact_plain.c: the part of a row that may stay, where the row was read without a tape:
 * member by member as redact.c, so that the bytes are the same. What is asked of a path in every row
 * alike was asked when the run began. */
#include "base/alloc.h"
#include "consent/fields.h"
#include "consent/redact.h"
#include "consent/redact_priv.h"
#include "model/profile.h"
#include "model/profile_plain.h"

/* What a question says of one member. */
struct planned {
	struct span		 name;
	enum member_kind	 kind;
	enum field_wanted	 wanted;
	bool			 allowed;	/* by the policy; a row's tags may say no yet */
	bool			 named;		/* by the view */
};
struct redact_plan {
	struct planned	of[PROFILE_MEMBERS];
	unsigned	one[ONE_COUNT], many[MANY_COUNT], address;	/* categories by the policy */
	bool		protects_named;		/* it has some for identifiers or attributes */
	bool		protects_source;	/* or for what says where a record comes from */
};

/* Categories by the policy of any of these members. */
static unsigned
categories(const struct policy *p, const struct span *names, size_t n)
{
	static const struct record none;
	unsigned found = 0;

	for (size_t i = 0; i < n; i++)
		found |= field_categories(p, &none, names[i]);
	return found;
}

/* What of a record may have to be left out. */
static void
plan_records(struct redact_plan *plan, const struct policy *p)
{
	static const struct span named[] = { SPAN_INIT("identifiers"), SPAN_INIT("attributes") },
	    source[] = { SPAN_INIT("source"), SPAN_INIT("key"), SPAN_INIT("channel"),
	    SPAN_INIT("observed_at"), SPAN_INIT("collected_at"), SPAN_INIT("controller"),
	    SPAN_INIT("collected") };
	static const struct record none;

	for (int i = 0; i < ONE_COUNT; i++)
		plan->one[i] = field_categories(p, &none, one_name((enum one_field)i));
	for (int i = 0; i < MANY_COUNT; i++)
		plan->many[i] = field_categories(p, &none, many_name((enum many_field)i));
	plan->address = field_categories(p, &none, SPAN("address"));
	plan->protects_named = !categories_storable(categories(p, named, 2), false);
	plan->protects_source = !categories_storable(categories(p, source,
	    sizeof(source) / sizeof(source[0])), false);
}

struct redact_plan *
redact_plan_new(const struct question *q)
{
	static const struct record none;
	const struct policy *p = q->policy;
	struct redact_plan *plan = mem_zero(1, sizeof(*plan));
	bool condition = q->purpose->special_condition.p != NULL;

	for (unsigned i = 0; i < PROFILE_MEMBERS; i++) {
		struct planned *x = &plan->of[i];

		x->name = profile_member_name(i);
		x->kind = redact_kind(x->name);
		x->wanted = field_wanted(q, x->name);
		x->allowed = categories_allowed(field_categories(p, &none, x->name), condition);
		x->named = view_names(q, x->name);
	}
	plan_records(plan, p);
	return plan;
}

void
redact_plan_free(struct redact_plan *p)
{
	mem_free(p);
}

/* ---- profiles ---- */

static void
copy(struct span json, struct buf *out)
{
	comma(out);
	buf_add(out, json);
}

static bool
is_allowed(const struct redaction *r, const struct planned *x)
{
	return r->profile->fields.tag_count == 0 ? x->allowed : redact_allowed(r, x->name);
}

static struct span
quoted(struct span text)
{
	return span_make(text.p - 1, text.len + 2);	/* as it stands in the line */
}

/* A value stays where no decision and no provenance speaks against it. */
static bool
stays(struct redaction *r, struct span path, uint32_t index)
{
	if (!redact_refused(r, path, index) &&
	    field_usable(r->question, r->facts, r->profile, path, index))
		return true;
	r->thinned = true;
	return false;
}

/* The member goes if none of its values is left. */
static void
end_list(struct redaction *r, struct span path, size_t kept, size_t start, struct buf *out)
{
	if (kept > 0) {
		buf_byte(out, ']');
		r->kept++;
		return;
	}
	out->len = start;
	redact_drop(r, path, false);
}

/* `key` is "name": as it stands. Of texts there are no parts to choose from. */
static void
copy_texts(struct redaction *r, struct span key, const struct texts *list, struct span path,
    enum field_wanted wanted, struct buf *out)
{
	size_t start = out->len, kept = 0;

	copy(key, out);
	buf_byte(out, '[');
	for (size_t i = 0; i < list->n; i++) {
		if (!stays(r, path, (uint32_t)i))
			continue;
		kept++;
		if (wanted == FIELD_WHOLE)
			copy(quoted(list->v[i]), out);
	}
	end_list(r, path, kept, start, out);
}

static bool
part_stays(struct redaction *r, struct span name)
{
	struct span path = redact_path(r, SPAN("address"), name);

	return field_wanted(r->question, path) == FIELD_WHOLE && redact_allowed(r, path);
}

/* The parts of an address stand in the order of part_keys. */
static void
copy_address(struct redaction *r, const struct address *a, enum field_wanted wanted,
    struct buf *out)
{
	comma(out);
	buf_byte(out, '{');
	for (int i = 0; i < PART_COUNT; i++) {
		struct span name = part_name((enum address_part)i);

		if (a->part[i].p == NULL)
			continue;
		if (wanted != FIELD_WHOLE && !part_stays(r, name)) {
			r->thinned = true;
			continue;
		}
		copy(quoted(name), out);
		buf_byte(out, ':');
		buf_add(out, quoted(a->part[i]));
	}
	buf_byte(out, '}');
}

static void
copy_addresses(struct redaction *r, struct span key, enum field_wanted wanted, struct buf *out)
{
	const struct record *v = &r->profile->fields;
	size_t start = out->len, kept = 0;

	copy(key, out);
	buf_byte(out, '[');
	for (size_t i = 0; i < v->address_count; i++)
		if (stays(r, SPAN("address"), (uint32_t)i)) {
			kept++;
			copy_address(r, &v->addresses[i], wanted, out);
		}
	end_list(r, SPAN("address"), kept, start, out);
}

/* The texts of a member of kind LIST; NULL: it is the addresses. */
static const struct texts *
texts_of(const struct redaction *r, struct span name)
{
	int field = many_find(name);

	return field < 0 ? NULL : &r->profile->fields.many[field];
}

static struct span
key_of(struct span json, struct span name)
{
	return span_head(json, name.len + 3);
}

/* False: dropped. */
static bool
may_stay(struct redaction *r, struct span path, enum field_wanted wanted, bool allowed)
{
	if (wanted != FIELD_OUT && allowed)
		return true;
	redact_drop(r, path, wanted != FIELD_OUT);
	return false;
}

static bool
copy_one(struct redaction *r, struct span json, struct span path, enum field_wanted wanted,
    struct buf *out)
{
	if (wanted == FIELD_WHOLE && field_usable(r->question, r->facts, r->profile, path, 0)) {
		copy(json, out);
		r->kept++;
		return true;
	}
	redact_drop(r, path, false);
	return false;
}

static void
copy_field(struct redaction *r, const struct planned *x, struct span json, struct buf *out)
{
	const struct texts *texts;

	if (!may_stay(r, x->name, x->wanted, is_allowed(r, x)))
		return;
	if (x->kind == MEMBER_ONE) {
		copy_one(r, json, x->name, x->wanted, out);
		return;
	}
	texts = texts_of(r, x->name);
	if (texts != NULL)
		copy_texts(r, key_of(json, x->name), texts, x->name, x->wanted, out);
	else
		copy_addresses(r, key_of(json, x->name), x->wanted, out);
}

static void
copy_identifiers(struct redaction *r, struct buf *out)
{
	const struct record *v = &r->profile->fields;

	for (size_t i = 0; i < v->identifier_count; i++) {
		const struct named_texts *id = &v->identifiers[i];
		struct span path = redact_path(r, SPAN("identifiers"), id->name);
		enum field_wanted wanted = field_wanted(r->question, path);
		struct span name = quoted(id->name);

		if (may_stay(r, path, wanted, redact_allowed(r, path)))
			copy_texts(r, span_make(name.p, name.len + 1), &id->values, path, wanted, out);
	}
}

static void
copy_attributes(struct redaction *r, struct buf *out)
{
	const struct record *v = &r->profile->fields;

	for (size_t i = 0; i < v->attribute_count; i++) {
		struct span path = redact_path(r, SPAN("attributes"), v->attributes[i].name);
		enum field_wanted wanted = field_wanted(r->question, path);
		const char *from = v->attributes[i].name.p - 1;
		struct span json = v->attributes[i].json;

		json = span_make(from, (size_t)(json.p + json.len - from));
		if (may_stay(r, path, wanted, redact_allowed(r, path)) &&
		    copy_one(r, json, path, wanted, out))
			r->untagged |= !field_declared(r->question->policy, path);
	}
}

/* identifiers and attributes: each name is a path of its own. */
static void
copy_named(struct redaction *r, const struct planned *x, struct span json, struct buf *out)
{
	size_t start = out->len, inside;

	copy(key_of(json, x->name), out);
	buf_byte(out, '{');
	inside = out->len;
	if (span_equal(x->name, SPAN("identifiers")))
		copy_identifiers(r, out);
	else
		copy_attributes(r, out);
	if (out->len == inside)
		out->len = start;
	else
		buf_byte(out, '}');
}

void
redact_plain_profile(struct redaction *r, const struct profile_members *m, struct buf *out)
{
	buf_byte(out, '{');
	buf_add(out, SPAN("\"kind\":\"profile\""));
	for (size_t i = 0; i < m->count; i++) {
		const struct planned *x = &r->plan->of[m->list[i].name];
		struct span json = m->list[i].json;

		switch (x->kind) {
		case MEMBER_KEPT:
			copy(json, out);
			break;
		case MEMBER_GONE:
			break;
		case MEMBER_FRAME:
			if (x->named)
				copy(json, out);
			break;
		case MEMBER_NAMED:
			copy_named(r, x, json, out);
			break;
		case MEMBER_ONE:
		case MEMBER_LIST:
			copy_field(r, x, json, out);
			break;
		}
	}
}

/* ---- records ---- */

/* Categories of all that a record has, by the policy. */
static unsigned
categories_of(const struct redact_plan *plan, const struct record *record)
{
	unsigned found = record->address_count > 0 ? plan->address : 0;

	for (int i = 0; i < ONE_COUNT; i++)
		if (record->one[i].p != NULL)
			found |= plan->one[i];
	for (int i = 0; i < MANY_COUNT; i++)
		if (record->many[i].n > 0)
			found |= plan->many[i];
	return found;
}

bool
redact_plain_record(const struct redaction *r, const struct record *record, struct span line,
    struct buf *out)
{
	if (record->tag_count > 0 || r->plan->protects_source || (r->plan->protects_named &&
	    (record->identifier_count > 0 || record->attribute_count > 0)) ||
	    !categories_storable(categories_of(r->plan, record), false))
		return false;
	buf_add(out, span_head(line, line.len - 1));
	return true;
}
