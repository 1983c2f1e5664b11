/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/arena_test.c: what was handed out stays in place until the end. */
#include "base/arena.h"
#include "tap.h"

#include <stdint.h>

enum { THINGS = 20000 };

static uint32_t *things[THINGS];

/* Hands out things of many sizes, fills each, and looks at all of them at the end. */
static size_t
fill(struct arena *a)
{
	size_t wrong = 0;

	for (uint32_t i = 0; i < THINGS; i++) {
		size_t words = 1 + (i * 7919) % 61 + (i % 5000 == 0 ? 400000 : 0);

		things[i] = arena_alloc(a, words * sizeof **things);
		wrong += ((uintptr_t)things[i] & 15) != 0;
		things[i][0] = i;
		things[i][words - 1] = i;
	}
	for (uint32_t i = 0; i < THINGS; i++)
		wrong += things[i][0] != i;
	return wrong;
}

int
main(void)
{
	struct arena a = { 0 };
	struct span s;
	size_t total;
	char *zeros;

	ok(fill(&a) == 0, "things are aligned and do not overlap");
	total = a.total;
	arena_reset(&a);
	ok(fill(&a) == 0 && a.total <= total * 2, "a reset arena is used again");
	total = a.total;
	arena_reset(&a);
	ok(fill(&a) == 0 && a.total == total, "and does not grow for the same work");
	s = arena_copy(&a, SPAN("ab\0c"));
	ok(s.len == 4 && memcmp(s.p, "ab\0c", 5) == 0, "a copy is followed by NUL");
	ok(strcmp(arena_text(&a, SPAN("text")), "text") == 0 &&
	    arena_text(&a, SPAN(""))[0] == '\0' && arena_copy(&a, span_none()).len == 0, "texts, also empty ones");
	arena_reset(&a);
	zeros = arena_zero(&a, 1000, 3);
	ok(zeros[0] == 0 && memcmp(zeros, zeros + 1, 2999) == 0, "zeroed memory is zero");
	ok(arena_alloc(&a, 0) != NULL && arena_zero(&a, 0, 8) != NULL, "nothing has a place too");
	arena_done(&a);
	ok(a.first == NULL && a.total == 0, "done gives all back");
	arena_done(&a);
	return tap_done();
}
