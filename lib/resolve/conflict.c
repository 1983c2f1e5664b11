/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/conflict.c: lines of --conflicts: profile, field, class, distinct values, records. */
#include "base/error.h"
#include "normal/key.h"
#include "resolve/conflict.h"
#include "resolve/constraint.h"
#include "resolve/facts.h"
#include "resolve/rules.h"
#include "resolve/strategy.h"
#include "resolve/survive_priv.h"

enum { VALUES_MOST = 64, SHOWN_MOST = 200 };

static const char *const names[CONFLICTS] = { "exclusive", "birthdate", "limit", "gender", "suffix",
    "thin_margin" };

const char *
conflict_name(enum conflict_class c)
{
	return names[c];
}

/* The distinct values of one field and who holds them. */
struct clash {
	struct span	value[VALUES_MOST];
	size_t		count;
	struct span	record[VALUES_MOST];
	size_t		records;
};

static void
note(struct clash *c, struct span value, struct span record)
{
	size_t i = 0;

	while (i < c->count && !span_equal(c->value[i], value))
		i++;
	if (i == c->count && c->count < VALUES_MOST)
		c->value[c->count++] = value;
	if (c->records < VALUES_MOST &&
	    (c->records == 0 || !span_equal(c->record[c->records - 1], record)))
		c->record[c->records++] = record;
}

void
conflict_head(struct buf *out, int show_values)
{
	buf_text(out, "profile\tfield\tclass\tdistinct\trecords"
	    "\tsource\tother\tprofiles\tagree\tshare");
	buf_text(out, show_values ? "\tvalues\n" : "\n");
}

static void
put_list(struct buf *out, const struct span *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_byte(out, ' ');
		visible(out, list[i], SHOWN_MOST);
	}
}

static void
report(struct survivor *v, struct span field, enum conflict_class class, const struct clash *c)
{
	struct buf *out = v->conflicts;

	v->conflict_counts[class]++;
	if (out == NULL)
		return;
	buf_add(out, v->id);
	buf_byte(out, '\t');
	visible(out, field, SHOWN_MOST);
	buf_print(out, "\t%s\t%zu\t", names[class], c->count);
	put_list(out, c->record, c->records);
	buf_text(out, CONFLICT_NO_SOURCES);
	if (v->s->show_values) {
		buf_byte(out, '\t');
		put_list(out, c->value, c->count);
	}
	buf_byte(out, '\n');
}

static uint32_t
date_of(struct span text)
{
	struct date_parts parts;

	return birthdate_key(text, &parts) ? fact_date(&parts) : 0;
}

static bool
dates_clash(const struct clash *c)
{
	for (size_t i = 0; i < c->count; i++)
		for (size_t j = 0; j < i; j++) {
			uint32_t a = date_of(c->value[i]), b = date_of(c->value[j]);

			if (fact_full_date(a) && fact_full_date(b) && birthdates_differ(a, b))
				return true;
		}
	return false;
}

/* What a member says in a field of one value; absent if nothing. */
static struct span
said_of(const struct record *r, enum conflict_class class)
{
	if (class == CONFLICT_BIRTHDATE)
		return r->one[ONE_BIRTHDATE];
	if (class == CONFLICT_GENDER)
		return span_is(r->one[ONE_GENDER], "not_stated") ? span_none() : r->one[ONE_GENDER];
	for (size_t k = 0; k < r->attribute_count; k++)
		if (span_is(r->attributes[k].name, "name_suffix"))
			return r->attributes[k].json;
	return span_none();
}

/* Most members say the same, which takes no list. */
static bool
all_agree(const struct survivor *v, enum conflict_class class)
{
	struct span first = span_none();

	for (size_t i = 0; i < v->count; i++) {
		struct span said = said_of(&v->members[i].r, class);

		if (first.p == NULL)
			first = said;
		else if (said.p != NULL && !span_equal(first, said))
			return false;
	}
	return true;
}

static void
find_single(struct survivor *v, struct span field, enum conflict_class class)
{
	struct clash c = { .count = 0 };

	for (size_t i = 0; i < v->count; i++) {
		struct span said = said_of(&v->members[i].r, class);

		if (said.p != NULL)
			note(&c, said, v->members[i].r.id);
	}
	if (class != CONFLICT_BIRTHDATE || dates_clash(&c))
		report(v, field, class, &c);
}

static void
find_singles(struct survivor *v)
{
	static const struct {
		struct span		field;
		enum conflict_class	class;
	} fields[] = { { SPAN_INIT("birthdate"), CONFLICT_BIRTHDATE },
		{ SPAN_INIT("gender"), CONFLICT_GENDER },
		{ SPAN_INIT("attributes.name_suffix"), CONFLICT_SUFFIX } };

	for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
		if (!all_agree(v, fields[f].class))
			find_single(v, fields[f].field, fields[f].class);
}

/* How many values of a type the members have, equal ones included. */
static size_t
count_values(const struct survivor *v, struct span type)
{
	size_t n = 0;

	for (size_t i = 0; i < v->count; i++)
		for (size_t k = 0; k < v->members[i].r.identifier_count; k++)
			if (span_equal(v->members[i].r.identifiers[k].name, type))
				n += v->members[i].r.identifiers[k].values.n;
	return n;
}

/* The distinct values of a type that are numbers at all, told if they are too many. */
static void
list_identifiers(struct survivor *v, const struct identifier_kind *kind)
{
	struct clash c = { .count = 0 };

	for (size_t i = 0; i < v->count; i++)
		for (size_t k = 0; k < v->members[i].r.identifier_count; k++) {
			const struct named_texts *id = &v->members[i].r.identifiers[k];

			for (size_t x = 0; span_equal(id->name, kind->name) && x < id->values.n; x++)
				if (check_digit_holds(kind->check, id->values.v[x]))
					note(&c, id->values.v[x], v->members[i].r.id);
		}
	if (c.count > kind->limit)
		report(v, kind->path, kind->exclusive ? CONFLICT_EXCLUSIVE : CONFLICT_LIMIT, &c);
}

static void
find_identifier(struct survivor *v, struct span type)
{
	const struct identifier_kind *kind = survive_kind(v, type);

	if (kind->limit > 0 && count_values(v, type) > kind->limit)
		list_identifiers(v, kind);
}

void
conflict_find(struct survivor *v, const struct record *profile)
{
	find_singles(v);
	for (size_t t = 0; t < profile->identifier_count; t++)
		find_identifier(v, profile->identifiers[t].name);
}

void
conflict_thin(struct survivor *v, struct span field)
{
	struct clash c = { .count = 0 };

	for (size_t i = 0; i < v->listed; i++)
		note(&c, v->list[i].key, v->members[v->list[i].member].r.id);
	report(v, field, CONFLICT_THIN, &c);
}
