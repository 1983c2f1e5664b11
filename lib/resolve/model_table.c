/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/model_table.c: counts of a run as tables, and what a table says of a value. What has
 * no more holders than count alike is left out: most values are somebody's own. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "resolve/dict.h"
#include "resolve/frozen.h"
#include "resolve/joint.h"
#include "resolve/model_file.h"
#include "resolve/model_table.h"
#include "resolve/one_name.h"
#include "resolve/scored.h"
#include "resolve/sort.h"

enum {
	DIGEST = 16,			/* bytes, of which half are kept */
	VALUES_MAX = 1 << 18		/* of one table: the most frequent ones */
};

uint64_t
model_value(struct span table, struct span text)
{
	struct span part[] = { table, span_make("", 1), text };
	unsigned char hash[DIGEST];
	uint64_t value = 0;

	blake2b(hash, sizeof hash, NULL, part, 3);
	for (int i = 0; i < 8; i++)
		value = value << 8 | hash[i];
	return value;
}

struct span
model_date(uint32_t date, struct buf *room)
{
	buf_reset(room);
	buf_print(room, "%04u-%02u-%02u", date >> 9, date >> 5 & 15, date & 31);
	return buf_span(room);
}

struct span
model_full(const struct values *v, enum fact_kind given_kind, uint32_t given,
    enum fact_kind family_kind, uint32_t family, struct buf *room)
{
	buf_reset(room);
	one_name_letters(room, given_kind, values_text(v, given_kind, given));
	buf_byte(room, '\0');
	one_name_letters(room, family_kind, values_text(v, family_kind, family));
	return buf_span(room);
}

struct span
model_text(const struct values *v, enum fact_kind kind, uint32_t number, struct buf *room)
{
	buf_reset(room);
	one_name_letters(room, kind, values_text(v, kind, number));
	return buf_span(room);
}

/* ---- looking up ---- */

const struct model_table *
model_table_of(const struct model_file *f, struct span name)
{
	for (size_t i = 0; i < f->tables; i++)
		if (span_equal(f->table[i].name, name))
			return &f->table[i];
	return NULL;
}

uint32_t
model_holders(const struct model_table *t, uint64_t value)
{
	size_t from = 0, to = t == NULL ? 0 : t->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (t->list[middle].value < value)
			from = middle + 1;
		else
			to = middle;
	}
	return t != NULL && from < t->count && t->list[from].value == value ?
	    (uint32_t)t->list[from].holders : 1;
}

int
model_generic_order(const void *a, const void *b)
{
	const struct model_generic *x = a, *y = b;
	int r = span_cmp(x->field, y->field);

	return r != 0 ? r : x->value < y->value ? -1 : x->value > y->value;
}

