/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/exact.h: exact mode (resolve 7.3): joins in the order of their priority, each
 * union checked against the constraints; a value that may not link is demoted on that record. */
#ifndef CDP_RESOLVE_EXACT_H
#define CDP_RESOLVE_EXACT_H

#include "resolve/constraint.h"	/* enum refusal */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct generic;
struct rules;
struct store;
struct types;

/* Also what merge.h makes: then both weights are known, or TIE_DEMANDED. */
struct exact_tie {
	uint32_t	a, b;		/* records, by index; a < b */
	int32_t		weight;		/* of the two, millibits; scored ties only */
	int32_t		average;	/* of all pairs across the clusters that the tie made one */
	uint16_t	join;		/* index into rules.joins; exact ties only */
	uint8_t		by;		/* enum tie_by of merge.h: how it was made */
	bool		copy;		/* both records say the same */
};

struct exact_refusal {
	uint32_t	a, b;		/* the records that share the key */
	uint16_t	join;
	uint8_t		reason;		/* enum refusal */
};

struct exact {
	uint32_t		*cluster;	/* by record: smallest index of its cluster */
	struct exact_tie	*ties;		/* the unions made: a forest over the records */
	size_t			 tie_count, tie_cap;
	struct exact_refusal	*refused;
	size_t			 refused_count, refused_cap;
	uint64_t		 demoted;	/* exclusive values that gave way to three others */
	uint64_t		*keys;		/* by join: keys that two records or more share */
};

/* Of the groups in g, those whose members end in one cluster are forgotten. */
void exact_run(struct exact *x, struct store *s, const struct rules *rules,
    const struct types *types, struct generic *g, unsigned threads);
void exact_done(struct exact *x);

#endif
