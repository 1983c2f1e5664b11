/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/regime.h: the dated files of share/regimes: which country has which rule. */
#ifndef CDP_CONSENT_REGIME_H
#define CDP_CONSENT_REGIME_H

#include "base/span.h"	/* by value */
#include <stdbool.h>

struct arena;
struct policy_regime;

/* Fills in the regime of that id from share/regimes/ID.json; false if there is none. */
bool regime_find(struct span id, struct policy_regime *r, struct arena *arena);

#endif
