/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/run.c: a stream through filter, gate or decide, chunk by chunk, in order */
#include "base/alloc.h"
#include "base/error.h"
#include "consent/explain.h"
#include "consent/guard.h"
#include "consent/run.h"
#include "consent/state.h"
#include "consent/subject.h"
#include "io/json_write.h"
#include "io/out.h"
#include "model/stream.h"

/* What one chunk leaves beside its lines. */
struct share {
	struct buf	side;
	struct tally	tally;
};

struct work {
	struct run	*run;
	struct bench	*benches;	/* one a thread */
};

static const char *
command_name(enum run_command c)
{
	return c == RUN_FILTER ? "filter" : c == RUN_GATE ? "gate" : c == RUN_DECIDE ? "decide" :
	    "explain";
}

static struct share *
share_of(struct feed_part *part)
{
	if (part->data == NULL)
		part->data = mem_zero(1, sizeof(struct share));
	return part->data;
}

static void
free_share(void *arg, struct feed_part *part)
{
	struct share *s = part->data;

	(void)arg;
	buf_done(&s->side);
	tally_done(&s->tally);
	mem_free(s);
}

/* A record has no business behind the gates, a profile none before them; counted as read, so that
 * the figures add up. */
static int
misplaced(const struct feed_line *line, struct share *s, struct error *e)
{
	s->tally.read++;
	error_set(e, REFUSED, "E_KIND", "a %.*s line has no place here",
	    SPAN_ARG(feed_kind_name(line->kind)));
	return 1;
}

/* What is nobody's row passes the merge gate unchanged, but not the way out of the house. */
static void
other_line(const struct run *r, const struct feed_line *line, struct feed_part *part,
    struct share *s)
{
	if (r->command != RUN_GATE) {
		s->tally.left_out++;
		return;
	}
	buf_add(part->out, line->raw);
	buf_byte(part->out, '\n');
	s->tally.passed_by++;
}

/* Where what is refused goes; NULL: nowhere. */
static struct buf *
side_of(const struct run *r, struct share *s)
{
	return r->side == NULL ? NULL : &s->side;
}

static int
one_line(void *arg, struct feed_part *part, const struct feed_line *line, struct error *e)
{
	struct work *w = arg;
	struct run *r = w->run;
	struct bench *b = &w->benches[part->worker];
	struct share *s = share_of(part);
	enum feed_kind wanted = r->command == RUN_GATE ? FEED_RECORD : FEED_PROFILE;

	if (line->kind == FEED_CONSENT && judge_consent_line(r->judge, b, line, e) < 0)
		return -1;
	if (line->kind != wanted) {
		if (line->kind == FEED_RECORD || line->kind == FEED_PROFILE)
			return misplaced(line, s, e);
		other_line(r, line, part, s);
		return 0;
	}
	switch (r->command) {
	case RUN_FILTER:
		return filter_profile(r->judge, b, line, NULL, part->out, side_of(r, s), &s->tally, e);
	case RUN_GATE:
		return gate_record(r->judge, b, line, NULL, part->out, side_of(r, s), &s->tally, e);
	case RUN_DECIDE:
		return decide_profile(r->judge, b, line, part->out, &s->tally, e);
	default:
		return explain_profile(r->judge, b, line, r->command == RUN_EXPLAIN_JSON, part->out,
		    &s->tally, e);
	}
}

/* Where a line is plain, the next ones are so too as a rule. */
static void
look_ahead(const struct work *w, const struct feed_part *part, const struct feed_line *line)
{
	ahead_look(&w->benches[part->worker].ahead, &w->run->judge->intake, part->chunk, line->raw);
}

static int
plain_profile(void *arg, struct feed_part *part, const struct feed_line *line,
    const struct profile *profile, struct error *e)
{
	struct work *w = arg;
	struct share *s = share_of(part);

	look_ahead(w, part, line);
	return filter_profile(w->run->judge, &w->benches[part->worker], line, profile, part->out,
	    side_of(w->run, s), &s->tally, e);
}

static int
plain_record(void *arg, struct feed_part *part, const struct feed_line *line,
    const struct record *record, struct error *e)
{
	struct work *w = arg;
	struct share *s = share_of(part);

	look_ahead(w, part, line);
	return gate_record(w->run->judge, &w->benches[part->worker], line, record, part->out,
	    side_of(w->run, s), &s->tally, e);
}

static int
emit(void *arg, struct feed_part *part, struct error *e)
{
	struct work *w = arg;
	struct share *s = part->data;

	(void)e;
	out_add(w->run->out, buf_span(part->out));
	if (w->run->feed.source.by_line)
		out_flush(w->run->out);
	if (s == NULL)
		return 0;
	if (w->run->side != NULL)
		out_add(w->run->side, buf_span(&s->side));
	tally_add(&w->run->tally, &s->tally);
	return 0;
}

static void
write_header(const struct run *r, struct out *out)
{
	struct buf at = { 0 };
	struct json_writer w;

	instant_write(&at, r->judge->question.as_of);
	w = stream_header(out_buffer(out), r->feed.tool, buf_span(&at));
	judge_header(r->judge, command_name(r->command), &w);
	stream_header_end(&w);
	buf_done(&at);
}

static uint64_t
verdicts(const struct run *r)
{
	return r->tally.permitted + r->tally.redacted;
}

