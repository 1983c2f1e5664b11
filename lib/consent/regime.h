/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/regime.h: which law is in play (consent 6.5), from typed regimes alone.
 * A place is a country, or a part of one: PT, US-CA. */
#ifndef CDP_CONSENT_REGIME_H
#define CDP_CONSENT_REGIME_H

#include "base/span.h"		/* by value */
#include "model/policy_law.h"	/* POLICY_REGIMES_MAX */
#include <stdbool.h>
#include <stdint.h>

struct policy;
struct policy_controller;
struct policy_regime;

enum { REGIMES_MAX = POLICY_REGIMES_MAX };	/* a set of them is a word */
typedef uint64_t regime_set;		/* bit i: policy->regimes[i], which are in byte order of id */

/* The most specific regimes in use: of those that list the part, else of those that list its
 * country, none that another of them extends. A bare country puts in play what lists any of its
 * parts too: where in it the person is, nobody knows. Empty for a place no regime is about. */
regime_set regimes_of_place(const struct policy *p, struct span place);
/* By establishment: those of the controller's country that bind whoever is established there; always
 * in play. None of one that is not known (NULL). */
regime_set regimes_of_controller(const struct policy *p, const struct policy_controller *c);
/* defaults.jurisdictions, or all regimes: in play until a signal of the person takes their place. */
regime_set regimes_by_default(const struct policy *p);
static inline bool
regime_in(regime_set set, size_t i)
{
	return (set >> i & 1) != 0;
}

/* Whether data may go there without a safeguard: the regime asks for none, the place is in its
 * area, or it is found safe. */
bool regime_is_safe(const struct policy_regime *r, struct span place);
/* Years below which consent to an online service takes a guardian there; 0: no such rule. Place
 * may be absent. */
int64_t regime_digital_age(const struct policy_regime *r, struct span place);

#endif
