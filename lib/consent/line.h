/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/line.h: the canonical ledger line (consent 3.2), both ways.
 * Members in byte order of their names, no blanks, no absent ones, strings as json_write.h
 * escapes them. */
#ifndef CDP_CONSENT_LINE_H
#define CDP_CONSENT_LINE_H

#include "base/attr.h"
#include "consent/event.h"	/* struct event, by value */

struct arena;
struct buf;
struct error;
struct ndjson;

/* What a line holds: texts as they stand in it, so that reading and writing are inverse. */
struct ledger_line {
	uint64_t	seq, sseq;
	instant		recv, lo, hi;
	bool		has_sseq, has_interval;
	struct span	prev, id, type, sid, account, covers, controller, purpose, channel, dest;
	struct span	basis, ctype, notice, method, auth, commit, actor, at, clock, src, jur, until;
	struct span	ref, cause, by;
	struct span	data;		/* canonical JSON object, or absent */
};

void line_write(const struct ledger_line *l, struct buf *out);	/* without LF */
/* Where in a written line stands what is known last; 0: it has none. Values of prev and seq, the ends of those of
 * sid and account, and the whole member of commit, from the comma before it. */
struct line_places {
	uint32_t	prev, seq, sid_end, account_end, commit, commit_end;
};
/* The same into an empty buffer, with JOURNAL_LEAF bytes for prev and one for seq that are to be filled in: what is
 * written of a line before its turn. */
void line_write_open(const struct ledger_line *l, struct buf *out, struct line_places *at);
/* Reads a scanned line: -1 UNSAFE E_LEDGER if a member is unknown, missing or of a wrong type, or
 * if writing it again does not give the same bytes. scratch is used for that. */
MUST_USE int line_read(const struct ndjson *n, struct ledger_line *l, struct arena *arena,
    struct buf *scratch, struct error *e);
/* The same from the bytes alone, for the lines that append writes: without data, plain ASCII. False:
 * any other line, which may be sound. Every line that is read here, line_read reads alike. */
bool line_read_plain(struct span line, struct ledger_line *l);
/* The event of a line; spans are borrowed from it. -1: a type this version does not know, or a
 * malformed token or notice. ref is left 0: the caller knows the ids. */
MUST_USE int line_event(const struct ledger_line *l, struct event *event, struct error *e);

#endif
