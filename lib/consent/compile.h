/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/compile.h: the command that makes the compiled state (cache.h). */
#ifndef CDP_CONSENT_COMPILE_H
#define CDP_CONSENT_COMPILE_H

#include "base/attr.h"
#include <stdint.h>

struct ledger_place;
struct buf;
struct error;

struct compile_options {
	const struct ledger_place *place;
	const char	*out_dir;	/* NULL: where readers look for it */
	uint64_t	 lock_wait;
};

/* Reads and verifies every line, whatever there is already, and replaces the compiled state; the report
 * is one JSON object. Holds the lock, so that nobody is erased meanwhile. 0, or -1: LOCKED, UNSAFE,
 * RESOURCES; then the one before is still there. */
MUST_USE int compile_ledger(const struct compile_options *o, struct buf *report, struct error *e);

#endif
