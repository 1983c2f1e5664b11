/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/link_copies.h: records that a run folded into one because they hold the same values:
 * the ties of its profiles that are made "by" "copy". No link is written for such a pair. */
#ifndef CDP_REPORT_LINK_COPIES_H
#define CDP_REPORT_LINK_COPIES_H

#include "base/arena.h"	/* by value */
#include "base/span.h"	/* passed by value */
#include <stddef.h>

struct links;
struct ndjson;

struct link_copies {
	struct span	*id;		/* two a tie */
	size_t		 n, cap;
	struct arena	 arena;
};

void link_copies_done(struct link_copies *c);	/* begin with { 0 } */
void link_copies_take(struct link_copies *c, const struct ndjson *profile, struct arena *arena);
void link_copies_give(const struct link_copies *c, struct links *to);

#endif
