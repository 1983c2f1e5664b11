/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/slots.h: numbers of things, found by a hash that the caller has: for who keeps the things and
 * their keys already, where a map (map.h) would keep them twice.
 * Always holds: a slot is the upper half of the hash, which is also where it stands, and the number, so that a look at the thing itself, mostly far
 * away, is only for one that is probably it. A zeroed struct is empty. Numbers are below 2^32 - 1. */
#ifndef CDP_BASE_SLOTS_H
#define CDP_BASE_SLOTS_H

#include "base/cache.h"	/* slots_expect */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slots {
	uint64_t	*slot;		/* upper half of the hash, number + 1; 0 is free */
	size_t		 mask, count;
};

void slots_done(struct slots *s);
void slots_clear(struct slots *s);		/* empty, and keeps its memory */
/* Does not look whether it is there. At most 2^31 of them. */
void slots_add(struct slots *s, uint64_t hash, uint32_t number);

/* Every number that was added with this hash, and few others:
 *	for (at = slots_at(hash); slots_next(s, hash, &at, &number);) if (it is) ... */
static inline uint64_t
slots_at(uint64_t hash)
{
	return hash >> 32;
}

/* It will be looked for soon. */
static inline void
slots_expect(const struct slots *s, uint64_t hash)
{
	if (s->slot != NULL)
		cache_expect(&s->slot[slots_at(hash) & s->mask]);
}

static inline bool
slots_next(const struct slots *s, uint64_t hash, uint64_t *at, uint32_t *number)
{
	while (s->slot != NULL) {
		uint64_t slot = s->slot[(*at)++ & s->mask];

		if (slot == 0)
			return false;
		if (slot >> 32 != hash >> 32)
			continue;
		*number = (uint32_t)slot - 1;
		return true;
	}
	return false;
}

#endif
