/* SPDX-License-Identifier: Apache-2.0 */
/* lib/ingest/intake_cdp.c: a finished stream comes in again: every record is read, cleaned once
 * more and held against the gates; everything else passes.
 * Lines are worked on in any order, but what a source declared stands in the header before them.
 * So a worker writes each record as it came out, and the main thread, which sees headers and
 * lines in order, gives it on, takes purposes off it, or refuses it. */
#include "ingest/intake_priv.h"
#include "base/alloc.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/map.h"
#include "ingest/credential.h"
#include "ingest/gate.h"
#include "ingest/reclean.h"
#include "ingest/suppress.h"
#include "io/ndjson.h"
#include "io/out.h"
#include "model/feed.h"
#include "model/reject.h"
#include "model/rejects.h"

enum { PPM = 1000000 };

enum item_kind { ITEM_RECORD, ITEM_CONSENT, ITEM_OTHER, ITEM_SAMPLED, ITEM_SUPPRESSED,
    ITEM_REFUSED };

/* One line on its way. */
struct item {
	enum item_kind	 kind;
	struct record	*record;	/* in the arena of the part */
	size_t		 end;		/* of its bytes in the part's output */
	uint64_t	 line, byte;
	struct span	 raw;
	const char	*code, *text;	/* refused: why */
	enum suppression_kind by;	/* suppressed: what it is on the list by */
};

struct items {
	struct item	*list;
	size_t		 count, cap;
	uint64_t	 credentials;
};

struct again {
	const struct intake_options	*o;
	struct input			*in;
	struct declared			*declared;
	struct secrets			**secrets;	/* one a thread */
	struct buf			 rewritten;
};

/* ---- working: any thread ---- */

static struct item *
add_item(struct feed_part *part, const struct feed_line *l)
{
	struct items *items = part->data;
	struct item *item;

	if (items == NULL)
		items = part->data = mem_zero(1, sizeof *items);
	items->list = mem_grow(items->list, items->count + 1, &items->cap, sizeof *items->list);
	item = &items->list[items->count++];
	*item = (struct item){ .kind = l->kind == FEED_CONSENT ? ITEM_CONSENT : ITEM_OTHER,
	    .line = l->line, .byte = l->byte, .raw = l->raw };
	return item;
}

static void
refuse(struct item *item, const char *code, const char *text)
{
	item->kind = ITEM_REFUSED;
	item->code = code;
	item->text = text;
}

static void
work_record(struct again *g, struct feed_part *part, const struct feed_line *l, struct item *item)
{
	struct items *items = part->data;
	struct record *r = arena_zero(part->arena, 1, sizeof *r);
	struct error e = { 0 };

	if (record_read(l->tape, r, part->arena, &e) < 0) {
		refuse(item, e.code, arena_text(part->arena, span_from(e.text)));
		return;
	}
	if (g->o->row.sample_ppm != 0 && hash64(r->id, 0) % PPM >= g->o->row.sample_ppm) {
		item->kind = ITEM_SAMPLED;
		return;
	}
	items->credentials += reclean(r, l->tape, g->o->row.as_of, g->secrets[part->worker],
	    part->arena);
	if (withheld(g->o->row.suppression, r, part->arena, &item->by)) {
		item->kind = ITEM_SUPPRESSED;
		return;
	}
	if (reclean_empty(r)) {
		refuse(item, "E_EMPTY", "nothing is left of the record");
		return;
	}
	item->kind = ITEM_RECORD;
	item->record = r;
	record_write(r, part->out);
}

static int
line(void *arg, struct feed_part *part, const struct feed_line *l, struct error *e)
{
	struct again *g = arg;
	struct item *item = add_item(part, l);

	(void)e;
	if (l->kind == FEED_RECORD) {
		work_record(g, part, l, item);
	} else if (l->kind == FEED_CONSENT && withheld_consent(g->o->row.suppression, l->tape,
	    part->arena, &item->by)) {
		item->kind = ITEM_SUPPRESSED;
	} else {
		buf_add(part->out, l->raw);
		buf_byte(part->out, '\n');
	}
	item->end = part->out->len;
	return 0;
}

/* ---- giving out: the main thread, in order ---- */

static int
header(void *arg, const struct feed_line *l, struct error *e)
{
	struct again *g = arg;

	return declared_add(g->declared, l->tape, l->line, e);
}

