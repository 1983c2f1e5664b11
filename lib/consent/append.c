/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/append.c: events are made ready by all threads, and added one after the other in the order of the
 * input. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/notes.h"
#include "consent/append.h"
#include "consent/event.h"
#include "consent/event_check.h"
#include "consent/ledger_write.h"
#include "consent/receipt.h"
#include "io/json_write.h"
#include "io/ndjson.h"
#include "model/consent.h"
#include "model/rejects.h"
#include "model/stream.h"

enum { WIDENED_TOLD = 10 };	/* as many as of refused lines */

/* A line that cannot be taken counts as a lost refusal unless its type says that it is none. */
static bool
may_refuse(const struct ndjson *n, struct arena *arena)
{
	uint32_t node = ndjson_find(n, 0, SPAN("type"));
	int type = node == 0 || ndjson_nodes(n, NULL)[node].type != ND_STRING ? -1 :
	    event_find(ndjson_text(n, node, arena));
	enum event_class class = type < 0 ? CLASS_REFUSAL : event_class((enum event_type)type);

	/* The end of a basis narrows, too. */
	return class == CLASS_REFUSAL || class == CLASS_STOP || class == CLASS_LOG ||
	    type == EVENT_BASIS_ENDED;
}

/* A line whose type says that it is a refusal or a stop. */
static bool
says_no(const struct ndjson *n, struct arena *arena)
{
	uint32_t node = ndjson_find(n, 0, SPAN("type"));
	int type = node == 0 || ndjson_nodes(n, NULL)[node].type != ND_STRING ? -1 :
	    event_find(ndjson_text(n, node, arena));

	return type >= 0 && (event_class((enum event_type)type) == CLASS_REFUSAL ||
	    event_class((enum event_type)type) == CLASS_STOP);
}

/* A grant that is kept as it was told and permits nothing. */
static bool
is_no_consent(const struct consent_event *c)
{
	return (span_is(c->type, "grant") || span_is(c->type, "renew")) &&
	    (!method_acceptable(c->method) || span_is(c->ctype, "implied"));
}

/* What a thread leaves of a line until its turn. */
struct left {
	struct prepared	 p;
	bool		 unread;	/* no event at all: p.code, p.why */
	bool		 loose, no_consent;
};

/* What a chunk leaves of lines of other kinds is in the order of the input as it is. */
static void
pass_line(const struct append *a, struct feed_part *part, const struct feed_line *l)
{
	if (!a->pass)
		return;
	buf_add(part->out, l->raw);
	buf_byte(part->out, '\n');
}

/* 0; 1: what cannot be read of a refusal widens it; -1: refused. */
static int
read_event(const struct ndjson *n, struct consent_event *c, struct arena *arena, struct error *e)
{
	if (consent_event_read(n, c, arena, e) == 0)
		return 0;
	if (!says_no(n, arena))
		return -1;
	error_clear(e);
	consent_event_read_loosely(n, c, arena);
	return 1;
}

/* By any thread: all but what rests on other events. */
static int
leave(struct append *a, struct feed_part *part, const struct consent_event *c, struct left *left)
{
	left->no_consent = is_no_consent(c);
	writer_prepare(a->writer, c, &a->preparing[part->worker], part->arena, &left->p);
	part->left = left;
	return 2;
}

static int
plain_event(void *arg, struct feed_part *part, const struct feed_line *l, const struct consent_event *c,
    struct error *e)
{
	struct left *left = arena_alloc(part->arena, sizeof *left);

	(void)l;
	(void)e;
	left->unread = left->loose = false;
	return leave(arg, part, c, left);
}

static int
line(void *arg, struct feed_part *part, const struct feed_line *l, struct error *e)
{
	struct append *a = arg;
	struct left *left;
	struct consent_event c;
	int r;

	if (l->kind != FEED_CONSENT) {
		pass_line(a, part, l);
		return 0;
	}
	left = arena_alloc(part->arena, sizeof *left);
	r = read_event(l->tape, &c, part->arena, e);
	left->unread = r < 0;
	left->loose = r > 0;
	if (r >= 0)
		return leave(a, part, &c, left);
	left->p.code = e->code;
	left->p.why = arena_text(part->arena, span_from(e->text));
	error_clear(e);
	part->left = left;
	return 2;
}

/* The event again, of which more is needed than was left. */
static int
add_whole(struct append *a, const struct feed_line *l, struct receipt *receipt, struct error *e)
{
	struct consent_event c;
	size_t at;

	arena_reset(&a->memory);
	if (ndjson_scan(a->scanner, l->raw, &at, e) < 0)
		return -1;
	return read_event(a->scanner, &c, &a->memory, e) < 0 ? -1 : writer_add(a->writer, &c, receipt, e);
}

static int
add(struct append *a, const struct feed_line *l, const struct left *left, struct receipt *receipt,
    struct error *e)
{
	int r = left->unread ? error_set(e, REFUSED, left->p.code, "%s", left->p.why) :
	    writer_add_prepared(a->writer, &left->p, receipt, e);

	return r == 2 ? add_whole(a, l, receipt, e) : r;
}

/* A line that was refused is counted as lost if it may have been a no. */
static bool
is_lost(struct append *a, const struct feed_line *l)
{
	struct error ignored = { .status = STATUS_DONE };
	size_t at;

	arena_reset(&a->memory);
	return ndjson_scan(a->scanner, l->raw, &at, &ignored) < 0 || may_refuse(a->scanner, &a->memory);
}

/* The first of them by name; which members, but never what stood in them. Of a line that was read
 * loosely that may be any. */
