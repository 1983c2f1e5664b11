/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_kept.c: hashes and roots beside the lines: a help, never a reason. */
#include "base/alloc.h"
#include "base/error.h"
#include "io/fd.h"
#include "io/own.h"
#include "io/tlog_origin.h"
#include "io/tlog_read_priv.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 512 };		/* hashes read at once: 16 KiB, on the stack */

static int
open_kept(const char *dir, const char *name, uint64_t skip)
{
	struct buf path = { 0 };
	struct error ignored = { 0 };
	int fd;

	buf_print(&path, "%s/%s%c", dir, name, 0);
	fd = own_open(path.p, O_RDONLY, &ignored);
	buf_done(&path);
	if (fd >= 0 && lseek(fd, (off_t)(skip * SHA256_BYTES), SEEK_SET) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

void
kept_open(struct kept *k, const struct tlog_reading *r, uint64_t from)
{
	*k = (struct kept){ .r = r, .changed = UINT64_MAX, .compared = from,
	    .segments = from / r->origin->segment };
	k->hashes = open_kept(r->dir, "hashes", from);
	k->roots = open_kept(r->dir, "roots", k->segments);
}

/* Reads exactly so many bytes; false if there are fewer. */
static bool
read_exactly(int fd, void *p, size_t bytes)
{
	size_t have = 0;

	while (have < bytes) {
		ssize_t n = fd_read(fd, (char *)p + have, bytes - have);

		if (n <= 0)
			return false;
		have += (size_t)n;
	}
	return true;
}

void
kept_leaves(struct kept *k, uint64_t first, const struct tlog_hash *leaf, uint64_t count)
{
	UNCLEARED struct tlog_hash there[PIECE];

	while (count > 0 && k->hashes >= 0 && k->changed == UINT64_MAX) {
		uint64_t n = count < PIECE ? count : PIECE;
		bool read = read_exactly(k->hashes, there, n * sizeof there[0]);

		for (uint64_t i = 0; i < n && k->changed == UINT64_MAX; i++)
			if (!read || !tlog_hash_equal(&there[i], &leaf[i]))
				k->changed = first + i;
		leaf += n;
		first += n;
		count -= n;
		k->compared = first;
	}
}

void
kept_root(struct kept *k, const struct tlog_hash *root)
{
	struct tlog_hash there;

	k->segments++;
	k->roots_differ |= k->roots < 0 || !read_exactly(k->roots, &there, sizeof there) ||
	    !tlog_hash_equal(&there, root);
}

/* More of them is what a crash leaves. */
static bool
has_size(int fd, uint64_t hashes)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && (uint64_t)st.st_size >= hashes * SHA256_BYTES;
}

bool
kept_hashes_fit(const struct kept *k)
{
	return k->changed == UINT64_MAX && has_size(k->hashes, k->r->checkpoint->size);
}

bool
kept_roots_fit(const struct kept *k)
{
	return !k->roots_differ && has_size(k->roots, k->segments);
}

/* The hash of the first one that differs was read by kept_leaves, so all are read once more. */
static bool
hashes_are_true(const struct kept *k)
{
	struct tlog_tree tree = { 0 };
	UNCLEARED struct tlog_hash there[PIECE];
	struct tlog_hash root;
	uint64_t left = k->r->checkpoint->size;

	if (k->hashes < 0 || lseek(k->hashes, 0, SEEK_SET) < 0)
		return false;
	while (left > 0) {
		uint64_t n = left < PIECE ? left : PIECE;

		if (!read_exactly(k->hashes, there, n * sizeof there[0]))
			return false;
		for (uint64_t i = 0; i < n; i++)
			tlog_tree_add(&tree, &there[i]);
		left -= n;
	}
	root = tlog_tree_root(&tree);
	return tlog_hash_equal(&root, &k->r->checkpoint->root);
}

void
kept_blame(const struct kept *k, enum blame blame, struct error *e)
{
	uint64_t bad = k->changed;

	if (e->status != STATUS_UNSAFE || e->line == 0 || !hashes_are_true(k))
		return;
	if (bad == UINT64_MAX && blame == BLAME_FORM)
		bad = k->compared;	/* all before it are as they were */
	if (bad == UINT64_MAX || (blame == BLAME_LINE && bad > e->line - 1))
		return;
	error_clear(e);
	tlog_damage(k->r->dir, bad, "was changed, or is missing", e);
}

void
kept_close(struct kept *k)
{
	if (k->hashes >= 0)
		close(k->hashes);
	if (k->roots >= 0)
		close(k->roots);
}
