/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/similar.c: Jaro–Winkler as one exact fraction, no floating point. */
#include "resolve/similar.h"

#include <stdbool.h>

enum { PREFIX_MOST = 4 };

/* Marks the characters of both that match inside the window; returns how many. */
static uint64_t
match(struct span a, struct span b, bool *in_a, bool *in_b)
{
	size_t longest = a.len > b.len ? a.len : b.len;
	size_t window = longest / 2 > 0 ? longest / 2 - 1 : 0;
	uint64_t m = 0;

	for (size_t i = 0; i < a.len; i++) {
		size_t from = i > window ? i - window : 0;

		for (size_t j = from; j < b.len && j <= i + window; j++)
			if (!in_b[j] && a.p[i] == b.p[j]) {
				in_a[i] = in_b[j] = true;
				m++;
				break;
			}
	}
	return m;
}

static uint64_t
half_transpositions(struct span a, struct span b, const bool *in_a, const bool *in_b)
{
	uint64_t wrong = 0;
	size_t j = 0;

	for (size_t i = 0; i < a.len; i++) {
		if (!in_a[i])
			continue;
		while (!in_b[j])
			j++;
		wrong += a.p[i] != b.p[j++];
	}
	return wrong / 2;
}

uint32_t
similar_jaro_winkler(struct span a, struct span b)
{
	bool in_a[SIMILAR_LEN_MAX] = { false }, in_b[SIMILAR_LEN_MAX] = { false };
	uint64_t m, h, n, d, p = 0;

	if (span_equal(a, b))
		return SIMILAR_ONE;
	a = span_head(a, SIMILAR_LEN_MAX);
	b = span_head(b, SIMILAR_LEN_MAX);
	m = match(a, b, in_a, in_b);
	if (m == 0)
		return 0;
	h = half_transpositions(a, b, in_a, in_b);
	n = m * m * b.len + m * m * a.len + a.len * b.len * (m - h);
	d = 3 * a.len * b.len * m;
	while (p < PREFIX_MOST && p < a.len && p < b.len && a.p[p] == b.p[p])
		p++;
	n = 10 * n > 7 * d ? SIMILAR_ONE / 10 * (10 * n + p * (d - n)) / d : SIMILAR_ONE * n / d;
	return n >= SIMILAR_ONE ? SIMILAR_ONE - 1 : (uint32_t)n;
}
