/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/feed.h: the lines of our own streams, for every tool that reads them.
 * Opens the inputs in order, scans each line once, checks the envelope (reliability section 2:
 * each `stream` needs its `end`; half a line, a missing, repeated or not-ok end is
 * E_STREAM_END or E_TRUNCATED, INPUT), sends bad lines to the rejects, and hands good ones to
 * the tool: in parallel, by chunk, with the results given back in order. Whatever the tool does
 * per line may depend on that line alone; what cannot be said yet is left for its turn.
 *
 * Always holds: `emit` sees the results in input order; feed_run returns 0 only if every
 * input was read to its end and its envelope is whole. Same result for any thread count. */
#ifndef CDP_MODEL_FEED_H
#define CDP_MODEL_FEED_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include "io/source.h"	/* struct source_options, by value */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;
struct chunk;
struct consent_event;
struct error;
struct line_values;
struct ndjson;
struct notes;
struct profile;
struct profile_members;
struct record;
struct rejects;

enum feed_kind { FEED_RECORD, FEED_PROFILE, FEED_LINK, FEED_EVENT, FEED_CONSENT, FEED_DECISION,
    FEED_REJECT, FEED_OTHER, FEED_KINDS };	/* OTHER: unknown kind, or no "kind" at all */

struct feed_line {
	enum feed_kind		 kind;
	const struct ndjson	*tape;		/* the scanned line; NULL: it was read without one */
	const struct line_values *values;	/* of a record; for feed_ops.record only */
	const struct profile_members *members;	/* of a profile that was read without a tape */
	struct span		 raw;		/* its bytes, in the chunk */
	const char		*file;		/* base name of the input */
	uint64_t		 line, byte;	/* place in the input */
};

/* One chunk on its way through: what the tool's callbacks work on. */
struct feed_part {
	struct buf	*out;		/* empty at the start; for the tool */
	struct arena	*arena;		/* lives until emit has returned */
	void		*data;		/* the tool's, NULL at the start */
	unsigned	 worker;	/* which thread: index into the tool's per-thread things */
	void		*left;		/* by `line` for `turn`, with a 2; in the arena */
	struct chunk	*chunk;		/* emit may take chunk->bytes over by buf_swap or by zeroing it */
};

struct feed_ops {
	/* One good line (never stream or end). 0 goes on; 1 refuses the line: *e (status REFUSED)
	 * says why and it becomes a reject; -1 ends the run with *e; 2 leaves the line to `turn`.
	 * Called by workers. */
	int (*line)(void *arg, struct feed_part *part, const struct feed_line *line, struct error *e);
	/* A line that was left, without its tape; `left` is what was left with it. Called in the order of the
	 * input by the main thread, so that what it says may rest on all lines before. 0, 1 or -1. */
	int (*turn)(void *arg, struct feed_part *part, const struct feed_line *line, void *left,
	    struct error *e);
	/* The chunk is through; called in order by the main thread. May be NULL. 0 or -1. */
	int (*emit)(void *arg, struct feed_part *part, struct error *e);
	/* A `stream` line, in order, by the main thread, before any line after it is *emitted*
	 * (workers may already have seen such lines). May be NULL. 0 or -1. */
	int (*header)(void *arg, const struct feed_line *line, struct error *e);
	/* Frees part->data, after emit or in its place, however the run goes. NULL if there is none. */
	void (*drop)(void *arg, struct feed_part *part);
	/* Before anything else looks at a line: the kind of one of a form that the tool knows, and it is taken.
	 * FEED_KINDS: it goes the way of all. Called by workers; NULL if no form is known. */
	enum feed_kind (*known)(void *arg, struct feed_part *part, struct span line);
	/* A good record, instead of `line` and as that, but read already into the arena of the part:
	 * those of the usual form need no tape. NULL if `line` takes them like the others. */
	int (*record)(void *arg, struct feed_part *part, const struct feed_line *line,
	    const struct record *record, struct error *e);
	/* A record or a profile of the usual form, instead of `line` and as that, but read without a
	 * tape; it lives until the callback returns. NULL if `line` takes them like the others. */
	int (*plain_record)(void *arg, struct feed_part *part, const struct feed_line *line,
	    const struct record *record, struct error *e);
	int (*plain_profile)(void *arg, struct feed_part *part, const struct feed_line *line,
	    const struct profile *profile, struct error *e);
	/* The same of a consent event. */
	int (*plain_consent)(void *arg, struct feed_part *part, const struct feed_line *line,
	    const struct consent_event *event, struct error *e);
};

struct feed_options {
	const char *const	*paths;		/* "-" is standard input */
	size_t			 path_count;	/* 0: standard input alone */
	struct byte_source	*given;		/* the first path, opened already: taken over; or NULL */
	unsigned		 threads;	/* 0 and 1, and by line: in the calling thread */
	size_t			 max_line;	/* 0: 1 MiB, of a profile LINE_MOST */
	const struct nd_limits	*limits;	/* NULL: defaults, but for those of profiles (profile_begins) */
	struct source_options	 source;
	bool			 strict_counts;	/* counts in `end` that differ are INPUT (E_STREAM_COUNT), not a note */
	struct rejects		*rejects;	/* where bad lines go */
	struct notes		*notes;
	const char		*tool;
	/* Bytes of input consumed so far and in all (0 unknown): for progress. May be NULL. */
	void			(*progress)(void *arg, uint64_t done, uint64_t all);
	void			*progress_arg;
};

struct feed_counts {
	uint64_t	lines;			/* read, stream and end and blank ones included */
	uint64_t	in;			/* good lines and refused ones: what `end` calls in */
	uint64_t	by_kind[FEED_KINDS];	/* good lines */
	uint64_t	rejected, blank, foreign;	/* foreign: good lines outside any stream */
	uint64_t	streams;
	bool		no_final_newline;
};

MUST_USE int feed_run(const struct feed_options *o, const struct feed_ops *ops, void *arg,
    struct feed_counts *counts, struct error *e);
struct span feed_kind_name(enum feed_kind kind);	/* "record" */

#endif
