/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/guard.h: is the number of people who may be addressed what it was last time? A
 * ledger, a policy or a feed gone wrong shows here first, and nothing leaves. */
#ifndef CDP_CONSENT_GUARD_H
#define CDP_CONSENT_GUARD_H

#include "base/attr.h"
#include <stdbool.h>
#include <stdint.h>

struct error;
struct question;

struct guard_options {
	const char	*baseline, *max_drop, *max_grow;	/* as written; NULL: not given */
	bool		 first_run;
};
struct guard {
	bool		 guards;	/* false: there is nothing to compare with */
	int64_t		 max_drop, max_grow;	/* hundredths of a percent; negative: not asked */
	uint64_t	 before;	/* rows that left the house then */
};

/* Reads the summary of the earlier run, which must have ended well and asked the same question. -1
 * USAGE: a limit that is none, a guard without a baseline, a baseline that cannot be compared.
 * With first_run one that is not there yet is no error: then there is no guard. */
MUST_USE int guard_open(struct guard *g, const struct guard_options *o, const struct question *q,
    struct error *e);
/* `now` rows may leave. -1 UNSAFE: G_DROP, G_GROW. */
MUST_USE int guard_check(const struct guard *g, uint64_t now, struct error *e);

#endif
