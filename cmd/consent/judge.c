/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/judge.c: the options of a judging command, its run, and what it counted. */
#include "base/buf.h"
#include "base/error.h"
#include "base/instant.h"
#include "cmd/consent/commands.h"
#include "consent/spread.h"
#include "consent/state.h"
#include "consent/subject.h"
#include "io/json_write.h"
#include "io/out.h"
#include "model/seal.h"
#include "model/stream.h"

#include <string.h>

struct judging_options
judging_options(struct settings *s)
{
	struct tool *t = &s->tool;
	bool now = !t->as_of.given || span_is(span_from(t->as_of.text), "now");

	return (struct judging_options){ .place = place_of(t), .policy = s->policy, .purpose = s->purpose,
	    .channel = s->channel, .controller = s->controller, .to = s->to, .max_age = s->max_age,
	    .draft = s->draft, .preferred_only = s->preferred_only, .all_reasons = s->all_reasons,
	    .proof_vault = s->proof_vault,
	    .cache = CACHE_WHOLE,
	    .as_of = now ? INSTANT_NONE : t->as_of.at,
	    .known_at = s->known_at.given ? s->known_at.at : INSTANT_NONE };
}

int
judge_begin(struct settings *s, bool gate, enum cache_use use, struct error *e)
{
	struct judging_options o = judging_options(s);

	o.gate = gate;
	o.cache = use;
	if (judging_open(&s->judging, &o, &s->tool.notes, e) < 0)
		return -1;
	s->judging.judge.phrases = s->phrases;
	s->judging.judge.show_values = s->tool.show_values;
	return 0;
}

static void
tell_counts(struct settings *s, const struct run *r)
{
	struct buf text = { 0 };

	run_text(r, &text);
	tool_notice(&s->tool, "%.*s", SPAN_ARG(buf_span(&text)));
	buf_done(&text);
	run_summary(r, tool_summary(&s->tool));
}

/* A summary that would become the next baseline must not say what this run stopped at. */
static void
keep_baseline(struct settings *s)
{
	struct tool *t = &s->tool;

	if (t->summary_path != NULL && strcmp(t->summary_path, s->guards.baseline) == 0)
		t->summary_path = NULL;
}

int
open_spread(struct settings *s, const struct intake *in, struct spread **to, struct error *e)
{
	*to = s->spread == NULL ? NULL : spread_open(s->spread, in, &s->tool.notes, e);
	return s->spread != NULL && *to == NULL ? -1 : 0;
}

static int
use_spread(struct settings *s, struct error *e)
{
	struct judge *j = &s->judging.judge;
	int r = open_spread(s, &j->intake, &s->judging.spread, e);

	j->intake.spread = s->judging.spread;
	return r;
}

static int
open_seal(struct settings *s, struct error *e)
{
	if (s->seal_key == NULL)
		return 0;
	if (token_key_read(s->seal_key, SEAL_KEY_USE, &s->judging.seal, e) < 0)
		return -1;
	s->judging.judge.seal = &s->judging.seal;
	return 0;
}

int
judge_stream(struct settings *s, enum run_command command, struct error *e)
{
	struct tool *t = &s->tool;
	struct run r = { .command = command };
	struct guard guard;
	int result = -1;

	wait_for_input(t);
	if (s->all_reasons && s->side == NULL && command <= RUN_GATE)
		tool_notice(t, "--all-reasons has no effect: it is of %s",
		    command == RUN_GATE ? "--quarantine" : "--denied");
	if (judge_begin(s, command == RUN_GATE, CACHE_WHOLE, e) == 0 &&
	    guard_open(&guard, &s->guards, &s->judging.judge.question, e) == 0 &&
	    use_spread(s, e) == 0 && open_seal(s, e) == 0) {
		r.judge = &s->judging.judge;
		r.guard = command == RUN_FILTER ? &guard : NULL;
		r.out = tool_feed(t, &r.feed, e) < 0 ? NULL : tool_out(t, e);
		r.feed.source.by_line = tool_by_line(t);
		r.side = s->side == NULL || r.out == NULL ? NULL : tool_side(t, s->side, e);
		if (e->status == STATUS_DONE)
			result = run_stream(&r, e);
	}
	if (result == 0) {
		tell_counts(s, &r);
		tool_check_rejects(t, r.counts.in);
		if (s->check && r.tally.denied + r.tally.skipped > 0)
			t->status = STATUS_REFUSED;
	}
	if (r.guarded) {
		tell_counts(s, &r);
		keep_baseline(s);
	}
	if (result < 0 && command <= RUN_DECIDE)
		end_not_ok(t, e);
	run_done(&r);
	judging_close(&s->judging);
	return result;
}

/* A draft decides nothing, and without an envelope nothing else would say so. */
static void
end_draft(struct tool *t, const struct tally *n)
{
	struct stream_end end = { .in = 1, .ok = false, .code = STATUS_UNSAFE };

	stream_count(&end, "decision", n->permitted + n->skipped + n->denied);
	stream_end_write(out_buffer(t->out), &end);
}

struct answers {
	enum run_command	command;
	struct tally		tally;
};

static int
answer(struct settings *s, struct subject *subject, enum cache_use use, void *arg, bool *broken,
    struct error *e)
{
	struct tool *t = &s->tool;
	struct answers *a = arg;
	int r = -1;

	judging_close(&s->judging);	/* of a first try */
	s->judging = (struct judging){ 0 };
	tally_done(&a->tally);
	a->tally = (struct tally){ 0 };
	if (judge_begin(s, false, use, e) == 0 && use_spread(s, e) == 0 &&
	    (subject->source != NULL || open_person(s, subject, e) == 0) && tool_out(t, e) != NULL)
		r = run_subject(&s->judging.judge, subject, a->command, out_buffer(t->out), &a->tally, e);
	*broken = state_broken(&s->judging.state, &t->notes);
	return r;
}

enum cache_use
cache_use_for_one(const struct settings *s)
{
	return s->spread != NULL ? CACHE_WHOLE : CACHE_TOUCHED;
}

int
judge_subject(struct settings *s, enum run_command command, struct error *e)
{
	struct tool *t = &s->tool;
	struct answers a = { .command = command };
	const struct tally *n = &a.tally;
	int r;

	if (t->operand_count > 0)
		return error_set(e, USAGE, "E_USAGE", "--subject-file and FILE exclude each other");
	r = ask_of_one(s, cache_use_for_one(s), answer, &a, e);
	if (r == 0)
		run_summary(&(struct run){ .command = command, .judge = &s->judging.judge, .tally = *n },
		    tool_summary(t));
	if (r == 0 && command == RUN_DECIDE && s->judging.state.draft)
		end_draft(t, n);
	if (r == 0 && s->check && n->denied + n->skipped > 0)
		t->status = STATUS_REFUSED;
	tally_done(&a.tally);
	judging_close(&s->judging);
	return r;
}
