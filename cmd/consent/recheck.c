/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/recheck.c: who is to be asked again. */
#include "base/buf.h"
#include "base/error.h"
#include "base/number.h"
#include "cmd/consent/commands.h"
#include "consent/due.h"
#include "consent/review.h"
#include "io/out.h"

const struct option recheck_options[] = {
	{ OPT_TEXT, 0, "notice", AT(notice), "ID@VERSION",
	    "as if this version were the least one of its purposes", NULL },
	ASKED, SPREAD, MOMENT,
	{ OPT_FLAG, 0, "due", AT(due), NULL,
	    "instead: whose data came from elsewhere, and who was not told yet", NULL },
	OPT_LAST
};

static bool
names_a_purpose(const struct policy *p, struct span notice)
{
	for (size_t i = 0; i < p->purpose_count; i++)
		if (p->purposes[i].notice.p != NULL && span_equal(p->purposes[i].notice, notice))
			return true;
	return false;
}

static int
prepare(struct settings *s, struct review *r, struct error *e)
{
	struct span text = span_from(s->notice), id;
	uint64_t version;

	if (s->notice == NULL)
		return 0;
	id = span_head(text, span_index(text, '@'));
	if (id.len == text.len || !u64_parse(span_skip(text, id.len + 1), &version) ||
	    version == 0 || version > INT32_MAX)
		return error_set(e, USAGE, "E_USAGE", "--notice wants id@version, as newsletter@8");
	if (!names_a_purpose(r->state->policy, id))
		return error_set(e, USAGE, "E_NOTICE_UNKNOWN", "no purpose has this notice");
	recheck_prepare(r, id, (int64_t)version, &s->tool.arena);
	return 0;
}

static void
tell_due(struct settings *s, const struct due_counts *n)
{
	struct buf text = { 0 };

	due_text(n, &text);
	tool_notice(&s->tool, "%.*s", SPAN_ARG(buf_span(&text)));
	buf_done(&text);
	due_summary(n, tool_summary(&s->tool));
	tool_check_rejects(&s->tool, n->in);
}

/* Which law judges a person does not hang on the purpose: any question will do. */
static int
run_due(struct settings *s, struct error *e)
{
	struct tool *t = &s->tool;
	struct judging_options o = judging_options(s);
	struct judge_question fixed = { .controller = s->controller };
	struct consent_state state = { 0 };
	struct review r = { .show_values = t->show_values };
	struct feed_options feed = { 0 };
	struct due_counts n = { 0 };
	struct out *out = NULL;
	int result;

	wait_for_input(t);
	result = judging_state(&state, &o, &t->notes, e);
	if (result == 0)
		result = review_open(&r, &state, &fixed, true, e);
	if (result == 0 && tool_feed(t, &feed, e) == 0)
		out = tool_out(t, e);
	result = out == NULL ? -1 : due_run(&r.judges[0], &feed, out, &n, e);
	if (result == 0)
		tell_due(s, &n);
	else
		end_not_ok(t, e);
	review_close(&r);
	state_close(&state);
	return result;
}

int
run_recheck(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct review r = { .name = "recheck", .kind = "recheck", .visit = recheck_visit };

	if (s->due && (s->notice != NULL || s->purpose != NULL || s->channel != NULL || s->to != NULL ||
	    s->spread != NULL))
		return error_set(e, USAGE, "E_USAGE", "--due stands alone: it is about no purpose");
	if (s->due)
		return run_due(s, e);
	if (s->notice == NULL && s->purpose == NULL)
		return error_set(e, USAGE, "E_USAGE", "--notice, --purpose or --due is needed");
	return review(s, &r, false, prepare, e);
}
