/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/sort_test.c: the same order with any number of threads, and equals stay in theirs. */
#include "base/alloc.h"
#include "resolve/sort.h"
#include "tap.h"

#include <stdint.h>

enum { MOST = 300000 };

struct item {
	uint32_t	key, place;
};

static int
by_key(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

static bool
sorted(const struct item *list, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (list[i - 1].key > list[i].key ||
		    (list[i - 1].key == list[i].key && list[i - 1].place > list[i].place))
			return false;
	return true;
}

static void
one(struct item *list, size_t n, uint32_t keys, unsigned threads)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		list[i] = (struct item){ (uint32_t)(i * 2654435761U) % keys, (uint32_t)i };
	sort_array(list, n, sizeof *list, by_key, threads);
	for (size_t i = 0; i < n; i++)
		sum += list[i].place;
	ok(sorted(list, n) && sum == (uint64_t)n * (n == 0 ? 0 : n - 1) / 2,
	    "%zu items with %u keys on %u threads", n, (unsigned)keys, threads);
}

/* Upper halves that differ in some of their digits only; the lower ones tell where they were. */
static void
halves(size_t n, uint32_t mask)
{
	uint64_t *list = mem_alloc((n + 1) * sizeof *list), sum = 0;
	size_t wrong = 0;

	for (size_t i = 0; i < n; i++)
		list[i] = (uint64_t)((uint32_t)i * 2654435761U & mask) << 32 | i;
	list = sort_halves(list, n);
	for (size_t i = 0; i < n; i++) {
		wrong += i > 0 && list[i - 1] >= list[i];
		sum += (uint32_t)list[i];
	}
	ok(wrong == 0 && sum == (uint64_t)n * (n == 0 ? 0 : n - 1) / 2, "%zu halves below %x", n,
	    (unsigned)mask);
	mem_free(list);
}

/* Keys that differ in some of their digits only. */
static void
numbered(size_t n, uint64_t mask)
{
	struct sort_key *list = mem_alloc((n + 1) * sizeof *list);
	char *of = mem_alloc(n + 1);
	size_t wrong = 0;

	for (size_t i = 0; i < n; i++)
		list[i] = (struct sort_key){ i * UINT64_C(0x9e3779b97f4a7c15) & mask, of + i };
	list = sort_keys(list, n);
	for (size_t i = 0; i < n; i++) {
		size_t from = (size_t)((const char *)list[i].of - of);

		wrong += list[i].key != (from * UINT64_C(0x9e3779b97f4a7c15) & mask) || (i > 0 &&
		    (list[i - 1].key > list[i].key || (list[i - 1].key == list[i].key &&
		    list[i - 1].of >= list[i].of)));
	}
	ok(wrong == 0, "%zu keys of %llx", n, (unsigned long long)mask);
	mem_free(of);
	mem_free(list);
}

/* Texts of a few letters behind a common head: many begin alike, end in one another or are equal. */
static void
texts(size_t n, unsigned letters, size_t longest, unsigned threads)
{
	const size_t room = longest + 24;
	struct span *list = mem_alloc((n + 1) * sizeof *list);
	char *bytes = mem_alloc((n + 1) * room);
	uint64_t x = 1, sum = 0, before = 0, wrong = 0;

	memset(bytes, 'h', (n + 1) * room);
	for (size_t i = 0; i < n; i++) {
		x = x * UINT64_C(6364136223846793005) + 1442695040888963407;
		list[i] = span_make(bytes + i * room, 20 + (x >> 33) % (longest + 1));
		for (size_t k = 20; k < list[i].len; k++)
			bytes[i * room + k] = (char)('a' + (x >> (k % 50)) % letters);
		before += (uintptr_t)list[i].p;
	}
	sort_texts(list, n, threads);
	for (size_t i = 0; i < n; i++) {
		sum += (uintptr_t)list[i].p;
		wrong += i > 0 && span_cmp(list[i - 1], list[i]) > 0;
	}
	ok(wrong == 0 && sum == before, "%zu texts of %u letters on %u threads", n,
	    letters, threads);
	mem_free(bytes);
	mem_free(list);
}

int
main(void)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 1000, MOST };
	static const unsigned threads[] = { 1, 2, 3, 8 };
	struct item *list = mem_alloc(MOST * sizeof *list);

	for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
		for (size_t t = 0; t < sizeof threads / sizeof threads[0]; t++)
			one(list, sizes[s], t % 2 == 0 ? 7 : 1000003, threads[t]);
	for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
		numbered(sizes[s], UINT64_MAX);
		numbered(sizes[s], 0xff00);
		numbered(sizes[s], 0);
		halves(sizes[s], UINT32_MAX);
		halves(sizes[s], 0x3ff800);
		halves(sizes[s], 0);
	}
	for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
		texts(sizes[s], 1, 30, 2);
		texts(sizes[s], 1, 0, 1);
		texts(sizes[s], 2, 40, 1);
		texts(sizes[s], 2, 40, 3);
		texts(sizes[s], 150, 9, 2);
	}
	mem_free(list);
	return tap_done();
}
