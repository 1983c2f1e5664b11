/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/preference.h: what a person said about how to be addressed: the `data` of a
 * `preference_set` event (consent 6.9). */
#ifndef CDP_CONSENT_PREFERENCE_H
#define CDP_CONSENT_PREFERENCE_H

#include "base/instant.h"	/* struct duration */
#include "consent/policy.h"	/* struct policy_names */
#include <stdbool.h>

struct arena;

struct preference {
	struct policy_names	 topics_out;	/* purposes, or what lies above them */
	struct policy_names	 channels;	/* the best first */
	struct policy_names	 channels_out;
	struct span		 quiet, tz;	/* "22:00-08:00"; "Europe/Lisbon", "+01:00" or "Z" */
	struct span		 lang;		/* BCP 47 */
	struct span		 max_per;	/* "2/P7D", as written */
	int64_t			 max;		/* messages within `per`; 0: any number */
	struct duration		 per;
	bool			 hard;		/* the person's act said that it binds */
	struct span		 text;		/* the object, as the event has it */
};

/* Reads a JSON object; texts are copied into the arena. False: no object, a member that is none of
 * these, or one not in its form. Only words with the form of ids, times and languages pass. */
bool preference_read(struct span data, struct preference *p, struct arena *arena);

#endif
