/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/sha256.c: FIPS 180-4 with the SHA extensions of x86, four rounds a step. */
#include "base/sha256.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#include <stdint.h>

#define WITH_SHA __attribute__((target("sha,ssse3,sse4.1")))

enum { BLOCK = 64, LENGTH = 8 };	/* bytes of a block, and of the length that ends the last */

static const uint32_t first[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
    0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };

static const uint32_t constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* The instructions keep the eight words as a b e f and c d g h. */
struct halves {
	__m128i	abef, cdgh;
};

WITH_SHA static inline __m128i
load(const void *p)
{
	return _mm_loadu_si128((const __m128i *)p);
}

WITH_SHA static struct halves
halves_of(const uint32_t words[8])
{
	__m128i badc = _mm_shuffle_epi32(load(words), 0xb1);
	__m128i hgfe = _mm_shuffle_epi32(load(words + 4), 0x1b);

	return (struct halves){ _mm_alignr_epi8(badc, hgfe, 8), _mm_blend_epi16(hgfe, badc, 0xf0) };
}

WITH_SHA static struct halves
block(struct halves h, const unsigned char *p)
{
	const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
	struct halves before = h;
	__m128i m[4];

	for (int i = 0; i < 4; i++)
		m[i] = _mm_shuffle_epi8(load(p + 16 * i), swap);
#pragma GCC unroll 16
	for (int i = 0; i < 16; i++) {
		__m128i x = _mm_add_epi32(m[i & 3], load(constants + 4 * i)), old;

		h.cdgh = _mm_sha256rnds2_epu32(h.cdgh, h.abef, x);
		h.abef = _mm_sha256rnds2_epu32(h.abef, h.cdgh, _mm_shuffle_epi32(x, 0x0e));
		if (i >= 12)
			continue;
		old = _mm_add_epi32(_mm_sha256msg1_epu32(m[i & 3], m[(i + 1) & 3]),
		    _mm_alignr_epi8(m[(i + 3) & 3], m[(i + 2) & 3], 4));
		m[i & 3] = _mm_sha256msg2_epu32(old, m[(i + 3) & 3]);
	}
	h.abef = _mm_add_epi32(h.abef, before.abef);
	h.cdgh = _mm_add_epi32(h.cdgh, before.cdgh);
	return h;
}

WITH_SHA static void
write_digest(struct halves h, unsigned char out[32])
{
	const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
	__m128i feba = _mm_shuffle_epi32(h.abef, 0x1b), dchg = _mm_shuffle_epi32(h.cdgh, 0xb1);
	__m128i dcba = _mm_blend_epi16(feba, dchg, 0xf0), hgfe = _mm_alignr_epi8(dchg, feba, 8);

	_mm_storeu_si128((__m128i *)(void *)out, _mm_shuffle_epi8(dcba, swap));
	_mm_storeu_si128((__m128i *)(void *)(out + 16), _mm_shuffle_epi8(hgfe, swap));
}

/* What is left of the text, one bit, zeros, and the number of bits in the last eight bytes. */
WITH_SHA static void
digest(struct span s, unsigned char out[32])
{
	unsigned char last[2 * BLOCK] = { 0 };
	const unsigned char *p = (const unsigned char *)s.p;
	size_t left = s.len % BLOCK, end = left + 1 + LENGTH <= BLOCK ? BLOCK : 2 * BLOCK;
	struct halves h = halves_of(first);

	for (size_t n = s.len / BLOCK; n > 0; n--, p += BLOCK)
		h = block(h, p);
	if (left > 0)
		memcpy(last, p, left);
	last[left] = 0x80;
	for (size_t i = 1; i <= LENGTH; i++)
		last[end - i] = (unsigned char)((uint64_t)s.len * 8 >> 8 * (i - 1));
	for (size_t at = 0; at < end; at += BLOCK)
		h = block(h, last + at);
	write_digest(h, out);
}

static bool
has_instructions(void)
{
	unsigned a, b, c, d;

	if (!__get_cpuid(1, &a, &b, &c, &d) || (c & bit_SSSE3) == 0 || (c & bit_SSE4_1) == 0)
		return false;
	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA) != 0;
}

bool
sha256_by_processor(struct span s, unsigned char out[32])
{
	static _Atomic int known;	/* 0: not asked yet, 1: yes, -1: no */

	if (known == 0)
		known = has_instructions() ? 1 : -1;
	if (known < 0)
		return false;
	digest(s, out);
	return true;
}

#else

bool
sha256_by_processor(struct span s, unsigned char out[32])
{
	(void)s;
	(void)out;
	return false;
}

#endif
