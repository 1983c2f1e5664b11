/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/values_priv.h: the parts that values are made of; for values*.c only. Each fills its
 * own fields and numbers its own texts, so they may run at the same time. */
#ifndef CDP_RESOLVE_VALUES_PRIV_H
#define CDP_RESOLVE_VALUES_PRIV_H

#include "base/span.h"		/* passed by value */
#include "resolve/facts.h"	/* enum fact_kind */
#include <stdbool.h>
#include <stdint.h>

struct values;

/* How many values of the kind have a number. */
uint32_t values_count(const struct values *v, enum fact_kind kind);
/* A part as its dictionary has it: with its role in front. */
struct span values_part_key(const struct values *v, uint32_t number);

/* Names, texts and localities, and what is known of their words but for the derived forms of
 * those (values_tokens). Wants the holders. */
void values_words(struct values *v);
/* The forms of words [from, to). */
void values_tokens(struct values *v, uint32_t from, uint32_t to);
/* On several threads, because addresses take longer than all else. */
void values_places(struct values *v, unsigned threads);
void values_mailboxes(struct values *v);	/* their numbers count on from those of places later */
void values_phones(struct values *v);
void values_identifiers(struct values *v);
void values_count_parts(struct values *v);	/* when places and mailboxes are there */

#endif
