/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/verify_parts.c: what a verification holds a ledger against: checkpoints of then, keys of
 * others, evidence, roots. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "consent/events.h"
#include "consent/past.h"
#include "consent/side.h"
#include "consent/verify_priv.h"
#include "io/fd.h"
#include "io/grow.h"
#include "io/ndjson.h"
#include "io/tlog_key.h"

#include <stdlib.h>

enum { FILE_MOST = 64 << 20 };	/* bytes of a file of checkpoints or keys */

static int
read_named(const char *path, struct buf *out, struct error *e)
{
	char *text = NULL;
	size_t len = 0;

	if (path == NULL)
		return 0;
	if (fd_read_file(path, FILE_MOST, STATUS_USAGE, &text, &len, e) < 0)
		return -1;
	buf_add(out, span_make(text, len));
	mem_free(text);
	return 0;
}

/* What is no checkpoint says nothing about the ledger: the file is the wrong one. */
static int
check_notes(const char *path, struct span text, struct error *e)
{
	size_t n = 0;

	if (path == NULL)
		return 0;
	while (text.len > 0 && tlog_note_next(&text).p != NULL)
		n++;
	if (n == 0 || text.len > 0)
		return error_set(e, USAGE, "E_CHECKPOINT", "%s holds something that is no checkpoint, "
		    "behind %zu that are", path, n);
	return 0;
}

int
verify_files(struct verify *v, struct error *e)
{
	if (read_named(v->o->since, &v->since_text, e) < 0 ||
	    read_named(v->o->trust, &v->trust_text, e) < 0)
		return -1;
	if (check_notes(v->o->since, buf_span(&v->since_text), e) < 0)
		return -1;
	return v->o->trust == NULL ? 0 : tlog_keys_read(buf_span(&v->trust_text), &v->trust, e);
}

/* By size; of one size the ledger's own stand first. */
static int
by_size(const void *a, const void *b)
{
	const struct tlog_mark *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return strcmp(x->where, y->where);
}

int
verify_marks(struct verify *v, struct error *e)
{
	const struct ledger *l = &v->ledger;

	if (tlog_history_read(&v->logged, l->dir, &l->origin, e) < 0)
		return -1;
	if (tlog_marks_read(&v->since, buf_span(&v->since_text), &l->origin,
	    v->o->trust == NULL ? NULL : &v->trust, v->o->since, false, e) < 0) {
		error_place(e, NULL, 1, 0);
		return -1;
	}
	v->mark_count = v->logged.count + v->since.count;
	v->marks = mem_alloc((v->mark_count + 1) * sizeof *v->marks);
	if (v->logged.count > 0)
		memcpy(v->marks, v->logged.list, v->logged.count * sizeof *v->marks);
	if (v->since.count > 0) {
		qsort(v->since.list, v->since.count, sizeof *v->since.list, by_size);
		memcpy(v->marks + v->logged.count, v->since.list, v->since.count * sizeof *v->marks);
	}
	qsort(v->marks, v->mark_count, sizeof *v->marks, by_size);
	return 0;
}

int
verify_since(struct verify *v, struct error *e)
{
	uint64_t size = v->ledger.now.checkpoint.size;
	const struct tlog_mark *last = v->since.count == 0 ? NULL : &v->since.list[v->since.count - 1];

	if (last == NULL || last->size <= size)
		return 0;
	error_set(e, UNSAFE, "E_LEDGER", "%s: the ledger has %llu lines, and had %llu by %s",
	    v->ledger.dir, (unsigned long long)size, (unsigned long long)last->size, last->where);
	error_place(e, NULL, size + 1, 0);
	return -1;
}

/* ---- keys ---- */

/* Who trusts a key of this log trusts no other one. */
static bool
is_trusted(const struct tlog_keys *keys, struct span name, const char *own)
{
	bool named = false;

	for (size_t i = 0; i < keys->count; i++) {
		struct buf text = { 0 };
		bool same;

		if (!span_equal(keys->list[i].name, name) || keys->list[i].type != TLOG_KEY_ED25519)
			continue;
		named = true;
		tlog_key_write(&keys->list[i], &text);
		same = span_is(buf_span(&text), own);
		buf_done(&text);
		if (same)
			return true;
	}
	return !named;
}

int
verify_trust(struct verify *v, struct error *e)
{
	const struct tlog_now *now = &v->ledger.now;
	struct span name = now->checkpoint.origin;
	bool wrong = !is_trusted(&v->trust, name, v->ledger.origin.key);

	if (wrong)
		error_set(e, UNSAFE, "E_LEDGER", "%s: the key of the ledger is not the one of its name "
		    "in %s", v->ledger.dir, v->o->trust);
	for (size_t i = 0; !wrong && i < v->trust.count; i++) {
		const struct tlog_key *key = &v->trust.list[i];
		enum tlog_said said = tlog_note_said(&now->note, key);

		v->witnesses += said == TLOG_SIGNED && !span_equal(key->name, name);
		wrong = said == TLOG_FORGED;
		if (wrong)
			error_set(e, UNSAFE, "E_LEDGER", "%s: the checkpoint has a signature of a key "
			    "in %s that does not hold", v->ledger.dir, v->o->trust);
	}
	if (wrong)
		error_place(e, NULL, 1, 0);
	return wrong ? -1 : 0;
}

