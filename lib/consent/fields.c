/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/fields.c: which fields of a row may be used */
#include "consent/fields.h"
#include "consent/holders.h"
#include "model/profile.h"

/* The path itself, or what it belongs to. */
static bool
names_path(const struct policy_names *list, struct span path)
{
	size_t dot = span_index(path, '.');

	return names_has(list, path) || (dot < path.len && names_has(list, span_head(path, dot)));
}

static bool
names_part(const struct policy_names *list, struct span path)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].len > path.len && list->v[i].p[path.len] == '.' &&
		    span_starts(list->v[i], path))
			return true;
	return false;
}

static enum field_wanted
wanted_by(const struct policy_names *list, struct span path)
{
	if (names_path(list, path))
		return FIELD_WHOLE;
	return names_part(list, path) ? FIELD_PARTS : FIELD_OUT;
}

/* "email" is reached as type email, "identifiers.push" as type id.push, "address" as the record that
 * holds it. */
static bool
is_contact_path(const struct question *q, struct span path)
{
	const struct policy_channel *c = q->reach;

	if (c == NULL)
		return false;
	if (names_has(&c->types, path) || (q->reaches_records && span_is(path, "address")))
		return true;
	for (size_t i = 0; span_starts(path, SPAN("identifiers.")) && i < c->types.n; i++)
		if (span_starts(c->types.v[i], SPAN("id.")) &&
		    span_equal(span_skip(c->types.v[i], 3), span_skip(path, 12)))
			return true;
	return false;
}

enum field_wanted
field_wanted(const struct question *q, struct span path)
{
	enum field_wanted by_view = q->view == NULL ? FIELD_OUT : wanted_by(&q->view->fields, path);
	enum field_wanted by_contract = FIELD_WHOLE;

	if (is_contact_path(q, path))
		by_view = FIELD_WHOLE;
	if (by_view != FIELD_OUT && q->destination != NULL)
		by_contract = wanted_by(&q->destination->fields, path);
	return by_contract < by_view ? by_contract : by_view;
}

struct span
contact_field(const struct fact_identifier *id)
{
	return span_is(id->type, "record") ? SPAN("address") : id->field;
}

bool
view_names(const struct question *q, struct span path)
{
	return q->view != NULL && names_has(&q->view->fields, path) &&
	    (q->destination == NULL || names_has(&q->destination->fields, path));
}

/* Tags are the record's own words for the same kinds. */
static enum field_category
category_of_tag(struct span tag)
{
	if (span_is(tag, "credential"))
		return CATEGORY_CREDENTIAL;
	if (span_starts(tag, SPAN("special")))
		return CATEGORY_SPECIAL;
	if (span_is(tag, "government_id"))
		return CATEGORY_GOVERNMENT_ID;
	if (span_is(tag, "precise_location"))
		return CATEGORY_PRECISE_LOCATION;
	return CATEGORY_ORDINARY;
}

/* A tag on "address.0" or "address.country" concerns all of "address", and the reverse. */
static bool
concerns(struct span tagged, struct span path)
{
	struct span a = tagged.len < path.len ? tagged : path;
	struct span b = tagged.len < path.len ? path : tagged;

	return span_starts(b, a) && (a.len == b.len || b.p[a.len] == '.');
}

unsigned
field_categories(const struct policy *p, const struct record *row, struct span path)
{
	unsigned found = 0;

	for (size_t i = 0; i < p->field_count; i++)
		if (concerns(p->fields[i].path, path))
			found |= 1u << p->fields[i].category;
	for (size_t i = 0; i < row->tag_count; i++)
		for (size_t k = 0; concerns(row->tags[i].name, path) && k < row->tags[i].values.n; k++)
			found |= 1u << category_of_tag(row->tags[i].values.v[k]);
	return found;
}

bool
categories_allowed(unsigned categories, bool condition)
{
	unsigned on_condition = 1u << CATEGORY_SPECIAL | 1u << CATEGORY_GOVERNMENT_ID |
	    1u << CATEGORY_PRECISE_LOCATION;

	return (categories & 1u << CATEGORY_CREDENTIAL) == 0 &&
	    (condition || (categories & on_condition) == 0);
}

bool
categories_storable(unsigned categories, bool condition)
{
	return (categories & 1u << CATEGORY_CREDENTIAL) == 0 &&
	    (condition || (categories & 1u << CATEGORY_SPECIAL) == 0);
}

bool
field_declared(const struct policy *p, struct span path)
{
	for (size_t i = 0; i < p->field_count; i++)
		if (span_equal(p->fields[i].path, path))
			return true;
	return false;
}

/* Rule 5.6: without a contact the basis covers only the records it stands with. */
bool
member_usable(const struct question *q, const struct fact_member *m)
{
	return m->unusable == NULL && (q->needs_contact || m->covered);
}

bool
field_usable(const struct question *q, const struct facts *f, const struct profile *p,
    struct span path, uint32_t index)
{
	const struct provenance *v = origin_of(f, p, path, index);

	for (size_t i = 0; v != NULL && i < v->records.n; i++) {
		int64_t member = member_index(f, v->records.v[i]);

		if (member >= 0 && member_usable(q, &f->members[member]))
			return true;
	}
	return false;
}
