/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/ids.h: clusters become profiles with ids (resolve 8).
 * The id of a profile is made from the record id of its leader, so it needs no history. */
#ifndef CDP_RESOLVE_IDS_H
#define CDP_RESOLVE_IDS_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct rules;
struct store;

enum { PROFILE_ID_LEN = 27 };	/* "p" and 26 characters of base32 */

struct cluster {
	char		id[PROFILE_ID_LEN + 1];
	uint32_t	at, count;	/* members[at .. at + count), by record id */
	uint32_t	tie;		/* its first tie in struct whole: it has one less than it has members */
	uint32_t	leader;		/* record index */
};

struct clusters {
	struct cluster	*list;		/* by id */
	size_t		 count;
	uint32_t	*members;
};

/* Leader: the smallest observed_at (missing last), source priority, record id. */
MUST_USE int clusters_build(struct clusters *c, const struct store *s, const uint32_t *cluster,
    const struct rules *rules, const unsigned char *key, unsigned threads, struct error *e);
void clusters_done(struct clusters *c);
/* Whether record a leads before b; `priority` is by source. */
bool leads_before(const struct store *s, const uint32_t *priority, uint32_t a, uint32_t b);
uint32_t *source_priorities(const struct store *s, const struct rules *rules);	/* the caller's */
/* By id again, after ids were changed. -1 UNSAFE E_ID_CLASH: two have one id. */
MUST_USE int clusters_sort(struct clusters *c, unsigned threads, struct error *e);
/* The id that a leader gives; `generation` above 0 makes another one of it. */
void profile_id(char out[PROFILE_ID_LEN + 1], struct span record, const unsigned char *key,
    unsigned generation);

#endif
