/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/checkpoint.c: the signed size and root of the ledger, to be kept elsewhere. */
#include "base/buf.h"
#include "cmd/consent/commands.h"
#include "consent/ledger.h"
#include "consent/ledger_write.h"
#include "io/out.h"

const struct option checkpoint_options[] = {
	{ OPT_FLAG, 0, "tick", AT(tick), NULL, "append a tick first, which keeps a quiet ledger fresh", NULL },
	OPT_NOT_YET("cosign", "KEY"), ELSEWHERE,
	OPT_LAST
};

static int
tick(struct settings *s, struct out *out, struct error *e)
{
	struct tool *t = &s->tool;
	struct ledger_writer *w = open_writer(t, false, e);
	struct receipt receipt;
	struct buf text = { 0 };
	int r = -1;

	if (w != NULL && writer_add_own(w, "tick", span_none(), span_none(), &receipt, e) == 0)
		r = writer_commit(w, UINT64_MAX, e);
	if (r == 0) {
		out_add(out, writer_checkpoint(w));
		writer_torn_text(w, &text);
		if (text.len > 0)
			tool_notice(t, "tick%.*s", SPAN_ARG(buf_span(&text)));
	}
	buf_done(&text);
	writer_close(w);
	return r;
}

int
run_checkpoint(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct out *out = tool_out(t, e);
	struct ledger l;
	int r;

	if (out == NULL)
		return -1;
	if (s->tick)
		return tick(s, out, e);
	if (t->as_of.given)
		tool_notice(t, "--as-of has no effect: it is of --tick");
	r = ledger_look(&l, place_of(t), e);
	if (r == 0)
		out_add(out, buf_span(&l.now.bytes));
	ledger_close(&l);
	return r;
}
