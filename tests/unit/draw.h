/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/draw.h: random numbers for properties: SplitMix64, the same on every machine. */
#ifndef CDP_TESTS_DRAW_H
#define CDP_TESTS_DRAW_H

#include <stdint.h>
#include <stdio.h>

static uint64_t draw_state;

static inline void
draw_begin(uint64_t seed, unsigned long trials)
{
	draw_state = seed;
	printf("# seed %llu, %lu trials\n", (unsigned long long)seed, trials);
}

static inline uint64_t
draw_word(void)
{
	uint64_t z = (draw_state += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

static inline uint64_t
draw(uint64_t below)
{
	return draw_word() % below;
}

#endif
