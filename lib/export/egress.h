/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/egress.h: who got what: a chained journal of runs and one detail file a run.
 *
 *	STATE/egress/journal.ndjson	lines of kind "egress": intent, published, void
 *	STATE/egress/000041.rows	a fixed-width line per row: tokens, decision, digest, field set
 *	STATE/egress/lock, STATE/keys/egress
 * An intent is on disk before a file appears; a run that was interrupted is settled by the next. */
#ifndef CDP_EXPORT_EGRESS_H
#define CDP_EXPORT_EGRESS_H

#include "base/attr.h"
#include "base/buf.h"		/* by value */
#include <stdint.h>

struct contract;
struct error;

struct egress;

/* Makes STATE/egress and its key; existing ones stay. UNSAFE if STATE is no state directory. */
MUST_USE int egress_init(const char *state, struct error *e);
/* Locks, verifies the journal, settles what an interrupted run left. NULL: LOCKED, UNSAFE,
 * RESOURCES. */
struct egress *egress_open(const char *state, uint64_t lock_wait, struct error *e);
void egress_close(struct egress *g);		/* NULL is fine */
/* Run id of the last published run to the destination, "" if none; borrowed. */
const char *egress_previous(const struct egress *g, struct span destination);

/* One row of the run at hand. fields: which of the contract's it holds, as the detail has it. */
struct egress_contact {
	struct span	type, value;	/* "email", the address; absent for channel none */
};
void egress_row(struct egress *g, struct span profile, struct egress_contact contact,
    struct span decision, struct span row, struct span fields);
struct egress_facts {
	const struct contract	*contract;
	struct span		 purpose, policy, checkpoint;	/* checkpoint: raw JSON or absent */
	struct span		 run, as_of, sha256, file;	/* file: absolute path, or absent for a stream */
	uint64_t		 rows;
};
/* Detail and intent on disk, both synced. */
MUST_USE int egress_intent(struct egress *g, const struct egress_facts *f, struct error *e);
MUST_USE int egress_published(struct egress *g, struct span run, struct error *e);

#endif
