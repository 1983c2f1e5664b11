/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/slots.c: open addressing, at most half full. */
#include "base/alloc.h"
#include "base/slots.h"

#include <string.h>

enum { SLOTS_FIRST = 64 };	/* a power of two */

static void
put(struct slots *s, uint64_t slot)
{
	size_t at = (size_t)(slot >> 32);

	while (s->slot[at & s->mask] != 0)
		at++;
	s->slot[at & s->mask] = slot;
}

static void
grow(struct slots *s)
{
	struct slots old = *s;
	size_t slots = old.slot == NULL ? SLOTS_FIRST : (old.mask + 1) * 2;

	if (slots - 1 > UINT32_MAX)	/* half a hash tells no more apart */
		mem_exhausted();
	s->slot = mem_zero(slots, sizeof *s->slot);
	s->mask = slots - 1;
	for (size_t i = 0; old.slot != NULL && i <= old.mask; i++)
		if (old.slot[i] != 0)
			put(s, old.slot[i]);
	mem_free(old.slot);
}

void
slots_add(struct slots *s, uint64_t hash, uint32_t number)
{
	if (s->slot == NULL || s->count >= (s->mask + 1) / 2)
		grow(s);
	s->count++;
	put(s, (hash >> 32 << 32) | (number + UINT64_C(1)));
}

void
slots_clear(struct slots *s)
{
	if (s->count > 0)
		memset(s->slot, 0, (s->mask + 1) * sizeof *s->slot);
	s->count = 0;
}

void
slots_done(struct slots *s)
{
	mem_free(s->slot);
	*s = (struct slots){ .slot = NULL };
}
