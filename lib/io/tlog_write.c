/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_write.c: batches of lines, each in the log or not. */
#include "base/alloc.h"
#include "base/encode.h"
#include "base/error.h"
#include "base/pipeline.h"
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

/* ---- lines ---- */

static struct span
held_line(const struct buf *held, const struct tlog_place *p)
{
	struct span rest = span_skip(buf_span(held), p->line);

	return span_head(rest, span_index(rest, '\n'));
}

/* Fills in the digest of the line before, and makes it that of this one. */
static struct tlog_hash
link_line(struct buf *held, const struct tlog_place *p, char prev[JOURNAL_LEAF + 1])
{
	struct tlog_hash hash;

	memcpy(held->p + p->line + p->prev, prev, JOURNAL_LEAF);
	hash = tlog_leaf(held_line(held, p));
	leaf_text(&hash, prev);
	return hash;
}

static uint64_t
hashed(const struct tlog_writer *w)
{
	return w->leaves.len / sizeof(struct tlog_hash);
}

/* Each line rests on the one before, so the leaf of one asks for all before it. */
static void
catch_up(struct tlog_writer *w)
{
	for (size_t i = (size_t)(hashed(w) - w->committed); i < w->place_count; i++) {
		struct tlog_hash hash = link_line(&w->held, &w->places[i], w->next_prev);

		buf_add(&w->leaves, span_make((const char *)hash.bytes, sizeof hash.bytes));
	}
}

void
tlog_leaf_text(struct tlog_writer *w, uint64_t seq, char leaf[JOURNAL_LEAF + 1])
{
	uint64_t first = w->next_seq - w->place_count - w->committed;

	catch_up(w);
	leaf_text((const struct tlog_hash *)(const void *)w->leaves.p + (seq - first), leaf);
}

/* Takes the line that was added to what is held from `begin` on. */
static void
hold_line(struct tlog_writer *w, size_t begin, size_t prev)
{
	buf_byte(&w->held, '\n');
	w->places = mem_grow(w->places, w->place_count + 1, &w->place_cap, sizeof *w->places);
	w->places[w->place_count++] = (struct tlog_place){ begin, prev };
	w->next_seq++;
}

/* Whether the bytes before a place are a key. */
static bool
stands_behind(struct span line, size_t at, struct span key)
{
	return at >= key.len && at < line.len && memcmp(line.p + at - key.len, key.p, key.len) == 0;
}

int
tlog_add(struct tlog_writer *w, struct span line, size_t prev, size_t seq, struct error *e)
{
	size_t begin = w->held.len;

	if (!stands_behind(line, prev, SPAN("\"prev\":\"")) || prev + JOURNAL_LEAF > seq ||
	    !stands_behind(line, seq, SPAN("\"seq\":")) || span_index(line, '\n') < line.len)
		return error_set(e, UNSAFE, "E_LEDGER", "%s: a line is not open for its place in the log", w->dir);
	buf_add(&w->held, span_head(line, seq));
	buf_u64(&w->held, w->next_seq);
	buf_add(&w->held, span_skip(line, seq + 1));
	if (w->held.len - begin > JOURNAL_LINE) {
		w->held.len = begin;
		return error_set(e, UNSAFE, "E_LEDGER", "%s: a line is longer than %d", w->dir, JOURNAL_LINE);
	}
	hold_line(w, begin, prev);
	return 0;
}

/* ---- a batch ---- */

/* Lines of a batch that go to one segment. */
struct piece {
	struct span	lines;
	uint64_t	segment, at;	/* its number, and the bytes before them in it */
};

/* Lines that are committed together, and what they add to the tree. */
struct batch {
	uint64_t	 first, count;	/* of the lines that are held */
	struct piece	*pieces;
	size_t		 piece_count, piece_cap;
	struct buf	 roots;		/* of the segments they fill */
	struct tlog_spot to;		/* behind them */
};

/* Batches on their way: cut, their trees built (one after the other, if need be by another thread), written. */
struct commit {
	struct tlog_writer *w;
	uint64_t	 most, cut;	/* lines of a batch, and those that are cut */
	uint64_t	 hashed;	/* lines that are */
	struct tlog_hash *leaves;	/* of all */
	char		 prev[JOURNAL_LEAF + 1];	/* of the last one */
	struct tlog_spot spot;
};

static int
cut_batch(void *arg, void **item, struct error *e)
{
	struct commit *c = arg;
	struct batch *b;

	(void)e;
	if (c->cut == c->w->place_count)
		return 0;
	b = mem_zero(1, sizeof *b);
	b->first = c->cut;
	b->count = c->w->place_count - c->cut < c->most ? c->w->place_count - c->cut : c->most;
	c->cut += b->count;
	*item = b;
	return 1;
}

/* The line behind its LF. */
static size_t
line_end(const struct tlog_writer *w, uint64_t i)
{
	return i + 1 < w->place_count ? w->places[i + 1].line : w->held.len;
}

