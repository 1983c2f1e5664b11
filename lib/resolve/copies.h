/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/copies.h: records of one node: one person, or many who say equally little
 * (resolve 3.5). */
#ifndef CDP_RESOLVE_COPIES_H
#define CDP_RESOLVE_COPIES_H

#include "resolve/constraint.h"	/* struct claims, by value */
#include <stdbool.h>
#include <stdint.h>

struct merge_input;

enum copies {
	COPIES_ONE,		/* one record, or one person */
	COPIES_APART,		/* each record for itself, with the edges of the node */
	COPIES_INNER,		/* the same, and there are demands or edges among them */
	COPIES_LOST,		/* too many for edges: every record stays alone */
	COPIES_NAMED		/* the same, but for the demands that name one of them */
};

enum { COPIES_EDGES_MOST = 16 };	/* records of a node that has edges for each */

/* What of a record tells most pairs apart from those that need a look at their rows. */
struct ground_sketch {
	uint32_t	row;		/* rows that are the same have the same */
	uint32_t	claim;		/* its only fact that may keep it apart; 0: none, or GROUND_ROW */
};

#define GROUND_ROW	UINT32_MAX	/* there may be several: its row tells */

/* What the constraints of 7.2 look at; the same for all threads. */
struct grounds {
	const struct merge_input *in;
	const bool		*clean;		/* by source */
	uint32_t		 kinds;		/* of facts: claims_kinds */
	struct ground_sketch	*sketch;	/* by record */
};

struct ground_sketch grounds_sketch(const struct grounds *g, uint32_t record);
/* Whether two records say the same. */
bool grounds_same(const struct grounds *g, uint32_t a, uint32_t b);
/* The claims of one record. */
void grounds_claims(struct claims *c, const struct grounds *g, uint32_t record);

enum copies_said {
	COPIES_SAID = 1,	/* a demand names one of them */
	COPIES_SPLIT = 2	/* two of them have to stay apart */
};

/* How the copies of a node stand to each other; *weight is that of two of them. `a` and `b` are
 * room; `said` of enum copies_said. */
enum copies copies_judge(const struct grounds *g, uint32_t node, unsigned said, struct claims *a,
    struct claims *b, int32_t *weight);

static inline bool
copies_have_edges(enum copies c)
{
	return c < COPIES_LOST;
}

/* Whether a node is something to work on also when nothing connects it with another. */
static inline bool
copies_have_inner(enum copies c)
{
	return c == COPIES_INNER || c == COPIES_NAMED;
}

#endif
