/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/key_count.h: how many different keys there are and how many pairs have one in common,
 * counted as keys come: nobody needs to know which they are, so they are not put in order. */
#ifndef CDP_RESOLVE_KEY_COUNT_H
#define CDP_RESOLVE_KEY_COUNT_H

#include "base/attr.h"
#include <stddef.h>
#include <stdint.h>

struct key_held {
	uint64_t	key;		/* 0: nobody has come here */
	uint64_t	times;
};

struct key_count {
	struct key_held	*held;
	size_t		 size;		/* a power of two */
	uint64_t	 keys, pairs;	/* the result so far */
};

/* `about`: so many keys are expected; there may be more. */
void key_count_open(struct key_count *k, size_t about);
void key_count_done(struct key_count *k);
/* Makes room for twice as many keys; key_count_add calls it. */
void key_count_widen(struct key_count *k);

/* The key must be spread over all its bits: it is its own hash. */
ALWAYS_INLINE void
key_count_add(struct key_count *k, uint64_t key)
{
	struct key_held *h;
	size_t at;

	key += key == 0;
	for (at = key & (k->size - 1); (h = &k->held[at])->key != key; at = (at + 1) & (k->size - 1)) {
		if (h->key != 0)
			continue;
		h->key = key;
		h->times = 1;
		if (++k->keys * 4 > k->size * 3)
			key_count_widen(k);
		return;
	}
	k->pairs += h->times++;
}

#endif
