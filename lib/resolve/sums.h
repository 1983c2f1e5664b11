/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/sums.h: what is known of pairs of clusters in one component: the sum of W over their
 * cross pairs, and whether they were refused. Clusters have numbers that are never used again, so
 * nothing that is known becomes wrong when clusters grow.
 * A zeroed struct is empty. */
#ifndef CDP_RESOLVE_SUMS_H
#define CDP_RESOLVE_SUMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sum {
	uint64_t	key;
	int64_t		sum;		/* of W × copies × copies, if known */
	uint32_t	round;		/* of what component this is; another one's place is free */
	uint8_t		reason;		/* enum merge_reason, if refused */
	bool		known, refused, told;
};

struct sums {
	struct sum	*place;
	size_t		 mask, room;	/* places in use are mask + 1 of room */
	size_t		 count;
	uint32_t	 round;
	uint64_t	 most;		/* bytes that places may take, and `held`; 0: any number */
	uint64_t	 held;		/* bytes of the caller's */
	uint64_t	 wanted;	/* they would have taken more, so many: nothing is noted any more; or 0 */
	struct sum	 lost;		/* what is not noted */
};

/* Forgets all but `most`. Few clusters take few places, which then stay in the cache. */
void sums_begin(struct sums *s, size_t expected, uint64_t held);
struct sum *sums_find(const struct sums *s, uint32_t a, uint32_t b);	/* or NULL */
/* Finds or adds; what an earlier call returned may have moved. */
struct sum *sums_at(struct sums *s, uint32_t a, uint32_t b);
void sums_done(struct sums *s);

#endif
