/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/slots_test.c: what was added is found by its hash, all of it, and little else. */
#include "base/slots.h"
#include "draw.h"
#include "tap.h"

#include <stdlib.h>

enum { COUNT = 100000, SEED = 7 };

static uint64_t hashes[COUNT];

/* How often a number is among those of a hash; *others counts the rest. */
static unsigned
times(const struct slots *s, uint64_t hash, uint32_t wanted, unsigned long *others)
{
	uint64_t at = slots_at(hash);
	unsigned found = 0;
	uint32_t number;

	while (slots_next(s, hash, &at, &number)) {
		found += number == wanted;
		*others += number != wanted;
	}
	return found;
}

int
main(void)
{
	struct slots s = { .slot = NULL };
	unsigned long others = 0, wrong = 0, strangers = 0;

	draw_begin(SEED, COUNT);
	ok(times(&s, 5, 0, &others) == 0, "an empty one has nothing");
	for (uint32_t i = 0; i < COUNT; i++) {
		hashes[i] = i % 10 == 9 ? hashes[i - 1] : draw_word();	/* some are the same */
		slots_add(&s, hashes[i], i);
	}
	for (uint32_t i = 0; i < COUNT; i++)
		wrong += times(&s, hashes[i], i, &others) != 1;
	ok(wrong == 0, "each number is found once by its hash (%lu are not)", wrong);
	ok(others >= COUNT / 5 && others < COUNT / 5 + 100, "and those of the same hash, hardly others (%lu)", others);
	for (uint32_t i = 0; i < COUNT; i++)
		wrong += times(&s, draw_word(), UINT32_MAX, &strangers) != 0;
	ok(wrong == 0 && strangers < 100, "what was not added finds hardly anything (%lu)", strangers);
	slots_done(&s);
	for (uint32_t i = 0; i < 1000; i++)	/* all in one place */
		slots_add(&s, UINT64_C(3) << 32, i);
	for (uint32_t i = 0; i < 1000; i++)
		wrong += times(&s, UINT64_C(3) << 32, i, &others) != 1;
	ok(wrong == 0, "a thousand of one hash are all found");
	slots_clear(&s);
	ok(times(&s, UINT64_C(3) << 32, 0, &others) == 0, "a cleared one has nothing");
	slots_add(&s, UINT64_C(3) << 32, 7);
	ok(times(&s, UINT64_C(3) << 32, 7, &others) == 1, "and takes what comes");
	slots_done(&s);
	slots_clear(&s);
	ok(s.slot == NULL, "nothing is made to be cleared");
	return tap_done();
}
