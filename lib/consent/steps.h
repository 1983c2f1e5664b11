/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/steps.h: the steps that decide() takes one after another. Each gives NULL when
 * the test holds, else its code, with the events found in the ruling. Those of one regime are told
 * which (its index in the policy); all may read f->in_play and f->types. */
#ifndef CDP_CONSENT_STEPS_H
#define CDP_CONSENT_STEPS_H

#include "consent/decide.h"

struct outers;

/* refuse.c: 1 to 6 */
const char *step_restriction(const struct question *q, const struct facts *f, struct ruling *r);
const char *step_suppression(const struct question *q, const struct facts *f, struct ruling *r);
const char *step_erasure(const struct question *q, const struct facts *f, struct ruling *r);
const char *step_dm_objection(const struct question *q, const struct facts *f, struct ruling *r);
const char *step_objection(const struct question *q, const struct facts *f, struct ruling *r);
const char *step_sale(const struct question *q, const struct facts *f, struct ruling *r);

/* age.c: 7, where q->needs_age. Lowers r->valid_until to the birthday that changes the answer. */
const char *step_age(const struct question *q, struct facts *f, size_t regime, struct ruling *r);
/* Whether the consent was given below the age of the regime, and by no guardian. */
bool grant_too_young(const struct question *q, const struct facts *f, size_t regime,
    const struct event *g);

/* basis.c: 8. The declared basis; lowers r->valid_until, sets the permit's code. */
const char *step_basis(const struct question *q, struct facts *f, size_t regime, struct ruling *r);

/* declared.c. A contract may be asked for whatever the purpose rests on. */
const char *contract_holds(const struct question *q, const struct facts *f,
    const struct policy_basis *basis, struct ruling *r);
const char *incident_holds(const struct question *q, const struct facts *f,
    const struct policy_basis *basis, struct ruling *r);

/* notice.c: by an event, or by the source at collection. Covers the records it reached. */
const char *notice_given(const struct question *q, struct facts *f, struct ruling *r);

/* channel.c: 9 to 12; of special purposes, automated decisions, and where q has a channel code */
const char *step_special(const struct question *q, struct facts *f, size_t regime, struct ruling *r);
const char *step_automated(const struct question *q, struct facts *f, size_t regime,
    struct ruling *r);
const char *step_channel(const struct question *q, struct facts *f, size_t regime,
    struct ruling *r);
const char *step_destination(const struct question *q, const struct facts *f);

/* prefer.c: 14 */
const char *step_preference(const struct question *q, const struct facts *f, struct ruling *r);

/* consent_basis.c */
const char *consent_holds(const struct question *q, struct facts *f, size_t regime,
    struct ruling *r);
/* The same of explicit consent, whatever the purpose rests on. */
const char *explicit_consent_holds(const struct question *q, struct facts *f, size_t regime,
    struct ruling *r);
/* Sound in every regime in play, apart from refusals: evidence, confirmation, version and age. */
bool grant_sound(const struct question *q, const struct facts *f, const struct event *g);
bool grant_beats(const struct question *q, const struct facts *f, const struct event *g,
    size_t anchor, const struct event *r, size_t place);
/* Revoked or invalidated by name; r (or NULL) takes the evidence. */
bool grant_revoked(const struct question *q, const struct facts *f, const struct event *g,
    struct ruling *r);
/* A double opt-in, by its own word or by its purpose, that was not confirmed in time. */
bool grant_pending(const struct question *q, const struct facts *f, const struct event *g);
/* A revocation of no event by name is one of the cell: a refusal at that identifier only. */
bool cell_revoked(const struct question *q, const struct facts *f, const struct event *r,
    size_t place, size_t anchor);
/* A withdrawal, a denial or a revocation of no event by name that counts and is in scope. */
bool says_no(const struct question *q, const struct event *r);
/* The last of those at identifiers of more than `few` events. */
void last_refusals(const struct question *q, const struct facts *f, size_t few, struct outers *last);
/* Whether the purpose rests on one of these types in every regime in play. */
bool rests_on(const struct question *q, const struct facts *f, regime_set of_type);
/* When the grant is over by itself in the first of these regimes; INSTANT_NONE: never. */
instant grant_ends(const struct question *q, regime_set of, const struct event *g);
/* The grants of consent: grant and renew. */
bool is_grant(const struct event *e);
/* Whether some event of the person has one of the types. */
static inline bool
has_type(const struct facts *f, uint64_t types)
{
	return (f->types & types) != 0;
}
#define TYPE(t)	((uint64_t)1 << (t))

/* ---- whom a step asks; the steps and step_applies() share these ---- */

static inline bool
restriction_applies(const struct question *q)
{
	return !q->purpose->compliance && !q->purpose->survives_restriction;
}

/* What the law wants kept is kept until it has been erased. */
static inline bool
erasure_applies(const struct question *q, const struct facts *f)
{
	return !q->purpose->compliance && !rests_on(q, f, q->resting[BASIS_LEGAL_OBLIGATION]);
}

/* Who may opt out may say so by any word; of a sale step 6 hears it. */
static inline bool
objection_applies(const struct question *q, const struct facts *f)
{
	return (f->in_play & (q->resting[BASIS_LEGITIMATE_INTERESTS] | q->resting[BASIS_PUBLIC_TASK] |
	    (q->sells ? 0 : q->resting[BASIS_NOTICE_OPT_OUT]))) != 0;
}

/* age.c: some age of a regime in play is asked for, and somebody's is known or has to be. */
bool age_applies(const struct question *q, const struct facts *f);

#endif
