/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_write.c: batches of lines, each in the log or not. */
#include "base/alloc.h"
#include "base/encode.h"
#include "base/error.h"
#include "io/fd.h"
#include "io/journal_priv.h"	/* journal_link_find, journal_origin_leaf */
#include "io/out.h"
#include "io/own.h"
#include "io/tlog_checkpoint.h"
#include "io/tlog_origin.h"
#include "io/tlog_read.h"
#include "io/tlog_write_priv.h"

#include <fcntl.h>

static int
write_file(const char *dir, const char *name, struct span text, struct error *e)
{
	struct buf path = { 0 };
	struct out *o;
	int r = -1;

	buf_print(&path, "%s/%s%c", dir, name, 0);
	o = out_open(path.p, e);
	if (o != NULL) {
		out_add(o, text);
		r = out_commit(o, e);
	}
	buf_done(&path);
	return r;
}

static int
make_dir(const char *dir, const char *name, struct error *e)
{
	struct buf path = { 0 };
	int r;

	buf_print(&path, "%s/%s%c", dir, name, 0);
	r = fd_make_dirs(path.p);
	if (r < 0)
		error_system(e, STATUS_RESOURCES, "E_LEDGER", path.p, "make");
	buf_done(&path);
	return r;
}

/* Takes the key that the origin names, if the seed is its. */
static int
take_key(struct tlog_writer *w, const unsigned char *seed, struct error *e)
{
	unsigned char public[ED25519_PUBLIC];
	const char *wrong = tlog_key_read(span_from(w->origin->key), &w->key);

	w->secret = secret_new(ED25519_SECRET);
	ed25519_keys(seed, public, w->secret);
	if (wrong == NULL && memcmp(public, w->key.public, sizeof public) == 0)
		return 0;
	return error_set(e, UNSAFE, "E_KEY", "the sign key is not the one of this ledger");
}

static void
sign(struct tlog_writer *w, const struct tlog_spot *spot)
{
	struct tlog_checkpoint c = { span_from(w->origin->name), tlog_spot_size(spot),
	    tlog_spot_root(spot) };

	buf_reset(&w->note);
	tlog_checkpoint_sign(&c, &w->key, w->secret, &w->note);
}

static struct tlog_writer *
new_writer(const char *dir, const struct tlog_origin *origin)
{
	struct tlog_writer *w = mem_zero(1, sizeof *w);
	struct buf torn = { 0 };

	w->dir = mem_text(dir);
	w->origin = origin;
	buf_print(&torn, "%s/torn/tail%c", dir, 0);
	w->torn = torn.p;
	w->hashes.fd = w->roots.fd = w->history.fd = -1;
	return w;
}

int
tlog_create(const char *dir, const struct tlog_origin *origin, const unsigned char *seed,
    struct error *e)
{
	static const char *const empty[] = { "hashes", "roots" };
	struct tlog_writer *w = new_writer(dir, origin);
	int r = own_check_local(dir, e);

	if (r == 0)
		r = take_key(w, seed, e);
	if (r == 0 && (make_dir(dir, "seg", e) < 0 || make_dir(dir, "torn", e) < 0))
		r = -1;
	for (size_t i = 0; i < sizeof empty / sizeof empty[0] && r == 0; i++)
		r = write_file(dir, empty[i], SPAN(""), e);
	if (r == 0) {
		sign(w, &w->spot);
		r = write_file(dir, "checkpoints.log", buf_span(&w->note), e);
	}
	if (r == 0)
		r = write_file(dir, "origin", buf_span(&origin->text), e);
	if (r == 0)
		r = write_file(dir, "checkpoint", buf_span(&w->note), e);
	tlog_close(w);
	return r;
}

struct tlog_writer *
tlog_open(const char *dir, const struct tlog_origin *origin, const unsigned char *seed,
    const struct tlog_now *now, const struct tlog_end *end, struct error *e)
{
	struct tlog_writer *w = new_writer(dir, origin);

	w->spot = end->spot;
	buf_add(&w->note, buf_span(&now->bytes));
	if (take_key(w, seed, e) < 0 || tlog_repair(w, now, end, e) < 0) {
		tlog_close(w);
		return NULL;
	}
	w->next_seq = tlog_spot_size(&w->spot);
	memcpy(w->next_prev, w->spot.leaf, sizeof w->next_prev);
	return w;
}

struct tlog_repair
tlog_repaired(const struct tlog_writer *w)
{
	return w->repair;
}

const char *
tlog_torn(const struct tlog_writer *w)
{
	return w->torn;
}

uint64_t
tlog_next_seq(const struct tlog_writer *w)
{
	return w->next_seq;
}

const char *
tlog_next_prev(const struct tlog_writer *w)
{
	return w->next_prev;
}

struct span
tlog_signed(const struct tlog_writer *w)
{
	return buf_span(&w->note);
}

static void
leaf_text(const struct tlog_hash *hash, char leaf[JOURNAL_LEAF + 1])
{
	base64url_put(leaf, span_make((const char *)hash->bytes, sizeof hash->bytes));
	leaf[JOURNAL_LEAF] = '\0';
}

