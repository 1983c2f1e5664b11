/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/generic_dates.c: birth dates that more people have than are born on one day. */
#include "base/alloc.h"
#include "resolve/facts.h"
#include "resolve/generic.h"
#include "resolve/generic_priv.h"
#include "resolve/model_table.h"
#include "resolve/sort.h"
#include "resolve/store.h"

enum { DECADE = 10 };	/* years */

static int
by_count(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t
root(uint64_t n)
{
	uint64_t r = 0;

	while ((r + 1) * (r + 1) <= n)
		r++;
	return r;
}

/* More holders than this and a day of the decade is a default, not a birthday. */
static uint64_t
decade_cap(const uint32_t *count, size_t days)
{
	uint32_t *held = mem_alloc((days + 1) * sizeof *held);
	size_t n = 0;
	uint64_t middle;

	for (size_t i = 0; i < days; i++)
		if (count[i] > 0)
			held[n++] = count[i];
	sort_array(held, n, sizeof *held, by_count, 1);
	middle = n == 0 ? 1 : held[(n - 1) / 2];
	mem_free(held);
	return middle + 8 * root(middle);
}

/* A default first of January keeps its year; any other default says nothing. */
static void
drop_defaults(struct store *s, const bool *is_default)
{
	for (size_t i = 0; i < s->count; i++) {
		uint32_t *at = s->facts.word + s->rec[i].row;

		for (; s->rec[i].flags & REC_LINKED && *at != 0; at++) {
			if (!fact_full_date(*at) || !is_default[generic_date_slot(*at)])
				continue;
			if ((*at >> 5 & 15) == 1 && (*at & 31) == 1)
				*at &= ~(uint32_t)0x1ff;
			else
				facts_drop(at);
		}
	}
}

/* Whether a day that so many hold is a default; a model says it of any number. */
static bool
judge(struct generic *g, size_t slot, uint32_t count)
{
	struct span field = SPAN("birthdate");
	struct buf date = { 0 };
	bool is_default;

	buf_print(&date, "%04zu-%02zu-%02zu", slot / DATE_YEAR, slot / 31 % 12 + 1, slot % 31 + 1);
	is_default = g->frozen == NULL ||
	    model_generic_find(g->frozen, field, buf_span(&date)) != NULL;
	if (is_default)
		generic_remember(g, (struct generic_value){ field, buf_span(&date), count, 0, "default",
		    slot % DATE_YEAR == 0 ? "year" : "null" });
	buf_done(&date);
	return is_default;
}

/* The first year of the decade in which the next date is, from a decade's first year on. */
static unsigned
next_decade(const struct store *s, unsigned year)
{
	return facts_next_year(&s->facts, year) / DECADE * DECADE;
}

void
generic_dates(struct generic *g, struct store *s, const uint32_t *count)
{
	bool *is_default = mem_zero(DATE_SLOTS, 1);
	bool any = false;

	for (unsigned year = next_decade(s, 0); year < FACT_YEARS; year = next_decade(s, year + DECADE)) {
		size_t decade = (size_t)year * DATE_YEAR;
		uint64_t cap = 0;

		for (size_t i = decade; i < decade + DECADE * DATE_YEAR; i++) {
			if (g->frozen == NULL && count[i] <= 9)	/* no cap is below 1 + 8 */
				continue;
			if (g->frozen == NULL && cap == 0)
				cap = decade_cap(count + decade, DECADE * DATE_YEAR);
			if (count[i] > cap && judge(g, i, count[i]))
				is_default[i] = any = true;
		}
	}
	if (any)
		drop_defaults(s, is_default);
	mem_free(is_default);
}
