/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/survive_attributes.c: what has no standard name. */
#include "base/arena.h"
#include "base/ascii.h"
#include "io/json_write.h"
#include "normal/key.h"
#include "resolve/rules.h"
#include "resolve/strategy.h"
#include "resolve/survive_priv.h"

/* Records of one day, or without any, are as recent as one another: then most of them are right. */
static const struct chain chain_recency = { .count = 3,
	.step = { STRATEGY_RECENCY, STRATEGY_SOURCE_PRIORITY, STRATEGY_FREQUENCY } };
static const struct span birthdate_alt = SPAN_ROOMY_INIT("birthdate_alt");
static const struct chain chain_all = { .count = 1, .step = { STRATEGY_ALL } };

static bool
all_booleans(const struct survivor *v)
{
	for (size_t i = 0; i < v->listed; i++)
		if (!span_is(v->list[i].value, "true") && !span_is(v->list[i].value, "false"))
			return false;
	return true;
}

/* The total of all; false if one is no number, then the rest of the chain decides. */
static bool
total(struct survivor *v, struct span path, struct named_json *to)
{
	struct buf sum = { 0 };
	bool good = strategy_sum(v->list, v->listed, &sum);

	if (good) {
		bool text = v->list[0].value.p[0] == '"';

		survive_rank(v->list, v->listed);
		buf_reset(&v->key);
		if (text)
			buf_byte(&v->key, '"');
		buf_add(&v->key, buf_span(&sum));
		if (text)
			buf_byte(&v->key, '"');
		to->json = arena_copy(&v->arena, buf_span(&v->key));
		survive_origin(v, path, 0, &v->list[0], survive_record(v, &v->list[0]),
		    strategy_name(STRATEGY_SUM));
	}
	buf_done(&sum);
	return good;
}

struct span
survive_attribute_key(struct survivor *v, struct span json)
{
	struct span key = json.p[0] == '"' ? text_fold(json, &v->arena) : json;

	return key.p == NULL ? json : key;
}

static void
survive_attribute(struct survivor *v, struct span path, struct named_json *to)
{
	const struct chain *chain = survive_chain(v, path, all_booleans(v) ? &chain_all : &chain_recency);
	struct choosing c = { .rules = v->s->rules, .chain = chain, .as_of = v->s->as_of };
	struct chosen chosen;

	if (chain_has(chain, STRATEGY_SUM) && total(v, path, to))
		return;
	for (size_t i = 0; i < v->listed && v->listed > 1; i++)
		v->list[i].key = survive_attribute_key(v, v->list[i].value);
	chosen = strategy_choose(&c, v->list, v->listed);
	to->json = v->list[0].value;
	survive_origin(v, path, 0, &v->list[0], survive_record(v, &v->list[0]), chosen.rule);
	survive_carry(v, v->list[0].member, path, 0, SURVIVE_WHOLE);
}

static void
add_date(struct buf *list, struct span date)
{
	size_t before = list->len;

	if (date.len == 0)
		return;
	buf_byte(list, before == 0 ? '[' : ',');
	json_quote(list, date);	/* a stream of others may call anything a birth date */
	if (memmem(list->p, before, list->p + before + 1, list->len - before - 1) != NULL)
		list->len = before;
}

/* Birth dates of the members beside the one that stays, and readings of dates that are not sure: who asks
 * how old somebody is must not hear of an adult alone where a child may have been joined with one. None
 * if all say the same. */
static struct span
other_birthdates(struct survivor *v, struct span stays, struct candidate *from)
{
	struct buf list = { 0 };
	struct span result = span_none();

	for (size_t i = 0; i < v->count; i++) {
		const struct member *m = &v->members[i];
		size_t before = list.len;

		if (!span_equal(m->r.one[ONE_BIRTHDATE], stays))
			add_date(&list, m->r.one[ONE_BIRTHDATE]);
		if (before == 0 && list.len > 0)
			*from = (struct candidate){ .member = m->place };
	}
	for (size_t i = 0; i < v->count && list.len > 0; i++)
		for (size_t k = 0; k < v->members[i].r.attribute_count; k++) {
			struct span rest = v->members[i].r.attributes[k].json, one;

			if (!span_equal(v->members[i].r.attributes[k].name, birthdate_alt) || rest.p[0] != '[')
				continue;
			while (span_split(&rest, '"', &one))
				if (one.len > 0 && ascii_digit((unsigned char)one.p[0]))
					add_date(&list, one);
		}
	if (list.len > 0) {
		buf_byte(&list, ']');
		result = arena_copy(&v->arena, buf_span(&list));
	}
	buf_done(&list);
	return result;
}

void
survive_attributes(struct survivor *v, struct profile *p)
{
	struct candidate dated;
	struct span dates = v->count == 1 ? span_none() :
	    other_birthdates(v, p->fields.one[ONE_BIRTHDATE], &dated);
	struct named_json *list;

	survive_names(v, false);
	if (dates.p != NULL)
		survive_name(v, birthdate_alt);
	list = arena_alloc(&v->arena, (v->name_count + 1) * sizeof *list);
	for (size_t t = 0; t < v->name_count; t++) {
		v->listed = 0;
		for (size_t i = 0; i < v->count; i++)
			for (size_t k = 0; k < v->members[i].r.attribute_count; k++) {
				const struct named_json *a = &v->members[i].r.attributes[k];

				if (span_equal(a->name, v->names[t]) && !span_is(a->json, "null"))
					survive_candidate(v, &v->members[i], a->json, 0);
			}
		list[t] = (struct named_json){ v->names[t], SPAN("null") };
		if (dates.p != NULL && span_equal(v->names[t], birthdate_alt)) {
			list[t].json = dates;
			survive_origin(v, survive_path(v, "attributes.", birthdate_alt), 0, &dated,
			    survive_record(v, &dated), strategy_name(STRATEGY_UNION));
		} else if (v->listed > 0)
			survive_attribute(v, survive_path(v, "attributes.", v->names[t]), &list[t]);
	}
	p->fields.attributes = list;
	p->fields.attribute_count = v->name_count;
}
