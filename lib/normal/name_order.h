/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/name_order.h: names of peoples who write the family name first, in Latin letters, in which
 * many write it last abroad. */
#ifndef CDP_NORMAL_NAME_ORDER_H
#define CDP_NORMAL_NAME_ORDER_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stdint.h>

struct arena;

enum { NAME_ORDER_LANGUAGES = 5 };

/* What the names of a column say; a zeroed struct has seen none. By language: in how many the first or the
 * last word, and not the other, is one of its family names. */
struct name_order {
	uint64_t	names;		/* of several words */
	uint64_t	first[NAME_ORDER_LANGUAGES], last[NAME_ORDER_LANGUAGES];
};

void name_order_add(struct name_order *o, struct span raw);
/* The language ("vi") whose names they are if they have the family name first; else span_none(), as for names
 * of other peoples. counts: for it and against it. */
struct span name_order_locale(const struct name_order *o, uint64_t counts[2]);
/* Whether a name that begins and ends with these words has the family name last, in a language that has
 * it first. */
bool name_order_is_last(struct span first, struct span last, struct span locale, struct arena *arena);

#endif
