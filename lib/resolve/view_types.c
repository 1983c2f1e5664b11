/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/view_types.c: types of attributes that a model or the rules give. */
#include "resolve/model_file.h"
#include "resolve/rules.h"
#include "resolve/types.h"
#include "resolve/view.h"
#include "resolve/view_priv.h"

uint8_t
view_type_here(const struct view_source *from, enum fact_kind kind, struct span name)
{
	struct span group = SPAN("identifiers.");
	const struct types *all = kind == FACT_IDENTIFIER ? from->types : from->attributes;

	if (kind == FACT_IDENTIFIER && span_starts(name, group))
		name = span_skip(name, group.len);
	for (size_t i = 0; i < types_count(all); i++)
		if (span_equal(types_at(all, i)->name, name))
			return (uint8_t)i;
	return VIEW_NO_TYPE;
}

static void
say_types_of_model(struct view *w, const struct view_source *from)
{
	for (unsigned i = 0; i < from->model->model.fields; i++) {
		const struct field *f = &from->model->field[i];

		if (field_kind(f->type) == FACT_ATTRIBUTE)
			w->values.said[view_type_here(from, FACT_ATTRIBUTE, f->name)] = (uint8_t)(f->type + 1);
	}
}

void
view_say_types(struct view *w, const struct view_source *from)
{
	if (from->model != NULL) {
		say_types_of_model(w, from);
		return;
	}
	for (size_t i = 0; i < types_count(from->attributes); i++) {
		const struct field_rule *f = rules_field(from->rules, types_at(from->attributes, i)->name);

		if (f != NULL && f->type >= 0)
			w->values.said[i] = (uint8_t)(f->type + 1);
	}
}
