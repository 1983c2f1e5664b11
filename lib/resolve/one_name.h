/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/one_name.h: names that are written together here and apart there. "Jin-dong", "Jin Dong" and
 * "Jindong" are one name, as "McDonald" and "Mc Donald" are. */
#ifndef CDP_RESOLVE_ONE_NAME_H
#define CDP_RESOLVE_ONE_NAME_H

#include "base/span.h"		/* passed by value */
#include "resolve/facts.h"	/* enum fact_kind */

struct buf;
struct store;

/* Given and family names of records that are the same letter for letter, blanks apart, get the number of
 * the one that most linked records have, so that they are equal and as rare as all of them. Names with
 * initials stay: "Ann A." is not Anna. The store is finished, and knows which records are linked. */
void one_name_unite(struct store *s);
/* Appends what its spellings have in common: the letters of such a name; any other value as it is. */
void one_name_letters(struct buf *out, enum fact_kind kind, struct span text);

#endif
