/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/known.h: what is known of the types before any file is seen, so that a file of a
 * handful of records has an estimate too. Anything larger outvotes it. */
#ifndef CDP_RESOLVE_KNOWN_H
#define CDP_RESOLVE_KNOWN_H

#include "resolve/field.h"

/* The shares of levels among strangers, field_levels of them; none is 0. */
const double *known_strangers(enum field_type t);
/* The shares among matches. */
void known_matches(enum field_type t, double share[LEVELS_MAX]);
/* The same of people, for a file that teaches nothing. */
void known_person(enum field_type t, double share[LEVELS_MAX]);
/* Of the pairs of a household, those who have in common what one may share. */
double known_household(enum field_type t);
/* The same where each writes in words of his own: alike in any way, and seldom equal. */
void known_alike(enum field_type t, double share[LEVELS_MAX]);

#endif
