/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/contingency.h: how many records two labellings have in common, label by label.
 * The records are those of the truth; one that the other labelling does not know is alone. */
#ifndef CDP_REPORT_CONTINGENCY_H
#define CDP_REPORT_CONTINGENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct labels;

struct cell {
	uint32_t	a, b;		/* label in the truth, label found */
};

struct contingency {
	struct cell	*cells;		/* one a record, sorted */
	size_t		 n;		/* records */
	uint64_t	*a, *b;		/* sizes by label */
	uint64_t	*a_cells, *b_cells;	/* distinct partners by label */
	size_t		 a_count, b_count;	/* labels; of b also one for each unknown record */
};

/* With `by` not NULL only records of the truth that have its slice value `slice`, an index into
 * (by)->values. The caller calls contingency_done. */
void contingency_fill(struct contingency *t, const struct labels *truth,
    const struct labels *found, const struct labels *by, uint64_t slice);
void contingency_done(struct contingency *t);
/* Start with *at = 0: the next cell and its records; false after the last. */
bool contingency_next(const struct contingency *t, size_t *at, struct cell *cell, uint64_t *n);

static inline uint64_t
pairs_of(uint64_t n)
{
	return n == 0 ? 0 : n * (n - 1) / 2;
}

#endif
