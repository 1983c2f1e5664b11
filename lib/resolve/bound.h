/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/bound.h: the most that a pair can weigh by what is known of it while it is compared.
 * Most pairs that rules bring together are strangers, and a few fields tell.
 * Always holds: no pair weighs more than its bound, whatever the fields say that were not compared
 * yet; nor without one of the identifiers of which a person has one. */
#ifndef CDP_RESOLVE_BOUND_H
#define CDP_RESOLVE_BOUND_H

#include "resolve/field.h"
#include <stdint.h>

struct scorer;

/* What stands for the level of family names in a pattern where they differ and that is all that is known:
 * two names without a word beside their tokens, or any. */
enum { BOUND_PLAIN = 13, BOUND_ANY = 14 };

enum { BOUND_LEVELS = 1 << LEVEL_BITS, BOUND_TWO_LEVELS = 1 << 2 * LEVEL_BITS };

struct bound {
	int32_t	least;		/* what all fields have to add up to */
	int32_t	given[BOUND_LEVELS], family[BOUND_LEVELS];	/* the most that names add */
	int32_t	swapped;		/* and given names that are swapped, where family names add nothing */
	int32_t	two[FIELDS_MAX / 2][BOUND_TWO_LEVELS];	/* that two neighbouring fields add, by the
							 * levels of both */
};

/* For pairs of which those are of interest that weigh `least` or more, whichever source they are of;
 * and all where the field `always`, unless it is -1, has at least a level. */
void bound_make(struct bound *b, const struct scorer *s, int32_t least, int always, unsigned level);

#endif
