/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/number.c: numbers from text and back. */
#include "base/buf.h"
#include "base/number.h"
#include "base/wide.h"

#include <assert.h>

enum {
	PLACES_MOST = 19,
	FIXED_MOST = 24		/* bytes of a number of 64 bits with so many places, its sign and point */
};

bool
u64_parse(struct span s, uint64_t *n)
{
	uint64_t sum = 0;

	if (s.len == 0 || s.len > 20)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned d = (unsigned char)s.p[i] - '0';

		if (d > 9 || __builtin_mul_overflow(sum, 10, &sum) ||
		    __builtin_add_overflow(sum, d, &sum))
			return false;
	}
	*n = sum;
	return true;
}

bool
i64_parse(struct span s, int64_t *n)
{
	bool minus = s.len > 0 && s.p[0] == '-';
	uint64_t size;

	if (!u64_parse(minus ? span_skip(s, 1) : s, &size))
		return false;
	if (size > (uint64_t)INT64_MAX + minus)
		return false;
	*n = minus ? (int64_t)(0 - size) : (int64_t)size;
	return true;
}

bool
size_parse(struct span s, uint64_t *bytes)
{
	static const char units[] = "KMGT";
	const char *unit = s.len == 0 ? NULL : memchr(units, s.p[s.len - 1], sizeof units - 1);
	unsigned shift = unit == NULL ? 0 : 10 * (unsigned)(unit - units + 1);
	uint64_t n;

	if (unit != NULL)
		s.len--;
	if (!u64_parse(s, &n) || (shift > 0 && n >> (64 - shift) != 0))
		return false;
	*bytes = n << shift;
	return true;
}

bool
fixed_parse(struct span s, int places, int64_t *n)
{
	bool minus = s.len > 0 && s.p[0] == '-';
	struct span rest = minus ? span_skip(s, 1) : s;
	size_t dot = span_index(rest, '.');
	struct span whole = span_head(rest, dot);
	struct span part = dot == rest.len ? SPAN("") : span_skip(rest, dot + 1);
	int64_t sum = 0;

	if (whole.len == 0 || (dot < rest.len && part.len == 0))
		return false;
	while (part.len > (size_t)places && part.p[part.len - 1] == '0')
		part.len--;
	if (part.len > (size_t)places)
		return false;
	for (size_t i = 0; i < whole.len + (size_t)places; i++) {
		char c = i < whole.len ? whole.p[i] :
		    i - whole.len < part.len ? part.p[i - whole.len] : '0';

		if (c < '0' || c > '9' || __builtin_mul_overflow(sum, 10, &sum) ||
		    __builtin_add_overflow(sum, c - '0', &sum))
			return false;
	}
	*n = minus ? -sum : sum;
	return true;
}

void
fixed_write(struct buf *out, int64_t n, int places)
{
	uint64_t size = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
	char text[FIXED_MOST];
	size_t at = sizeof text;
	int digits = 0;

	assert(places <= PLACES_MOST);
	do {					/* from the last digit on */
		text[--at] = (char)('0' + size % 10);
		size /= 10;
		if (++digits == places)
			text[--at] = '.';
	} while (digits <= places || size > 0);
	if (n < 0)
		text[--at] = '-';
	buf_add(out, span_make(text + at, sizeof text - at));
}

/* 128 bits, so that counts of pairs fit: 10^19 × 10^6 is below 2^84. */
void
ratio_write(struct buf *out, uint64_t num, uint64_t den, int places)
{
	wide scale = 1, q;

	for (int i = 0; i < places; i++)
		scale *= 10;
	q = ((wide)num * scale * 2 + den) / ((wide)den * 2);
	buf_u64(out, (uint64_t)(q / scale));
	if (places == 0)
		return;
	buf_byte(out, '.');
	for (q %= scale; scale > 1; q %= scale) {
		scale /= 10;
		buf_byte(out, (char)('0' + (int)(q / scale)));
	}
}
