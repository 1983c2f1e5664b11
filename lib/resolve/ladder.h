/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/ladder.h: blocks of a rule that are too large are split by refining atoms, and what
 * nothing splits is skipped (resolve 3.4). What happens depends on keys and sizes alone. */
#ifndef CDP_RESOLVE_LADDER_H
#define CDP_RESOLVE_LADDER_H

#include "resolve/blocks.h"
#include "resolve/pairs.h"
#include "resolve/traits.h"

enum { LADDER_STEPS = 1 + REFINE_ATOMS };

/* Keys with their nodes, sorted; owned by the ladder but for those of the first step. Keys are made of
 * traits: they are others in another run, equal for the same nodes. */
struct step {
	uint64_t	*key;
	uint32_t	*node;
	size_t		 count, cap;
};

struct ladder {
	const struct traits	*traits;	/* borrowed, as their rules */
	const struct rule_set	*set;
	unsigned		 rule;
	uint32_t		 cap;
	uint32_t		 real;		/* nodes from here on do not count: see pairs_options */
	struct step		 step[LADDER_STEPS];	/* how often keys were split */
	uint64_t		*big;		/* keys that were split or skipped, ascending */
	size_t			 bigs, big_cap;
};

/* How many nodes of a block count: those that do come first. */
static inline size_t
ladder_size(const struct ladder *l, const uint32_t *node, size_t count)
{
	while (l->real > 0 && count > 0 && node[count - 1] >= l->real)
		count--;
	return count;
}

/* Finds the blocks of the rule, splits those above its cap, and adds figures to the rule and to
 * chosen->big. `over` gets the bit of the rule for each node with a key that was too common; others
 * may read those of earlier rules meanwhile. The blocks are borrowed until ladder_drop_steps. */
void ladder_make(struct ladder *l, struct blocks *b, const struct traits *t, struct chosen *chosen,
    unsigned rule, const struct view *w, const struct pairs_options *o, _Atomic uint16_t *over);
void ladder_drop_steps(struct ladder *l);	/* keeps what ladder_keys needs */
void ladder_done(struct ladder *l);

/* The keys of a node under the rule that are processed, each once, ascending. */
unsigned ladder_keys(const struct ladder *l, uint32_t node, uint64_t key[BLOCK_KEYS]);

#endif
