/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/labels.h: a labelling: which entity each record belongs to.
 * A collector: add every record, then compare by agreement.h. */
#ifndef CDP_REPORT_LABELS_H
#define CDP_REPORT_LABELS_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LABELS_MAX = 1 << 30 };	/* records: keeps every product of agreement.c in 128 bits */

struct map;

struct labels {
	struct map	*ids;		/* record id -> index of its label */
	struct map	*names;		/* labels */
	struct map	*by;		/* record id -> index into values: the slice, where given */
	struct map	*values;
	uint64_t	 clashes;	/* ids that were given two labels */
	bool		 from_profiles;	/* ids are source:key */
};

void labels_init(struct labels *l);
void labels_done(struct labels *l);
/* Copies both. Adding an id again with another label counts as a clash. */
void labels_add(struct labels *l, struct span id, struct span label);
void labels_slice(struct labels *l, struct span id, struct span value);
/* Index of the record, of its id as it stands or, where `by_key`, of what follows its first colon;
 * SIZE_MAX: not there. */
size_t labels_index(const struct labels *l, struct span id, bool by_key);
/* Cuts the ids down to their keys; clashes counts keys that two sources share. */
void labels_cut(struct labels *l);
/* Makes the ids of two labellings comparable: when just one of them comes from profiles and no
 * id of it occurs in the other, its ids are cut down to their keys (what follows the first
 * colon). True if that was done. */
bool labels_match(struct labels *truth, struct labels *found);

#endif
