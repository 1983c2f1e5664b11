/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/sums.c: open addressing; a round number in each place makes forgetting free. */
#include "base/alloc.h"
#include "resolve/sums.h"

#include <string.h>

enum { LEAST = 16, GROWING = 3 };	/* places; times as many, while they become twice as many */

static uint64_t
key_of(uint32_t a, uint32_t b)
{
	return a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
}

static size_t
first_place(const struct sums *s, uint64_t key)
{
	return (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & s->mask;
}

/* Where the key is, or the free place where it would be. */
static struct sum *
look(const struct sums *s, uint64_t key)
{
	size_t i = first_place(s, key);

	while (s->place[i].round == s->round && s->place[i].key != key)
		i = (i + 1) & s->mask;
	return &s->place[i];
}

/* Whether so many places are more than there is room for. */
static bool
beyond(struct sums *s, size_t places)
{
	uint64_t bytes = (uint64_t)places * sizeof *s->place + s->held;

	if (s->most > 0 && bytes > s->most)
		s->wanted = bytes;
	return s->wanted > 0;
}

void
sums_begin(struct sums *s, size_t expected, uint64_t held)
{
	size_t size = LEAST;

	while (size < 2 * expected)
		size *= 2;
	s->held = held;
	s->wanted = 0;
	if (beyond(s, size))
		size = LEAST;
	if (size > s->room || s->round == UINT32_MAX) {
		mem_free(s->place);
		s->room = size > s->room ? size : s->room;
		s->place = mem_zero(s->room, sizeof *s->place);
		s->round = 0;
	}
	s->mask = size - 1;
	s->count = 0;
	s->round++;
}

static void
grow(struct sums *s)
{
	struct sums old = *s;

	s->room = 2 * (s->mask + 1);
	s->mask = s->room - 1;
	s->place = mem_zero(s->room, sizeof *s->place);
	for (size_t i = 0; i <= old.mask; i++)
		if (old.place[i].round == old.round)
			*look(s, old.place[i].key) = old.place[i];
	mem_free(old.place);
}

struct sum *
sums_find(const struct sums *s, uint32_t a, uint32_t b)
{
	struct sum *x = look(s, key_of(a, b));

	return x->round == s->round ? x : NULL;
}

struct sum *
sums_at(struct sums *s, uint32_t a, uint32_t b)
{
	uint64_t key = key_of(a, b);
	struct sum *x = look(s, key);

	if (x->round == s->round)
		return x;
	if (4 * (s->count + 1) > 3 * (s->mask + 1)) {
		if (beyond(s, GROWING * (s->mask + 1)))
			return &s->lost;
		grow(s);
		x = look(s, key);
	}
	s->count++;
	*x = (struct sum){ .key = key, .round = s->round };
	return x;
}

void
sums_done(struct sums *s)
{
	mem_free(s->place);
	*s = (struct sums){ 0 };
}
