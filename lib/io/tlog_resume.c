/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_resume.c: a log before a spot that is known, looked at by who goes on behind it. */
#include "base/error.h"
#include "io/grow.h"
#include "io/tlog_origin.h"
#include "io/tlog_read.h"

static unsigned
level_of(uint64_t segment)
{
	unsigned level = 0;

	while (segment >> level > 1)
		level++;
	return level;
}

/* Nothing rests on the file of roots, so what is wrong with it is no error. */
static bool
roots_fit(const struct tlog_reading *r)
{
	uint64_t bytes = r->from->full.size / r->origin->segment * SHA256_BYTES;
	struct tlog_tree tree = { .size = 0 };
	struct tlog_hash root, want = tlog_tree_root(&r->from->full);
	struct buf path = { 0 }, roots = { 0 };
	struct error ignored = { 0 };
	struct grow g;
	bool fit;

	buf_print(&path, "%s/roots%c", r->dir, 0);
	fit = grow_open(&g, path.p, GROW_READ, &ignored) == 0 &&
	    grow_read(&g, 0, bytes, &roots, &ignored) == 0 && roots.len == bytes;
	for (uint64_t at = 0; fit && at < bytes; at += SHA256_BYTES) {
		memcpy(root.bytes, roots.p + at, sizeof root.bytes);
		tlog_tree_add_perfect(&tree, &root, level_of(r->origin->segment));
	}
	root = tlog_tree_root(&tree);
	grow_close(&g);
	buf_done(&path);
	buf_done(&roots);
	return fit && tlog_hash_equal(&root, &want);
}

int
tlog_resume(const struct tlog_reading *r, struct tlog_end *end, struct error *e)
{
	struct tlog_spot front = *r->from;
	struct tlog_checkpoint there = { r->checkpoint->origin, tlog_spot_size(r->from),
	    tlog_spot_root(r->from) };
	struct tlog_reading open = { .dir = r->dir, .origin = r->origin, .checkpoint = &there,
	    .from = &front, .threads = r->threads };

	front.part.size = 0;
	front.bytes = 0;
	if (tlog_read(&open, end, e) < 0)
		return -1;
	end->roots_fit = roots_fit(r);
	return 0;
}
