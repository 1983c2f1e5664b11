/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/prefer.h: the preferences of a person, folded (consent 6.9). At each identifier the
 * latest set holds; over the person what is out is united, and order, language and the like are
 * those of the latest. They narrow a permit and never make one. */
#ifndef CDP_CONSENT_PREFER_H
#define CDP_CONSENT_PREFER_H

#include "consent/facts.h"
#include "consent/preference.h"

/* The set that holds at an identifier, with the event it came from; NULL: none. */
const struct event *preference_at(const struct question *q, const struct facts *f, size_t place);
/* The latest of them over the person that has the list or text at this offset of struct
 * preference, a struct policy_names or span with a pointer first; NULL: none. */
const struct event *preference_latest(const struct question *q, const struct facts *f,
    size_t offset);
/* The set by which the person is written to least often; NULL: none says how often. */
const struct event *preference_rarest(const struct question *q, const struct facts *f);

#endif
