/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/view_priv.h: a view in the making; for view*.c only. */
#ifndef CDP_RESOLVE_VIEW_PRIV_H
#define CDP_RESOLVE_VIEW_PRIV_H

#include "base/span.h"		/* passed by value */
#include "resolve/facts.h"	/* enum fact_kind */
#include <stdint.h>

struct model_file;
struct rules;
struct store;
struct types;
struct view;

enum {
	VIEW_TYPES = 256,		/* of identifiers, of attributes ... */
	VIEW_NO_TYPE = VIEW_TYPES - 1	/* ... none of which is this one: see TYPES_MAX */
};

/* Fields by what they hold; -1: not compared. */
struct view_fields {
	int8_t	of_kind[FACT_KINDS];
	int8_t	of_type[2][VIEW_TYPES];		/* of identifiers, of attributes */
};

/* What the view is made from. */
struct view_source {
	const struct store	*store;
	const struct rules	*rules;
	const struct types	*types, *attributes;
	const struct model_file	*model;		/* whose fields these are, or NULL */
};

/* Place in view_fields.of_type of a kind with types, or -1. */
static inline int
view_typed(enum fact_kind kind)
{
	return kind == FACT_IDENTIFIER ? 0 : kind == FACT_ATTRIBUTE ? 1 : -1;
}

/* Where the field of a model has its values: of a type by its name. */
uint8_t view_type_here(const struct view_source *from, enum fact_kind kind, struct span name);
/* Tells the values what a model or the rules say of their types, before they are made. */
void view_say_types(struct view *w, const struct view_source *from);
/* Counts the linked records and chooses the fields; the values are there. */
void view_find_fields(struct view *w, const struct view_source *from, struct view_fields *to,
    unsigned threads);

/* Each linked record is a node of its own, at the place of the record: those that say the same and
 * come from the same source become one, and nodes move together. */
void view_fold(struct view *w, const struct store *s, unsigned threads);

#endif
