/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/plan.h: whether a run fits into the memory it may use. Nothing spills in this
 * version, so one that does not fit ends as soon as that is known. */
#ifndef CDP_RESOLVE_PLAN_H
#define CDP_RESOLVE_PLAN_H

#include "base/attr.h"
#include <stdbool.h>
#include <stdint.h>

struct error;

enum {
	PLAN_LEAST_MIB = 128,		/* what the smallest run may ask for */
	PLAN_RECORD_BYTES = 150,	/* of a record beside its line; bench/results.md */
	PLAN_SCORED_BYTES = 450,	/* the same where records are weighed, ... */
	PLAN_LEARN_BYTES = 3 << 20,	/* ... what learning takes of any file, ... */
	PLAN_KEYS_BYTES = 500,		/* ... and the keys of a record by which rules are chosen: */
	PLAN_KEYS_MOST = 65536,		/* of all records, or of so many */
	PLAN_VALUES_BYTES = 300,	/* of its own values are among the bytes of a record; usual data have 250 */
	PLAN_WORDS_BYTES = 100,		/* and so many of words of their own; usual data have 90 */
	PLAN_EDGES = 2,			/* of a record are among its bytes; usual data have 1.6 */
	PLAN_EDGE_BYTES = 32		/* of one more: itself, and once more where they are put in order */
};

/* `memory` in bytes, 0: no limit. -1 and e: USAGE, below PLAN_LEAST_MIB. */
MUST_USE int plan_limit(uint64_t memory, struct error *e);
/* Bytes that a run takes whose lines, and values beyond the usual ones, have so many, with so many
 * records. */
uint64_t plan_need(uint64_t bytes, uint64_t records, bool scored);
/* What values of so many bytes take beyond the usual ones, which are among those of the records. */
uint64_t plan_values(uint64_t records, uint64_t bytes);
/* Beside it: the same of words. */
uint64_t plan_words(uint64_t records, uint64_t bytes);
/* Beside it: bytes of as many edges as nobody plans for. */
uint64_t plan_edges(uint64_t records, uint64_t edges);
/* What `memory` leaves beside the plan; 0: no limit. */
uint64_t plan_left(uint64_t memory, uint64_t bytes, uint64_t records);
/* Lines and values of so many bytes and records were read. -1 and e: RESOURCES E_MEMORY, with the need. */
MUST_USE int plan_check(uint64_t memory, uint64_t bytes, uint64_t records, bool scored,
    struct error *e);
/* What came of the records takes so much beside the plan, and more than is left. Returns -1; e: as
 * above. */
int plan_refuse(uint64_t bytes, uint64_t records, uint64_t beside, struct error *e);

#endif
