/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/judging.h: what the options of a judging command say, as a state and a question. */
#ifndef CDP_CONSENT_JUDGING_H
#define CDP_CONSENT_JUDGING_H

#include "base/attr.h"
#include "consent/judge.h"	/* struct judge, by value */
#include "consent/state.h"	/* struct consent_state, by value */

struct ledger_place;
struct error;
struct notes;

struct judging_options {
	const struct ledger_place *place;
	const char	*policy, *purpose, *channel, *controller, *to, *max_age;	/* NULL: not given */
	bool		 draft, gate, preferred_only, all_reasons, proof_vault;
	instant		 as_of, known_at;	/* INSTANT_NONE: now; what was known then */
	enum cache_use	 cache;
};
struct judging {
	struct consent_state	state;
	struct judge		judge;
	struct token_key	seal;		/* owned; no bytes without */
	struct spread		*spread;	/* owned; NULL without */
};

/* The state alone; what the options name of a question must be in the policy. 0, or -1; ended by state_close
 * in either case. */
MUST_USE int judging_state(struct consent_state *s, const struct judging_options *o,
    struct notes *notes, struct error *e);
/* 0, or -1. Ended by judging_close in either case, or when it was never opened but zero. */
MUST_USE int judging_open(struct judging *j, const struct judging_options *o, struct notes *notes,
    struct error *e);
void judging_close(struct judging *j);

#endif
