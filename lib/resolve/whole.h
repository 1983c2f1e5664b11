/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/whole.h: what the golden record of one profile needs to know of all the others:
 * values that several profiles hold, default birth dates, and the ties by profile. */
#ifndef CDP_RESOLVE_WHOLE_H
#define CDP_RESOLVE_WHOLE_H

#include "base/sieve.h"		/* by value, as the next */
#include "resolve/usual.h"
#include <stdbool.h>
#include <stdint.h>

struct clusters;
struct exact;
struct exact_tie;
struct generic;
struct map;
struct store;
struct types;
struct values;

struct whole {
	struct map		*shared, *defaults;	/* as in struct survival */
	struct sieve		 maybe_shared;
	struct usual		 given, family;	/* names of the run */
	struct exact_tie	*ties;		/* by profile: see cluster.tie */
};

/* Looks at the values, so that their memory can be given back afterwards; marks ties that are
 * copies, unless that is known, as it is in scored mode; what that has counted is in `values`. */
void whole_find(struct whole *w, const struct store *s, const struct types *types,
    struct exact *x, const struct generic *g, const struct values *values, unsigned threads);
/* Ties by the place of their cluster among the members. */
void whole_order_ties(struct whole *w, const struct store *s, const struct exact *x,
    const struct clusters *c);
void whole_done(struct whole *w);

#endif
