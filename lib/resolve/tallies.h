/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/tallies.h: pairs that look the same, counted. A pair is compared and counted as it
 * comes and not kept: there are millions of pairs and some thousand tallies. */
#ifndef CDP_RESOLVE_TALLIES_H
#define CDP_RESOLVE_TALLIES_H

#include "resolve/estimate.h"	/* struct tally */
#include "resolve/sample.h"	/* struct sample_visitor, by value */
#include <stddef.h>

struct tallying;
struct view;

struct tallies {
	struct tally	*list;		/* by pattern, mask, class and rarity; each once */
	size_t		 count;
	size_t		 copies;	/* behind them: tallies of pairs of records that say the same */
};

/* Counts pairs with those of their levels, rules, class of sources and rarity. share[f]: how often
 * two strangers agree exactly on field f; -1: not known. */
struct tallying *tallying_new(const struct view *w, unsigned classes,
    const double share[FIELDS_MAX]);
/* From now on a pair of nodes counts as many times as there are pairs of their records. */
void tallying_by_records(struct tallying *y);
struct sample_visitor tallying_visitor(struct tallying *y);
/* What one sample counted; afterwards another may begin. */
void tallying_take(struct tallying *y, struct tallies *t, unsigned threads);
/* Appends the pairs of records that say the same, which are one node. fields[r]: which fields a rule
 * looks at. */
void tallying_copies(const struct tallying *y, struct tallies *t, const uint16_t *fields,
    unsigned rules);
void tallying_free(struct tallying *y);
void tallies_done(struct tallies *t);

#endif
