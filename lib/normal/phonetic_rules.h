/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/phonetic_rules.h: which letters are heard as which sounds, for phonetic.c only.
 * Always holds: the rules of a set stand by their first letter, in the order of the alphabet,
 * and of two that may both fit the one to be tried first stands first. */
#ifndef CDP_NORMAL_PHONETIC_RULES_H
#define CDP_NORMAL_PHONETIC_RULES_H

#include "normal/phonetic.h"	/* the languages */
#include <stddef.h>

enum {				/* all that are named must hold */
	AT_START = 1,
	AT_END = 2,
	BEFORE_FRONT = 4,	/* e i y follows */
	BEFORE_VOWEL = 8,
	BEFORE_OTHER = 16,	/* no vowel follows */
	AFTER_VOWEL = 32
};

struct phonetic_rule {
	const char	*letters;
	unsigned	 where;
	const char	*sounds;	/* "": not heard */
};

struct phonetic_rules {
	const struct phonetic_rule	*list;
	size_t				 count;
};

/* One set for each language; behind them the plain letters, for what no rule of the language
 * fits. */
extern const struct phonetic_rules phonetic_rules[PHONETIC_LANGUAGES + 1];

#endif