/* A draft decides nothing: its end line says not-ok, and whoever reads it stops. */
static void
write_end(const struct run *r, struct out *out, bool side)
{
	const struct tally *t = &r->tally;
	struct stream_end end = { .in = r->counts.in, .rejected = r->counts.rejected,
	    .ok = !r->judge->state->draft };

	if (!end.ok)
		end.code = STATUS_UNSAFE;
	end.suppressed = side ? 0 : t->denied + t->skipped + t->expired;
	end.skipped = side ? 0 : t->left_out;
	if (r->command == RUN_GATE)
		stream_count(&end, "record", side ? t->denied + t->skipped : verdicts(r));
	else if (r->command == RUN_FILTER && !side)
		stream_count(&end, "profile", verdicts(r));
	else
		stream_count(&end, "decision", t->denied + t->skipped + (side ? 0 : verdicts(r)));
	if (!side && t->passed_by > 0)
		stream_count(&end, "other", t->passed_by);
	stream_end_write(out_buffer(out), &end);
}

static bool
has_envelope(const struct run *r)
{
	return r->command != RUN_EXPLAIN && r->command != RUN_EXPLAIN_JSON;
}

int
run_stream(struct run *r, struct error *e)
{
	const struct feed_ops ops = { .line = one_line, .emit = emit, .drop = free_share,
	    .plain_record = r->command == RUN_GATE ? plain_record : NULL,
	    .plain_profile = r->command == RUN_FILTER ? plain_profile : NULL };
	unsigned threads = r->feed.threads == 0 ? 1 : r->feed.threads;
	struct work w = { r, mem_zero(threads, sizeof(struct bench)) };
	int result;

	if (has_envelope(r))
		write_header(r, r->out);
	if (r->side != NULL)
		write_header(r, r->side);
	result = feed_run(&r->feed, &ops, &w, &r->counts, e);
	for (unsigned i = 0; i < threads; i++)
		bench_done(&w.benches[i]);
	mem_free(w.benches);
	if (result < 0)
		return -1;
	r->guarded = r->guard != NULL && guard_check(r->guard, verdicts(r), e) < 0;
	if (r->guarded)
		return -1;
	if (has_envelope(r))
		write_end(r, r->out, false);
	if (r->side != NULL)
		write_end(r, r->side, true);
	return 0;
}

int
run_subject(const struct judge *j, const struct subject *s, enum run_command command,
    struct buf *out, struct tally *t, struct error *e)
{
	struct bench b = { .scanner = NULL };
	bool json = command == RUN_EXPLAIN_JSON, profile = s->line.kind == FEED_PROFILE;
	int r;

	if (command == RUN_DECIDE)
		r = profile ? decide_profile(j, &b, &s->line, out, t, e) :
		    decide_subject(j, &b, s->line.tape, out, t, e);
	else
		r = profile ? explain_profile(j, &b, &s->line, json, out, t, e) :
		    explain_subject(j, &b, &s->line, json, out, t, e);
	bench_done(&b);
	return r == 0 ? 0 : -1;
}

void
run_done(struct run *r)
{
	tally_done(&r->tally);
}

/* Lines that were no rows at all (bad JSON) never reached a verdict: they were read and
 * rejected like the others. */
static uint64_t
rows_read(const struct run *r)
{
	const struct tally *t = &r->tally;

	return t->permitted + t->redacted + t->skipped + t->denied + t->expired +
	    r->counts.rejected;
}

void
run_text(const struct run *r, struct buf *out)
{
	const struct tally *t = &r->tally;

	buf_print(out, "%s: read %llu, permitted %llu, redacted %llu, skipped %llu, denied %llu, "
	    "rejected %llu", command_name(r->command), (unsigned long long)rows_read(r),
	    (unsigned long long)t->permitted, (unsigned long long)t->redacted,
	    (unsigned long long)t->skipped, (unsigned long long)t->denied,
	    (unsigned long long)r->counts.rejected);
	if (t->expired > 0)
		buf_print(out, ", expired %llu", (unsigned long long)t->expired);
	if (t->left_out > 0)
		buf_print(out, ", other lines left out %llu", (unsigned long long)t->left_out);
	tally_text(t, out);
}

static void
question_summary(const struct question *q, struct json_writer *w)
{
	json_member_string(w, "purpose", q->purpose->id);
	json_member_string(w, "channel", q->channel);
	json_member_string(w, "controller", q->controller);	/* of the gate: each record's own */
	json_member_string(w, "destination", q->destination == NULL ? span_none() : q->destination->id);
}

void
run_summary(const struct run *r, struct json_writer *w)
{
	const struct tally *t = &r->tally;

	json_member_string(w, "command", span_from(command_name(r->command)));
	if (r->judge != NULL)
		question_summary(&r->judge->question, w);
	json_member_u64(w, "read", rows_read(r));
	json_member_u64(w, "permitted", t->permitted);
	json_member_u64(w, "redacted", t->redacted);
	json_member_u64(w, "skipped", t->skipped);
	json_member_u64(w, "denied", t->denied);
	json_member_u64(w, "rejected", r->counts.rejected);
	json_member_u64(w, "expired", t->expired);
	json_member_u64(w, "left_out", t->left_out);
	json_member_u64(w, "passed_by", t->passed_by);
	tally_summary(t, w);
}
