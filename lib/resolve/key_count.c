/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/key_count.c: a table with linear probing (Knuth 6.4). */
#include "base/alloc.h"
#include "resolve/key_count.h"

enum { LEAST = 64 };

static void
make_room(struct key_count *k, size_t size)
{
	k->size = size;
	k->held = mem_zero(size, sizeof *k->held);
}

void
key_count_open(struct key_count *k, size_t about)
{
	size_t size = LEAST;

	while (size * 3 < about * 4)
		size *= 2;
	*k = (struct key_count){ .keys = 0 };
	make_room(k, size);
}

void
key_count_done(struct key_count *k)
{
	mem_free(k->held);
	k->held = NULL;
}

void
key_count_widen(struct key_count *k)
{
	struct key_held *old = k->held;
	size_t slots = k->size;

	make_room(k, 2 * slots);
	for (size_t i = 0; i < slots; i++) {
		size_t at = old[i].key & (k->size - 1);

		if (old[i].key == 0)
			continue;
		while (k->held[at].key != 0)
			at = (at + 1) & (k->size - 1);
		k->held[at] = old[i];
	}
	mem_free(old);
}
