/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/ledger_begun.h: what a killed cdp-consent init has left, told from a ledger. */
#ifndef CDP_CONSENT_LEDGER_BEGUN_H
#define CDP_CONSENT_LEDGER_BEGUN_H

#include "base/attr.h"

struct error;
struct ledger_new;
struct ledger_place;

enum begun {
	BEGUN_NOTHING,		/* not by us, or something was said in it, whatever is missing now */
	BEGUN_HALF,		/* no checkpoint yet; no line, digest, row, policy or evidence */
	BEGUN_WITHOUT_LINES	/* a ledger that nothing was ever written to: its policy is missing */
};
enum begun ledger_begun(const struct ledger_place *place);
/* What was begun without lines is the ledger that is asked for. -1: USAGE E_STATE, UNSAFE. */
MUST_USE int ledger_begun_same(const struct ledger_new *n, struct error *e);

#endif
