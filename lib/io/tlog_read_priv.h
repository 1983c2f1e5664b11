/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_read_priv.h: what reading a log is made of: slices cut from the segments, and the hashes
 * that were kept. */
#ifndef CDP_IO_TLOG_READ_PRIV_H
#define CDP_IO_TLOG_READ_PRIV_H

#include "io/journal_priv.h"	/* JOURNAL_LEAF, links */
#include "io/tlog_read.h"

/* Sets e: the line with that seq is the first that cannot be trusted. -1. */
int tlog_damage(const char *dir, uint64_t seq, const char *why, struct error *e);

/* ---- slices ---- */

/* Whole lines with their LF in p[1 … 1 + len); p is the caller's to free. */
struct cut {
	char		*p;
	size_t		 len;
	uint64_t	 first, lines;		/* seq of the first line; how many */
	char		 prev[JOURNAL_LEAF];	/* of the first line, once it was read */
};
struct cutter {
	const struct tlog_reading *r;
	uint64_t	seq;		/* of the next line */
	int		fd;		/* of its segment; -1: not open yet */
	uint64_t	skip;		/* bytes of the first segment that are not read */
	struct buf	rest;		/* read and not given out */
	bool		ended;		/* of the file */
	bool		full;		/* its segment was given out */
};
void cutter_open(struct cutter *c, const struct tlog_reading *r, uint64_t from);
MUST_USE int cutter_next(struct cutter *c, struct cut *cut, struct error *e);	/* 1, 0, -1 */
bool cutter_is_short(const struct cutter *c);	/* too little to share out */
void cutter_close(struct cutter *c);

/* ---- hashes and roots ---- */

struct kept {
	const struct tlog_reading *r;
	int		hashes, roots;		/* descriptors; -1: not there */
	uint64_t	compared;		/* leaves, from the first one of all */
	uint64_t	changed;		/* the first of them that is another one; UINT64_MAX */
	uint64_t	segments;		/* full ones that went by */
	bool		roots_differ;
};
void kept_open(struct kept *k, const struct tlog_reading *r, uint64_t from);
void kept_leaves(struct kept *k, uint64_t first, const struct tlog_hash *leaf, uint64_t count);
void kept_root(struct kept *k, const struct tlog_hash *root);
bool kept_hashes_fit(const struct kept *k);
bool kept_roots_fit(const struct kept *k);
/* What a fault rests on: form, place or link of a line; what a visitor made of a line; a mark. */
enum blame { BLAME_FORM, BLAME_LINE, BLAME_MARK };
/* If the hashes on disk have the root of the checkpoint they are the true ones, and the first line
 * that has another leaf is the first bad one: moves the place of e there. */
void kept_blame(const struct kept *k, enum blame blame, struct error *e);
void kept_close(struct kept *k);

#endif
