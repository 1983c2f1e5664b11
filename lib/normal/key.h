/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/key.h: folded forms that are compared and never travel (the key face of 4).
 * All take clean values. A key is span_none() when nothing is left to compare. Keys borrow from
 * the value when nothing had to change, else from the arena. */
#ifndef CDP_NORMAL_KEY_H
#define CDP_NORMAL_KEY_H

#include "base/span.h"		/* passed by value */
#include "normal/date.h"	/* struct date_parts, by value */
#include <stdbool.h>

struct arena;

/* NFKC, case folded, marks off, apostrophes and full stops to nothing, other punctuation and
 * hyphens to one blank. Letters that no decomposition reaches are spelled out (ß ss, ø o, ł l,
 * æ ae). Scripts are kept apart. */
struct span text_fold(struct span s, struct arena *arena);
/* A given or family name: text_fold; particles stay. */
struct span name_key(struct span name, struct arena *arena);
/* Town or region: text_fold, with "saint", "sankt", "santo", "santa" ... in one short form. */
struct span locality_key(struct span s, struct arena *arena);
/* Letters and digits only, upper case: "SW1A 1AA" and "sw1a1aa" are SW1A1AA. */
struct span postcode_key(struct span s, struct arena *arena);
/* The mailbox behind the address by the provider's rules: "ana.souza+x@googlemail.com" is
 * "anasouza@gmail.com"; elsewhere +tag off only. */
struct span email_key(struct span email, struct arena *arena);
/* The phone number without its extension. */
struct span phone_key(struct span phone);
/* Year, month and day of a clean birth date, 0 what is unknown; false if it is none. */
bool birthdate_key(struct span birthdate, struct date_parts *parts);

#endif
