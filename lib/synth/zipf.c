/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/zipf.c: the sum of 1 / (r + q) grows like a logarithm, so a rank is found by a power
 * of two: r + q = q × 2^(x × span), x being uniform. No table, however many names there are. */
#include "synth/zipf.h"

#include <pthread.h>

enum { STEPS = 256, STEP_SHIFT = 24 };

static pthread_once_t	once = PTHREAD_ONCE_INIT;
static uint64_t		power[STEPS + 1];	/* 2^(i/256), in 1/2^32 */

/* Products of doubles are the same everywhere; the last value comes out as 2 exactly. */
static void
fill(void)
{
	double p = 4294967296.0;

	for (int i = 0; i < STEPS; i++) {
		power[i] = (uint64_t)(p + 0.5);
		p *= 1.0027112750502025;	/* 2^(1/256) */
	}
	power[STEPS] = UINT64_C(1) << 33;
}

/* 2^(y's fraction), in 1/2^32: linear between the steps. */
static uint64_t
power_of(uint64_t y)
{
	uint32_t fraction = (uint32_t)y;
	uint32_t i = fraction >> STEP_SHIFT, rest = fraction & ((1U << STEP_SHIFT) - 1);

	return power[i] + ((power[i + 1] - power[i]) * rest >> STEP_SHIFT);
}

/* q × 2^y − q, whole part; q has 16 bits and y is below 22, which leaves room. */
static uint64_t
rank_at(uint32_t q, uint64_t y)
{
	uint64_t scaled = (q * (power_of(y) >> 8)) << (y >> 32);

	return (scaled - ((uint64_t)q << 24)) >> 32;
}

struct zipf
zipf_make(uint32_t q, uint64_t ranks)
{
	struct zipf z = { .q = q, .ranks = ranks };

	pthread_once(&once, fill);
	for (uint64_t bit = UINT64_C(1) << 36; bit > 0; bit >>= 1)
		if ((z.span | bit) >> 32 < 22 && rank_at(q, z.span | bit) < ranks)
			z.span |= bit;
	return z;
}

uint64_t
zipf_rank(const struct zipf *z, uint64_t bits)
{
	uint64_t x = bits >> 32;

	return rank_at(z->q, x * (z->span >> 32) + (x * (z->span & UINT32_MAX) >> 32));
}

uint64_t
zipf_names(uint32_t factor, unsigned bits)
{
	uint64_t y = bits * UINT64_C(2576980378);	/* 0.6, in 1/2^32 */

	pthread_once(&once, fill);
	return ((power_of(y) << (y >> 32) >> 32) * factor) / 1000;
}