const struct model_generic *
model_generic_find(const struct model_file *f, struct span field, struct span value)
{
	struct model_generic key = { .field = field, .value = model_value(field, value) };
	size_t from = 0, to = f->generics;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (model_generic_order(&f->generic[middle], &key) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from < f->generics && model_generic_order(&f->generic[from], &key) == 0 ?
	    &f->generic[from] : NULL;
}

/* ---- making ---- */

/* A table that grows. */
struct making {
	struct model_table	*t;
	size_t			 cap;
	uint32_t		 few;
};

static struct making
begin(struct model_file *f, struct span name, uint64_t records, uint32_t few)
{
	struct model_table *t = &f->table[f->tables++];

	*t = (struct model_table){ .name = name, .records = records };
	return (struct making){ .t = t, .few = few };
}

static void
add(struct making *m, struct span text, uint64_t holders)
{
	struct model_table *t = m->t;

	if (holders <= m->few)
		return;
	t->list = mem_grow(t->list, t->count + 1, &m->cap, sizeof *t->list);
	t->list[t->count++] = (struct model_count){ model_value(t->name, text), holders };
}

static int
by_value(const void *a, const void *b)
{
	const struct model_count *x = a, *y = b;

	return x->value < y->value ? -1 : x->value > y->value;
}

static int
by_holders(const void *a, const void *b)
{
	const struct model_count *x = a, *y = b;

	return x->holders != y->holders ? (x->holders > y->holders ? -1 : 1) : by_value(a, b);
}

static void
end(struct making *m)
{
	struct model_table *t = m->t;

	if (t->count > VALUES_MAX) {
		sort_array(t->list, t->count, sizeof *t->list, by_holders, 1);
		t->count = VALUES_MAX;
	}
	sort_array(t->list, t->count, sizeof *t->list, by_value, 1);
}

/* Up to so many holders weigh alike, `few` in most files. Where two who agree by chance are not to
 * be expected among the records, as in a small one, each beside the two and one more tells (score.c); where
 * nothing was learnt the third does. */
static uint32_t
alike(const struct scored *x, unsigned field, uint64_t records, uint32_t few)
{
	enum { AGREEING = 2, NOT_TOLD = 3 };
	enum field_type t = x->view.field[field].type;
	const struct model_level *level = x->model.field[field].level;

	if (x->model.guessed)
		return few < AGREEING ? few : AGREEING;
	for (unsigned l = 0; l <= field_top(t); l++)
		if ((l == field_top(t) || field_level(t, l)->tf == TF_FULL) &&
		    level[l].u * (double)records < AGREEING)
			return few < NOT_TOLD ? few : NOT_TOLD;
	return few;
}

static void
add_birthdates(struct making *m, const struct values *v)
{
	struct buf room = { 0 };

	for (unsigned year = facts_next_year(v->facts, 0); year < FACT_YEARS;
	    year = facts_next_year(v->facts, year + 1))
		for (uint32_t date = year * FACT_YEAR; date < (year + 1) * FACT_YEAR; date++)
			if (values_day(v, date) > m->few)
				add(m, model_date(date, &room), values_day(v, date));
	buf_done(&room);
}

/* An address has no frequency of its own, its parts have one. */
static void
add_field(struct model_file *f, const struct scored *x, unsigned number)
{
	const struct field *field = &x->view.field[number];
	const struct values *v = &x->view.values;
	const struct dict *d = v->facts->dict[field->kind];
	struct buf room = { 0 };
	struct making m;

	if (field->kind != FACT_BIRTHDATE && (d == NULL || field->type == FIELD_PLACE))
		return;
	m = begin(f, field->name, field->records, alike(x, number, field->records, field->few));
	if (field->kind == FACT_BIRTHDATE)
		add_birthdates(&m, v);
	else
		for (uint32_t i = 0; i < dict_count(d); i++)
			if (!fact_has_type(field->kind) ||
			    v->facts->type[field->kind][i] == field->fact_type)
				add(&m, model_text(v, field->kind, i, &room), v->holders[field->kind][i]);
	end(&m);
	buf_done(&room);
}

static void
add_parts(struct model_file *f, const struct scored *x, unsigned place)
{
	const struct values *v = &x->view.values;
	uint64_t records = x->view.field[place].records;
	struct making m = begin(f, MODEL_PARTS, records,
	    alike(x, place, records, x->model.tf_floor));
	struct buf room = { 0 };

	for (uint32_t i = 0; i < v->part_count; i++)
		if (v->part_holders[i] > m.few && values_part_weighs(v, i))
			add(&m, values_part_name(v, i, &room), v->part_holders[i]);
	end(&m);
	buf_done(&room);
}

static void
add_words(struct model_file *f, const struct scored *x, unsigned family)
{
	const struct values *v = &x->view.values;
	struct making m = begin(f, MODEL_WORDS, v->families,
	    alike(x, family, v->families, field_few(FIELD_ARRAY, v->families)));

	for (uint32_t i = 0; i < v->token_count; i++)
		add(&m, v->token[i].text, v->token[i].holders);
	end(&m);
}

struct span
model_words_of(struct span field, struct buf *room)
{
	buf_reset(room);
	buf_text(room, MODEL_TEXT);
	buf_add(room, field);
	return buf_span(room);
}

/* Up to three holders count as one beside the two who agree; where texts may be contained in others, words
 * that few have are alike. */
static void
add_text_words(struct model_file *f, const struct scored *x, const struct field *field)
{
	enum { ALIKE = 3 };
	const struct values *v = &x->view.values;
	uint32_t *holders = mem_zero((size_t)v->token_count + 1, sizeof *holders);
	uint64_t texts = frozen_words(&x->view, field, holders);
	struct buf room = { 0 };
	struct making m = begin(f, arena_copy(&f->arena, model_words_of(field->name, &room)), texts,
	    field->type == FIELD_WORDS ? ALIKE : values_few_texts(texts));

	for (uint32_t i = 0; i < v->token_count; i++)
		add(&m, v->token[i].text, holders[i]);
	end(&m);
	buf_done(&room);
	mem_free(holders);
}

static void
add_full(struct model_file *f, const struct scored *x, const struct joint *j)
{
	const struct field *field = x->view.field;
	struct buf room = { 0 };
	struct making m = begin(f, MODEL_FULL, 0, 0);

	for (size_t i = 0; i < j->size; i++)
		if (j->key[i] != 0)
			add(&m, model_full(&x->view.values, field[j->given].kind,
			    (uint32_t)(j->key[i] >> 32) - 1, field[j->family].kind,
			    (uint32_t)j->key[i] - 1, &room), j->holders[i]);
	end(&m);
	buf_done(&room);
}

void
model_tables_add(struct model_file *f, const struct scored *x)
{
	const struct view *w = &x->view;
	int place = w->of_type[FIELD_PLACE], family = w->of_type[FIELD_FAMILY];

	for (unsigned i = 0; i < w->fields; i++)
		add_field(f, x, i);
	for (unsigned i = 0; i < w->fields; i++)
		if (w->field[i].type == FIELD_WORDS ||
		    (w->field[i].kind == FACT_ATTRIBUTE && field_contains(w->field[i].type)))
			add_text_words(f, x, &w->field[i]);
	if (place >= 0)
		add_parts(f, x, (unsigned)place);
	if (family >= 0)
		add_words(f, x, (unsigned)family);
	if (x->scorer.joint->of_pattern != 0)
		add_full(f, x, x->scorer.joint);
}
