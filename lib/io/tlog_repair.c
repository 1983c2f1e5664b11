/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_repair.c: what a crash left: tails, hashes, a checkpoint that was not logged, a segment
 * that is still open. Runs under the lock, on lines that were just verified. */
#include "base/alloc.h"
#include "base/error.h"
#include "io/fd.h"
#include "io/out.h"
#include "io/tlog_history.h"
#include "io/tlog_origin.h"
#include "io/tlog_read.h"
#include "io/tlog_write_priv.h"
#include "io/torn.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
is_missing(const char *path)
{
	struct stat st;

	return lstat(path, &st) < 0 && errno == ENOENT;
}

/* ---- tails ---- */

/* Copies what lies behind byte `from` of a segment to the tail set aside. */
static int
keep_tail(struct tlog_writer *w, const char *path, uint64_t from, struct error *e)
{
	struct grow g;
	uint64_t size = 0;
	int r = grow_open(&g, path, GROW_WRITE, e);

	if (r == 0)
		r = grow_size(&g, &size, e);
	if (r == 0 && size > from) {
		w->repair.torn += size - from;
		r = torn_keep(w->torn, path, g.fd, from, e);
	}
	grow_close(&g);
	return r;
}

static int
cut_tail(const char *path, uint64_t from, struct error *e)
{
	struct grow g;
	uint64_t size = 0;
	int r = grow_open(&g, path, GROW_WRITE, e);

	if (r == 0)
		r = grow_size(&g, &size, e);
	if (r == 0 && size > from)
		r = grow_cut(&g, from, e);
	grow_close(&g);
	return r;
}

/* All are kept before the first is cut, so that a crash in between loses none. */
static int
set_aside(struct tlog_writer *w, struct error *e)
{
	uint64_t first = w->spot.full.size / w->origin->segment, last = first, n;
	struct buf path = { 0 };
	int r = 0;

	for (;; last++) {
		buf_reset(&path);
		tlog_segment_path(w->dir, last, &path);
		if (is_missing(path.p))
			break;
		if (r == 0)
			r = keep_tail(w, path.p, last == first ? w->spot.bytes : 0, e);
	}
	for (n = last; n > first && r == 0; n--) {
		buf_reset(&path);
		tlog_segment_path(w->dir, n - 1, &path);
		if (n - 1 > first || w->spot.bytes == 0) {
			if (unlink(path.p) < 0)
				r = error_system(e, STATUS_RESOURCES, "E_LEDGER", path.p, "remove");
		} else
			r = cut_tail(path.p, w->spot.bytes, e);
	}
	buf_done(&path);
	return r;
}

/* ---- hashes and roots ---- */

static int
write_hashes(const struct tlog_writer *w, const char *name, struct span hashes, struct error *e)
{
	struct buf path = { 0 };
	struct out *o;
	int r = -1;

	buf_print(&path, "%s/%s%c", w->dir, name, 0);
	o = out_open(path.p, e);
	if (o != NULL) {
		out_add(o, hashes);
		r = out_commit(o, e);
	}
	buf_done(&path);
	return r;
}

static void
roots_of(const struct tlog_writer *w, const struct buf *leaves, struct buf *roots)
{
	const struct tlog_hash *leaf = (const struct tlog_hash *)(const void *)leaves->p;
	struct tlog_spot spot = { .bytes = 0 };
	struct tlog_hash root;

	for (size_t i = 0; i < leaves->len / sizeof *leaf; i++)
		if (tlog_spot_add(&spot, &leaf[i], 1, w->origin->segment, &root))
			buf_add(roots, span_make((const char *)root.bytes, sizeof root.bytes));
}

static int
rebuild(struct tlog_writer *w, const struct tlog_now *now, struct error *e)
{
	struct buf leaves = { 0 }, roots = { 0 };
	struct tlog_reading r = { .dir = w->dir, .origin = w->origin, .threads = 1,
	    .checkpoint = &now->checkpoint, .leaves = &leaves };
	struct tlog_end end;
	int result = tlog_read(&r, &end, e);

	if (result == 0) {
		roots_of(w, &leaves, &roots);
		result = write_hashes(w, "hashes", buf_span(&leaves), e);
	}
	if (result == 0)
		result = write_hashes(w, "roots", buf_span(&roots), e);
	w->repair.rebuilt = result == 0;
	buf_done(&leaves);
	buf_done(&roots);
	return result;
}

static int
open_hashes(const struct tlog_writer *w, const char *name, uint64_t count, struct grow *g,
    struct error *e)
{
	struct buf path = { 0 };
	uint64_t size = 0;
	int r;

	buf_print(&path, "%s/%s%c", w->dir, name, 0);
	r = grow_open(g, path.p, GROW_WRITE, e);
	buf_done(&path);
	if (r == 0)
		r = grow_size(g, &size, e);
	return r == 0 && size > count * SHA256_BYTES ? grow_cut(g, count * SHA256_BYTES, e) : r;
}

/* ---- checkpoints.log ---- */

int
tlog_log_note(struct tlog_writer *w, struct error *e)
{
	struct span note = buf_span(&w->note);

	if (grow_write(&w->history, w->history_end, note, e) < 0 || grow_sync(&w->history, e) < 0)
		return -1;
	w->history_end += note.len;
	return 0;
}

/* The last whole one is that of now, else it is added; what was cut behind it goes. */
static int
repair_history(struct tlog_writer *w, struct error *e)
{
	struct buf path = { 0 }, last = { 0 };
	uint64_t size = 0;
	int r = tlog_history_last(w->dir, &last, &w->history_end, e);

	buf_print(&path, "%s/checkpoints.log%c", w->dir, 0);
	if (r == 0)
		r = grow_open(&w->history, path.p, GROW_MAKE, e);
	if (r == 0)
		r = grow_size(&w->history, &size, e);
	if (r == 0 && size > w->history_end)
		r = grow_cut(&w->history, w->history_end, e);
	if (r == 0 && !span_equal(buf_span(&last), buf_span(&w->note))) {
		w->repair.logged = true;
		r = tlog_log_note(w, e);
	}
	buf_done(&path);
	buf_done(&last);
	return r;
}

/* ---- full segments ---- */

int
tlog_seal(const struct tlog_writer *w, uint64_t from, uint64_t to, struct error *e)
{
	struct buf path = { 0 };
	struct stat st;
	struct grow g;
	int r = 0;

	for (; from < to && r == 0; from++) {
		buf_reset(&path);
		tlog_segment_path(w->dir, from, &path);
		if (lstat(path.p, &st) == 0 && (st.st_mode & 0777) == 0400)
			continue;
		r = grow_open(&g, path.p, GROW_WRITE, e);
		if (r == 0)
			r = grow_seal(&g, e);
		grow_close(&g);
	}
	buf_done(&path);
	return r;
}

int
tlog_repair(struct tlog_writer *w, const struct tlog_now *now, const struct tlog_end *end,
    struct error *e)
{
	uint64_t segments = w->spot.full.size / w->origin->segment;

	if (set_aside(w, e) < 0)
		return -1;
	if ((!end->hashes_fit || !end->roots_fit) && rebuild(w, now, e) < 0)
		return -1;
	if (open_hashes(w, "hashes", tlog_spot_size(&w->spot), &w->hashes, e) < 0 ||
	    open_hashes(w, "roots", segments, &w->roots, e) < 0)
		return -1;
	return repair_history(w, e) < 0 ? -1 : tlog_seal(w, 0, segments, e);
}
