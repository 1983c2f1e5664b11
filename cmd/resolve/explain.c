/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/resolve/explain.c: why pairs of records are one profile, or not. */
#include "base/buf.h"
#include "base/error.h"
#include "cmd/resolve/commands.h"
#include "resolve/explain.h"

const struct option explain_options[] = {
	MATCHING, VERDICTS, ID_KEY_FILE,
	{ OPT_INPUT, 0, "pairs", offsetof(struct settings, pairs), "FILE",
	    "two record ids a line; - is standard input", NULL },
	OPT_LAST
};

int
run_explain(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct buf text = { 0 };
	uint64_t unknown = 0;
	int r = -1;

	if (s->pairs == NULL)
		error_set(e, USAGE, "E_USAGE", "explain needs --pairs FILE");
	else if (load_settings(s, e) == 0 && join_records(s, e) == 0)
		r = explain_pairs(&s->resolve, s->pairs, &text, &unknown, e);
	if (r == 0)
		tool_check_rejects(t, s->resolve.intake.counts.in);
	if (r == 0 && unknown > 0) {
		t->status = STATUS_REFUSED;
		tool_notice(t, "%llu pairs name a record that is not here", (unsigned long long)unknown);
	}
	finish_run(s);
	return put_text(t, r, &text, e);
}
