/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/erase.h: a person is taken out of a ledger with subjects in a vault (consent 3.4).
 *
 * Order: `suppress` lines and an `erased` line that names the subjects, in one batch; then what lies
 * beside the lines; the rows of the vault last. Killed anywhere, the person is as before, or erased for
 * every reader; what is left beside the lines is taken away by the next command that holds the lock.
 * With a date the rows move to the proof vault first, and their evidence stays until then.
 * Identifiers of many people keep their rows: what others refused by them would be lost. */
#ifndef CDP_CONSENT_ERASE_H
#define CDP_CONSENT_ERASE_H

#include "base/attr.h"
#include "base/buf.h"		/* by value */
#include "consent/suppress.h"	/* struct suppress_counts, by value */
#include <stdbool.h>

struct error;
struct ledger_writer;
struct person;

struct erase_act {
	struct span	by;		/* who decided, in the form of an id */
	bool		suppress;	/* and must not come back */
	instant		keep_until;	/* who it was can be proved until then; INSTANT_NONE: no more */
};
struct erase_report {
	uint64_t		 given, unknown, shared;	/* identifiers; unknown: not in the ledger */
	uint64_t		 erased;		/* subjects */
	uint64_t		 lines, evidence;	/* theirs; rows of evidence that went */
	uint64_t		 holds;			/* open ones, by which nothing of theirs was to be deleted */
	uint64_t		 kept, dropped;	/* rows of the proof vault: of this person now; gone */
	uint64_t		 accounts;		/* that their lines name, and that were not given */
	uint64_t		 account_lines;		/* of other subjects, that name an account erased here */
	struct suppress_counts	 suppressed;
	uint64_t		 policies, size;	/* of the ledger, after it */
	struct buf		 receipts;		/* as receipt_write leaves them */
};

/* Does all of it and commits. 0, or -1: INPUT E_SUBJECT, an identifier cannot be read and nothing was
 * done; RESOURCES, and the same again does the rest. Ended by
 * erase_report_done in either case. */
MUST_USE int erase_person(struct ledger_writer *w, const struct person *p, const struct erase_act *a,
    struct erase_report *r, struct error *e);
/* One JSON object: what went, and what stays and why. */
void erase_report_write(const struct erase_report *r, const struct erase_act *a, struct buf *out);
/* The same for people, a few words to each. */
void erase_report_text(const struct erase_report *r, const struct erase_act *a, struct buf *out);
void erase_report_done(struct erase_report *r);

#endif
