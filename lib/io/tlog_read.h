/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_read.h: every line of a log up to its checkpoint, verified as it goes by.
 *
 * DIR/seg/NNNNNN.ndjson hold the lines, each a JSON object (≤ JOURNAL_LINE bytes) with the members
 * "seq" (position from 0) and "prev" (unpadded base64url leaf hash of the line before; of line 0
 * SHA-256 of the origin). The leaves are a tree (io/tlog_tree.h), DIR/checkpoint its signed root.
 * DIR/hashes and DIR/roots keep leaves and roots of full segments; nothing rests on them, but with
 * their help damage is named to the line. */
#ifndef CDP_IO_TLOG_READ_H
#define CDP_IO_TLOG_READ_H

#include "base/attr.h"
#include "base/buf.h"		/* by value */
#include "io/tlog_checkpoint.h"	/* struct tlog_checkpoint, by value */
#include "io/tlog_note.h"	/* struct tlog_note, by value */
#include "io/tlog_spot.h"	/* struct tlog_spot, by value */

struct error;
struct tlog_origin;

/* The checkpoint of DIR, signed by the key of its origin. */
struct tlog_now {
	struct buf		bytes;		/* of the file */
	struct tlog_note	note;		/* borrows from bytes */
	struct tlog_checkpoint	checkpoint;	/* borrows from bytes */
};
/* -1: UNSAFE E_LEDGER, with line 1 if there is one that is wrong. Ended by tlog_now_done in either
 * case. Who will also read checkpoints.log reads that first: it never is ahead of this. */
MUST_USE int tlog_now_read(struct tlog_now *now, const char *dir, const struct tlog_origin *origin,
    struct error *e);
void tlog_now_done(struct tlog_now *now);

/* A size and root that the log is to have had. */
struct tlog_mark {
	uint64_t		 size;
	struct tlog_hash	 root;
	const char		*where;		/* "checkpoints.log", for messages */
};

/* Takes a line; `before` is the place in front of it. 0 goes on, -1 stops with e. What it saw may
 * only be used once tlog_read has returned 0. */
typedef int tlog_visit(void *arg, struct span line, const struct tlog_spot *before,
    struct error *e);

/* What is to be made of a line alone, done by the thread that verifies it, while others are visited. It may
 * rest on nothing but the line, which is borrowed until it was visited. */
typedef void tlog_prepare(struct span line, void *to);

struct tlog_reading {
	const char			*dir;
	const struct tlog_origin	*origin;
	const struct tlog_checkpoint	*checkpoint;
	/* Where to begin: NULL is the origin; else in front of the first line of a segment, and the
	 * prev of that line is not looked at, unless `linked`: then anywhere, behind the line whose leaf
	 * the spot has. */
	const struct tlog_spot		*from;
	bool				 linked;
	unsigned			 threads;	/* ≥ 1 */
	tlog_visit			*visit;		/* NULL: only verify */
	void				*arg;
	tlog_prepare			*prepare;	/* NULL: nothing */
	size_t				 prepared_bytes;	/* that it fills */
	void				**prepared;	/* where the visitor finds them */
	struct buf			*leaves;	/* gets the leaf hashes; NULL: not wanted */
	const struct tlog_mark		*marks;		/* by size; those before `from` are not looked at */
	size_t				 mark_count;
};

struct tlog_end {
	struct tlog_spot	spot;		/* behind the last line */
	bool			hashes_fit;	/* DIR/hashes begins with the leaves that were read */
	bool			roots_fit;	/* DIR/roots with the roots of the full segments */
};

/* What was in front of r->from, verified as far as who appends behind it needs (consent 3.5): that the lines of
 * its segment are those of the spot, and whether DIR/roots and, of that segment, DIR/hashes are. Nothing is
 * visited. -1 as tlog_read. */
MUST_USE int tlog_resume(const struct tlog_reading *r, struct tlog_end *end, struct error *e);
/* Reads and verifies: form, seq, prev, marks, root. -1: UNSAFE E_LEDGER, and line = the first bad
 * sequence number + 1. Never looks behind the checkpoint. */
MUST_USE int tlog_read(const struct tlog_reading *r, struct tlog_end *end, struct error *e);

#endif
