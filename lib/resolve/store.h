/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/store.h: all records of a run, in the order of their ids.
 * Their lines are packed (cold.h) until somebody asks for one. */
#ifndef CDP_RESOLVE_STORE_H
#define CDP_RESOLVE_STORE_H

#include "base/arena.h"		/* by value */
#include "base/buf.h"		/* by value */
#include "base/cache.h"		/* used inline */
#include "base/hash.h"		/* struct hash128, by value */
#include "base/instant.h"	/* instant */
#include "base/roll.h"		/* by value */
#include "resolve/cold.h"	/* used inline */
#include "resolve/facts.h"	/* struct facts, by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map;

enum { STORE_SOURCES_MAX = 1 << 28 };

enum {
	REC_HAS_PURPOSES = 1,
	REC_CARRIES = 2,	/* its purposes name the linking purpose */
	REC_PERMITTED = 4,	/* a gate's decision permits it */
	REC_LINKED = 8,		/* takes part in linking */
	REC_FLAGS = 15
};

struct rec {
	const char	*cold;			/* its id and its packed line */
	instant		 observed_at;		/* INSTANT_NONE: missing */
	uint32_t	 row;			/* facts.word[row] */
	uint32_t	 source : 28, flags : 4;	/* index into store.sources; REC_... */
};

struct store {
	struct rec	*rec;
	size_t		 count, cap;
	struct cold	*cold;			/* what lines have in common */
	struct roll	 lines;			/* packed ones, which records point into */
	struct map	*sources;		/* name → records; sorted by store_finish */
	struct span	*passing;		/* lines of other kinds, sorted by store_finish */
	size_t		 passing_count, passing_cap;
	struct roll	 passing_lines;		/* their texts */
	struct arena	 header;		/* texts of stream headers */
	struct facts	 facts;
	uint64_t	 superseded, repeated;
	struct hash128	 read, passed;		/* sums over the lines that were read: run_digest.h */
};

void store_done(struct store *s);
void store_drop_facts(struct store *s);		/* gives their memory back */
void store_drop_passing(struct store *s);	/* the same of passing lines; how many there were stays */
/* Orders the records by id and keeps one version of each: the later observed_at, then the
 * larger line. Sorts sources and passing lines. */
void store_finish(struct store *s, unsigned threads);

/* The number of a record by its id, when the store is finished. */
bool store_find(const struct store *s, struct span id, uint32_t *record);

static inline struct span
rec_id(const struct rec *r)
{
	return cold_id(r->cold);
}

static inline const uint32_t *
rec_row(const struct store *s, uint32_t record)
{
	return s->facts.word + s->rec[record].row;
}

/* The rows of a finished store stand one after another in the order of the records. So who counts by
 * value, which is a look at any place of a table, knows what comes: the word so many behind `at`, or
 * 0 at the end. */
static inline uint32_t
store_word_ahead(const struct store *s, const uint32_t *at)
{
	enum { AHEAD = 24 };	/* words: two records */

	return s->facts.word + s->facts.count - at > AHEAD ? at[AHEAD] : 0;
}

/* Tells the cache of a record, which may lie in two of its lines, */
static inline void
rec_expect(const struct store *s, uint32_t record)
{
	cache_expect(&s->rec[record]);
	cache_expect((const char *)&s->rec[record + 1] - 1);
}

/* and of its row: as many words as most have. */
static inline void
rec_expect_row(const struct store *s, uint32_t record)
{
	enum { WORDS = 12 };
	const uint32_t *row = rec_row(s, record);

	cache_expect(row);
	cache_expect(row + WORDS);
}

/* In the arena. */
static inline struct span
rec_line(const struct store *s, const struct rec *r, struct arena *arena)
{
	return cold_line(s->cold, r->cold, arena);
}

#endif