static const struct tlog_hash *
leaf_of(struct commit *c, uint64_t i)
{
	for (; c->hashed <= i; c->hashed++)
		c->leaves[c->hashed] = link_line(&c->w->held, &c->w->places[c->hashed], c->prev);
	return &c->leaves[i];
}

/* Moves the spot over the lines of one segment, at most `most` of them, and says how many. */
static uint64_t
take_piece(struct commit *c, struct batch *b, uint64_t first, uint64_t most)
{
	const struct tlog_writer *w = c->w;
	uint64_t segment = w->origin->segment, i = first;
	struct tlog_hash root;
	struct piece *p;
	bool full = false;

	b->pieces = mem_grow(b->pieces, b->piece_count + 1, &b->piece_cap, sizeof *b->pieces);
	p = &b->pieces[b->piece_count++];
	p->segment = c->spot.full.size / segment;
	p->at = c->spot.bytes;
	for (; i < first + most && !full; i++)
		full = tlog_spot_add(&c->spot, leaf_of(c, i), line_end(w, i) - w->places[i].line, segment, &root);
	if (full)
		buf_add(&b->roots, span_make((const char *)root.bytes, sizeof root.bytes));
	leaf_text(leaf_of(c, i - 1), c->spot.leaf);
	p->lines = span_make(w->held.p + w->places[first].line, line_end(w, i - 1) - w->places[first].line);
	return i - first;
}

static void
build_batch(void *arg, void *item, unsigned worker)
{
	struct commit *c = arg;
	struct batch *b = item;

	(void)worker;
	for (uint64_t done = 0; done < b->count;)
		done += take_piece(c, b, b->first + done, b->count - done);
	b->to = c->spot;
}

static void
drop_batch(void *arg, void *item)
{
	struct batch *b = item;

	(void)arg;
	buf_done(&b->roots);
	mem_free(b->pieces);
	mem_free(b);
}

static int
write_piece(const struct tlog_writer *w, const struct piece *p, struct error *e)
{
	struct buf path = { 0 };
	struct grow g;
	int r;

	tlog_segment_path(w->dir, p->segment, &path);
	r = grow_open(&g, path.p, GROW_MAKE, e);
	if (r == 0 && (grow_write(&g, p->at, p->lines, e) < 0 || grow_sync(&g, e) < 0))
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

static int
write_batch(struct tlog_writer *w, const struct batch *b, const struct tlog_hash *leaf, struct error *e)
{
	uint64_t segment = w->origin->segment, full = w->spot.full.size / segment;

	for (size_t i = 0; i < b->piece_count; i++)
		if (write_piece(w, &b->pieces[i], e) < 0)
			return -1;
	if (write_hashes(&w->hashes, tlog_spot_size(&w->spot), span_make((const char *)leaf->bytes,
	    b->count * sizeof *leaf), e) < 0 || write_hashes(&w->roots, full, buf_span(&b->roots), e) < 0)
		return -1;
	sign(w, &b->to);
	if (write_file(w->dir, "checkpoint", buf_span(&w->note), e) < 0)
		return -1;
	if (tlog_log_note(w, e) < 0 || tlog_seal(w, full, b->to.full.size / segment, e) < 0)
		return -1;
	w->spot = b->to;
	return 0;
}

static int
commit_batch(void *arg, void *item, struct error *e)
{
	struct commit *c = arg;
	struct batch *b = item;
	int r = write_batch(c->w, b, &c->leaves[b->first], e);

	drop_batch(c, item);
	return r;
}

int
tlog_commit(struct tlog_writer *w, uint64_t most, struct error *e)
{
	uint64_t all = w->committed + w->place_count;
	struct commit c = { .w = w, .most = most, .hashed = hashed(w) - w->committed, .spot = w->spot };
	const struct pipeline p = { .make = cut_batch, .work = build_batch, .emit = commit_batch,
	    .drop = drop_batch, .threads = 1 };
	bool beside = w->apart && w->place_count > most;

	if (w->broken)
		return error_set(e, RESOURCES, "E_LEDGER", "%s: an earlier write failed", w->dir);
	w->broken = true;
	buf_room(&w->leaves, (size_t)all * sizeof *c.leaves - w->leaves.len);
	c.leaves = (struct tlog_hash *)(void *)w->leaves.p + w->committed;
	memcpy(c.prev, w->next_prev, sizeof c.prev);
	if ((beside ? pipeline_run_beside : pipeline_run)(&p, &c, e) < 0)
		return -1;
	w->broken = false;
	w->leaves.len = (size_t)all * sizeof *c.leaves;
	memcpy(w->next_prev, c.prev, sizeof c.prev);
	w->committed = all;
	w->place_count = 0;
	buf_reset(&w->held);
	return 0;
}

void
tlog_build_apart(struct tlog_writer *w)
{
	w->apart = true;
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
	mem_free(w->places);
	mem_free(w->torn);
	mem_free(w->dir);
	mem_free(w);
}
