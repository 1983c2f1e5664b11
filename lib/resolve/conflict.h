/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/conflict.h: members of one profile that contradict each other (resolve 9.3). */
#ifndef CDP_RESOLVE_CONFLICT_H
#define CDP_RESOLVE_CONFLICT_H

#include "base/span.h"	/* passed by value */

/* The columns of a line that is not about two sources. */
#define CONFLICT_NO_SOURCES	"\t\t\t\t\t"

struct buf;
struct record;
struct survivor;

/* Types of identifiers that the members have are those of the profile. */
void conflict_find(struct survivor *v, const struct record *profile);
/* The value of this field won by one vote; its candidates are those at hand. */
void conflict_thin(struct survivor *v, struct span field);
void conflict_head(struct buf *out, int show_values);

#endif
