/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/ages.h: ages of lists of different years. Who is 26 in a census of 2020 is 36 in one of 2030, and
 * hardly any list says of which year it is. */
#ifndef CDP_RESOLVE_AGES_H
#define CDP_RESOLVE_AGES_H

struct store;
struct types;

/* An attribute whose values are ages is moved to the latest of the sources, if those who are alone of their
 * full name in two of them are mostly so many years apart. Rows then name other values of it; an age that
 * nobody has there goes out of play. The store is finished. */
void ages_align(struct store *s, const struct types *attributes);

#endif
