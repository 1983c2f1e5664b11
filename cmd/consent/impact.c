/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/impact.c: what a merge or a split does to permissions. */
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "cmd/consent/commands.h"
#include "consent/event_id.h"
#include "consent/review.h"
#include "consent/spread.h"
#include "io/json_write.h"
#include "io/out.h"

const struct option impact_options[] = {
	{ OPT_TEXT, 0, "before", AT(before), "FILE", "profiles as they were resolved before", NULL },
	{ OPT_TEXT, 0, "after", AT(after), "FILE", "profiles as they are resolved now", NULL },
	{ OPT_TEXT, 0, "accept-reopen", AT(accept_reopen), "REF",
	    "who accepted that addresses may be used again: an id, no name", NULL },
	ASKED, SPREAD, MOMENT,
	OPT_LAST
};

/* The answers of one file. */
static int
gather(struct settings *s, struct review *r, const char *path, struct map *answers,
    struct out *out, struct error *e)
{
	struct feed_options feed = { 0 };

	if (tool_feed(&s->tool, &feed, e) < 0)
		return -1;
	feed.paths = &path;
	feed.path_count = 1;
	r->answers = answers;
	return review_feed(r, &feed, out, e);
}

static void
tell(struct settings *s, const struct review *r, uint64_t regained)
{
	struct json_writer *w = tool_summary(&s->tool);
	struct buf text = { 0 };

	review_summary(r, w);
	json_member_u64(w, "lost", r->lines - regained);
	json_member_u64(w, "regained", regained);
	json_member_string(w, "accepted_by", span_from(s->accept_reopen));
	review_text(r, &text);
	tool_notice(&s->tool, "%.*s; lost %llu, regained %llu", SPAN_ARG(buf_span(&text)),
	    (unsigned long long)(r->lines - regained), (unsigned long long)regained);
	buf_done(&text);
}

static int
compare(struct settings *s, struct review *r, struct error *e)
{
	struct map *before = map_new(), *after = map_new();
	struct out *out = tool_out(&s->tool, e);
	uint64_t regained;
	int result = out == NULL ? -1 : gather(s, r, s->before, before, out, e);

	if (result == 0)
		result = gather(s, r, s->after, after, out, e);
	if (result == 0) {
		review_write_header(r, out_buffer(out));
		regained = impact_compare(r, before, after, out_buffer(out));
		review_write_end(r, out_buffer(out));
		tell(s, r, regained);
		tool_check_rejects(&s->tool, r->counts.in);
		if (regained > 0 && s->accept_reopen == NULL)
			s->tool.status = STATUS_REFUSED;
	}
	map_free(before);
	map_free(after);
	return result;
}

static int
check_options(const struct settings *s, struct error *e)
{
	if (s->before == NULL || s->after == NULL)
		return error_set(e, USAGE, "E_USAGE", "--before and --after are needed");
	if (s->accept_reopen != NULL && !event_id_readable(span_from(s->accept_reopen)))
		return error_set(e, USAGE, "E_USAGE",
		    "--accept-reopen is an id of letters, digits and . _ : -");
	return 0;
}

int
run_impact(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	struct review r = { .name = "impact", .kind = "impact", .visit = impact_visit };
	struct judging_options o = judging_options(s);
	struct judge_question fixed = { .purpose = s->purpose, .channel = s->channel,
	    .controller = s->controller, .destination = s->to };
	struct consent_state state = { 0 };
	struct spread *spread = NULL;
	int result = check_options(s, e);

	if (result == 0)
		result = judging_state(&state, &o, &t->notes, e);
	if (result == 0)
		result = review_open(&r, &state, &fixed, true, e);
	if (result == 0)
		result = review_spread(s, &r, &spread, e);
	if (result == 0)
		result = compare(s, &r, e);
	if (result < 0)
		end_not_ok(t, e);
	review_close(&r);
	spread_free(spread);
	state_close(&state);
	return result;
}
