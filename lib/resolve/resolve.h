/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/resolve.h: the whole run: records in, clusters, profiles out.
 * Always holds: the result depends on the records and the rules alone, not on their order, the
 * number of threads or anything read before. */
#ifndef CDP_RESOLVE_RESOLVE_H
#define CDP_RESOLVE_RESOLVE_H

#include "base/attr.h"
#include "base/buf.h"		/* by value */
#include "base/instant.h"	/* instant */
#include "resolve/exact.h"	/* by value, as the rest */
#include "resolve/field_stats.h"
#include "resolve/generic.h"
#include "resolve/household.h"
#include "resolve/ids.h"
#include "resolve/intake.h"
#include "resolve/scored.h"
#include "resolve/store.h"
#include "resolve/survive.h"
#include "resolve/verdict_file.h"
#include "resolve/whole.h"

struct beside;
struct error;
struct rules;

struct resolve {
	/* settings, borrowed */
	const struct rules	*rules;
	const unsigned char	*id_key;	/* KEY_BYTES, or NULL */
	unsigned		 threads;
	instant			 as_of;
	bool			 scored;	/* by weights, not by exact keys alone */
	struct scored_options	 how;		/* of scored */
	const struct verdicts	*verdicts;	/* or NULL */
	bool			 conflicts, show_values, no_households;
	bool			 keep;		/* the values, for explain_pairs and links_write */
	bool			 summary;	/* count what only the summary says */

	/* what the stages made */
	struct intake		 intake;
	struct types		*types, *attributes;
	struct store		 store;
	struct generic		 generic;
	struct exact		 exact;		/* the joins; what became of the edges, if scored */
	struct scored		 by_weight;
	struct demand		*demands;	/* of verdicts on these records, of forced joins */
	size_t			 demand_count;
	struct clusters		 clusters;
	struct households	 households;	/* empty: nobody asked for them */
	struct field_stats	 fields;
	struct whole		 whole;
	struct beside		*leaving;	/* from resolve_households to resolve_profiles: frees what
						 * the profiles are written without; or NULL */

	/* figures */
	uint64_t		 known_verdicts, unknown_verdicts;	/* on records that are here, are not */
	uint64_t		 unknown_labels;
	uint64_t		 reviewed;		/* questions in the review queue */
	uint64_t		 conflict_count[CONFLICTS];
	uint64_t		 too_long;	/* profiles whose line no tool reads: see LINE_MOST */
	uint64_t		 singletons, largest, sizes[7];	/* 1, 2, 3, 4-5, 6-10, 11-50, 51+ */
};

typedef void resolve_sink(void *arg, struct span lines);

/* Reads the records and finds their clusters and ids. */
MUST_USE int resolve_read(struct resolve *r, struct feed_options *feed, struct error *e);
MUST_USE int resolve_join(struct resolve *r, struct error *e);
/* Then, where profiles are to be written: who lives together. The clusters stay as they are. */
void resolve_households(struct resolve *r);
/* Instead of resolve_join, in scored mode: what it would do. */
MUST_USE int resolve_estimate(struct resolve *r, struct error *e);
/* Gives the profiles to the sink in the order of their ids, and the conflicts to the other. */
MUST_USE int resolve_profiles(struct resolve *r, resolve_sink *profiles,
    resolve_sink *conflicts, void *arg, struct error *e);
struct span resolve_mode(const struct resolve *r);	/* "exact", "auto", "model" */
void resolve_done(struct resolve *r);

#endif
