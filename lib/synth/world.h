/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/world.h: what all draws share: seed, words, the day of the data, and the preset. */
#ifndef CDP_SYNTH_WORLD_H
#define CDP_SYNTH_WORLD_H

#include "base/instant.h"	/* day */
#include "synth/draw.h"		/* struct dice, by value */
#include "synth/words.h"	/* struct words, enum locale */

enum { HISTORY_YEARS = 5, HISTORY_DAYS = HISTORY_YEARS * 365, HOME_SIZES = 8 };

/* A kind of data set: how much of each trouble it has, in percent of `retail`. */
struct preset {
	const char	*name;
	unsigned	 errors;		/* slips, and values left out */
	unsigned	 changes;		/* moves, new numbers, marriages */
	unsigned	 shared;		/* what a household uses together, namesakes, twins */
	unsigned	 defaults;		/* placeholders instead of values */
	unsigned	 skew;			/* head names are so many times as frequent: 1 is usual */
	bool		 crowded;		/* households are large */
};

struct world {
	uint64_t		 seed;
	const struct words	*words;
	const struct preset	*preset;
	enum locale		 locale;	/* LOCALES: a mix */
	day			 as_of;
};

/* NULL: no such preset. */
const struct preset *preset_find(const char *name);

static inline struct dice
dice_of(const struct world *w, uint64_t who)
{
	return (struct dice){ w->seed, who };
}

/* A rate of retail, changed by a percentage of the preset. */
static inline uint32_t
share(uint32_t of_a_million, unsigned percent)
{
	uint32_t n = of_a_million / 100 * percent;

	return n < MILLION ? n : MILLION;
}

#endif
