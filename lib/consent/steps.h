/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/steps.h: the steps that decide() takes one after another. Each gives NULL when
 * the test holds, else its code, with the events found in the ruling. */
#ifndef CDP_CONSENT_STEPS_H
#define CDP_CONSENT_STEPS_H

#include "consent/decide.h"

const char *step_row(const struct question *q, const struct facts *f, struct ruling *r);
const char *step_restriction(const struct question *q, const struct facts *f, struct ruling *r);
const char *step_suppression(const struct question *q, const struct facts *f, struct ruling *r);
const char *step_dm_objection(const struct question *q, const struct facts *f, struct ruling *r);
const char *step_objection(const struct question *q, const struct facts *f, struct ruling *r);
/* basis.c: the declared basis in one regime; lowers r->valid_until, sets the permit's code. */
const char *step_basis(const struct question *q, struct facts *f,
    const struct policy_basis *basis, struct ruling *r);

/* consent_basis.c */
const char *consent_holds(const struct question *q, struct facts *f,
    const struct policy_basis *basis, struct ruling *r);
/* Sound apart from refusals: evidence, confirmation, version and age (6.3, 2 to 5). */
bool grant_sound(const struct question *q, const struct facts *f, const struct event *g,
    const struct policy_basis *basis);
bool grant_beats(const struct question *q, const struct facts *f, const struct event *g,
    size_t anchor, const struct event *r, size_t place);
/* Whether the purpose rests on consent in every regime in play. */
bool rests_on_consent(const struct question *q);
/* The grants themselves: grant and renew. */
bool is_grant(const struct event *e);

#endif
