/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/diff.h: what became of the profiles of one run in another. */
#ifndef CDP_RESOLVE_DIFF_H
#define CDP_RESOLVE_DIFF_H

#include "base/attr.h"
#include <stdbool.h>
#include <stdint.h>

struct buf;
struct error;

struct diff {
	uint64_t	old_profiles, new_profiles, old_records, new_records;
	uint64_t	same;		/* same id, same members, same line */
	uint64_t	changed;	/* same id and members, other values */
	uint64_t	created;	/* new ids */
	uint64_t	retired;	/* old ids that are gone */
	uint64_t	merged;		/* old profiles that share a new one with another */
	uint64_t	split;		/* old profiles whose records are in several */
	uint64_t	moved;		/* records with another profile id */
	uint64_t	added, removed;	/* records */
};

MUST_USE int diff_files(struct diff *d, const char *old, const char *now, unsigned threads,
    struct error *e);
/* "name<TAB>count" lines. */
void diff_write(const struct diff *d, struct buf *out);

#endif
