/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_read.c: slices of lines are cut in order, hashed by several threads, and joined in order.
 *
 * The borders of a slice depend on the bytes alone. What a thread finds wrong it keeps in the slice;
 * the lines before it are still given out, so that the first fault is the one that is told. */
#include "base/alloc.h"
#include "base/encode.h"
#include "base/error.h"
#include "base/pipeline.h"
#include "io/tlog_origin.h"
#include "io/tlog_read_priv.h"

struct slice {
	struct cut	 cut;
	uint64_t	 sound;		/* lines in front of the first bad one */
	struct tlog_hash *hash;		/* of each sound line */
	char		*prepared;	/* what was made of each; NULL: nothing */
	struct error	 e;		/* about line `sound` */
};

struct reading {
	const struct tlog_reading *r;
	struct cutter		   cutter;
	struct kept		   kept;	/* hashes and roots, as they are on disk */
	struct tlog_spot	   spot;
	bool			   linked;	/* the prev of the next line is known */
	size_t			   mark;	/* next one to be compared */
	uint64_t		   proved;	/* the greatest mark that fitted */
	enum blame		   blame;	/* of the fault that was found */
};

static void
drop(void *arg, void *item)
{
	struct slice *s = item;

	(void)arg;
	mem_free(s->cut.p);
	mem_free(s->hash);
	mem_free(s->prepared);
	mem_free(s);
}

static int
make(void *arg, void **item, struct error *e)
{
	struct reading *g = arg;
	struct slice *s = mem_zero(1, sizeof *s);
	int r = cutter_next(&g->cutter, &s->cut, e);

	if (r <= 0)
		drop(arg, s);
	else
		*item = s;
	return r;
}

static bool
is_leaf(struct span prev, const struct tlog_hash *hash)
{
	struct tlog_hash told = { { 0 } };

	return base64url_exact(prev, told.bytes, sizeof told.bytes) && tlog_hash_equal(&told, hash);
}

/* One line of a slice. Its leaf begins with a zero byte, for which the LF in front of it makes room. */
static int
work_line(struct slice *s, const struct tlog_reading *r, struct span line, uint64_t seq)
{
	const char *dir = r->dir;
	char *front = s->cut.p + (line.p - s->cut.p) - 1;
	struct journal_link link;

	if (!journal_link_find(line, &link))
		return tlog_damage(dir, seq, "is damaged", &s->e);
	if (link.seq != seq)
		return tlog_damage(dir, seq, "is missing or out of place", &s->e);
	if (s->sound == 0)
		memcpy(s->cut.prev, link.prev.p, JOURNAL_LEAF);
	else if (!is_leaf(link.prev, &s->hash[s->sound - 1]))
		return tlog_damage(dir, seq - 1, "was changed", &s->e);
	*front = '\0';
	sha256_of(span_make(front, line.len + 1), s->hash[s->sound].bytes);
	*front = '\n';
	if (s->prepared != NULL)
		r->prepare(line, s->prepared + s->sound * r->prepared_bytes);
	s->sound++;
	return 0;
}

static void
work(void *arg, void *item, unsigned worker)
{
	const struct reading *g = arg;
	struct slice *s = item;
	struct span rest = span_make(s->cut.p + 1, s->cut.len);

	(void)worker;
	s->hash = mem_alloc(s->cut.lines * sizeof *s->hash);
	if (g->r->prepare != NULL)
		s->prepared = mem_alloc(s->cut.lines * g->r->prepared_bytes);
	while (rest.len > 0) {
		struct span line = span_head(rest, span_index(rest, '\n'));

		rest = span_skip(rest, line.len + 1);
		if (work_line(s, g->r, line, s->cut.first + s->sound) < 0)
			return;
	}
}

/* The marks at this place. */
static int
check_marks(struct reading *g, struct error *e)
{
	uint64_t size = tlog_spot_size(&g->spot);
	const struct tlog_mark *m;
	struct tlog_hash root;

	while (g->mark < g->r->mark_count && g->r->marks[g->mark].size < size)
		g->mark++;	/* in front of where we began */
	if (g->mark == g->r->mark_count || g->r->marks[g->mark].size > size)
		return 0;
	root = tlog_spot_root(&g->spot);
	for (; g->mark < g->r->mark_count && g->r->marks[g->mark].size == size; g->mark++) {
		m = &g->r->marks[g->mark];
		if (!tlog_hash_equal(&m->root, &root)) {
			error_set(e, UNSAFE, "E_LEDGER", "%s: the lines are not those of the "
			    "checkpoint of %llu lines in %s", g->r->dir,
			    (unsigned long long)size, m->where);
			error_place(e, NULL, g->proved + 1, 0);
			g->blame = BLAME_MARK;
			return -1;
		}
	}
	g->proved = size;
	return 0;
}

