/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/side.h: evidence beside a ledger (consent 3.1): DIR/side/NNNNNN.ndjson, a file for each
 * segment, a row for each line that has a `commit`, in order of seq:
 *
 *	{"evidence":{...},"salt":"43 characters","seq":17}
 *
 * SHA-256 over salt and evidence is the commit. Rows may be taken away: then the line stands and nobody
 * can open it. They hold personal data, which the lines do not. */
#ifndef CDP_CONSENT_SIDE_H
#define CDP_CONSENT_SIDE_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stdint.h>

struct buf;
struct error;
struct map;
struct side;

enum { SIDE_SALT = 32 };

struct side_row {
	uint64_t	seq;
	struct span	evidence;		/* canonical object; borrowed */
	unsigned char	salt[SIDE_SALT];
};

/* `segment`: lines of a segment. The caller ends it with side_close. */
struct side *side_open(const char *dir, uint64_t segment);
void side_close(struct side *s);	/* NULL is fine; rows that were not committed are dropped */

/* Base64url of SHA-256(salt ‖ evidence): the commit of a line. */
void side_commit_text(const struct side_row *r, struct buf *out);
/* The row of a line: 1; 0: there is none. Borrowed until the next call. -1: UNSAFE. Looks fast for
 * ascending seqs. */
MUST_USE int side_find(struct side *s, uint64_t seq, struct side_row *row, struct error *e);
/* Every row of one segment's file, in the order they stand there; `whole` is false for what is no
 * row. -1: the visitor's, or UNSAFE. */
typedef int side_visit(void *arg, const struct side_row *row, bool whole, struct error *e);
MUST_USE int side_each(struct side *s, uint64_t number, side_visit *visit, void *arg, struct error *e);

/* ---- writing, under the lock ---- */

/* Sets rows of lines from `size` on aside in DIR/torn/side: a crash left them. */
MUST_USE int side_recover(struct side *s, uint64_t size, struct error *e);
/* The row set aside that opens a commit. 1, 0, or -1 UNSAFE. Borrowed until side_close. */
MUST_USE int side_torn(struct side *s, struct span commit, struct side_row *row, struct error *e);
/* What was set aside was looked at, and goes. */
MUST_USE int side_settle(struct side *s, struct error *e);
void side_add(struct side *s, const struct side_row *row);	/* in order of seq */
MUST_USE int side_write(struct side *s, struct error *e);	/* what was added; synced */
/* Takes the rows of lines away whose seq (8 bytes of the machine) is in the map, and counts them. Each
 * file is replaced whole. What was set aside stays until it is settled. */
MUST_USE int side_erase(struct side *s, uint64_t size, const struct map *seqs, uint64_t *gone,
    struct error *e);

#endif
