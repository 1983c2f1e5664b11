/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/model_file.c: writes a model. Members in a fixed order, whole numbers as numbers,
 * fractions as text, so that no reader rounds them. */
#include "base/buf.h"
#include "base/number.h"
#include "io/json_write.h"
#include "normal/text.h"
#include "resolve/model_file.h"
#include "resolve/model_file_form.h"

#include <inttypes.h>
#include <stdio.h>

static void
put_text(struct json_writer *w, const char *key, struct span text)
{
	json_key(w, span_from(key));
	if (text.p == NULL)
		json_put_null(w);
	else
		json_text(w, text);
}

static void
put_int(struct json_writer *w, const char *key, int64_t n)
{
	json_key(w, span_from(key));
	json_i64(w, n);
}

/* All digits of a double, so that it is read back as it was. */
static void
put_share(struct json_writer *w, const char *key, double share)
{
	struct buf text = { 0 };

	buf_print(&text, "%.17g", share);
	put_text(w, key, buf_span(&text));
	buf_done(&text);
}

/* A digest of a value. */
static void
put_value(struct json_writer *w, uint64_t value)
{
	char text[17];

	(void)snprintf(text, sizeof text, "%016" PRIx64, value);
	json_text(w, span_make(text, sizeof text - 1));
}

static void
put_fixed(struct json_writer *w, const char *key, double x, int places)
{
	double unit = 1;

	for (int i = 0; i < places; i++)
		unit *= 10;
	json_key(w, span_from(key));
	json_fixed(w, (int64_t)(x * unit + 0.5), places);
}

/* null where there is none. */
static void
put_or_null(struct json_writer *w, const char *key, bool there, int32_t n)
{
	if (there)
		put_int(w, key, n);
	else
		put_text(w, key, span_none());
}

/* What holds beside each level of the parent, from its level 0 up. */
static void
put_beside(struct json_writer *w, const char *key, const int32_t *weight, unsigned levels)
{
	json_key(w, span_from(key));
	json_open_array(w);
	for (unsigned l = 0; l < levels; l++)
		json_i64(w, weight[l]);
	json_end(w);
}

const char *
model_tf(enum field_type type, unsigned level, bool plain)
{
	enum level_tf tf = plain ? TF_NONE : field_level(type, level)->tf;

	return tf == TF_NONE ? "0" : tf == TF_FULL ? "1" : tf == TF_WORDS ? "words" : "0.5";
}

static void
put_level(struct json_writer *w, const struct model_file *f, unsigned i, unsigned l)
{
	const struct model_field *field = &f->model.field[i];
	const struct model_level *level = &field->level[l];

	json_open_object(w);
	json_member_u64(w, "level", l);
	put_text(w, "name", span_from(field_level(f->field[i].type, l)->name));
	put_share(w, "m", level->m);
	put_share(w, "u", level->u);
	put_share(w, "h", level->h);
	put_int(w, "weight", level->weight[ROW_ALONE]);
	put_int(w, "household", level->household[ROW_ALONE]);
	put_text(w, "tf", span_from(model_tf(f->field[i].type, l, field->plain >> l & 1)));
	if (field->parent >= 0) {
		put_beside(w, "weight_beside", level->weight, f->model.field[field->parent].levels);
		put_beside(w, "household_beside", level->household,
		    f->model.field[field->parent].levels);
	}
	json_end(w);
}

static void
put_told(struct json_writer *w, const struct model_file *f, const struct model_field *m)
{
	json_key(w, SPAN("told_by"));
	json_open_object(w);
	for (unsigned i = 0; i < f->model.fields; i++) {
		if (m->told[i] == 0)
			continue;
		json_key(w, f->field[i].name);
		json_open_array(w);
		for (unsigned l = 0; l < LEVELS_MAX; l++)
			if (m->told[i] >> l & 1)
				json_u64(w, l);
		json_end(w);
	}
	json_end(w);
}

static void
put_comparison(struct json_writer *w, const struct model_file *f, unsigned i)
{
	const struct model_field *m = &f->model.field[i];
	const struct field *field = &f->field[i];

	json_open_object(w);
	put_text(w, "field", field->name);
	put_text(w, "type", span_from(field_type_name(field->type)));
	put_text(w, "nature", span_from(nature_name(field->nature)));
	json_member_bool(w, "exclusive", field->exclusive);
	json_member_u64(w, "records", field->records);
	json_member_u64(w, "values", field->distinct);
	put_text(w, "parent", m->parent < 0 ? span_none() : f->field[m->parent].name);
	put_told(w, f, m);
	put_text(w, "trained", m->trained ? SPAN("em") : SPAN("start"));
	json_key(w, SPAN("levels"));
	json_open_array(w);
	for (unsigned l = m->levels; l-- > 0;)
		put_level(w, f, i, l);
	json_end(w);
	json_end(w);
}

