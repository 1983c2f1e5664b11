/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/sieve.c: one bit for each text, by its hash. */
#include "base/alloc.h"
#include "base/sieve.h"

enum { BITS = 16 };		/* for each text, at least: one in so many gets through for nothing */

void
sieve_make(struct sieve *s, size_t texts)
{
	size_t bits = 64;

	while (bits / BITS < texts)
		bits *= 2;
	*s = (struct sieve){ mem_zero(bits / 64, sizeof *s->word), bits - 1 };
}

void
sieve_add(struct sieve *s, struct span text)
{
	size_t bit = (size_t)short_hash(text) & s->mask;

	s->word[bit / 64] |= UINT64_C(1) << bit % 64;
}

void
sieve_done(struct sieve *s)
{
	mem_free(s->word);
	*s = (struct sieve){ NULL, 0 };
}
