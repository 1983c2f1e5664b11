/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/intake.h: record streams into the store, through the purpose gate.
 * Always holds: a record without the linking purpose is in the store, without REC_LINKED. */
#ifndef CDP_RESOLVE_INTAKE_H
#define CDP_RESOLVE_INTAKE_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include "model/feed.h"	/* struct feed_options, feed_counts: by value */
#include <stdbool.h>
#include <stdint.h>

struct error;
struct notes;
struct rules;
struct store;
struct types;

struct intake {
	const struct rules	*rules;
	struct types		*types;
	struct types		*attributes;	/* their names; those of joins first */
	bool			 scored;	/* collect all that can be compared */
	struct span		 purpose;		/* --purpose; absent: not given */
	struct span		 assume;		/* --assume-purpose; absent: not given */
	bool			 require_gate;
	bool			 digest;	/* run_digest will be asked for */
	uint64_t		 memory;		/* --memory; 0: no limit */
	struct notes		*notes;

	/* results */
	struct span		 linking;		/* the linking purpose; lives as long as the store */
	bool			 gated;			/* every line came through a gate */
	uint64_t		 unlinked, assumed;
	uint64_t		 line_bytes;		/* of all lines as they are kept, at most: cold.h */
	uint64_t		 bytes;			/* of them, and of values beyond the usual: plan.h */
	struct feed_counts	 counts;
};

/* Reads everything: 0, or -1 and e: INPUT, UNSAFE E_NO_PURPOSE or E_NO_GATE, USAGE E_PURPOSE,
 * RESOURCES E_MEMORY. */
MUST_USE int intake_run(struct intake *in, struct feed_options *feed, struct store *store,
    struct error *e);

#endif