static void
put_classes(struct json_writer *w, const struct model_file *f)
{
	json_key(w, SPAN("classes"));
	json_open_array(w);
	for (unsigned c = 0; c < f->model.classes; c++) {
		json_open_object(w);
		put_text(w, "source", c < f->sources ? f->source[c] : span_none());
		put_fixed(w, "matches_per_record", f->model.class_per_record[c], MODEL_CLASS_PLACES);
		put_int(w, "prior", f->model.prior[c]);
		json_end(w);
	}
	json_end(w);
}

static void
put_rule(struct json_writer *w, const struct model_rule *r)
{
	json_open_object(w);
	json_key(w, SPAN("all"));
	json_texts(w, r->atom, r->atoms);
	json_member_u64(w, "cap", r->cap);
	json_key(w, SPAN("refine"));
	json_texts(w, r->refine, r->refines);
	json_end(w);
}

/* Pairs and not members: a fault in one then shows its place and not a value. */
static void
put_table(struct json_writer *w, const struct model_table *t)
{
	json_open_object(w);
	put_text(w, "of", t->name);
	json_member_u64(w, "records", t->records);
	json_key(w, SPAN("values"));
	json_open_array(w);
	for (size_t i = 0; i < t->count; i++) {
		json_open_array(w);
		put_value(w, t->list[i].value);
		json_u64(w, t->list[i].holders);
		json_end(w);
	}
	json_end(w);
	json_end(w);
}

static void
put_frequencies(struct json_writer *w, const struct model_file *f)
{
	json_key(w, SPAN("tf"));
	json_open_object(w);
	json_member_u64(w, "floor", f->model.tf_floor);
	json_member_bool(w, "joint", !f->model.no_joint);
	json_key(w, SPAN("tables"));
	json_open_array(w);
	for (size_t i = 0; i < f->tables; i++)
		put_table(w, &f->table[i]);
	json_end(w);
	json_end(w);
}

static void
put_generic(struct json_writer *w, const struct model_file *f)
{
	json_key(w, SPAN("generic"));
	json_open_array(w);
	for (size_t i = 0; i < f->generics; i++) {
		json_open_object(w);
		put_text(w, "field", f->generic[i].field);
		json_key(w, SPAN("value"));
		put_value(w, f->generic[i].value);
		put_text(w, "reason", f->generic[i].reason);
		put_text(w, "action", f->generic[i].action);
		json_end(w);
	}
	json_end(w);
}

static void
put_head(struct json_writer *w, const struct model_file *f)
{
	put_text(w, "schema", SPAN(MODEL_SCHEMA));
	put_text(w, "tool", SPAN("cdp-resolve " CDP_VERSION));
	put_text(w, "unicode", span_from(unicode_version()));
	json_key(w, SPAN("trained_on"));
	json_open_object(w);
	json_member_u64(w, "records", f->records);
	put_text(w, "digest", f->trained_on);
	json_end(w);
	json_member_u64(w, "seed", f->seed);
	put_text(w, "kind", span_from(f->model.kind));
	json_member_u64(w, "iterations", f->model.iterations);
	put_fixed(w, "matches_per_record", f->model.matches_per_record, MODEL_PLACES);
	if (f->model.household)
		put_fixed(w, "household_per_record", f->model.household_per_record, MODEL_PLACES);
	else
		put_text(w, "household_per_record", span_none());
	put_or_null(w, "household_prior", f->model.household, f->model.household_prior);
}

static void
put_cuts(struct json_writer *w, const struct model *m)
{
	json_key(w, SPAN("thresholds"));
	json_open_object(w);
	put_int(w, "link", m->link);
	put_int(w, "review", m->review);
	put_int(w, "merge_average", m->merge);
	json_end(w);
	json_key(w, SPAN("caps"));
	json_open_object(w);
	put_or_null(w, "free", m->cap_free != INT32_MAX, m->cap_free);
	put_or_null(w, "contact", m->contact_capped, m->cap_contact);
	json_end(w);
}

void
model_file_write(const struct model_file *f, struct buf *out)
{
	struct json_writer w = json_writer(out);

	json_open_object(&w);
	put_head(&w, f);
	put_classes(&w, f);
	json_key(&w, SPAN("comparisons"));
	json_open_array(&w);
	for (unsigned i = 0; i < f->model.fields; i++)
		put_comparison(&w, f, i);
	json_end(&w);
	json_key(&w, SPAN("rules"));
	json_open_array(&w);
	for (unsigned i = 0; i < f->rules; i++)
		put_rule(&w, &f->rule[i]);
	json_end(&w);
	put_frequencies(&w, f);
	put_generic(&w, f);
	put_cuts(&w, &f->model);
	json_end(&w);
	buf_byte(out, '\n');
}
