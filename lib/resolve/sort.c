/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/sort.c: runs of a fixed size are sorted, then merged two by two. */
#include "base/alloc.h"
#include "base/cache.h"
#include "base/pipeline.h"
#include "resolve/sort.h"

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	RUN = 1 << 15,		/* elements sorted at once; 1 MiB of the usual 32-byte element */
	DIGITS = 8, VALUES = 256,	/* of a key */
	HALF_DIGITS = 3, HALF_BITS = 11, HALF_VALUES = 1 << HALF_BITS,	/* of half a number */
	FEW = 256,		/* texts that are compared with one another */
	AHEAD = 8,		/* texts: how far the cache is told in advance */
	BUCKET = 1 << 14,	/* texts of a bucket, about; as many are put into buckets by one task */
	BUCKETS_MOST = VALUES,	/* what a byte can name */
	SAMPLES = 16		/* texts for each bucket that say where it begins */
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

	if (rest.len >= sizeof n)
		return be64toh(span_word(rest.p)) >> 8 * (sizeof n - bytes);
	for (size_t i = 0; i < bytes; i++)
		n = n << 8 | (i < rest.len ? (unsigned char)rest.p[i] : 0);
	return n;
}

static int
by_bytes(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

/* By what stands behind `depth`, up to which all are alike. */
static void
sort_few(struct span *list, size_t count, size_t depth)
{
	for (size_t i = 0; i < count; i++)
		list[i] = span_skip(list[i], depth);
	qsort(list, count, sizeof *list, by_bytes);
	for (size_t i = 0; i < count; i++)
		list[i] = span_make(list[i].p - depth, list[i].len + depth);
}

/* How many of the first `len` bytes are the same. */
static size_t
same_bytes(const char *a, const char *b, size_t len)
{
	size_t n = 0;

	while (n + sizeof(uint64_t) <= len && span_word(a + n) == span_word(b + n))
		n += sizeof(uint64_t);
	while (n < len && a[n] == b[n])
		n++;
	return n;
}

/* How many bytes from `depth` on all have in common. */
static size_t
alike(const struct span *list, size_t count, size_t depth)
{
	size_t len = list[0].len - depth;

	for (size_t i = 1; i < count && len > 0; i++) {
		if (i + AHEAD < count)
			cache_expect(list[i + AHEAD].p + depth);
		len = same_bytes(list[0].p + depth, list[i].p + depth,
		    least(len, list[i].len - depth));
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
		sort_few(list, count, depth);
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

/* ---- texts of one file begin alike, so buckets are bounded by some of them ---- */

struct bucketing {
	struct span	*list, *to;
	size_t		 count, buckets;
	struct span	 first[BUCKETS_MOST];	/* a text is in the last bucket whose first is not behind it */
	uint8_t		*bucket;		/* by text */
	size_t		(*at)[BUCKETS_MOST];	/* by task: texts of each bucket, then where they go */
	size_t		 begin[BUCKETS_MOST + 1];
};

static void
find_firsts(struct bucketing *b)
{
	size_t samples = b->buckets * SAMPLES;
	struct span *sample = mem_alloc(samples * sizeof *sample);

	for (size_t i = 0; i < samples; i++)
		sample[i] = b->list[b->count / samples * i];
	sort_behind(sample, samples, 0);
	for (size_t i = 0; i < b->buckets; i++)
		b->first[i] = sample[i * SAMPLES];
	mem_free(sample);
}

static size_t
bucket_of(const struct bucketing *b, struct span text)
{
	size_t low = 0, high = b->buckets;	/* what is before the first one goes into it, too */

	while (high - low > 1) {
		size_t mid = (low + high) / 2;

		if (span_cmp(text, b->first[mid]) < 0)
			high = mid;
		else
			low = mid;
	}
	return low;
}

static void
find_buckets(void *arg, unsigned task)
{
	struct bucketing *b = arg;
	size_t from = (size_t)task * BUCKET, to = least(from + BUCKET, b->count);

	for (size_t i = from; i < to; i++) {
		if (i + AHEAD < to)
			cache_expect(b->list[i + AHEAD].p);
		b->bucket[i] = (uint8_t)bucket_of(b, b->list[i]);
		b->at[task][b->bucket[i]]++;
	}
}

static void
place_buckets(struct bucketing *b, unsigned tasks)
{
	size_t sum = 0;

	for (size_t k = 0; k < b->buckets; k++) {
		b->begin[k] = sum;
		for (unsigned t = 0; t < tasks; t++) {
			size_t n = b->at[t][k];

			b->at[t][k] = sum;
			sum += n;
		}
	}
	b->begin[b->buckets] = sum;
}

static void
fill_buckets(void *arg, unsigned task)
{
	struct bucketing *b = arg;
	size_t from = (size_t)task * BUCKET, to = least(from + BUCKET, b->count);

	for (size_t i = from; i < to; i++)
		b->to[b->at[task][b->bucket[i]]++] = b->list[i];
}

static void
sort_bucket(void *arg, unsigned k)
{
	struct bucketing *b = arg;
	size_t from = b->begin[k], count = b->begin[k + 1] - from;

	if (count > 1)
		sort_behind(b->to + from, count, 0);
	memcpy(b->list + from, b->to + from, count * sizeof *b->list);
}

static void
sort_buckets(struct span *list, size_t count, unsigned threads)
{
	struct bucketing *b = mem_zero(1, sizeof *b);
	unsigned tasks = (unsigned)((count + BUCKET - 1) / BUCKET);

	b->list = list;
	b->count = count;
	b->buckets = least(count / BUCKET, BUCKETS_MOST);
	b->to = mem_alloc(count * sizeof *b->to);
	b->bucket = mem_alloc(count);
	b->at = mem_zero(tasks, sizeof *b->at);
	find_firsts(b);
	parallel_each(threads, tasks, find_buckets, b);
	place_buckets(b, tasks);
	parallel_each(threads, tasks, fill_buckets, b);
	parallel_each(threads, (unsigned)b->buckets, sort_bucket, b);
	mem_free(b->at);
	mem_free(b->bucket);
	mem_free(b->to);
	mem_free(b);
}

void
sort_texts(struct span *list, size_t count, unsigned threads)
{
	if (count >= 2 * BUCKET)
		sort_buckets(list, count, threads);
	else if (count > 1)
		sort_behind(list, count, 0);
}

int
sort_by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}