/* ---- evidence ---- */

struct evidence {
	struct verify	*v;
	struct ndjson	*scanner;
	struct arena	 arena;
	struct buf	 text;
	uint64_t	 number;	/* of the segment */
	uint64_t	 next;		/* rows stand in order of seq */
};

static int
bad_row(const struct evidence *x, uint64_t seq, struct error *e)
{
	error_set(e, UNSAFE, "E_LEDGER", "%s: the evidence beside the line with seq %llu is not what "
	    "that line commits to", x->v->ledger.dir, (unsigned long long)seq);
	error_place(e, NULL, seq + 1, 0);
	return -1;
}

/* The commit of a line, or absent. */
static struct span
commit_of(struct evidence *x, uint64_t seq)
{
	struct error ignored = { 0 };
	struct span line;
	uint32_t node;
	size_t at;

	arena_reset(&x->arena);
	if (past_line(x->v->ledger.past, seq, &line, &ignored) < 0 ||
	    ndjson_scan(x->scanner, line, &at, &ignored) < 0)
		return span_none();
	node = ndjson_find(x->scanner, 0, SPAN("commit"));
	return node == 0 ? span_none() : ndjson_text(x->scanner, node, &x->arena);
}

static int
check_row(void *arg, const struct side_row *row, bool whole, struct error *e)
{
	struct evidence *x = arg;
	uint64_t size = x->v->ledger.now.checkpoint.size;

	if (whole && row->seq >= size)
		return 0;	/* of a run that was not acknowledged */
	if (!whole)
		return bad_row(x, x->next < size ? x->next : size - 1, e);
	if (row->seq < x->next || row->seq / x->v->ledger.origin.segment != x->number)
		return bad_row(x, row->seq, e);
	buf_reset(&x->text);
	side_commit_text(row, &x->text);
	if (!span_equal(buf_span(&x->text), commit_of(x, row->seq)))
		return bad_row(x, row->seq, e);
	x->next = row->seq + 1;
	x->v->opened++;
	return 0;
}

int
verify_evidence(struct verify *v, struct error *e)
{
	const struct ledger *l = &v->ledger;
	struct evidence x = { .v = v, .scanner = ndjson_new(NULL) };
	struct side *side = side_open(l->dir, l->origin.segment);
	int r = 0;

	for (uint64_t seq = 0; seq < events_count(l->events); seq++)
		v->commits += events_at(l->events, seq)->has_commit;
	for (; x.number * l->origin.segment < l->now.checkpoint.size && r == 0; x.number++) {
		x.next = x.number * l->origin.segment;
		r = side_each(side, x.number, check_row, &x, e);
	}
	side_close(side);
	ndjson_free(x.scanner);
	arena_done(&x.arena);
	buf_done(&x.text);
	return r;
}

/* ---- the end alone ---- */

/* The place in front of the last segment, by the roots of those before it. */
static int
last_segment(const struct ledger *l, struct tlog_spot *spot, struct error *e)
{
	uint64_t full = l->now.checkpoint.size / l->origin.segment;
	struct buf path = { 0 }, roots = { 0 };
	struct tlog_hash root;
	struct grow g;
	unsigned level = 0;
	int r;

	while (l->origin.segment >> level > 1)
		level++;
	buf_print(&path, "%s/roots%c", l->dir, 0);
	r = grow_open(&g, path.p, GROW_READ, e);
	if (r == 0)
		r = grow_read(&g, 0, full * SHA256_BYTES, &roots, e);
	grow_close(&g);
	if (r == 0 && roots.len < full * SHA256_BYTES)
		r = error_set(e, UNSAFE, "E_LEDGER", "%s ends early", path.p);
	for (uint64_t i = 0; i < full && r == 0; i++) {
		memcpy(root.bytes, roots.p + i * SHA256_BYTES, SHA256_BYTES);
		tlog_tree_add_perfect(&spot->full, &root, level);
	}
	buf_done(&path);
	buf_done(&roots);
	return r;
}

int
verify_quick(struct verify *v, struct error *e)
{
	const struct ledger *l = &v->ledger;
	struct tlog_spot spot = { .bytes = 0 };
	struct tlog_reading r = { .dir = l->dir, .origin = &l->origin,
	    .checkpoint = &l->now.checkpoint, .from = &spot, .threads = 1 };
	struct tlog_end at_end;

	if (last_segment(l, &spot, e) < 0)
		return -1;
	if (spot.full.size == 0)
		r.from = NULL;
	return tlog_read(&r, &at_end, e);
}
