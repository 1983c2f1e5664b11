/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/suppress.h: a person who must stay silent or must not come back, and the list of
 * them. */
#ifndef CDP_CONSENT_SUPPRESS_H
#define CDP_CONSENT_SUPPRESS_H

#include "base/attr.h"
#include "base/instant.h"	/* instant */
#include "base/span.h"		/* passed by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;
struct error;
struct ledger;
struct ledger_writer;
struct person;

struct suppress_act {
	struct span	cause, by;	/* a cause of consent 4.1; who decided, in the form of an id */
	instant		at;
	bool		once;		/* leave out whom an erasure holds, if nothing was said there since */
};
struct suppress_counts {
	uint64_t	added, had;	/* lines; identifiers already suppressed so */
	uint64_t	left_out;	/* a shared telephone without a name beside it */
};

/* One `suppress` event for each identifier of the person; an erasure also reaches the person's
 * other data, but where many share the identifier, and holds everything the person may come back
 * by. Receipts are appended as receipt_write leaves them. The caller commits. 0, or -1. */
MUST_USE int suppress_person(struct ledger_writer *w, const struct person *p,
    const struct suppress_act *a, struct suppress_counts *n, struct buf *receipts, struct error *e);
/* `unsuppress` of the event with that id. -1: REFUSED E_LIFT if it is no suppression. */
MUST_USE int suppress_lift(struct ledger_writer *w, struct span id, const struct suppress_act *a,
    struct buf *receipts, struct error *e);
/* The tokens of what is suppressed and not lifted, sorted, as a list for cdp-ingest --suppress; a
 * cause narrows it, absent: every cause. Not those of many people that an erasure holds. Returns how
 * many. */
uint64_t suppress_list(const struct ledger *l, struct span cause, instant as_of, struct buf *out);

#endif
