/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/events.h: the life of ids between two runs, and redirects of retired ones
 * (resolve 8). */
#ifndef CDP_RESOLVE_EVENTS_H
#define CDP_RESOLVE_EVENTS_H

#include "base/arena.h"	/* by value */
#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include "resolve/history.h"	/* by value */
#include <stdbool.h>
#include <stdint.h>

struct buf;
struct error;
struct json_writer;
struct map;
struct resolve;

enum { EVENTS_GENERATIONS = 1000 };	/* an id given and retired this often is a mistake */

enum event_kind { EVENT_CREATED, EVENT_GREW, EVENT_MERGED, EVENT_MOVED, EVENT_RETIRED,
    EVENT_SPLIT, EVENTS };

struct event {
	struct span	 profile, record;	/* record: of moved; else absent */
	const struct span *list;		/* records added, or the profiles it went to */
	size_t		 count;
	uint8_t		 kind;
	bool		 revived;
};

struct redirect {
	struct span	 id;
	const struct span *to;
	size_t		 count;
	bool		 erased;	/* the record that the id was made from is gone: no target shows */
};

struct resolve_events {
	struct arena		 arena;
	struct history		 old;
	struct event		*list;		/* by profile id, kind, record */
	size_t			 count, cap;
	struct redirect		*redirects;	/* by id */
	size_t			 redirect_count, redirect_cap;
	struct map		*retired;	/* ids of the redirects that were read */
	struct map		*erased;	/* ids made from records that are gone since */
	struct map		*living;	/* overlap: ids made from records of this run; else NULL */
	uint64_t		 tally[EVENTS];
	bool			 found, overlap;
};

struct events_options {
	const char		*previous, *redirects;
	bool			 overlap;	/* keep old ids by shared records */
	unsigned		 threads;
	const unsigned char	*key;
};

/* Reads the previous run, gives profiles their old ids in overlap mode, and lists events. */
MUST_USE int events_find(struct resolve_events *v, struct resolve *r,
    const struct events_options *o, struct error *e);
void events_done(struct resolve_events *v);
void events_write(const struct resolve_events *v, const char *tool, struct buf *out);
void redirects_write(const struct resolve_events *v, struct buf *out);
void events_tally(const struct resolve_events *v, struct json_writer *w);

#endif
