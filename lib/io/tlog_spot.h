/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_spot.h: a place in a log: the tree of the lines before it, and where in the segment
 * files it is. A full segment is a perfect subtree, so its root is kept apart.
 * Always holds: full.size is a multiple of the lines of a segment, part.size is less than that. */
#ifndef CDP_IO_TLOG_SPOT_H
#define CDP_IO_TLOG_SPOT_H

#include "io/journal.h"		/* JOURNAL_LEAF */
#include "io/tlog_tree.h"	/* struct tlog_tree, by value */

struct buf;

struct tlog_spot {
	struct tlog_tree full;			/* leaves in full segments */
	struct tlog_tree part;			/* leaves in the segment the next line goes to */
	uint64_t	 bytes;			/* of that segment */
	char		 leaf[JOURNAL_LEAF + 1];	/* of the line before, or of the origin */
};

uint64_t tlog_spot_size(const struct tlog_spot *s);	/* lines before it */
struct tlog_hash tlog_spot_root(const struct tlog_spot *s);
/* Adds a leaf; `bytes` are those of its line with LF. True when it filled a segment of `segment`
 * lines, whose root is then in *root. leaf is the caller's to set. */
bool tlog_spot_add(struct tlog_spot *s, const struct tlog_hash *leaf, uint64_t bytes,
    uint64_t segment, struct tlog_hash *root);
/* Appends the path of segment `number`: DIR/seg/000000.ndjson and a NUL. */
void tlog_segment_path(const char *dir, uint64_t number, struct buf *out);

#endif
