/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/houses.h: addresses of one house, and who was seen there when. */
#ifndef CDP_RESOLVE_HOUSES_H
#define CDP_RESOLVE_HOUSES_H

#include "base/instant.h"	/* instant */
#include <stddef.h>
#include <stdint.h>

struct view;

struct stay {
	uint32_t	house, profile, place;	/* place: a value's number */
	instant		at;			/* INSTANT_NONE: unknown */
};

#define HOUSE_NONE	UINT32_MAX

struct houses {
	uint32_t	*of;		/* by place: a place that stands for its house, or HOUSE_NONE */
	uint64_t	*mark;		/* by such a place: of the contents, the same in every run */
	struct stay	*stay;		/* by house, in any order within one */
	size_t		 count;
};

/* Addresses with the same number and street in one postcode or town are one house, also where the
 * streets of one postcode are written a little differently. The number alone tells nothing: some
 * postcodes are a town. `profile` is by record. Needs a field of places. */
void houses_find(struct houses *h, const struct view *w, const uint32_t *profile,
    unsigned threads);
void houses_done(struct houses *h);

#endif
