/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/remediate_log.c: the egress log as lines: verified, then its rows, each file
 * against the digest in its intent. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "base/map.h"
#include "consent/remediate_priv.h"
#include "io/journal.h"
#include "io/ndjson.h"
#include "model/feed.h"
#include "model/rejects.h"

enum { INDEX_BYTES = 4 };	/* before the token in a key */

struct exports {
	struct export_run	*list;
	size_t			 count, cap;
	struct map		*rows;		/* index and token */
	instant			 since;
	struct ndjson		*scanner;
	struct arena		 memory;
};

static struct span
member(struct exports *x, const struct ndjson *n, const char *name)
{
	uint32_t node = ndjson_find(n, 0, span_from(name));

	if (node == 0 || ndjson_nodes(n, NULL)[node].type != ND_STRING)
		return span_none();
	return arena_copy(&x->memory, ndjson_text(n, node, &x->memory));
}

/* ---- the journal ---- */

static int
add_intent(struct exports *x, struct span run, uint64_t seq, struct error *e)
{
	const struct ndjson *n = x->scanner;
	struct span as_of = member(x, n, "as_of");
	struct export_run one = { .seq = seq, .run = run, .to = member(x, n, "to"),
	    .recipient = member(x, n, "recipient"), .purpose = member(x, n, "purpose"),
	    .at = member(x, n, "at"), .detail = member(x, n, "detail"),
	    .sha256 = member(x, n, "detail_sha256") };
	instant at;

	if (!instant_parse(one.at, &at) || one.purpose.p == NULL || one.to.p == NULL)
		return error_set(e, UNSAFE, "E_EGRESS", "an intent of the egress log says too little");
	if (as_of.p == NULL || !instant_parse(as_of, &one.as_of))
		one.as_of = at;
	if (x->since != INSTANT_NONE && at < x->since)
		return 0;
	x->list = mem_grow(x->list, x->count + 1, &x->cap, sizeof *x->list);
	x->list[x->count++] = one;
	return 0;
}

static int
journal_line(void *arg, struct span line, uint64_t seq, struct error *e)
{
	struct exports *x = arg;
	struct error why = { 0 };
	struct span event, run;
	size_t at;

	if (ndjson_scan(x->scanner, line, &at, &why) < 0)
		return error_set(e, UNSAFE, "E_LEDGER", "an egress line that is no JSON");
	event = member(x, x->scanner, "event");
	run = member(x, x->scanner, "run");
	if (event.p == NULL || run.p == NULL)
		return 0;
	if (span_is(event, "intent"))
		return add_intent(x, run, seq, e);
	for (size_t i = 0; span_is(event, "void") && i < x->count; i++)
		x->list[i].is_void |= span_equal(x->list[i].run, run);
	return 0;
}

static void
drop_void(struct exports *x)
{
	size_t n = 0;

	for (size_t i = 0; i < x->count; i++)
		if (!x->list[i].is_void)
			x->list[n++] = x->list[i];
	x->count = n;
}

/* ---- rows ---- */

struct reading {
	struct exports	*exports;
	size_t		 index;
	struct sha256	 hash;
};

static void
make_key(struct buf *key, size_t index, struct span token)
{
	for (int shift = 8 * (INDEX_BYTES - 1); shift >= 0; shift -= 8)
		buf_byte(key, (char)(index >> shift & 0xff));
	buf_add(key, token);
}

static int
row(void *arg, struct feed_part *part, const struct feed_line *l, struct error *e)
{
	struct reading *r = arg;
	uint32_t p = ndjson_find(l->tape, 0, SPAN("p")), a = ndjson_find(l->tape, 0, SPAN("a"));
	struct buf key = { 0 };
	struct span address;

	sha256_add(&r->hash, l->raw);
	sha256_add(&r->hash, SPAN("\n"));
	if (p == 0 || a == 0)
		return error_set(e, UNSAFE, "E_EGRESS", "a row of the egress log without its tokens");
	address = ndjson_text(l->tape, a, part->arena);
	make_key(&key, r->index, span_starts(address, SPAN("----------------------")) ?
	    ndjson_text(l->tape, p, part->arena) : address);
	map_add(r->exports->rows, buf_span(&key));
	buf_done(&key);
	return 0;
}

static int
read_rows(struct exports *x, size_t i, const char *path, struct error *e)
{
	static const struct feed_ops ops = { .line = row };
	const struct rejects_options strict = { .tool = "cdp-consent", .strict = true };
	struct feed_options feed = { .paths = &path, .path_count = 1, .threads = 1,
	    .rejects = rejects_new(&strict), .tool = strict.tool };
	struct reading r = { .exports = x, .index = i };
	unsigned char sum[SHA256_BYTES];
	struct feed_counts counts = { 0 };
	struct error why = { 0 };
	struct buf hex = { 0 };
	int result;

	sha256_start(&r.hash);
	result = feed_run(&feed, &ops, &r, &counts, &why);
	sha256_end(&r.hash, sum);
	hex_write(&hex, span_make((const char *)sum, sizeof sum));
	rejects_free(feed.rejects);
	if (result < 0 || !span_equal(buf_span(&hex), x->list[i].sha256))
		result = error_set(e, UNSAFE, "E_EGRESS", "%.*s is not the detail of its intent",
		    SPAN_ARG(x->list[i].detail));
	buf_done(&hex);
	return result;
}

/* The rows lie beside the journal. */
static int
read_all_rows(struct exports *x, const char *journal, struct error *e)
{
	struct span dir = span_from(journal);
	int r = 0;

	while (dir.len > 0 && dir.p[dir.len - 1] != '/')
		dir.len--;
	for (size_t i = 0; r == 0 && i < x->count; i++) {
		struct buf path = { 0 };

		if (x->list[i].detail.p == NULL)
			continue;
		buf_add(&path, dir);
		buf_add(&path, x->list[i].detail);
		buf_byte(&path, '\0');
		r = read_rows(x, i, path.p, e);
		buf_done(&path);
	}
	return r;
}

struct exports *
exports_open(const char *journal, instant since, struct error *e)
{
	struct exports *x = mem_zero(1, sizeof *x);
	struct journal_head head;

	x->since = since;
	x->rows = map_new();
	x->scanner = ndjson_new(NULL);
	if (journal_read(journal, SPAN("cdp-egress/1\n"), journal_line, x, &head, e) == 0) {
		drop_void(x);
		if (read_all_rows(x, journal, e) == 0)
			return x;
	}
	exports_close(x);
	return NULL;
}

void
exports_close(struct exports *x)
{
	if (x == NULL)
		return;
	map_free(x->rows);
	ndjson_free(x->scanner);
	mem_free(x->list);
	arena_done(&x->memory);
	mem_free(x);
}

size_t
exports_count(const struct exports *x)
{
	return x == NULL ? 0 : x->count;
}

const struct export_run *
exports_at(const struct exports *x, size_t i)
{
	return &x->list[i];
}

bool
exports_have(const struct exports *x, size_t i, struct span token)
{
	struct buf key = { 0 };
	bool have;

	make_key(&key, i, token);
	have = map_has(x->rows, buf_span(&key));
	buf_done(&key);
	return have;
}
