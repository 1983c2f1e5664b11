/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_write_priv.h: a log that is open for appending, for tlog_write.c and tlog_repair.c. */
#ifndef CDP_IO_TLOG_WRITE_PRIV_H
#define CDP_IO_TLOG_WRITE_PRIV_H

#include "base/buf.h"		/* by value */
#include "io/grow.h"		/* by value */
#include "io/tlog_key.h"	/* by value */
#include "io/tlog_spot.h"	/* by value */
#include "io/tlog_write.h"

/* Where a line that is held begins, and the digest of the one before in it. */
struct tlog_place {
	size_t	line, prev;
};

struct tlog_writer {
	char				*dir;
	char				*torn;		/* DIR/torn/tail */
	const struct tlog_origin	*origin;
	struct tlog_key			 key;		/* borrows from the origin */
	unsigned char			*secret;	/* ED25519_SECRET of secret_new */
	struct tlog_spot		 spot;		/* behind what is acknowledged */
	struct grow			 hashes, roots, history;
	uint64_t			 history_end;	/* bytes of whole checkpoints */
	struct buf			 note;		/* the checkpoint now */
	struct buf			 held;		/* lines with LF; those that are not hashed yet lack prev */
	struct tlog_place		*places;	/* of each */
	size_t				 place_count, place_cap;
	struct buf			 leaves;	/* of the lines since it was opened, as far as they are hashed */
	uint64_t			 committed;	/* how many of them are in the log */
	uint64_t			 next_seq;
	char				 next_prev[JOURNAL_LEAF + 1];	/* behind the last one that is hashed */
	bool				 apart;		/* trees are built by a thread of their own */
	bool				 broken;	/* a commit failed; nothing may follow */
	struct tlog_repair		 repair;
};

/* Puts right what a crash left, before anything is appended. */
MUST_USE int tlog_repair(struct tlog_writer *w, const struct tlog_now *now,
    const struct tlog_end *end, struct error *e);
/* Appends the checkpoint to checkpoints.log. */
MUST_USE int tlog_log_note(struct tlog_writer *w, struct error *e);
/* Makes full segments [from, to) 0400. */
MUST_USE int tlog_seal(const struct tlog_writer *w, uint64_t from, uint64_t to, struct error *e);

#endif
