/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/model_of_run.c: fields, weights, rules by their names, frequencies above the floor. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/map.h"
#include "resolve/dict.h"
#include "resolve/model_file.h"
#include "resolve/model_of_run.h"
#include "resolve/resolve.h"
#include "resolve/sort.h"

static bool
may_be_told(enum field_type t)
{
	switch (t) {
	case FIELD_EMAIL: case FIELD_PHONE: case FIELD_PLACE: case FIELD_IDENTIFIER: case FIELD_TEXT:
	case FIELD_SEX:
		return false;
	default:
		return true;
	}
}

static int
by_value(const void *a, const void *b)
{
	const struct model_count *x = a, *y = b;

	return span_cmp(x->value, y->value);
}

/* Values with more holders than the floor; birth dates have no texts and are left out. */
static void
add_table(struct model_file *f, const struct scored *x, const struct field *field)
{
	const struct values *v = &x->view.values;
	const struct dict *d = v->facts->dict[field->kind];
	struct model_table *t = &f->table[f->tables];
	size_t cap = 0;

	if (d == NULL || field->kind == FACT_BIRTHDATE || !may_be_told(field->type))
		return;
	*t = (struct model_table){ .name = field->name, .records = field->records };
	for (uint32_t i = 0; i < dict_count(d); i++) {
		if (v->holders[field->kind][i] <= x->model.tf_floor ||
		    (fact_has_type(field->kind) && v->facts->type[field->kind][i] != field->fact_type))
			continue;
		t->list = mem_grow(t->list, t->count + 1, &cap, sizeof *t->list);
		t->list[t->count++] = (struct model_count){ values_text(v, field->kind, i),
		    v->holders[field->kind][i] };
	}
	sort_array(t->list, t->count, sizeof *t->list, by_value, 1);
	f->tables++;
}

static struct span
atom_text(struct model_file *f, const struct view *w, struct pair_atom_of atom)
{
	struct pair_rule alone = { .atom = { atom }, .count = 1 };
	struct buf name = { 0 };
	struct span copy;

	rule_name(w, &alone, &name);
	copy = arena_copy(&f->arena, buf_span(&name));
	buf_done(&name);
	return copy;
}

static void
add_rules(struct model_file *f, const struct scored *x)
{
	for (unsigned i = 0; i < x->chosen.count && f->rules < MODEL_RULES_MAX; i++) {
		const struct pair_rule *from = &x->chosen.rule[i];
		struct model_rule *to = &f->rule[f->rules++];

		*to = (struct model_rule){ .atoms = from->count, .cap = from->cap,
		    .refines = from->refines };
		for (unsigned a = 0; a < from->count; a++)
			to->atom[a] = atom_text(f, &x->view, from->atom[a]);
		for (unsigned a = 0; a < from->refines; a++)
			to->refine[a] = atom_text(f, &x->view, from->refine[a]);
	}
}

/* Classes inside one source have its name; with many sources there is one class for all. */
static void
add_sources(struct model_file *f, const struct scored *x)
{
	if (x->model.classes != x->view.sources + 1)
		return;
	f->sources = x->view.sources;
	for (unsigned i = 0; i < f->sources; i++)
		f->source[i] = map_key(x->view.store->sources, i);
}

static void
add_generic(struct model_file *f, const struct generic *g)
{
	f->generic = arena_alloc(&f->arena, (g->count + 1) * sizeof *f->generic);
	for (size_t i = 0; i < g->count; i++)
		if (!span_starts(g->list[i].field, SPAN("identifiers.")))
			f->generic[f->generics++] = (struct model_generic){ g->list[i].field,
			    g->list[i].value, span_from(g->list[i].reason),
			    span_from(g->list[i].action) };
}

void
model_of_run(const struct resolve *r, struct span trained_on, struct buf *out)
{
	const struct scored *x = &r->by_weight;
	struct model_file *f = mem_zero(1, sizeof *f);

	f->model = x->model;
	f->records = x->view.records;
	f->trained_on = trained_on;
	f->seed = r->how.seed;
	f->table = arena_zero(&f->arena, FIELDS_MAX, sizeof *f->table);
	for (unsigned i = 0; i < x->view.fields; i++) {
		f->field[i] = x->view.field[i];
		add_table(f, x, &x->view.field[i]);
	}
	add_sources(f, x);
	add_rules(f, x);
	add_generic(f, &r->generic);
	model_file_write(f, out);
	for (size_t i = 0; i < f->tables; i++)
		mem_free(f->table[i].list);
	arena_done(&f->arena);
	mem_free(f);
}
