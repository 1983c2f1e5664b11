/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/review.c: the frame of conflicts, expire and recheck. */
#include "base/buf.h"
#include "base/error.h"
#include "cmd/consent/commands.h"
#include "consent/review.h"
#include "consent/spread.h"
#include "io/json_write.h"
#include "io/out.h"
#include "model/rejects.h"

static void
tell(struct settings *s, const struct review *r)
{
	struct buf text = { 0 };

	review_text(r, &text);
	tool_notice(&s->tool, "%.*s", SPAN_ARG(buf_span(&text)));
	buf_done(&text);
	review_summary(r, tool_summary(&s->tool));
}

static int
run(struct settings *s, struct review *r, bool profiles, struct error *e)
{
	struct tool *t = &s->tool;
	struct feed_options feed = { 0 };
	struct out *out = tool_out(t, e);

	if (out == NULL)
		return -1;
	if (!profiles) {
		if (s->spread != NULL)
			tool_notice(t, "--spread has no effect: without profiles each identifier stands by itself");
		review_ledger(r, out);
		return 0;
	}
	if (tool_feed(t, &feed, e) < 0)
		return -1;
	return review_profiles(r, &feed, out, e);
}

int
review_spread(struct settings *s, struct review *r, struct spread **spread, struct error *e)
{
	int result = open_spread(s, &r->judges[0].intake, spread, e);

	for (size_t i = 0; i < r->count; i++)
		r->judges[i].intake.spread = *spread;
	return result;
}

int
review(struct settings *s, struct review *r, bool all_bases, review_prepare *prepare,
    struct error *e)
{
	struct tool *t = &s->tool;
	struct judging_options o = judging_options(s);
	struct judge_question fixed = { .purpose = s->purpose, .channel = s->channel,
	    .controller = s->controller, .destination = s->to };
	struct consent_state state = { 0 };
	bool profiles = t->operand_count > 0 || r->needs_profiles || has_input();
	struct spread *spread = NULL;
	int result;

	if (profiles)
		wait_for_input(t);
	result = judging_state(&state, &o, &t->notes, e);
	r->show_values = t->show_values;
	if (result == 0)
		result = review_open(r, &state, &fixed, all_bases, e);
	if (result == 0)
		result = review_spread(s, r, &spread, e);
	if (result == 0 && prepare != NULL)
		result = prepare(s, r, e);
	if (result == 0)
		result = run(s, r, profiles, e);
	if (result == 0) {
		tell(s, r);
		tool_check_rejects(t, r->counts.in);
	} else
		end_not_ok(t, e);
	review_close(r);
	spread_free(spread);
	state_close(&state);
	return result;
}
