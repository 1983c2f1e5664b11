/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/verify_priv.h: one verification, for verify.c and verify_parts.c. */
#ifndef CDP_CONSENT_VERIFY_PRIV_H
#define CDP_CONSENT_VERIFY_PRIV_H

#include "consent/ledger.h"	/* by value */
#include "consent/verify.h"
#include "io/tlog_history.h"	/* by value */

struct verify {
	const struct verify_options *o;
	struct ledger		 ledger;
	struct tlog_keys	 trust;
	struct buf		 trust_text, since_text;
	struct tlog_marks	 logged, since;		/* since: sorted by size */
	struct tlog_mark	*marks;			/* both, sorted by size */
	size_t			 mark_count;
	bool			 quick;			/* it was enough */
	bool			 roots_lost;
	uint64_t		 witnesses;		/* signatures by other keys of trust that hold */
	uint64_t		 commits, opened;	/* of evidence */
};

/* Reads the files the options name. -1: USAGE. */
MUST_USE int verify_files(struct verify *v, struct error *e);
/* What checkpoints of then say; the ledger was looked at. -1: UNSAFE, with a line. */
MUST_USE int verify_marks(struct verify *v, struct error *e);
MUST_USE int verify_since(struct verify *v, struct error *e);		/* not longer than now */
MUST_USE int verify_trust(struct verify *v, struct error *e);
MUST_USE int verify_evidence(struct verify *v, struct error *e);
/* The end of the ledger only. */
MUST_USE int verify_quick(struct verify *v, struct error *e);

#endif
