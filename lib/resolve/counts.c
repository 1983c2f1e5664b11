/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/counts.c: counts come together page by page. */
#include "base/alloc.h"
#include "resolve/counts.h"

enum {
	PAGE = 1024,	/* counts: a page of most systems */
	GROUP = 32	/* counts: so many at a time take a few instructions */
};

static size_t
page_end(size_t from, size_t count)
{
	return count - from < PAGE ? count : from + PAGE;
}

bool
counts_any(const uint32_t *list, size_t count)
{
	uint32_t any = 0;
	size_t i = 0;

	for (; count - i >= GROUP; i += GROUP)
		for (size_t k = 0; k < GROUP; k++)
			any |= list[i + k];
	for (; i < count; i++)
		any |= list[i];
	return any != 0;
}

void
counts_add(uint32_t *sum, uint32_t *more, size_t count)
{
	for (size_t from = 0, to; from < count; from = to) {
		to = page_end(from, count);
		if (!counts_any(more + from, to - from))
			continue;
		for (size_t i = from; i < to; i++)
			sum[i] += more[i];
	}
	mem_free(more);
}
