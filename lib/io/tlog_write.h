/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_write.h: appends to a log, so that what is acknowledged stays (consent 3.5).
 *
 * Order of a batch: lines, synced; hashes and roots, synced; the checkpoint, replaced atomically;
 * checkpoints.log. A crash before the checkpoint leaves bytes that nobody was told about; the next
 * tlog_open sets them aside in DIR/torn/tail (io/torn.h). */
#ifndef CDP_IO_TLOG_WRITE_H
#define CDP_IO_TLOG_WRITE_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include "io/journal.h"	/* JOURNAL_LEAF */
#include <stdbool.h>
#include <stdint.h>

struct error;
struct tlog_end;
struct tlog_now;
struct tlog_origin;
struct tlog_writer;

/* What tlog_open had to put right. */
struct tlog_repair {
	uint64_t	torn;		/* bytes set aside */
	bool		rebuilt;	/* hashes or roots, from the lines */
	bool		logged;		/* the last checkpoint was missing in checkpoints.log */
};

/* Makes DIR (0700, ours, there already): origin, the checkpoint of no lines, empty files. `seed` is
 * KEY_BYTES of the key that the origin names. -1: RESOURCES. */
MUST_USE int tlog_create(const char *dir, const struct tlog_origin *origin,
    const unsigned char *seed, struct error *e);

/* Opens for appending. The caller holds the lock and has just read and verified the log: `now`, and
 * `end` of tlog_read. origin and seed are borrowed until tlog_close. NULL: UNSAFE (E_KEY if the seed
 * is not that of the origin), RESOURCES. */
struct tlog_writer *tlog_open(const char *dir, const struct tlog_origin *origin,
    const unsigned char *seed, const struct tlog_now *now, const struct tlog_end *end,
    struct error *e);
struct tlog_repair tlog_repaired(const struct tlog_writer *w);
const char *tlog_torn(const struct tlog_writer *w);	/* the pending tail, for torn_each */

uint64_t tlog_next_seq(const struct tlog_writer *w);	/* of the next line */
/* Takes a line (without LF) in which prev and seq are filled in here: prev in the JOURNAL_LEAF bytes at `prev`, seq
 * in place of the one byte at `seq`, behind it. Held in memory until tlog_commit; its leaf is not known before
 * tlog_leaf_text or tlog_commit. -1: UNSAFE, they are not there, or the line is too long. */
MUST_USE int tlog_add(struct tlog_writer *w, struct span line, size_t prev, size_t seq, struct error *e);
/* Leaf text of a line that was added since the log was opened. */
void tlog_leaf_text(struct tlog_writer *w, uint64_t seq, char leaf[JOURNAL_LEAF + 1]);
/* From now on batches are hashed and their trees built by another thread while those before are written. */
void tlog_build_apart(struct tlog_writer *w);
/* Commits after every `most` lines (≥ 1): each batch is in the log or it is not, and no later one
 * without it. -1: RESOURCES; the batches before the one that failed stay, nothing may follow. */
MUST_USE int tlog_commit(struct tlog_writer *w, uint64_t most, struct error *e);
struct span tlog_signed(const struct tlog_writer *w);	/* the checkpoint; borrowed until a commit */
void tlog_close(struct tlog_writer *w);	/* NULL is fine; what was not committed is dropped */

#endif