static void
tell_widened(struct append *a, const struct feed_line *l, unsigned parts)
{
	struct buf names = { 0 };

	if (a->widened++ >= WIDENED_TOLD || a->feed.notes == NULL)
		return;
	for (int i = 0; i < PART_EVENT_COUNT; i++)
		if ((parts & 1u << i) != 0)
			buf_print(&names, "%s%s", names.len > 0 ? ", " : "", event_part_name((enum event_part)i));
	buf_byte(&names, '\0');
	notes_add(a->feed.notes, "%s:%llu: widened: missing, unreadable or not registered in this refusal, and taken "
	    "as wide as it can be: %s", l->file, (unsigned long long)l->line,
	    parts == 0 ? "a member" : names.p);
	buf_done(&names);
}

/* In the order of the input. */
static int
turn(void *arg, struct feed_part *part, const struct feed_line *l, void *what, struct error *e)
{
	struct append *a = arg;
	const struct left *left = what;
	struct receipt receipt = { .seq = 0 };
	int r = add(a, l, left, &receipt, e);

	(void)part;
	if (r < 0 && e->status != STATUS_REFUSED)
		return -1;
	if (r < 0) {
		a->refused++;
		a->lost += is_lost(a, l);
		return 1;
	}
	a->appended += (uint64_t)r;
	a->duplicates += r == 0;
	if (left->loose || receipt.widened)
		tell_widened(a, l, receipt.widened);
	a->no_consent += left->no_consent;
	if (a->tell)
		receipt_write(&receipt, span_none(), span_none(), &a->receipts);
	return 0;
}

static int
emit(void *arg, struct feed_part *part, struct error *e)
{
	struct append *a = arg;

	(void)e;
	buf_add(&a->passed, buf_span(part->out));
	return 0;
}

static int
header(void *arg, const struct feed_line *l, struct error *e)
{
	struct append *a = arg;

	(void)e;
	if (a->headers.len > 0)
		buf_byte(&a->headers, ',');
	buf_add(&a->headers, l->raw);
	return 0;
}

int
append_run(struct append *a, struct error *e)
{
	const struct feed_ops ops = { .line = line, .plain_consent = plain_event, .turn = turn, .emit = emit, .header = header };
	unsigned threads = a->feed.threads == 0 ? 1 : a->feed.threads;
	int r;

	if (threads > 1)
		writer_share(a->writer);
	if (!a->tell)
		writer_untold(a->writer);
	a->feed.strict_counts = true;
	a->scanner = ndjson_new(NULL);
	a->preparing = mem_zero(threads, sizeof *a->preparing);
	r = feed_run(&a->feed, &ops, a, &a->counts, e);
	for (unsigned i = 0; i < threads; i++)
		preparing_done(&a->preparing[i]);
	mem_free(a->preparing);
	if (r < 0)
		return -1;
	for (int k = 0; k < FEED_KINDS; k++)
		*(a->pass ? &a->passed_lines : &a->others) += k == FEED_CONSENT ? 0 : a->counts.by_kind[k];
	a->lost += a->counts.rejected - a->refused;	/* of no kind that could be read */
	a->lost += writer_torn(a->writer).refused;
	/* Only lines that no stream holds together may be cut. */
	return writer_commit(a->writer, a->counts.streams > 0 ? UINT64_MAX : a->batch, e);
}

void
append_write_passed(const struct append *a, int status, struct buf *out)
{
	struct stream_end end = { .in = a->counts.in, .rejected = a->counts.rejected, .ok = true,
	    .code = status };
	struct json_writer w = stream_header(out, "cdp-consent", span_none());

	json_member_string(&w, "command", SPAN("append"));
	json_key(&w, SPAN("inputs"));
	json_open_array(&w);
	if (a->headers.len > 0)
		json_raw(&w, buf_span(&a->headers));
	json_end(&w);
	stream_header_end(&w);
	buf_add(out, buf_span(&a->passed));
	end.skipped = a->counts.by_kind[FEED_CONSENT];
	stream_count(&end, "passed", a->passed_lines);
	stream_end_write(out, &end);
}

void
append_text(const struct append *a, struct buf *out)
{
	buf_print(out, "appended %llu, duplicates %llu, widened %llu, rejected %llu",
	    (unsigned long long)a->appended, (unsigned long long)a->duplicates,
	    (unsigned long long)a->widened, (unsigned long long)a->counts.rejected);
	if (a->others > 0)
		buf_print(out, ", other lines left alone %llu", (unsigned long long)a->others);
	if (a->no_consent > 0)
		buf_print(out, "; %llu grants are no consent by their method or type "
		    "(E_EVIDENCE_NOT_CONSENT) and permit nothing", (unsigned long long)a->no_consent);
	if (a->lost > 0)
		buf_print(out, "; %llu that may have been refusals are lost: status 1 whatever "
		    "--max-rejects says", (unsigned long long)a->lost);
	writer_torn_text(a->writer, out);
}

void
append_summary(const struct append *a, struct json_writer *w)
{
	json_member_string(w, "command", SPAN("append"));
	json_member_u64(w, "appended", a->appended);
	json_member_u64(w, "brought_back", writer_torn(a->writer).brought_back);
	json_member_u64(w, "duplicates", a->duplicates);
	json_member_u64(w, "widened", a->widened);
	json_member_u64(w, "rejected", a->counts.rejected);
	json_member_u64(w, "no_consent", a->no_consent);
	json_member_u64(w, "lost", a->lost);
	json_member_u64(w, "passed", a->passed_lines);
	json_member_u64(w, "lines", a->counts.lines);
}

void
append_done(struct append *a)
{
	buf_done(&a->passed);
	buf_done(&a->headers);
	buf_done(&a->receipts);
	arena_done(&a->memory);
	ndjson_free(a->scanner);
}
