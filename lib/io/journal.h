/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/journal.h: an append-only file of lines, each of which carries the digest of the one
 * before, so that an edit, a removal, a swap or an insertion is found.
 *
 * A line is one JSON object (≤ JOURNAL_LINE bytes) with the members "seq" (position from 0) and
 * "prev" (unpadded base64url SHA-256(0x00 ‖ line before, without LF); line 0: of the origin
 * text, same form). Beside FILE stands FILE.head, replaced atomically after every batch was
 * synced: {"bytes":N,"lines":N,"leaf":"..."}. Lines beyond the head were never acknowledged;
 * the next to append sets them aside, in FILE.torn until it has committed, then in FILE.torn-N.
 * Used by the egress log; the consent ledger is a tlog (io/tlog_read.h). */
#ifndef CDP_IO_JOURNAL_H
#define CDP_IO_JOURNAL_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stdint.h>

struct buf;
struct error;
struct journal;

enum { JOURNAL_LINE = 4096, JOURNAL_LEAF = 43 };

struct journal_head {
	uint64_t	bytes, lines;
	char		leaf[JOURNAL_LEAF + 1];	/* of the last line, or of the origin when empty */
};

/* Makes an empty journal (0600; the directory must exist and be ours). -1: USAGE if there is
 * one, UNSAFE if the directory is open to others, RESOURCES. An empty file without a head, which
 * a crash in here leaves, is taken over. */
MUST_USE int journal_create(const char *path, struct span origin, struct error *e);

/* Visits every acknowledged line in order; 0 goes on, -1 stops with e. */
typedef int journal_visit(void *arg, struct span line, uint64_t seq, struct error *e);
/* Reads and verifies: chain, seq, head. -1: UNSAFE with E_LEDGER, and line = the first bad
 * sequence number + 1, when anything does not fit; what the visitor saw before must then not be
 * used. visit may be NULL. Never looks past the head. *head is filled in on success. */
MUST_USE int journal_read(const char *path, struct span origin, journal_visit *visit, void *arg,
    struct journal_head *head, struct error *e);

/* Digest of a line (without LF), as the next one carries it and a receipt shows it. */
void journal_leaf(struct span line, char leaf[JOURNAL_LEAF + 1]);

/* Opens for appending (the caller holds the lock): verifies the head and the last line, moves
 * bytes beyond the head to PATH.torn and cuts them off. */
struct journal *journal_open(const char *path, struct span origin, struct error *e);
/* What the next line must carry. */
uint64_t journal_next_seq(const struct journal *j);
const char *journal_next_prev(const struct journal *j);	/* 43 characters */
/* Takes a line (without LF) that carries both; held in memory until journal_commit. -1: UNSAFE, the line
 * does not continue the chain. */
MUST_USE int journal_add(struct journal *j, struct span line, struct error *e);
/* Writes, fdatasyncs, replaces the head. -1: RESOURCES; nothing counts as acknowledged. */
MUST_USE int journal_commit(struct journal *j, struct error *e);
void journal_close(struct journal *j);	/* NULL is fine; uncommitted lines are dropped */

#endif
