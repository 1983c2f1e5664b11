/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/streets.h: the rarest word of each street, which tells it from others best and
 * outlives "street", "avenue" and what else is abbreviated or left out. */
#ifndef CDP_RESOLVE_STREETS_H
#define CDP_RESOLVE_STREETS_H

#include "resolve/values.h"

/* A zeroed struct knows no street. */
struct streets {
	uint64_t	*key;		/* by number in values.parts: hash of the word; 0 none */
	uint32_t	 count;
};

/* Of the streets of the first `places` values of places. */
void streets_make(struct streets *s, const struct values *v, uint32_t places);
void streets_done(struct streets *s);

/* 0 for VALUE_NONE. */
static inline uint64_t
streets_key(const struct streets *s, uint32_t street)
{
	return street < s->count ? s->key[street] : 0;
}

#endif
