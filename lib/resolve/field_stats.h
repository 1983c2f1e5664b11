/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/field_stats.h: what the fields that match look like over the linked records, and
 * what the rules do with them; for the summary. */
#ifndef CDP_RESOLVE_FIELD_STATS_H
#define CDP_RESOLVE_FIELD_STATS_H

#include "base/arena.h"	/* by value */
#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_writer;
struct rules;
struct store;
struct types;

struct field_stat {
	struct span	 name;
	uint64_t	 records;	/* that have a value */
	uint64_t	 distinct;	/* values in the form of matching */
	const char	*why;		/* "join", "constraint" ...; or why it is not used */
	bool		 used;
};

struct field_stats {
	struct arena		 arena;
	struct field_stat	*list;		/* by name */
	size_t			 count, cap;
	uint64_t		 linked;	/* records */
	uint64_t		 nodes;		/* of them, that differ in what is matched */
};

/* Before any value is dropped. */
void field_stats_find(struct field_stats *f, const struct store *s, const struct rules *rules,
    const struct types *types, unsigned threads);
void field_stats_write(const struct field_stats *f, struct json_writer *w);
void field_stats_done(struct field_stats *f);

#endif
