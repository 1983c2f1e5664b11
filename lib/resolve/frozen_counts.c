/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/frozen_counts.c: holders of the values at hand as a model has counted them, so that
 * a name weighs the same in a file of ten records and in one of ten million. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/pipeline.h"
#include "resolve/dict.h"
#include "resolve/frozen.h"
#include "resolve/model_file.h"
#include "resolve/model_table.h"
#include "resolve/view.h"

enum { TASK = 1 << 14 };

/* Values that are looked up, some in each task. */
struct looking {
	const struct model_table	*t;
	struct span			 name;		/* of the table */
	struct span			(*text)(const struct looking *l, uint32_t i, struct buf *room);
	bool				(*wanted)(const struct looking *l, uint32_t i);
	uint32_t			*holders;	/* by number */
	uint32_t			 count;
	const struct view		*w;
	const struct field		*field;
};

static void
look_up(void *arg, unsigned task)
{
	struct looking *l = arg;
	uint32_t from = task * TASK, to = l->count - from < TASK ? l->count : from + TASK;
	struct buf room = { 0 };

	for (uint32_t i = from; i < to; i++)
		if (l->wanted(l, i))
			l->holders[i] = l->t == NULL ? 1 :
			    model_holders(l->t, model_value(l->name, l->text(l, i, &room)));
	buf_done(&room);
}

static void
each_value(struct looking *l, const struct model_file *f, unsigned threads)
{
	l->t = model_table_of(f, l->name);
	parallel_each(threads, (l->count + TASK - 1) / TASK, look_up, l);
}

/* ---- fields ---- */

static struct span
value_text(const struct looking *l, uint32_t i, struct buf *room)
{
	return model_text(&l->w->values, l->field->kind, i, room);
}

static bool
of_field(const struct looking *l, uint32_t i)
{
	const struct field *f = l->field;

	return !fact_has_type(f->kind) || l->w->values.facts->type[f->kind][i] == f->fact_type;
}

static void
count_field(struct view *w, const struct field *field, const struct model_file *f,
    unsigned threads)
{
	struct values *v = &w->values;
	const struct dict *d = v->facts->dict[field->kind];
	struct looking l = { .name = field->name, .text = value_text, .wanted = of_field, .w = w,
	    .field = field };

	if (d == NULL || field->type == FIELD_PLACE)
		return;
	l.count = dict_count(d);
	if (v->holders[field->kind] == v->present[field->kind])
		v->holders[field->kind] = mem_zero((size_t)l.count + 1, sizeof *l.holders);
	l.holders = v->holders[field->kind];
	each_value(&l, f, threads);
}

static void
count_birthdates(struct values *v, const struct model_file *f, struct span name)
{
	const struct model_table *t = model_table_of(f, name);
	struct buf room = { 0 };

	for (unsigned year = facts_next_year(v->facts, 0); year < FACT_YEARS;
	    year = facts_next_year(v->facts, year + 1))
		for (uint32_t date = year * FACT_YEAR; date < (year + 1) * FACT_YEAR; date++)
			if (v->days[date] > 0)
				v->days[date] = model_holders(t,
				    model_value(name, model_date(date, &room)));
	buf_done(&room);
}

/* ---- parts and words ---- */

static struct span
part_text(const struct looking *l, uint32_t i, struct buf *room)
{
	return values_part_name(&l->w->values, i, room);
}

static bool
part_weighs(const struct looking *l, uint32_t i)
{
	return values_part_weighs(&l->w->values, i);
}

static void
count_parts(struct view *w, const struct model_file *f, unsigned threads)
{
	struct values *v = &w->values;
	struct looking l = { .name = MODEL_PARTS, .text = part_text, .wanted = part_weighs,
	    .count = v->part_count, .w = w };

	v->part_holders = mem_zero((size_t)l.count + 1, sizeof *v->part_holders);
	l.holders = v->part_holders;
	each_value(&l, f, threads);
}

static struct span
word_text(const struct looking *l, uint32_t i, struct buf *room)
{
	(void)room;
	return l->w->values.token[i].text;
}

static bool
of_family(const struct looking *l, uint32_t i)
{
	return l->w->values.token[i].holders > 0;
}

static void
count_words(struct view *w, const struct model_file *f, unsigned threads)
{
	struct values *v = &w->values;
	struct looking l = { .name = MODEL_WORDS, .text = word_text, .wanted = of_family,
	    .count = v->token_count, .w = w };

	l.holders = mem_zero((size_t)l.count + 1, sizeof *l.holders);
	each_value(&l, f, threads);
	for (uint32_t i = 0; i < l.count; i++)
		v->token[i].holders = l.holders[i];
	v->families = l.t == NULL ? 0 : l.t->records;
	mem_free(l.holders);
}

static bool
held(const struct looking *l, uint32_t i)
{
	return l->holders[i] > 0;
}

uint64_t
frozen_words(const struct view *w, const struct field *field, uint32_t *holders)
{
	const struct values *v = &w->values;
	uint64_t texts = values_count_words(v, field->fact_type, holders);
	struct looking l = { .text = word_text, .wanted = held, .holders = holders,
	    .count = v->token_count, .w = w };
	struct buf room = { 0 };

	if (w->counts == NULL)
		return texts;
	l.name = model_words_of(field->name, &room);
	each_value(&l, w->counts, 1);
	buf_done(&room);
	return l.t == NULL ? 0 : l.t->records;
}

/* Words of texts are as rare as they were when the model was learnt. */
static void
weigh_words(struct view *w)
{
	for (unsigned f = 0; f < w->fields; f++) {
		uint32_t *holders;
		uint64_t texts;

		enum field_type t = w->field[f].type;

		if (w->field[f].kind != FACT_ATTRIBUTE || w->field[f].present == 0 ||
		    (t != FIELD_WORDS && !field_contains(t)))
			continue;
		holders = mem_zero((size_t)w->values.token_count + 1, sizeof *holders);
		texts = frozen_words(w, &w->field[f], holders);
		if (t == FIELD_WORDS)
			values_weigh_words(&w->values, w->field[f].fact_type, holders, texts);
		else
			values_set_telling(&w->values, w->field[f].fact_type, holders, texts);
		mem_free(holders);
	}
}

void
frozen_counts(struct view *w, const struct model_file *f, unsigned threads)
{
	for (unsigned i = 0; i < w->fields; i++) {
		if (w->field[i].kind == FACT_BIRTHDATE)
			count_birthdates(&w->values, f, w->field[i].name);
		else
			count_field(w, &w->field[i], f, threads);
	}
	count_parts(w, f, threads);
	count_words(w, f, threads);
	w->counted = f->records;
	w->counts = f;
	weigh_words(w);
}