static int
take_line(struct reading *g, struct span line, const struct tlog_hash *hash, struct error *e)
{
	struct tlog_hash root;

	if (check_marks(g, e) < 0)
		return -1;
	if (g->r->visit != NULL && g->r->visit(g->r->arg, line, &g->spot, e) < 0) {
		g->blame = BLAME_LINE;
		return -1;
	}
	if (tlog_spot_add(&g->spot, hash, line.len + 1, g->r->origin->segment, &root))
		kept_root(&g->kept, &root);
	return 0;
}

static void
note_leaf(struct reading *g, const struct tlog_hash *hash)
{
	struct buf text = { 0 };

	base64url_write(&text, span_make((const char *)hash->bytes, sizeof hash->bytes));
	memcpy(g->spot.leaf, text.p, JOURNAL_LEAF);
	g->spot.leaf[JOURNAL_LEAF] = '\0';
	buf_done(&text);
}

static int
take_slice(struct reading *g, struct slice *s, struct error *e)
{
	struct span rest = span_make(s->cut.p + 1, s->cut.len);

	if (s->sound > 0 && g->linked && memcmp(s->cut.prev, g->spot.leaf, JOURNAL_LEAF) != 0)
		return tlog_damage(g->r->dir, s->cut.first == 0 ? 0 : s->cut.first - 1, "was changed", e);
	kept_leaves(&g->kept, s->cut.first, s->hash, s->sound);
	if (g->r->leaves != NULL)
		buf_add(g->r->leaves, span_make((const char *)s->hash, s->sound * sizeof *s->hash));
	for (uint64_t i = 0; i < s->sound; i++) {
		struct span line = span_head(rest, span_index(rest, '\n'));

		rest = span_skip(rest, line.len + 1);
		if (s->prepared != NULL)
			*g->r->prepared = s->prepared + i * g->r->prepared_bytes;
		if (take_line(g, line, &s->hash[i], e) < 0)
			return -1;
	}
	if (s->sound > 0)
		note_leaf(g, &s->hash[s->sound - 1]);
	g->linked = true;
	if (s->e.status == STATUS_DONE)
		return 0;
	*e = s->e;
	return -1;
}

static int
emit(void *arg, void *item, struct error *e)
{
	int r = take_slice(arg, item, e);

	drop(arg, item);
	return r;
}

static int
check_end(struct reading *g, struct error *e)
{
	struct tlog_hash root = tlog_spot_root(&g->spot);

	if (check_marks(g, e) < 0)
		return -1;
	if (tlog_hash_equal(&root, &g->r->checkpoint->root))
		return 0;
	error_set(e, UNSAFE, "E_LEDGER", "%s: the lines are not those of the checkpoint", g->r->dir);
	error_place(e, NULL, g->proved + 1, 0);
	return -1;
}

static void
begin(struct reading *g)
{
	const struct tlog_reading *r = g->r;

	if (r->from != NULL)
		g->spot = *r->from;
	else
		journal_origin_leaf(buf_span(&r->origin->text), g->spot.leaf);
	g->linked = r->from == NULL || r->linked;
	cutter_open(&g->cutter, r, tlog_spot_size(&g->spot));
	kept_open(&g->kept, r, tlog_spot_size(&g->spot));
}

int
tlog_read(const struct tlog_reading *r, struct tlog_end *end, struct error *e)
{
	struct pipeline p = { make, work, emit, drop, r->threads, 0 };
	struct reading g = { .r = r };
	int result;

	begin(&g);
	if (cutter_is_short(&g.cutter))
		p.threads = 1;
	result = pipeline_run(&p, &g, e);
	if (result == 0)
		result = check_end(&g, e);
	if (result < 0)
		kept_blame(&g.kept, g.blame, e);
	else
		*end = (struct tlog_end){ g.spot, kept_hashes_fit(&g.kept), kept_roots_fit(&g.kept) };
	kept_close(&g.kept);
	cutter_close(&g.cutter);
	return result;
}
