/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/golden.h: the surviving values of profiles against the true ones of their people.
 * Read the true values, give it every profile, then choose whose each profile is, then the records
 * that were candidates, if they are there; then ask. */
#ifndef CDP_REPORT_GOLDEN_H
#define CDP_REPORT_GOLDEN_H

#include "base/arena.h"	/* by value */
#include "base/attr.h"
#include "model/feed.h"	/* struct feed_options: by value */
#include <stddef.h>
#include <stdint.h>

struct contingency;
struct error;
struct grid;
struct labels;
struct map;
struct ndjson;
struct scores;

enum { GOLDEN_FIELDS = 12 };

/* Values of one entity or profile: as they stand, and what they are compared by. */
struct golden_row {
	struct span	value[GOLDEN_FIELDS], key[GOLDEN_FIELDS];
	uint32_t	entity;		/* of a profile: whose it is; UINT32_MAX: nobody's */
	uint32_t	best;		/* of a profile: bits of the fields that a candidate had right */
};
struct golden_rows {
	struct map		*names;		/* name -> index + 1 */
	struct golden_row	*v;
	size_t			 n, cap;
};
struct golden {
	struct golden_rows	 entities, profiles;
	bool			 has[GOLDEN_FIELDS];	/* columns that the file has */
	bool			 candidates;		/* records were read */
	struct arena		 arena;
};

void golden_init(struct golden *g);
void golden_done(struct golden *g);
/* A CSV of entity and columns named like the fields of a record. Adds its lines to *lines. */
MUST_USE int golden_read(struct golden *g, const char *path, const struct feed_options *feed,
    uint64_t *lines, struct error *e);
/* One profile line. 0, or 1 and e (REFUSED). */
int golden_profile(struct golden *g, struct span label, const struct ndjson *tape,
    struct arena *arena, struct error *e);
/* A profile is of the entity that most of its records belong to, of equals the first by name. */
void golden_assign(struct golden *g, const struct contingency *t, const struct labels *truth,
    const struct labels *found);
/* The records that were resolved: what each profile could have taken. */
MUST_USE int golden_candidates(struct golden *g, const char *path, const struct labels *found,
    bool by_key, const struct feed_options *feed, uint64_t *lines, struct error *e);
void golden_scores(const struct golden *g, struct scores *out);
void golden_fields(const struct golden *g, struct grid *out);

#endif