static bool
has_flag(const struct record *r, struct span flag)
{
	for (size_t i = 0; i < r->flags.n; i++)
		if (span_equal(r->flags.v[i], flag))
			return true;
	return false;
}

static bool
permitted(const struct mapping_source *s, struct span purpose, instant earliest)
{
	for (size_t i = 0; i < s->purpose_count; i++)
		if (span_equal(s->purposes[i].id, purpose))
			return gate_permits(&s->purposes[i], earliest);
	return false;
}

/* Takes off what has no basis in time, by what the header declares; a source that declares no
 * purposes says nothing about them. False if none is left of those there were. */
static bool
gate(struct again *g, const struct item *item, bool *changed)
{
	struct record *r = item->record;
	const struct mapping_source *s = declared_find(g->declared, r->source, item->line);
	struct span *kept = (struct span *)(uintptr_t)r->purposes.v;
	instant earliest;
	size_t n = 0;

	if (s == NULL || s->purpose_count == 0 || r->purposes.n == 0)
		return true;
	earliest = gate_earliest(s, r->collected_at,
	    !has_flag(r, SPAN("collected_at:zone_assumed")));
	for (size_t i = 0; i < r->purposes.n; i++) {
		if (permitted(s, kept[i], earliest))
			kept[n++] = kept[i];
		else
			++*map_slot(g->in->left_off, kept[i]);
	}
	*changed = n < r->purposes.n;
	r->purposes.n = n;
	return n > 0;
}

static int
emit_reject(struct again *g, const struct item *item, const char *code, const char *text,
    struct error *e)
{
	const struct reject r = { .tool = g->o->tool, .code = code,
	    .file = span_from(g->in->name), .line = item->line, .byte = item->byte,
	    .raw = item->raw };

	g->in->tally[TALLY_REJECTED]++;
	return rejects_add(g->o->rejects, &r, text, e);
}

static void
give(struct out *out, struct span bytes)
{
	if (out == NULL)
		return;
	out_add(out, bytes);
	out_drain(out);
}

static int
emit_record(struct again *g, const struct item *item, struct span bytes, struct error *e)
{
	bool changed = false;

	if (!gate(g, item, &changed))
		return emit_reject(g, item, "E_BASIS_AFTER_COLLECTION",
		    "was collected before any of its purposes had a basis", e);
	if (changed) {
		buf_reset(&g->rewritten);
		record_write(item->record, &g->rewritten);
		bytes = buf_span(&g->rewritten);
	}
	g->in->tally[TALLY_RECORDS]++;
	give(g->o->out, bytes);
	return 0;
}

static int
emit_item(struct again *g, const struct item *item, struct span bytes, struct error *e)
{
	struct out *consent_out = g->o->consent_out != NULL ? g->o->consent_out : g->o->out;

	g->in->rows++;
	g->in->tally[TALLY_ROWS]++;
	switch (item->kind) {
	case ITEM_RECORD:
		return emit_record(g, item, bytes, e);
	case ITEM_CONSENT:
		g->in->tally[TALLY_CONSENT]++;
		give(consent_out, bytes);
		return 0;
	case ITEM_OTHER:
		g->in->passed++;
		give(g->o->out, bytes);
		return 0;
	case ITEM_SAMPLED:
		g->in->tally[TALLY_SAMPLED]++;
		return 0;
	case ITEM_SUPPRESSED:
		g->in->tally[TALLY_SUPPRESSED]++;
		g->in->tally[TALLY_SUPPRESSED_BY + item->by]++;
		return 0;
	default:
		return emit_reject(g, item, item->code, item->text, e);
	}
}

static void
drop(void *arg, struct feed_part *part)
{
	struct items *items = part->data;

	(void)arg;
	mem_free(items->list);
	mem_free(items);
}

/* Lines beyond --limit are read all the same, because the end line must be seen. */
static int
emit(void *arg, struct feed_part *part, struct error *e)
{
	struct again *g = arg;
	struct items *items = part->data;
	size_t at = 0;
	int r = 0;

	if (items == NULL)
		return 0;
	for (size_t i = 0; r == 0 && i < items->count; i++) {
		const struct item *item = &items->list[i];

		if (g->o->limit != 0 && g->in->rows == g->o->limit)
			break;
		r = emit_item(g, item, span_make(part->out->p + at, item->end - at), e);
		at = item->end;
	}
	g->in->tally[TALLY_CREDENTIAL_CELLS] += items->credentials;
	if (g->o->source.by_line && g->o->out != NULL)
		out_flush(g->o->out);
	return r;
}

