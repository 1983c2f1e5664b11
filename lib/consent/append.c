/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/append.c: one event after the other, in the order of the input. */
#include "base/error.h"
#include "consent/append.h"
#include "consent/event.h"
#include "consent/ledger_write.h"
#include "consent/receipt.h"
#include "io/json_write.h"
#include "io/ndjson.h"
#include "model/consent.h"
#include "model/rejects.h"
#include "model/stream.h"

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

static int
line(void *arg, struct feed_part *part, const struct feed_line *l, struct error *e)
{
	struct append *a = arg;
	struct consent_event c;
	struct receipt receipt = { 0 };
	bool loose;
	int r;

	if (l->kind != FEED_CONSENT) {
		if (a->pass) {
			buf_add(&a->passed, l->raw);
			buf_byte(&a->passed, '\n');
			a->passed_lines++;
		}
		return 0;
	}
	r = consent_event_read(l->tape, &c, part->arena, e);
	loose = r < 0 && says_no(l->tape, part->arena);
	if (loose) {
		/* What cannot be read of a refusal widens it. */
		error_clear(e);
		consent_event_read_loosely(l->tape, &c, part->arena);
		r = 0;
	}
	if (r == 0)
		r = writer_add(a->writer, &c, &receipt, e);
	if (r < 0 && e->status != STATUS_REFUSED)
		return -1;
	if (r < 0) {
		a->refused++;
		a->lost += may_refuse(l->tape, part->arena);
		return 1;
	}
	a->appended += (uint64_t)r;
	a->duplicates += r == 0;
	a->widened += loose || receipt.widened;
	a->no_consent += is_no_consent(&c);
	receipt_write(&receipt, span_none(), span_none(), &a->receipts);
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
	struct feed_ops ops = { .line = line, .header = header };

	a->feed.threads = 1;
	a->feed.strict_counts = true;
	if (feed_run(&a->feed, &ops, a, &a->counts, e) < 0)
		return -1;
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
}
