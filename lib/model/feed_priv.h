/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/feed_priv.h: what feed.c and feed_marks.c share: parts on their way, and the marks in them. */
#ifndef CDP_MODEL_FEED_PRIV_H
#define CDP_MODEL_FEED_PRIV_H

#include "base/arena.h"		/* by value */
#include "base/buf.h"		/* by value */
#include "base/error.h"		/* by value */
#include "io/chunk.h"		/* by value */
#include "io/lines.h"
#include "model/feed.h"		/* enum feed_kind */
#include "model/profile_plain.h"	/* by value */
#include "model/record_plain.h"	/* struct line_values, by value */

enum mark_type { MARK_STREAM, MARK_END, MARK_REJECT, MARK_WAITS };

struct mark {
	struct mark	*next;
	enum mark_type	 type;
	size_t		 row;
	uint64_t	 lines_before;	/* content lines of the chunk before this row */
	const char	*code, *text;	/* MARK_REJECT */
	uint32_t	 column;
	enum feed_kind	 kind;		/* MARK_WAITS: and what the tool left */
	void		*left;
};

/* One chunk, or the end of a file (no rows), or a failure to read. */
struct part {
	struct part		*next;		/* in the list of free ones */
	struct chunk		 chunk;
	struct buf		 out;
	struct arena		 arena;
	struct line_values	 values;	/* of the record at hand */
	struct arena		 memory;	/* of the line at hand, if it has no tape */
	struct profile_members	 members;
	struct feed_part	 given;
	struct mark		*first, **last;
	const char		*file;
	bool			 begins, ends;	/* no line of its file came before; it ends here */
	bool			 unended;
	uint64_t		 content, lines, blank, by_kind[FEED_KINDS];
	uint64_t		 done;		/* bytes read so far, for progress */
	struct error		 failure;	/* found while reading or working, given out in order */
};

struct feed {
	const struct feed_options	*o;
	const struct feed_ops		*ops;
	void				*arg;
	struct feed_counts		*counts;
	struct ndjson			**scanners;	/* one a worker, one for the main thread */
	unsigned			 threads;
	struct part			*free;
	struct byte_source		*source;
	struct lines			*lines;
	size_t				 next_path;
	char				**names;	/* base names, live until the end */
	bool				 begins, failed;
	uint64_t			 done, all;
	bool				 inside;	/* between a stream line and its end */
	uint64_t			 since;		/* content lines since the stream line */
};

static inline uint64_t
row_line(const struct part *p, size_t row)
{
	return p->chunk.first_line + p->chunk.rows[row].line;
}

static inline struct feed_line
line_of(const struct part *p, size_t row)
{
	return (struct feed_line){ .raw = chunk_row(&p->chunk, row), .file = p->file,
	    .line = row_line(p, row), .byte = p->chunk.first_byte + p->chunk.rows[row].at };
}

/* What the marks of a part say, in order. 0 or -1. */
MUST_USE int feed_marks(struct feed *f, struct part *p, struct error *e);
/* `row` may be none of the part (SIZE_MAX). Always -1. */
int feed_envelope_error(const struct part *p, size_t row, const char *text, struct error *e);

#endif
