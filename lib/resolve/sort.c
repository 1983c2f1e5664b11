/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/sort.c: runs of a fixed size are sorted, then merged two by two. */
#include "base/alloc.h"
#include "base/pipeline.h"
#include "resolve/sort.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	RUN = 1 << 15,		/* elements sorted at once; 1 MiB of the usual 32-byte element */
	DIGITS = 8, VALUES = 256	/* of a key */
};

struct sorting {
	char		*from, *to;
	size_t		 count, size, width;	/* width: elements of a sorted run */
	sort_compare	*compare;
};

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void
sort_run(void *arg, unsigned i)
{
	struct sorting *s = arg;
	size_t at = (size_t)i * RUN;

	qsort(s->from + at * s->size, least(RUN, s->count - at), s->size, s->compare);
}

static void
merge_two(void *arg, unsigned i)
{
	struct sorting *s = arg;
	size_t at = 2 * s->width * i, mid = least(at + s->width, s->count);
	size_t end = least(mid + s->width, s->count), a = at, b = mid, size = s->size;
	char *to = s->to + at * size;

	while (a < mid && b < end) {
		size_t *next = s->compare(s->from + b * size, s->from + a * size) < 0 ? &b : &a;

		memcpy(to, s->from + *next * size, size);
		++*next;
		to += size;
	}
	memcpy(to, s->from + a * size, (mid - a) * size);
	memcpy(to + (mid - a) * size, s->from + b * size, (end - b) * size);
}

void
sort_array(void *base, size_t count, size_t size, sort_compare *compare, unsigned threads)
{
	struct sorting s = { base, NULL, count, size, RUN, compare };
	char *spare;

	parallel_each(threads, (unsigned)((count + RUN - 1) / RUN), sort_run, &s);
	if (count <= RUN)
		return;
	spare = mem_alloc(count * size);
	s.to = spare;
	for (; s.width < count; s.width *= 2) {
		char *swap;

		parallel_each(threads, (unsigned)((count + 2 * s.width - 1) / (2 * s.width)),
		    merge_two, &s);
		swap = s.from;
		s.from = s.to;
		s.to = swap;
	}
	if (s.from != base)
		memcpy(base, s.from, count * size);
	mem_free(spare);
}

static unsigned
digit(const struct sort_key *x, int d)
{
	return (unsigned)(x->key >> (8 * d)) & (VALUES - 1);
}

/* How many have each value of a digit becomes where the first of them goes; false: all have one. */
static bool
place_values(size_t at[VALUES], size_t count)
{
	size_t sum = 0;

	for (int v = 0; v < VALUES; v++) {
		size_t n = at[v];

		if (n == count)
			return false;
		at[v] = sum;
		sum += n;
	}
	return true;
}

/* Digit by digit, from the lowest. */
struct sort_key *
sort_keys(struct sort_key *list, size_t count)
{
	size_t (*at)[VALUES] = mem_zero(DIGITS, sizeof *at);
	struct sort_key *to = mem_alloc((count + 1) * sizeof *to), *swap;

	for (size_t i = 0; i < count; i++)
		for (int d = 0; d < DIGITS; d++)
			at[d][digit(&list[i], d)]++;
	for (int d = 0; d < DIGITS; d++) {
		if (!place_values(at[d], count))
			continue;
		for (size_t i = 0; i < count; i++)
			to[at[d][digit(&list[i], d)]++] = list[i];
		swap = list;
		list = to;
		to = swap;
	}
	mem_free(to);
	mem_free(at);
	return list;
}

int
sort_by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}
