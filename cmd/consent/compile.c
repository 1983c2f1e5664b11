/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/compile.c: the ledger as those who judge need it, so that they need not read it all. */
#include "cmd/consent/commands.h"
#include "consent/compile.h"
#include "io/out.h"

const struct option compile_options[] = {
	{ OPT_TEXT, 0, "out", AT(out_dir), "DIR",
	    "make it in DIR, where nobody looks for it, instead of the ledger", NULL },
	ELSEWHERE,
	OPT_LAST
};

int
run_compile(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct compile_options o = { .place = place_of(t), .out_dir = s->out_dir,
	    .lock_wait = t->lock_wait };
	struct out *out = tool_out(t, e);

	return out == NULL ? -1 : compile_ledger(&o, out_buffer(out), e);
}
