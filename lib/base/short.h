/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/short.h: hash and comparison of values that are mostly short: two loads that overlap
 * take the place of a call, because names, towns and domains have fewer than 17 bytes.
 * Always holds: no byte outside the span is read; the hash is for finding places in memory only
 * and never shows in any output. */
#ifndef CDP_BASE_SHORT_H
#define CDP_BASE_SHORT_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stdint.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
	SHORT_MAX = 16,		/* bytes that two loads of eight cover */
	SHORT_ROOM = 32		/* bytes that room_equal reads */
};

struct short_words {		/* with the length they tell all bytes of a short value */
	uint64_t	first, last;
};

static inline uint32_t
load_four(const char *p)
{
	uint32_t word;

	memcpy(&word, p, sizeof word);
	return word;
}

/* At most SHORT_MAX bytes. */
static inline struct short_words
short_words(const char *p, size_t len)
{
	if (len >= 8)
		return (struct short_words){ span_word(p), span_word(p + len - 8) };
	if (len >= 4)
		return (struct short_words){ load_four(p), load_four(p + len - 4) };
	if (len == 0)
		return (struct short_words){ 0, 0 };
	return (struct short_words){ (unsigned char)p[0], (uint64_t)(unsigned char)p[len / 2] << 8 |
	    (unsigned char)p[len - 1] };
}

/* Of longer values only both ends count. */
static inline uint64_t
short_hash(struct span s)
{
	struct short_words w = short_words(s.p, s.len < SHORT_MAX ? s.len : SHORT_MAX);
	uint64_t h;

	if (s.len > SHORT_MAX)
		w.last ^= span_word(s.p + s.len - 8) * UINT64_C(0x9fb21c651e98df25);
	h = (w.first ^ UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xbf58476d1ce4e5b9);
	h = (h ^ h >> 32 ^ w.last ^ s.len) * UINT64_C(0x94d049bb133111eb);
	return __builtin_bswap64(h);	/* every byte counts in the high bits of a product */
}

#ifdef __SSE2__
/* Whether sixteen bytes are the same. */
ALWAYS_INLINE bool
sixteen_equal(const char *p, const char *q)
{
	return _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)p),
	    _mm_loadu_si128((const __m128i *)(const void *)q))) == 0xffff;
}
#endif

/* The same as span_equal. */
static inline bool
short_equal(struct span a, struct span b)
{
	struct short_words x, y;

	if (a.len != b.len)
		return false;
#ifdef __SSE2__
	if (a.len > SHORT_MAX && a.len <= 2 * SHORT_MAX)
		return sixteen_equal(a.p, b.p) &&
		    sixteen_equal(a.p + a.len - SHORT_MAX, b.p + b.len - SHORT_MAX);
#endif
	if (a.len > SHORT_MAX)
		return memcmp(a.p, b.p, a.len) == 0;
	x = short_words(a.p, a.len);
	y = short_words(b.p, b.len);
	return x.first == y.first && x.last == y.last;
}

/* Whether len bytes, at most SHORT_ROOM, are the same, where SHORT_ROOM may be read at both. */
ALWAYS_INLINE bool
room_equal(const char *p, const char *q, size_t len)
{
#ifdef __SSE2__
	const __m128i *a = (const __m128i *)(const void *)p, *b = (const __m128i *)(const void *)q;
	uint64_t first = (uint64_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(a),
	    _mm_loadu_si128(b)));
	uint64_t second = (uint64_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(a + 1),
	    _mm_loadu_si128(b + 1)));

	return (~(first | second << 16) & (((uint64_t)1 << len) - 1)) == 0;
#else
	return memcmp(p, q, len) == 0;
#endif
}

#endif
