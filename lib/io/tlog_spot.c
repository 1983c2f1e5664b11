/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_spot.c: the tree of a log whose full segments are subtrees. */
#include "base/buf.h"
#include "io/tlog_spot.h"

uint64_t
tlog_spot_size(const struct tlog_spot *s)
{
	return s->full.size + s->part.size;
}

/* The perfect trees of the part go after the full segments, the greatest first. */
struct tlog_hash
tlog_spot_root(const struct tlog_spot *s)
{
	struct tlog_tree whole = s->full;

	for (unsigned at = TLOG_LEVELS; at-- > 0;)
		if ((s->part.size >> at & 1) != 0)
			tlog_tree_add_perfect(&whole, &s->part.perfect[at], at);
	return tlog_tree_root(&whole);
}

bool
tlog_spot_add(struct tlog_spot *s, const struct tlog_hash *leaf, uint64_t bytes, uint64_t segment,
    struct tlog_hash *root)
{
	unsigned level = 0;

	tlog_tree_add(&s->part, leaf);
	s->bytes += bytes;
	if (s->part.size < segment)
		return false;
	while (segment >> level > 1)
		level++;
	*root = s->part.perfect[level];
	tlog_tree_add_perfect(&s->full, root, level);
	s->part.size = 0;
	s->bytes = 0;
	return true;
}

void
tlog_segment_path(const char *dir, uint64_t number, struct buf *out)
{
	buf_print(out, "%s/seg/%06llu.ndjson%c", dir, (unsigned long long)number, 0);
}
