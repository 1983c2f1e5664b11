/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/hash.h: XXH3, for tables and samples; never for what an adversary must not forge.
 * The only module that includes xxhash.h. */
#ifndef CDP_BASE_HASH_H
#define CDP_BASE_HASH_H

#include "base/span.h"	/* passed by value */
#include <stdint.h>

struct hash128 {
	uint64_t lo, hi;
};

uint64_t hash64(struct span s, uint64_t seed);		/* XXH3 64 with seed */
/* The same of the 16 bytes of two words, little end first; in half the time. */
uint64_t hash64_pair(uint64_t first, uint64_t second, uint64_t seed);
struct hash128 hash128(struct span s, uint64_t seed);	/* XXH3 128 with seed */
/* Adds to a sum modulo 2^128: of the same hashes it is the same, in whatever order they come. */
static inline void
hash128_add(struct hash128 *sum, struct hash128 h)
{
	sum->lo += h.lo;
	sum->hi += h.hi + (sum->lo < h.lo);
}

uint64_t hash_seed(void);	/* random, the same for the life of the process: table seeds */

#endif