int
tlog_add(struct tlog_writer *w, struct span line, char leaf[JOURNAL_LEAF + 1], struct error *e)
{
	struct journal_link link;
	struct tlog_hash hash;

	if (line.len > JOURNAL_LINE)
		return error_set(e, UNSAFE, "E_LEDGER", "%s: a line of %zu bytes is longer than %d",
		    w->dir, line.len, JOURNAL_LINE);
	if (span_index(line, '\n') < line.len || !journal_link_find(line, &link) ||
	    link.seq != w->next_seq || memcmp(link.prev.p, w->next_prev, JOURNAL_LEAF) != 0)
		return error_set(e, UNSAFE, "E_LEDGER", "%s: a line does not continue the log", w->dir);
	hash = tlog_leaf(line);
	buf_add(&w->held, line);
	buf_byte(&w->held, '\n');
	buf_add(&w->leaves, span_make((const char *)hash.bytes, sizeof hash.bytes));
	leaf_text(&hash, w->next_prev);
	w->next_seq++;
	if (leaf != NULL)
		memcpy(leaf, w->next_prev, JOURNAL_LEAF + 1);
	return 0;
}

/* ---- a batch ---- */

/* Lines of a batch that go to one segment, and what they add to the tree. */
struct piece {
	struct span	lines;
	uint64_t	count;
	struct buf	roots;		/* of the segment, if they fill it */
};

/* Moves the spot over the lines of one segment, at most `most` of them. */
static void
take_piece(const struct tlog_writer *w, struct tlog_spot *to, struct span held,
    const struct tlog_hash *leaf, uint64_t most, struct piece *p)
{
	bool full = false;
	struct tlog_hash root;
	size_t len = 0;

	p->count = 0;
	while (p->count < most && len < held.len && !full) {
		struct span line = span_skip(held, len);
		size_t bytes = span_index(line, '\n') + 1;

		full = tlog_spot_add(to, &leaf[p->count], bytes, w->origin->segment, &root);
		len += bytes;
		p->count++;
	}
	if (full)
		buf_add(&p->roots, span_make((const char *)root.bytes, sizeof root.bytes));
	leaf_text(&leaf[p->count - 1], to->leaf);
	p->lines = span_head(held, len);
}

static int
write_piece(const struct tlog_writer *w, const struct tlog_spot *at, struct span lines,
    struct error *e)
{
	struct buf path = { 0 };
	struct grow g;
	int r;

	tlog_segment_path(w->dir, at->full.size / w->origin->segment, &path);
	r = grow_open(&g, path.p, GROW_MAKE, e);
	if (r == 0 && (grow_write(&g, at->bytes, lines, e) < 0 || grow_sync(&g, e) < 0))
		r = -1;
	grow_close(&g);
	buf_done(&path);
	return r;
}

static int
write_hashes(struct grow *g, uint64_t from, struct span hashes, struct error *e)
{
	if (hashes.len == 0)
		return 0;
	return grow_write(g, from * SHA256_BYTES, hashes, e) < 0 || grow_sync(g, e) < 0 ? -1 : 0;
}

/* One batch: `count` lines at the head of `held`; *len is how many bytes they are. */
static int
commit_batch(struct tlog_writer *w, struct span held, const struct tlog_hash *leaf, uint64_t count,
    size_t *len, struct error *e)
{
	struct tlog_spot to = w->spot;
	struct piece p = { 0 };
	uint64_t size = tlog_spot_size(&w->spot), segment = w->origin->segment;
	int r = 0;

	*len = 0;
	for (uint64_t done = 0; done < count && r == 0; done += p.count) {
		struct tlog_spot at = to;

		take_piece(w, &to, span_skip(held, *len), leaf + done, count - done, &p);
		r = write_piece(w, &at, p.lines, e);
		*len += p.lines.len;
	}
	if (r == 0)
		r = write_hashes(&w->hashes, size, span_make((const char *)leaf->bytes,
		    count * sizeof *leaf), e);
	if (r == 0)
		r = write_hashes(&w->roots, w->spot.full.size / segment, buf_span(&p.roots), e);
	buf_done(&p.roots);
	if (r < 0)
		return -1;
	sign(w, &to);
	if (write_file(w->dir, "checkpoint", buf_span(&w->note), e) < 0)
		return -1;
	if (tlog_log_note(w, e) < 0 ||
	    tlog_seal(w, w->spot.full.size / segment, to.full.size / segment, e) < 0)
		return -1;
	w->spot = to;
	return 0;
}

int
tlog_commit(struct tlog_writer *w, uint64_t most, struct error *e)
{
	struct span held = buf_span(&w->held);
	const struct tlog_hash *leaf = (const struct tlog_hash *)(const void *)w->leaves.p;
	uint64_t left = w->leaves.len / sizeof *leaf, count;
	size_t len;

	if (w->broken)
		return error_set(e, RESOURCES, "E_LEDGER", "%s: an earlier write failed", w->dir);
	w->broken = true;
	for (; left > 0; left -= count, leaf += count, held = span_skip(held, len)) {
		count = left < most ? left : most;
		if (commit_batch(w, held, leaf, count, &len, e) < 0)
			return -1;
	}
	w->broken = false;
	buf_reset(&w->held);
	buf_reset(&w->leaves);
	return 0;
}

void
tlog_close(struct tlog_writer *w)
{
	if (w == NULL)
		return;
	grow_close(&w->hashes);
	grow_close(&w->roots);
	grow_close(&w->history);
	secret_free(w->secret);
	buf_done(&w->note);
	buf_done(&w->held);
	buf_done(&w->leaves);
	mem_free(w->torn);
	mem_free(w->dir);
	mem_free(w);
}
