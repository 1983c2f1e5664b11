/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/map_test.c: keys by bytes, in order of insertion. */
#include "base/buf.h"
#include "base/map.h"
#include "tap.h"

enum { KEYS = 50000 };

static struct buf text;

static struct span
key_of(size_t i)
{
	buf_reset(&text);
	buf_print(&text, "key %zu", i * 2654435761U % 1000003);
	return buf_span(&text);
}

static void
small(void)
{
	struct map *m = map_new();

	ok(map_size(m) == 0 && map_find(m, SPAN("a")) == NULL &&
	    map_index(m, SPAN("a")) == SIZE_MAX,
	    "a new map is empty");
	*map_slot(m, SPAN("b")) = 7;
	++*map_slot(m, SPAN("b"));
	ok(map_size(m) == 1 && *map_find(m, SPAN("b")) == 8, "a slot is made once");
	ok(map_add(m, SPAN("a")) == 1 && map_add(m, SPAN("a")) == 1 && map_value(m, 1) == 0,
	    "an added key has value 0");
	ok(!map_has(m, SPAN("B")) && !map_has(m, SPAN("b\0")) && !map_has(m, SPAN("")),
	    "keys are equal byte by byte");
	map_add(m, SPAN(""));
	map_add(m, SPAN("b\0"));
	ok(map_size(m) == 4 && map_has(m, SPAN("")) && map_has(m, SPAN("b\0")),
	    "an empty key and one with NUL are keys");
	map_set(m, 1, 99);
	map_sort(m);
	ok(map_key(m, 0).len == 0 && span_is(map_key(m, 1), "a") && span_is(map_key(m, 2), "b") &&
	    map_key(m, 3).len == 2, "sorted by bytes");
	ok(map_index(m, SPAN("a")) == 1 && map_value(m, 1) == 99 && *map_find(m, SPAN("b")) == 8,
	    "values move with their keys");
	map_clear(m);
	ok(map_size(m) == 0 && !map_has(m, SPAN("a")) && map_add(m, SPAN("c")) == 0,
	    "a cleared map is as new");
	map_free(m);
	map_free(NULL);
}

static void
large(void)
{
	struct map *m = map_new();
	size_t wrong = 0;
	struct span first;

	first = map_key(m, map_add(m, key_of(0)));
	for (size_t i = 0; i < KEYS; i++)
		wrong += map_add(m, key_of(i)) != i;
	ok(wrong == 0 && map_size(m) == KEYS, "indexes are in order of insertion");
	for (size_t i = 0; i < KEYS; i++) {
		wrong += map_index(m, key_of(i)) != i || !span_equal(map_key(m, i), key_of(i));
		map_set(m, i, i);
	}
	ok(wrong == 0, "every key is found again");
	ok(map_key(m, 0).p == first.p, "keys stay in place");
	map_sort(m);
	for (size_t i = 1; i < KEYS; i++)
		wrong += span_cmp(map_key(m, i - 1), map_key(m, i)) >= 0;
	for (size_t i = 0; i < KEYS; i++)
		wrong += !span_equal(key_of(map_value(m, i)), map_key(m, i)) ||
		    map_index(m, map_key(m, i)) != i;
	ok(wrong == 0, "sorting keeps each value with its key");
	map_free(m);
}

int
main(void)
{
	small();
	large();
	buf_done(&text);
	return tap_done();
}
