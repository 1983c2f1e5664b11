/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/strategy.h: which of several values survives (resolve 9.1): pure functions of the
 * candidates. A chain narrows them step by step; what is left is decided by recency, source
 * priority and record id. */
#ifndef CDP_RESOLVE_STRATEGY_H
#define CDP_RESOLVE_STRATEGY_H

#include "base/instant.h"	/* instant */
#include "base/span.h"		/* passed by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct chain;
struct rules;
struct usual;

struct candidate {
	struct span	value;		/* as displayed; raw JSON for attributes */
	struct span	key;		/* folded: equal keys say the same; of names that are chosen
					 * together, given and family, with a NUL between */
	struct span	source;
	instant		at;		/* observed_at or INSTANT_NONE */
	uint32_t	priority;	/* of the source, lower is better */
	uint32_t	member;		/* place of the record in the profile, by record id */
	uint32_t	index;		/* place of the value in its record's list */
	uint32_t	ties;		/* ties of the record inside the profile */
	uint8_t		valid;		/* higher is better: 0 doubtful */
	bool		pinned;
};

struct choosing {
	const struct rules	*rules;
	const struct chain	*chain;
	instant			 as_of;		/* INSTANT_NONE: the latest observed_at counts as now */
	const struct usual	*given, *family;	/* names of the run, if it is about such; or NULL */
};

struct chosen {
	struct span	rule;		/* with SPAN_ROOM bytes behind it */
	bool		thin;		/* won by one vote */
};

/* Chooses among n ≥ 1 candidates, which are moved about. list[0] is the winner after. */
struct chosen strategy_choose(const struct choosing *c, struct candidate *list, size_t n);
/* Ranks by recency, source priority, record id and place in the list. */
bool candidate_before(const struct candidate *a, const struct candidate *b);
/* How complete a text is and how well it is written: the more, the better. */
int64_t strategy_completeness(struct span value);
/* Adds up numbers in fixed point with six places; false if one is no number. */
bool strategy_sum(const struct candidate *list, size_t n, struct buf *out);

#endif
