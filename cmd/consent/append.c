/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/append.c: consent lines into the ledger. */
#include "base/buf.h"
#include "base/error.h"
#include "cmd/consent/commands.h"
#include "consent/append.h"
#include "consent/ledger_write.h"
#include "consent/receipt.h"
#include "io/json_write.h"
#include "io/out.h"
#include "model/rejects.h"

const struct option append_options[] = {
	{ OPT_FLAG, 0, "pass", AT(pass), NULL, "write the other lines to the output, after the commit", NULL },
	{ OPT_OUTPUT, 0, "receipts", AT(receipts), "FILE",
	    "id, position and digest of every line, and the size that proves it", NULL },
	ACCEPT_WIDENED,
	{ OPT_NUMBER, 0, "batch", AT(batch), "N",
	    "commit after N events where no stream holds them together (default 1000)", NULL },
	ELSEWHERE,
	OPT_LAST
};

static void
tell_append(struct settings *s, const struct append *a)
{
	struct json_writer *w = tool_summary(&s->tool);
	struct buf text = { 0 };

	append_summary(a, w);
	json_key(w, SPAN("reject_codes"));
	rejects_summary(s->tool.rejects, w);
	append_text(a, &text);
	tool_notice(&s->tool, "%.*s", SPAN_ARG(buf_span(&text)));
	buf_done(&text);
	if (s->batch != BATCH && a->counts.streams > 0)
		tool_notice(&s->tool, "--batch has no effect: a stream is committed as a whole");
	tool_check_rejects(&s->tool, a->counts.in);
	if (a->lost > 0 || (a->widened > 0 && !s->accept_widened))
		s->tool.status = STATUS_REFUSED;
}

static int
append_all(struct settings *s, struct append *a, struct error *e)
{
	struct out *receipts = NULL, *out = NULL;

	if (s->receipts != NULL) {
		receipts = tool_side(&s->tool, s->receipts, e);
		if (receipts == NULL)
			return -1;
	}
	if (s->pass) {
		out = tool_out(&s->tool, e);
		if (out == NULL)
			return -1;
	}
	a->writer = open_writer(&s->tool, false, e);
	if (a->writer == NULL || append_run(a, e) < 0)
		return -1;
	tell_append(s, a);
	if (receipts != NULL)
		receipts_end(buf_span(&a->receipts), writer_size(a->writer), '\n', out_buffer(receipts));
	if (out != NULL)
		append_write_passed(a, s->tool.status, out_buffer(out));
	return 0;
}

int
run_append(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct append a = { .pass = s->pass, .batch = s->batch, .tell = s->receipts != NULL };
	int r = -1;

	if (s->batch == 0)
		return error_set(e, USAGE, "E_USAGE", "--batch is at least 1");
	if (t->output != NULL && !s->pass)
		return error_set(e, USAGE, "E_USAGE", "-o is for the lines of --pass");
	if (tool_feed(t, &a.feed, e) == 0)
		r = append_all(s, &a, e);
	if (r < 0 && s->pass)
		end_not_ok(t, e);
	writer_close(a.writer);
	append_done(&a);
	return r;
}
