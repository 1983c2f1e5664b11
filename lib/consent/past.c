/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/past.c: lines are read again from their segments, and held against their leaves. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/slots.h"
#include "consent/cache.h"
#include "consent/cache_rows.h"
#include "consent/past.h"
#include "io/grow.h"
#include "io/journal.h"		/* JOURNAL_LINE */
#include "io/ndjson.h"
#include "io/tlog_spot.h"

struct past {
	const char	*dir;
	uint64_t	 segment;
	const struct cache *base;	/* NULL: none */
	uint64_t	 base_count;
	struct buf	 leaves;	/* of the lines behind it, and so on */
	uint32_t	*places;	/* a segment has less than 2^32 bytes */
	size_t		 count, cap;
	struct slots	 ids;		/* numbers behind the base */
	struct grow	 file;		/* of segment number `open`; fd -1: none */
	uint64_t	 open;
	struct buf	 line;		/* that was read last */
	uint64_t	 seq;		/* its; UINT64_MAX: none */
	struct ndjson	*scanner;
	struct arena	 arena;		/* of one id */
};

struct past *
past_new(const char *dir, uint64_t segment, const struct cache *base)
{
	struct past *p = mem_zero(1, sizeof *p);

	p->dir = dir;
	p->segment = segment;
	p->base = base;
	p->base_count = base == NULL ? 0 : cache_size(base);
	p->file.fd = -1;
	p->seq = UINT64_MAX;
	p->scanner = ndjson_new(NULL);
	return p;
}

void
past_free(struct past *p)
{
	if (p == NULL)
		return;
	grow_close(&p->file);
	slots_done(&p->ids);
	ndjson_free(p->scanner);
	arena_done(&p->arena);
	buf_done(&p->leaves);
	buf_done(&p->line);
	mem_free(p->places);
	mem_free(p);
}

struct buf *
past_leaves(struct past *p)
{
	return &p->leaves;
}

void
past_add(struct past *p, uint64_t at)
{
	p->places = mem_grow(p->places, p->count + 1, &p->cap, sizeof *p->places);
	p->places[p->count++] = (uint32_t)at;
}

const uint32_t *
past_places(const struct past *p)
{
	return p->places;
}

/* ---- lines ---- */

static int
open_segment(struct past *p, uint64_t number, struct error *e)
{
	struct buf path = { 0 };
	int r;

	if (p->file.fd >= 0 && p->open == number)
		return 0;
	grow_close(&p->file);
	tlog_segment_path(p->dir, number, &path);
	r = grow_open(&p->file, path.p, GROW_READ, e);
	buf_done(&path);
	p->open = number;
	return r;
}

static int
changed(const struct past *p, uint64_t seq, struct error *e)
{
	error_set(e, UNSAFE, "E_LEDGER", "%s: line with seq %llu was changed", p->dir,
	    (unsigned long long)seq);
	error_place(e, NULL, seq + 1, 0);
	return -1;
}

/* False: the compiled state is not sound. */
static bool
place_of(const struct past *p, uint64_t seq, struct tlog_hash *leaf, uint64_t *at)
{
	if (seq < p->base_count)
		return cache_line(p->base, seq, leaf, at);
	seq -= p->base_count;
	memcpy(leaf->bytes, p->leaves.p + seq * sizeof *leaf, sizeof *leaf);
	*at = p->places[seq];
	return true;
}

static int
read_line(struct past *p, uint64_t seq, struct error *e)
{
	struct tlog_hash want, leaf;
	uint64_t at;

	if (!place_of(p, seq, &want, &at))
		return error_set(e, UNSAFE, "E_LEDGER", "%s: the compiled state was altered", p->dir);
	buf_reset(&p->line);
	if (open_segment(p, seq / p->segment, e) < 0 ||
	    grow_read(&p->file, at, JOURNAL_LINE + 1, &p->line, e) < 0)
		return -1;
	p->line.len = span_index(buf_span(&p->line), '\n');
	leaf = tlog_leaf(buf_span(&p->line));
	return tlog_hash_equal(&leaf, &want) ? 0 : changed(p, seq, e);
}

int
past_line(struct past *p, uint64_t seq, struct span *line, struct error *e)
{
	if (seq != p->seq) {
		p->seq = UINT64_MAX;
		if (read_line(p, seq, e) < 0)
			return -1;
		p->seq = seq;
	}
	*line = buf_span(&p->line);
	return 0;
}

/* ---- ids ---- */

/* 1, 0, -1 */
static int
is_known_by(struct past *p, uint64_t seq, struct span id, struct error *e)
{
	struct span line;
	uint32_t node;
	size_t at;

	if (past_line(p, seq, &line, e) < 0)
		return -1;
	arena_reset(&p->arena);
	if (ndjson_scan(p->scanner, line, &at, e) < 0)	/* it was read before: no such line */
		return -1;
	node = ndjson_find(p->scanner, 0, SPAN("id"));
	return node != 0 && span_equal(ndjson_text(p->scanner, node, &p->arena), id);
}

static int
find(struct past *p, struct span id, uint64_t hash, uint64_t *found, struct error *e)
{
	uint64_t at = slots_at(hash), seq;
	uint32_t number;
	int r;

	while (slots_next(&p->ids, hash, &at, &number)) {
		seq = p->base_count + number;
		r = is_known_by(p, seq, id, e);
		if (r < 0)
			return -1;
		if (r > 0) {
			*found = seq + 1;
			return 0;
		}
	}
	*found = p->base == NULL ? 0 : cache_find_id(p->base, id);
	return 0;
}

int
past_find(struct past *p, struct span id, uint64_t *found, struct error *e)
{
	return find(p, id, hash64(id, hash_seed()), found, e);
}

int
past_add_id(struct past *p, struct span id, struct error *e)
{
	uint64_t hash = hash64(id, hash_seed()), found;

	if (find(p, id, hash, &found, e) < 0)
		return -1;
	if (found != 0)
		return error_set(e, UNSAFE, "E_LEDGER", "two lines with one id");
	slots_add(&p->ids, hash, (uint32_t)(p->count - 1));
	return 0;
}
