/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/draw.h: random numbers for properties: SplitMix64, the same on every machine; or the bytes
 * of a fuzzer, one or two for a number, so that it can change one choice and keep the others. */
#ifndef CDP_TESTS_DRAW_H
#define CDP_TESTS_DRAW_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

static uint64_t draw_state;
static const uint8_t *draw_bytes;
static size_t draw_left;

static inline void
draw_begin(uint64_t seed, unsigned long trials)
{
	draw_state = seed;
	printf("# seed %llu, %lu trials\n", (unsigned long long)seed, trials);
}

/* Behind the last byte come numbers that follow from their count. */
static inline void
draw_from(const uint8_t *bytes, size_t count)
{
	draw_state = count;
	draw_bytes = bytes;
	draw_left = count;
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
	uint64_t n = 0;

	if (draw_left < 2)
		return draw_word() % below;
	for (unsigned take = below <= 256 ? 1 : 2; take > 0; take--, draw_left--)
		n = n << 8 | *draw_bytes++;
	return n % below;
}

#endif
