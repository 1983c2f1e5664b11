/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/model_of_run.c: fields, weights, rules by their names, frequencies, generic values. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/map.h"
#include "resolve/model_file.h"
#include "resolve/model_of_run.h"
#include "resolve/model_table.h"
#include "resolve/resolve.h"
#include "resolve/sort.h"

enum { TABLES_BESIDE = 3 };	/* those that are of no field, of which one may have two */

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
		f->generic[f->generics++] = (struct model_generic){ g->list[i].field,
		    model_value(g->list[i].field, g->list[i].value), span_from(g->list[i].reason),
		    span_from(g->list[i].action) };
	sort_array(f->generic, f->generics, sizeof *f->generic, model_generic_order, 1);
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
	f->table = arena_zero(&f->arena, 2 * FIELDS_MAX + TABLES_BESIDE, sizeof *f->table);
	for (unsigned i = 0; i < x->view.fields; i++)
		f->field[i] = x->view.field[i];
	model_tables_add(f, x);
	add_sources(f, x);
	if (x->chosen.all_pairs && x->frozen != NULL)	/* rules of elsewhere, for more records than these */
		for (; f->rules < x->frozen->rules; f->rules++)
			f->rule[f->rules] = x->frozen->rule[f->rules];
	else
		add_rules(f, x);
	add_generic(f, &r->generic);
	model_file_write(f, out);
	for (size_t i = 0; i < f->tables; i++)
		mem_free(f->table[i].list);
	arena_done(&f->arena);
	mem_free(f);
}
