/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/remediate.c: past exports that hindsight forbids, by recipient. */
#include "base/buf.h"
#include "base/error.h"
#include "cmd/consent/commands.h"
#include "consent/remediate.h"
#include "consent/spread.h"
#include "io/json_write.h"
#include "io/out.h"

#include <stdio.h>

const struct option remediate_options[] = {
	{ OPT_TEXT, 0, "egress", AT(egress), "FILE", "the log of what left: STATE/egress/journal.ndjson",
	    NULL },
	{ OPT_TIME, 0, "since", AT(written_since), "TIME", "exports written then or later", NULL },
	SPREAD, MOMENT,
	OPT_LAST
};

static void
tell(struct settings *s, const struct remediation *r)
{
	struct buf text = { 0 };

	remediation_text(r, &text);
	tool_notice(&s->tool, "%.*s", SPAN_ARG(buf_span(&text)));
	buf_done(&text);
	remediation_summary(r, tool_summary(&s->tool));
	tool_check_rejects(&s->tool, remediation_lines_in(r));
	if (remediation_undecided(r) > 0)
		s->tool.status = STATUS_REFUSED;
}

static struct remediation *
open_log(struct settings *s, const struct consent_state *state, struct error *e)
{
	struct remediation *r;
	struct buf key = { 0 };

	/* cdp-export made it, and knows no other place. */
	buf_print(&key, "%s/keys/egress%c", s->tool.state, 0);
	r = remediation_open(state, s->egress, key.p, s->written_since.given ? s->written_since.at : INSTANT_NONE,
	    &s->tool.notes, e);
	buf_done(&key);
	return r;
}

/* Where no export is decided again there is nothing that it could change. */
static int
use_spread(struct settings *s, struct remediation *r, struct spread **spread, struct error *e)
{
	const struct intake *in = remediation_intake(r);

	if (in == NULL || open_spread(s, in, spread, e) == 0) {
		remediation_use_spread(r, *spread);
		return 0;
	}
	return -1;
}

int
run_remediate(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct judging_options o = judging_options(s);
	struct consent_state state = { 0 };
	struct remediation *r = NULL;
	struct feed_options feed = { 0 };
	struct out *out = NULL;
	struct spread *spread = NULL;
	int result = -1;

	if (s->egress == NULL)
		return error_set(e, USAGE, "E_USAGE", "--egress is missing");
	wait_for_input(t);
	if (judging_state(&state, &o, &t->notes, e) == 0)
		r = open_log(s, &state, e);
	if (r != NULL && use_spread(s, r, &spread, e) == 0 && tool_feed(t, &feed, e) == 0)
		out = tool_out(t, e);
	if (out != NULL)
		result = remediation_run(r, &feed, out, e);
	if (result == 0)
		tell(s, r);
	else
		end_not_ok(t, e);
	remediation_close(r);
	spread_free(spread);
	state_close(&state);
	return result;
}
