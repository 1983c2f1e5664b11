/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/sort.c: runs of a fixed size are sorted, then merged two by two. */
#include "base/alloc.h"
#include "base/cache.h"
#include "base/pipeline.h"
#include "resolve/sort.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	RUN = 1 << 15,		/* elements sorted at once; 1 MiB of the usual 32-byte element */
	DIGITS = 8, VALUES = 256,	/* of a key */
	HALF_DIGITS = 3, HALF_BITS = 11, HALF_VALUES = 1 << HALF_BITS,	/* of half a number */
	FEW = 256,		/* texts that are compared with one another */
	AHEAD = 8		/* texts: how far the cache is told in advance */
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

	if (count <= RUN) {
		if (count > 1)
			qsort(base, count, size, compare);
		return;
	}
	parallel_each(threads, (unsigned)((count + RUN - 1) / RUN), sort_run, &s);
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
place_values(size_t *at, int values, size_t count)
{
	size_t sum = 0;

	for (int v = 0; v < values; v++) {
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
		if (!place_values(at[d], VALUES, count))
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

static unsigned
half_digit(uint64_t x, int d)
{
	return (unsigned)(x >> (32 + HALF_BITS * d)) & (HALF_VALUES - 1);
}

/* The same with fewer, larger digits: half a number has three of them. */
uint64_t *
sort_halves(uint64_t *list, size_t count)
{
	size_t (*at)[HALF_VALUES] = mem_zero(HALF_DIGITS, sizeof *at);
	uint64_t *to = mem_alloc((count + 1) * sizeof *to), *swap;

	for (size_t i = 0; i < count; i++)
		for (int d = 0; d < HALF_DIGITS; d++)
			at[d][half_digit(list[i], d)]++;
	for (int d = 0; d < HALF_DIGITS; d++) {
		if (!place_values(at[d], HALF_VALUES, count))
			continue;
		for (size_t i = 0; i < count; i++)
			to[at[d][half_digit(list[i], d)]++] = list[i];
		swap = list;
		list = to;
		to = swap;
	}
	mem_free(to);
	mem_free(at);
	return list;
}

uint64_t
sort_number(struct span text, size_t depth, size_t bytes)
{
	struct span rest = span_skip(text, depth);
	uint64_t n = 0;

	for (size_t i = 0; i < bytes; i++)
		n = n << 8 | (i < rest.len ? (unsigned char)rest.p[i] : 0);
	return n;
}

static int
by_bytes(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

/* How many bytes from `depth` on all have in common. */
static size_t
alike(const struct span *list, size_t count, size_t depth)
{
	size_t len = list[0].len - depth, n;

	for (size_t i = 1; i < count && len > 0; i++) {
		if (i + AHEAD < count)
			cache_expect(list[i + AHEAD].p + depth);
		for (n = 0; n < len && n < list[i].len - depth &&
		    list[i].p[depth + n] == list[0].p[depth + n]; n++)
			;
		len = n;
	}
	return len;
}

/* By the eight bytes behind what all have in common; then what is equal in these by what follows
 * them. A number that ends with a zero is the end of its text. */
static void
sort_behind(struct span *list, size_t count, size_t depth)
{
	struct span *copy;
	struct sort_key *key;

	if (count <= FEW) {
		qsort(list, count, sizeof *list, by_bytes);
		return;
	}
	depth += alike(list, count, depth);
	copy = mem_copy(list, count * sizeof *list);
	key = mem_alloc(count * sizeof *key);
	for (size_t i = 0; i < count; i++) {
		if (i + AHEAD < count)
			cache_expect(list[i + AHEAD].p + depth);
		key[i] = (struct sort_key){ sort_number(list[i], depth, DIGITS), &copy[i] };
	}
	key = sort_keys(key, count);
	for (size_t i = 0; i < count; i++)
		list[i] = *(const struct span *)key[i].of;
	mem_free(copy);
	for (size_t at = 0, end; at < count; at = end) {
		for (end = at + 1; end < count && key[end].key == key[at].key; end++)
			;
		if (end > at + 1 && key[at].key % VALUES != 0)
			sort_behind(list + at, end - at, depth + DIGITS);
	}
	mem_free(key);
}

void
sort_texts(struct span *list, size_t count)
{
	if (count > 1)
		sort_behind(list, count, 0);
}

int
sort_by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}
