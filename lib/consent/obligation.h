/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/obligation.h: the preferences of a person as what a permit obliges its user to. */
#ifndef CDP_CONSENT_OBLIGATION_H
#define CDP_CONSENT_OBLIGATION_H

#include "consent/facts.h"

struct arena;
struct decision;

/* Fills d->obligations, in a fixed order: topics_out, channels, channels_out, quiet, max_per, lang.
 * decide() has filled f->types. Everything lives in the arena. */
void obligations_set(struct decision *d, const struct question *q, const struct facts *f,
    struct arena *arena);

#endif
