/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/store.h: all records of a run, in the order of their ids.
 * The cold lines stay in the buffers they were read into; a record points into them. */
#ifndef CDP_RESOLVE_STORE_H
#define CDP_RESOLVE_STORE_H

#include "base/arena.h"		/* by value */
#include "base/buf.h"		/* by value */
#include "base/instant.h"	/* instant */
#include "resolve/facts.h"	/* struct facts, by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map;

enum { STORE_SOURCES_MAX = 1 << 28, REC_ID_BEFORE = UINT16_MAX };

enum {
	REC_HAS_PURPOSES = 1,
	REC_CARRIES = 2,	/* its purposes name the linking purpose */
	REC_PERMITTED = 4,	/* a gate's decision permits it */
	REC_LINKED = 8		/* takes part in linking */
};

/* 32 bytes, two of which share a line of the cache. */
struct rec {
	const char	*line;
	instant		 observed_at;		/* INSTANT_NONE: missing */
	uint32_t	 line_len;
	uint32_t	 row;			/* facts.word[row] */
	uint32_t	 source : 28, flags : 4;	/* index into store.sources; REC_... */
	uint16_t	 id_at;			/* from the begin of the line; REC_ID_BEFORE: just before
						 * it, as the line writes it with escapes or far behind */
	uint16_t	 id_len;
};

struct store {
	struct rec	*rec;
	size_t		 count, cap;
	struct buf	*slab;			/* what records point into */
	size_t		 slab_count, slab_cap;
	struct map	*sources;		/* name → records; sorted by store_finish */
	struct buf	*passing;		/* lines of other kinds, sorted by store_finish */
	size_t		 passing_count, passing_cap;
	struct arena	 header;		/* texts of stream headers, lines behind such ids */
	struct facts	 facts;
	uint64_t	 superseded, repeated;
};

void store_done(struct store *s);
void store_drop_facts(struct store *s);		/* gives their memory back */
/* Orders the records by id and keeps one version of each: the later observed_at, then the
 * larger line. Sorts sources and passing lines. */
void store_finish(struct store *s, unsigned threads);

/* The number of a record by its id, when the store is finished. */
bool store_find(const struct store *s, struct span id, uint32_t *record);

static inline struct span
rec_id(const struct rec *r)
{
	return span_make(r->id_at == REC_ID_BEFORE ? r->line - r->id_len : r->line + r->id_at,
	    r->id_len);
}

static inline const uint32_t *
rec_row(const struct store *s, uint32_t record)
{
	return s->facts.word + s->rec[record].row;
}

static inline struct span
rec_line(const struct rec *r)
{
	return span_make(r->line, r->line_len);
}

#endif
