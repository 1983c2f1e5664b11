/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/frozen.h: a run that decides by a model instead of learning one. What a pair weighs
 * then rests on the pair and the model; of the other records only the number counts, in the
 * prior. */
#ifndef CDP_RESOLVE_FROZEN_H
#define CDP_RESOLVE_FROZEN_H

#include <stdbool.h>
#include <stdint.h>

struct field;
struct model_file;
struct rules;
struct scored;
struct scored_options;
struct store;
struct types;
struct view;

/* Instead of view_make and learn_model, by o->frozen: makes the view, the model, its thresholds
 * and the rules. */
void frozen_begin(struct scored *x, const struct store *s, const struct rules *rules,
    const struct types *types, const struct types *attributes, const struct scored_options *o);
/* Whether frequencies and thresholds, too, are those of a model. */
bool frozen_decides(const struct scored_options *o);
/* Its parts. Puts the counts of a model in the place of those of the records. */
void frozen_counts(struct view *w, const struct model_file *f, unsigned threads);
/* Records that hold each word of the texts of a field, as a model has them if one counts, by token;
 * returns the texts. */
uint64_t frozen_words(const struct view *w, const struct field *field, uint32_t *holders);
/* Compared fields for which no record has a value: bit f. */
uint32_t frozen_missing(const struct view *w);

#endif
