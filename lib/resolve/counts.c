/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/counts.c: counts come together page by page. */
#include "base/alloc.h"
#include "resolve/counts.h"
#include "resolve/facts.h"

enum {
	PAGE = 1024,	/* counts: a page of most systems */
	GROUP = 32	/* counts: so many at a time take a few instructions */
};

static size_t
page_end(size_t from, size_t count)
{
	return count - from < PAGE ? count : from + PAGE;
}

/* Whether some count is not 0: the quick way past what nobody holds. */
static bool
any(const uint32_t *list, size_t count)
{
	uint32_t all = 0;
	size_t i = 0;

	for (; count - i >= GROUP; i += GROUP)
		for (size_t k = 0; k < GROUP; k++)
			all |= list[i + k];
	for (; i < count; i++)
		all |= list[i];
	return all != 0;
}

void
counts_add(uint32_t *sum, uint32_t *more, size_t count)
{
	for (size_t from = 0, to; from < count; from = to) {
		to = page_end(from, count);
		if (!any(more + from, to - from))
			continue;
		for (size_t i = from; i < to; i++)
			sum[i] += more[i];
	}
	mem_free(more);
}

void
counts_add_dates(const struct facts *f, uint32_t *sum, uint32_t *more, size_t year_size)
{
	for (unsigned year = facts_next_year(f, 0); year < FACT_YEARS; year = facts_next_year(f, year + 1))
		for (size_t i = year * year_size; i < (year + 1) * year_size; i++)
			sum[i] += more[i];
	mem_free(more);
}
