/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/sieve.h: before many texts are looked for that are mostly not there: a bit for each that is,
 * which stays in the cache where a map of them does not.
 * Always holds: what was added is never said to be missing. Not for threads to share while it
 * changes. A zeroed struct has nothing in it. */
#ifndef CDP_BASE_SIEVE_H
#define CDP_BASE_SIEVE_H

#include "base/short.h"	/* short_hash */

struct sieve {
	uint64_t	*word;
	size_t		 mask;	/* bits less one */
};

void sieve_make(struct sieve *s, size_t texts);		/* for about so many */
void sieve_add(struct sieve *s, struct span text);
void sieve_done(struct sieve *s);

/* False: the text is not there. */
static inline bool
sieve_may_have(const struct sieve *s, struct span text)
{
	size_t bit = (size_t)short_hash(text) & s->mask;

	return s->word != NULL && (s->word[bit / 64] >> bit % 64 & 1) != 0;
}

#endif
