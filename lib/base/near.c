/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/near.c: edits between names. */
#include "base/near.h"

enum { NEAR_MOST = 64 };	/* bytes that are compared */

size_t
near_edits(struct span a, struct span b)
{
	size_t row[NEAR_MOST + 1];

	a = span_head(a, NEAR_MOST);
	b = span_head(b, NEAR_MOST);
	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t above = row[j];
			size_t best = corner + ((a.p[i - 1] | 0x20) != (b.p[j - 1] | 0x20));

			best = row[j] + 1 < best ? row[j] + 1 : best;
			row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
			corner = above;
		}
	}
	return row[b.len];
}

bool
near_slip(struct span name, size_t edits)
{
	return edits <= 3 && edits * 2 < name.len;
}
