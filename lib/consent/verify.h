/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/verify.h: a ledger recomputed, and one JSON object about it (consent 3.6). */
#ifndef CDP_CONSENT_VERIFY_H
#define CDP_CONSENT_VERIFY_H

#include "base/attr.h"
#include <stdbool.h>

struct ledger_place;
struct buf;
struct error;

struct verify_options {
	const struct ledger_place *place;
	bool		 quick;		/* signature, lengths, roots and the last segment only */
	bool		 evidence;	/* also what lies beside it */
	const char	*since;		/* file of checkpoints kept elsewhere, or NULL */
	const char	*trust;		/* file of verifier keys, or NULL */
};

/* 1: sound; 0: damaged, and the report names the first bad line; -1: it cannot be looked at (UNSAFE:
 * no ledger, open modes, a checkpoint that cannot be read; USAGE: key, since or trust file). */
MUST_USE int verify_ledger(const struct verify_options *o, struct buf *report, struct error *e);

#endif
