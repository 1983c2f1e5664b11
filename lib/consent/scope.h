/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/scope.h: which events count for a question, and how far a grant reaches (consent
 * 4.3 and 5). Grants stay at their anchor, refusals spread over the whole person. */
#ifndef CDP_CONSENT_SCOPE_H
#define CDP_CONSENT_SCOPE_H

#include "consent/facts.h"

/* Heard of by K, and in force by T: grants when they are surely over, refusals when they may have
 * begun. */
bool event_counts(const struct question *q, const struct event *e);
/* A refusal or stop: any member may be "*" or absent; purposes reach down, controllers
 * over their joint group. */
bool refusal_in_scope(const struct question *q, const struct event *r);
/* Whether the grant can overrule a refusal anchored at `place` (rule 5.3). */
bool grant_reaches(const struct question *q, const struct facts *f, const struct event *g,
    size_t anchor, size_t place);
/* Whether the grant counts, is in scope, and stands where it may be used: at the contact, or with no
 * contact needed anywhere that is not shared. */
bool grant_usable(const struct question *q, const struct facts *f, const struct event *g,
    size_t anchor);
/* Sound evidence: a commitment, an act that can carry a grant, not implied. */
bool grant_evidenced(const struct event *g);
bool identifier_held(const struct fact_identifier *id, uint32_t member);
/* A member of a scope that fits: absent, "*", or the one asked about. */
bool scope_fits(struct span said, struct span asked);
/* The event stands at the contact or at its account; without a contact, anywhere at the person
 * that is not shared. */
bool stands_here(const struct question *q, const struct facts *f, const struct event *e,
    size_t anchor);
/* Rule 5.6: without a contact an event covers the records that hold its anchor, or the account it
 * names: only their values may be used. */
void cover_holders(const struct question *q, struct facts *f, const struct event *e, size_t anchor);
/* An event of this type names e, counts, and (lifts) says who signed it. */
bool is_lifted(const struct question *q, const struct facts *f, const struct event *e,
    enum event_type lift);

#endif
