/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/key_count_test.c: keys and pairs counted in a table are those that sorting finds. */
#include "base/alloc.h"
#include "resolve/atoms.h"
#include "resolve/key_count.h"
#include "tap.h"

#include <stdlib.h>

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* n keys of `different` ones, in a table that expects `about`. */
static void
one(size_t n, uint64_t different, size_t about)
{
	uint64_t *key = mem_alloc((n + 1) * sizeof *key), keys = 0, pairs = 0, same = 0;
	struct key_count k;

	key_count_open(&k, about);
	for (size_t i = 0; i < n; i++) {
		key[i] = key_spread(i * i % different + 1);
		key_count_add(&k, key[i]);
	}
	qsort(key, n, sizeof *key, by_number);
	for (size_t i = 0; i < n; i++) {
		same = i > 0 && key[i] == key[i - 1] ? same + 1 : 0;
		keys += same == 0;
		pairs += same;
	}
	ok(k.keys == keys && k.pairs == pairs, "%zu keys of %u, %zu expected", n, (unsigned)different, about);
	key_count_done(&k);
	mem_free(key);
}

/* The smallest numbers, 0 among them, and all in one corner of the table. */
static void
unspread(void)
{
	struct key_count k;

	key_count_open(&k, 0);
	for (uint64_t i = 0; i < 1000; i++)
		for (unsigned times = 0; times < 3; times++)
			key_count_add(&k, i << 32);
	ok(k.keys == 1000 && k.pairs == 3000, "keys that share their low bits");
	key_count_done(&k);
}

int
main(void)
{
	one(0, 1, 0);
	one(1, 1, 10);
	one(100000, 1, 100000);
	one(100000, 777, 3);
	one(100000, 1000003, 0);
	one(100000, 1000003, 100000);
	unspread();
	return tap_done();
}
