/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/tallies.h: sampled pairs that look the same, counted. */
#ifndef CDP_RESOLVE_TALLIES_H
#define CDP_RESOLVE_TALLIES_H

#include "resolve/estimate.h"	/* struct tally */
#include <stddef.h>
#include <stdint.h>

struct sampled;
struct view;

struct tallies {
	struct tally	*list;		/* by pattern, mask, class and rarity */
	size_t		 count;
	uint32_t	*of;		/* by sampled pair: its tally */
};

/* Compares each pair and counts it with those of its levels, rules, class of sources and rarity.
 * share[f]: how often two strangers agree exactly on field f; -1: not known. */
void tallies_make(struct tallies *t, const struct view *w, const struct sampled *sample,
    size_t count, unsigned classes, const double *share, unsigned threads);
void tallies_done(struct tallies *t);

#endif
