/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/when.h: the interval of possible instants of an act (consent 4.2). */
#ifndef CDP_CONSENT_WHEN_H
#define CDP_CONSENT_WHEN_H

#include "base/instant.h"
#include "consent/policy.h"	/* enum clock_class */

struct when_context {
	enum clock_class	 clock;
	bool			 has_tz;
	int32_t			 tz_early, tz_late;	/* minutes: for the earliest and the latest reading */
	struct duration		 device_skew, future_tolerance;
	instant			 recv;
	bool			 grant;		/* a grant is refused where a refusal is kept */
};
/* Fills lo and hi. NULL, or the code why a grant cannot be taken: Q_TIME, Q_NO_ZONE,
 * Q_FUTURE_GRANT. A refusal always gets an interval. */
const char *when_interval(struct span at, const struct when_context *c, instant *lo, instant *hi);

#endif
