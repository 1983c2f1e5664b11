/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_history.h: DIR/checkpoints.log, every checkpoint ever signed, one after another. It is
 * written after the checkpoint itself, so the last one may be missing or cut; what stands in it binds:
 * a log that is shorter now was rolled back. */
#ifndef CDP_IO_TLOG_HISTORY_H
#define CDP_IO_TLOG_HISTORY_H

#include "base/attr.h"
#include "base/buf.h"		/* by value */
#include "io/tlog_read.h"	/* struct tlog_mark, by value */

struct error;
struct tlog_keys;

/* Marks of a file of checkpoints, in the order they stand there. */
struct tlog_marks {
	struct tlog_mark	*list;
	size_t			 count, cap;
};
void tlog_marks_done(struct tlog_marks *m);

/* The next whole note of *rest, which is moved behind it; absent if there is none. */
struct span tlog_note_next(struct span *rest);
/* Adds a mark for each note of `text`, all of this log and signed by its key, or by one of `trust`
 * (NULL: none). `where` is for messages and lives as long. `cut`: bytes behind the last whole note
 * are what a crash left. -1: UNSAFE E_LEDGER. */
MUST_USE int tlog_marks_read(struct tlog_marks *m, struct span text, const struct tlog_origin *origin,
    const struct tlog_keys *trust, const char *where, bool cut, struct error *e);
/* All of DIR/checkpoints.log; a size that goes back is damage. None if it is not there. */
MUST_USE int tlog_history_read(struct tlog_marks *m, const char *dir, const struct tlog_origin *origin,
    struct error *e);
/* The last whole checkpoint of DIR/checkpoints.log: its bytes are added to `out` and it ends at *end;
 * nothing and 0 if there is none. Its signature is not looked at. -1: UNSAFE. */
MUST_USE int tlog_history_last(const char *dir, struct buf *out, uint64_t *end, struct error *e);

#endif