/* ---- the whole ---- */

static struct texts
copy_list(struct input *in, const struct ndjson *n, const char *key, bool raw)
{
	uint32_t list = ndjson_find(n, 0, span_from(key));
	struct texts t = { NULL, 0 };
	struct span *v;

	if (list == 0 || ndjson_nodes(n, NULL)[list].type != ND_ARRAY)
		return t;
	v = arena_zero(&in->arena, ndjson_count(n, list) + 1, sizeof *v);
	for (uint32_t x = ndjson_first(n, list); x != 0; x = ndjson_sibling(n, x))
		v[t.n++] = arena_copy(&in->arena, raw ? ndjson_raw(n, x) :
		    ndjson_text(n, x, &in->arena));
	t.v = v;
	return t;
}

int
intake_cdp_prepare(struct input *in, struct error *e)
{
	struct span head = source_peek_line(in->source, 0, HEAD_BYTES, e);
	struct ndjson *n;
	struct error ignored = { 0 };	/* whatever is wrong with it is told when it is read */
	struct span first;
	uint32_t assumed;
	size_t at;

	if (head.p != NULL && span_index(head, '\n') == HEAD_BYTES)
		head = source_peek_line(in->source, 0, SAMPLE_BYTES, e);	/* a header of many sources */
	if (head.p == NULL)
		return e->status == STATUS_DONE ? 0 : -1;
	if (span_starts(head, SPAN("\xef\xbb\xbf")))
		head = span_skip(head, 3);
	first = span_trim(span_head(head, span_index(head, '\n')));
	n = ndjson_new(NULL);
	if (ndjson_scan(n, first, &at, &ignored) == 0 &&
	    ndjson_find(n, 0, SPAN("schema")) != 0) {
		in->declared_sources = copy_list(in, n, "sources", true);
		in->declared_mappings = copy_list(in, n, "mappings", false);
		assumed = ndjson_find(n, 0, SPAN("assumed_purposes"));
		if (assumed != 0)
			in->declared_assumed = arena_copy(&in->arena,
			    ndjson_text(n, assumed, &in->arena));
	}
	ndjson_free(n);
	return 0;
}

static struct feed_options
feed_of(struct input *in, const struct intake_options *o, const struct nd_limits *limits)
{
	return (struct feed_options){ .paths = &in->path, .path_count = 1, .given = in->source,
	    .threads = o->threads, .max_line = o->max_line, .limits = limits,
	    .source = o->source, .rejects = o->rejects, .notes = o->notes, .tool = o->tool,
	    .progress = o->progress, .progress_arg = o->progress_arg };
}

int
intake_cdp_run(struct input *in, const struct intake_options *o, struct error *e)
{
	const struct feed_ops ops = { .line = line, .emit = emit, .header = header, .drop = drop };
	const struct nd_limits limits = { .depth = (uint32_t)o->max_depth,
	    .keys = (uint32_t)o->max_keys };
	struct feed_options feed = feed_of(in, o, &limits);
	struct again g = { .o = o, .in = in, .declared = declared_new() };
	struct feed_counts counts = { 0 };
	int result;

	in->tally = mem_zero(TALLY_FIXED, sizeof *in->tally);
	in->name = mem_text(source_name(in->source));
	in->bytes = source_size(in->source);
	in->source = NULL;			/* the feed takes it over */
	in->left_off = map_new();
	g.secrets = mem_zero(o->threads, sizeof *g.secrets);
	for (unsigned i = 0; i < o->threads; i++)
		g.secrets[i] = secrets_new();
	result = feed_run(&feed, &ops, &g, &counts, e);
	in->tally[TALLY_ROWS] += counts.rejected;
	in->tally[TALLY_REJECTED] += counts.rejected;
	in->tally[TALLY_BLANK] = counts.blank;
	in->no_final_newline = counts.no_final_newline;
	for (unsigned i = 0; i < o->threads; i++)
		secrets_free(g.secrets[i]);
	mem_free(g.secrets);
	declared_free(g.declared);
	buf_done(&g.rewritten);
	return result;
}
