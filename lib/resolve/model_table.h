/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/model_table.h: values in a model, and how many records of its training hold them. */
#ifndef CDP_RESOLVE_MODEL_TABLE_H
#define CDP_RESOLVE_MODEL_TABLE_H

#include "base/span.h"		/* passed by value */
#include "resolve/facts.h"	/* enum fact_kind */
#include <stdbool.h>
#include <stdint.h>

struct buf;
struct model_file;
struct model_generic;
struct model_table;
struct scored;
struct values;

/* Tables that are of no field: parts of addresses with their role; words of family names; given
 * and family name as one. */
#define MODEL_PARTS	SPAN("address.parts")
#define MODEL_WORDS	SPAN("family_name.words")
#define MODEL_FULL	SPAN("full_names")
#define MODEL_TEXT	"words of "	/* and a field: words of its texts */

/* The digest under which a value of a field or table stands in a model. */
uint64_t model_value(struct span table, struct span text);
/* The text of a birth date by its number: "1984-03-00" where the day is not known. */
struct span model_date(uint32_t date, struct buf *room);
/* Of two names: both texts, one after the other. */
struct span model_full(const struct values *v, enum fact_kind given_kind, uint32_t given,
    enum fact_kind family_kind, uint32_t family, struct buf *room);

/* Of a value; of a name its letters, so that one that is written apart here and together there is one. */
struct span model_text(const struct values *v, enum fact_kind kind, uint32_t number, struct buf *room);

/* Name of the table of words of a field of texts. Borrows `room`. */
struct span model_words_of(struct span field, struct buf *room);
/* NULL: there is none of that name. */
const struct model_table *model_table_of(const struct model_file *f, struct span name);
/* Holders of a value; 1 where the table does not name it: few, or one that came later. NULL is a
 * table without values. */
uint32_t model_holders(const struct model_table *t, uint64_t value);
/* What a model says of a value of a field, or NULL. */
const struct model_generic *model_generic_find(const struct model_file *f, struct span field,
    struct span value);
int model_generic_order(const void *a, const void *b);

/* Adds the tables of a run to the model; their lists are the caller's to free. */
void model_tables_add(struct model_file *f, const struct scored *x);

#endif
