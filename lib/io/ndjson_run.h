/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/ndjson_run.h: stepping through the inside of strings, 16 bytes at a time. */
#ifndef CDP_IO_NDJSON_RUN_H
#define CDP_IO_NDJSON_RUN_H

#include "base/attr.h"
#include <stdbool.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Whether a byte may stand in a string as it is and needs no look at its neighbours. */
static inline bool
nd_is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static inline const unsigned char *
nd_run_plain(const unsigned char *p, const unsigned char *end)
{
	while (p < end && nd_is_plain(*p))
		p++;
	return p;
}

#ifdef __SSE2__
/* A bit for each of 16 bytes that is not plain. Signed comparison takes 0x80 and above for
 * less than a blank, which is what is wanted. */
static inline unsigned
nd_not_plain(const unsigned char *p)
{
	__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i quote = _mm_cmpeq_epi8(x, _mm_set1_epi8('"'));
	__m128i slash = _mm_cmpeq_epi8(x, _mm_set1_epi8('\\'));
	__m128i low = _mm_cmplt_epi8(x, _mm_set1_epi8(0x20));

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(low, _mm_or_si128(quote, slash)));
}

/* The first byte from p on that is not plain, or end. Nothing outside [start, end) is read:
 * the last step loads the last 16 bytes of the line and shifts out those before p. */
static inline const unsigned char *
nd_run(const unsigned char *start, const unsigned char *p, const unsigned char *end)
{
	unsigned mask;

	for (; end - p >= 16; p += 16) {
		mask = nd_not_plain(p);
		if (LIKELY(mask != 0))
			return p + __builtin_ctz(mask);
	}
	if (end - start < 16 || p == end)
		return nd_run_plain(p, end);
	mask = nd_not_plain(end - 16) >> (16 - (end - p));
	return mask == 0 ? end : p + __builtin_ctz(mask);
}
#else
static inline const unsigned char *
nd_run(const unsigned char *start, const unsigned char *p, const unsigned char *end)
{
	(void)start;
	return nd_run_plain(p, end);
}
#endif

#endif
