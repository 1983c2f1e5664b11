/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/hash.c: the only includer of xxhash.h. */
#include "base/attr.h"
#include "base/crypto.h"
#include "base/hash.h"

#include <endian.h>
#include <pthread.h>
#include <stdatomic.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

static pthread_once_t	seed_once = PTHREAD_ONCE_INIT;
static uint64_t		seed_value;
static atomic_bool	drawn;		/* asked first: most hashes take as long as pthread_once */

/* The library has a way of its own for so few bytes. */
enum { SHORT = 16 };

NOINLINE uint64_t
hash_long(struct span s, uint64_t seed)
{
	return XXH3_64bits_withSeed(s.p, s.len, seed);
}

/* Flat for short texts, for which the calls would take as long as the rest. */
__attribute__((flatten)) uint64_t
hash64(struct span s, uint64_t seed)
{
	if (s.len > SHORT)
		return hash_long(s, seed);
	return XXH3_64bits_withSeed(s.len == 0 ? "" : s.p, s.len, seed);
}

/* Flat, so that the library's branches on the length are decided here once and for all. */
__attribute__((flatten)) uint64_t
hash64_pair(uint64_t first, uint64_t second, uint64_t seed)
{
	uint64_t words[2] = { htole64(first), htole64(second) };

	return XXH3_64bits_withSeed(words, sizeof words, seed);
}

struct hash128
hash128(struct span s, uint64_t seed)
{
	XXH128_hash_t h = XXH3_128bits_withSeed(s.len == 0 ? "" : s.p, s.len, seed);

	return (struct hash128){ h.low64, h.high64 };
}

static void
draw(void)
{
	random_fill(&seed_value, sizeof seed_value);
	atomic_store_explicit(&drawn, true, memory_order_release);
}

uint64_t
hash_seed(void)
{
	if (UNLIKELY(!atomic_load_explicit(&drawn, memory_order_acquire)))
		pthread_once(&seed_once, draw);
	return seed_value;
}
