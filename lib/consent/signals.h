/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/signals.h: which countries a row points to, and so which law (consent 6.5): those of
 * its addresses, of its telephone numbers, of the sources it came from, and of what was said. */
#ifndef CDP_CONSENT_SIGNALS_H
#define CDP_CONSENT_SIGNALS_H

#include "consent/facts.h"

struct arena;
struct record;

/* The regimes in use by country and by calling code, looked up once for a run. */
struct places;
struct places *places_new(const struct policy *p);	/* p must live as long */
void places_free(struct places *p);			/* NULL is fine */

/* Fills f->regimes, and f->countries and f->born where the question looks at ages, from the values
 * of the row (NULL: there are none), its members' sources and its identifiers' events, which are
 * there already. Everything lives in the arena.
 * A signal that no regime in use is about brings the defaults: of such a person nobody knows more
 * than of one without any, so that a further signal can only add to what must permit. What a refusal
 * says of its place adds, and takes no defaults away: no refusal may ever make a permit. */
void facts_signals(const struct places *places, const struct question *q, const struct record *row,
    struct facts *f, struct arena *arena);

#endif
