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

static void
find_single(struct survivor *v)
{
	struct clash dates = { .count = 0 }, gender = { .count = 0 }, suffix = { .count = 0 };

	for (size_t i = 0; i < v->count; i++) {
		const struct record *r = &v->members[i].r;

		if (r->one[ONE_BIRTHDATE].p != NULL)
			note(&dates, r->one[ONE_BIRTHDATE], r->id);
		if (r->one[ONE_GENDER].p != NULL && !span_is(r->one[ONE_GENDER], "not_stated"))
			note(&gender, r->one[ONE_GENDER], r->id);
		for (size_t k = 0; k < r->attribute_count; k++)
			if (span_is(r->attributes[k].name, "name_suffix"))
				note(&suffix, r->attributes[k].json, r->id);
	}
	if (dates.count > 1 && dates_clash(&dates))
		report(v, SPAN("birthdate"), CONFLICT_BIRTHDATE, &dates);
	if (gender.count > 1)
		report(v, SPAN("gender"), CONFLICT_GENDER, &gender);
	if (suffix.count > 1)
		report(v, SPAN("attributes.name_suffix"), CONFLICT_SUFFIX, &suffix);
}

static void
find_identifier(struct survivor *v, struct span type)
{
	const struct rules *rules = v->s->rules;
	const struct identifier_rule *rule = rules_identifier(rules, type);
	bool exclusive = rules_exclusive(rules, type);
	uint32_t limit = rule != NULL && rule->limit > 0 ? rule->limit :
	    exclusive ? 1 : rules->limit_default;
	struct clash c = { .count = 0 };

	if (limit == 0)
		return;
	for (size_t i = 0; i < v->count; i++)
		for (size_t k = 0; k < v->members[i].r.identifier_count; k++) {
			const struct named_texts *id = &v->members[i].r.identifiers[k];

			for (size_t x = 0; span_equal(id->name, type) && x < id->values.n; x++)
				if (check_digit_holds(rules_check(rules, type), id->values.v[x]))
					note(&c, id->values.v[x], v->members[i].r.id);
		}
	if (c.count > limit)
		report(v, survive_path(v, "identifiers.", type),
		    exclusive ? CONFLICT_EXCLUSIVE : CONFLICT_LIMIT, &c);
}

void
conflict_find(struct survivor *v)
{
	find_single(v);
	v->name_count = 0;
	for (size_t i = 0; i < v->count; i++)
		for (size_t k = 0; k < v->members[i].r.identifier_count; k++)
			survive_name(v, v->members[i].r.identifiers[k].name);
	for (size_t t = 0; t < v->name_count; t++)
		find_identifier(v, v->names[t]);
}

void
conflict_thin(struct survivor *v, struct span field)
{
	struct clash c = { .count = 0 };

	for (size_t i = 0; i < v->listed; i++)
		note(&c, v->list[i].key, v->members[v->list[i].member].r.id);
	report(v, field, CONFLICT_THIN, &c);
}
