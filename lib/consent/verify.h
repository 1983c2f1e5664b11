/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/verify.h: the whole ledger recomputed, and one JSON object about it. */
#ifndef CDP_CONSENT_VERIFY_H
#define CDP_CONSENT_VERIFY_H

#include "base/attr.h"

struct buf;
struct error;

/* 1: sound; 0: damaged, and the report names the place; -1: it cannot be looked at (UNSAFE: no
 * ledger, open modes, a head that cannot be read; USAGE: the key file). */
MUST_USE int verify_ledger(const char *state, struct buf *report, struct error *e);

#endif
