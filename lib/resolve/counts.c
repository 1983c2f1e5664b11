/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/counts.c: counts come together page by page. */
#include "base/alloc.h"
#include "resolve/counts.h"

enum { PAGE = 1024 };	/* counts: a page of most systems */

static size_t
page_end(size_t from, size_t count)
{
	return count - from < PAGE ? count : from + PAGE;
}

void
counts_add(uint32_t *sum, uint32_t *more, size_t count)
{
	for (size_t from = 0, to; from < count; from = to) {
		uint32_t any = 0;

		to = page_end(from, count);
		for (size_t i = from; i < to; i++)
			any |= more[i];
		for (size_t i = from; any != 0 && i < to; i++)
			sum[i] += more[i];
	}
	mem_free(more);
}
