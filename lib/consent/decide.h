/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/decide.h: may these data be used, for this purpose, by this channel, now?
 * Pure: memory in, ruling out. Unknown, unreadable or missing always means no. */
#ifndef CDP_CONSENT_DECIDE_H
#define CDP_CONSENT_DECIDE_H

#include "consent/facts.h"

enum { RULING_EVIDENCE = 16 };	/* further ones are counted, not listed */
enum { STEP_ROW, STEP_RESTRICTION, STEP_SUPPRESSION, STEP_ERASURE, STEP_DM_OBJECTION,
    STEP_OBJECTION, STEP_SALE, STEP_AGE, STEP_BASIS, STEP_SPECIAL, STEP_AUTOMATED, STEP_CHANNEL,
    STEP_DESTINATION, STEP_FIELDS, STEP_PREFERENCE, STEP_COUNT };

struct ruling {
	const char	*code;		/* of reason.h; permits begin with P_ */
	unsigned	 step;		/* that failed, or the basis' on a permit */
	bool		 permitted;
	bool		 skipped;	/* allowed, but step 14 says not now: code S_ */
	regime_set	 regimes;	/* in play */
	regime_set	 relied;	/* those of them whose basis was looked at */
	struct span	 registered_ref;	/* registry entry of the first of them; may be absent */
	const struct policy_source *notice;	/* whose notice at collection was relied on; or NULL */
	instant		 valid_until;	/* INSTANT_NONE on a refusal */
	uint64_t	 evidence[RULING_EVIDENCE];	/* sequence numbers, ascending, once each */
	size_t		 evidence_count;
};

/* Every step that fails, not only the first; for explain and --all-reasons. In the order of the
 * steps; 7 to 11 once for each regime in play. */
enum { REASONS_MAX = STEP_COUNT + 5 * REGIMES_MAX };
struct reasons {
	struct {
		unsigned	 step;
		const char	*code;
		struct span	 regime;	/* absent: of no one regime */
	}		 failed[REASONS_MAX];
	size_t		 count;
};

/* Looks the names up once for all rows. as_of is to be set before. False: the purpose or the
 * controller is not registered, which decide() would answer with its code. */
bool question_set(struct question *q, const struct policy *p, struct span purpose,
    struct span channel, struct span controller, const struct policy_destination *destination);

/* Until when a permit holds at most, by the policy, the destination and the next policy. The same
 * for all rows of a run: has_least_validity keeps it. */
instant question_least_validity(const struct question *q);

/* Steps 0 to 14 of consent 6.1 for the contact f->contact; of step 13 only that there is one. Sets
 * f->members[].covered for channel "none". `all` may be NULL. */
struct ruling decide(const struct question *q, struct facts *f, struct reasons *all);
void ruling_evidence(struct ruling *r, uint64_t seq);
/* Whether step 13 is about fields alone: no contact is wanted, and the purpose has a view. */
static inline bool
question_asks_fields(const struct question *q)
{
	return !q->needs_contact && q->view != NULL;
}
/* Whether the step asks anything in the case that was decided last: what has no direct marketing meets no
 * objection to it. What does not apply never fails. */
bool step_applies(const struct question *q, const struct facts *f, unsigned step);
/* A permit, or a skip, that turns out to have nothing usable in it (step 13). */
void ruling_refuse_fields(struct ruling *r);
/* The regimes that judge a person. */
static inline regime_set
regimes_judging(const struct question *q, const struct facts *f)
{
	return (f->regimes != 0 ? f->regimes : q->defaults) | q->established;
}
/* Declared for the purpose, or for one a registered edge leads from; and registered before the
 * collection, in all these regimes. Gives NULL, or the code why the values may not be used. `from` and `to` are the bounds
 * of the time of collection, INSTANT_NONE if nobody knows. */
const char *purpose_declared(const struct question *q, regime_set in_play,
    const struct span *purposes, size_t count, instant from, instant to);

#endif
