/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/due.c: members from elsewhere, notices served, and the shortest deadline. */
#include "base/error.h"
#include "consent/due.h"
#include "consent/judge.h"
#include "consent/scope.h"
#include "consent/state.h"
#include "io/json_write.h"
#include "io/out.h"
#include "model/feed.h"
#include "model/profile.h"
#include "model/stream.h"

struct due {
	const struct judge	*judge;
	struct out		*to;
	struct due_counts	*counts;
	struct bench		 bench;
};

static bool
is_foreign(const struct fact_member *m)
{
	return m->source != NULL && m->source->collected != COLLECTED_SUBJECT;
}

static bool
was_told(const struct question *q, const struct facts *f)
{
	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++)
			if (f->identifiers[i].events[k]->type == EVENT_NOTICE_SERVED &&
			    event_counts(q, f->identifiers[i].events[k]))
				return true;
	return false;
}

/* From the first record on, since nobody knows which of them came first; INSTANT_NONE: no regime
 * of the person asks for it. */
static instant
due_by(const struct question *q, const struct facts *f, const struct profile *p)
{
	regime_set in_play = regimes_judging(q, f);
	instant since, due = INSTANT_NONE;

	if (!instant_parse(p->first_seen, &since))
		since = q->as_of;
	for (size_t i = 0; i < q->policy->regime_count; i++) {
		const struct policy_regime *g = &q->policy->regimes[i];

		for (size_t k = 0; k < g->deadline_count && (in_play >> i & 1) != 0; k++) {
			instant by = instant_add(since, g->deadlines[k].within, 1);

			if (span_is(g->deadlines[k].name, "indirect_notice") &&
			    (due == INSTANT_NONE || by < due))
				due = by;
		}
	}
	return due;
}

static void
write_sources(const struct facts *f, struct json_writer *w)
{
	json_key(w, SPAN("sources"));
	json_open_array(w);
	for (size_t i = 0; i < f->member_count; i++)
		if (is_foreign(&f->members[i]) &&
		    (i == 0 || f->members[i - 1].source != f->members[i].source))
			json_text(w, f->members[i].source->id);
	json_end(w);
}

static void
write_due(struct due *d, const struct profile *p, const struct facts *f, instant due,
    struct buf *out)
{
	const struct judge *j = d->judge;
	struct token subject = token_of(&j->state->key, SPAN("profile"), p->fields.id);
	bool overdue = due <= j->question.as_of;
	struct json_writer w = json_writer(out);
	struct buf text = { 0 };

	instant_write(&text, due);
	json_open_object(&w);
	json_member_string(&w, "kind", SPAN("recheck"));
	json_member_string(&w, "subject", judge_token_text(j, SPAN("profile"), &subject,
	    &d->bench.arena));
	if (j->show_values)
		json_member_string(&w, "profile", p->fields.id);
	write_sources(f, &w);
	json_member_string(&w, "due", buf_span(&text));
	json_member_bool(&w, "overdue", overdue);
	json_end(&w);
	buf_byte(out, '\n');
	buf_done(&text);
	d->counts->listed++;
	d->counts->overdue += overdue;
}

static int
line(void *arg, struct feed_part *part, const struct feed_line *l, struct error *e)
{
	struct due *d = arg;
	const struct judge *j = d->judge;
	struct profile p;
	struct facts f;
	bool foreign = false;
	instant due;

	if (l->kind != FEED_PROFILE)
		return judge_no_profile(j, &d->bench, l, e);
	arena_reset(&d->bench.arena);
	if (profile_read(l->tape, &p, &d->bench.arena, e) < 0 ||
	    facts_of_profile(&j->intake, &p, &f, &d->bench.arena, e) < 0)
		return 1;
	d->counts->people++;
	for (size_t i = 0; i < f.member_count; i++)
		foreign |= is_foreign(&f.members[i]);
	due = foreign && !was_told(&j->question, &f) ? due_by(&j->question, &f, &p) : INSTANT_NONE;
	if (due != INSTANT_NONE)
		write_due(d, &p, &f, due, part->out);
	return 0;
}

static int
emit(void *arg, struct feed_part *part, struct error *e)
{
	(void)e;
	out_add(((struct due *)arg)->to, buf_span(part->out));
	return 0;
}

int
due_run(const struct judge *j, const struct feed_options *feed, struct out *out,
    struct due_counts *counts, struct error *e)
{
	static const struct feed_ops ops = { .line = line, .emit = emit };
	struct due d = { .judge = j, .to = out, .counts = counts };
	struct stream_end end = { .ok = !j->state->draft,
	    .code = j->state->draft ? STATUS_UNSAFE : 0 };
	struct feed_options one = *feed;
	struct feed_counts lines = { 0 };
	struct buf at = { 0 };
	struct json_writer w;
	int r;

	one.threads = 1;	/* one bench */
	instant_write(&at, j->state->as_of);
	w = stream_header(out_buffer(out), "cdp-consent", buf_span(&at));
	json_member_string(&w, "command", SPAN("recheck"));
	state_header(j->state, &w);
	stream_header_end(&w);
	buf_done(&at);
	r = feed_run(&one, &ops, &d, &lines, e);
	bench_done(&d.bench);
	if (r < 0)
		return -1;
	counts->in = end.in = lines.in;
	counts->rejected = end.rejected = lines.rejected;
	stream_count(&end, "recheck", counts->listed);
	stream_end_write(out_buffer(out), &end);
	return 0;
}

void
due_text(const struct due_counts *n, struct buf *out)
{
	buf_print(out, "recheck: people %llu, notices due %llu, overdue %llu",
	    (unsigned long long)n->people, (unsigned long long)n->listed,
	    (unsigned long long)n->overdue);
}

void
due_summary(const struct due_counts *n, struct json_writer *w)
{
	json_member_string(w, "command", SPAN("recheck"));
	json_member_u64(w, "people", n->people);
	json_member_u64(w, "listed", n->listed);
	json_member_u64(w, "overdue", n->overdue);
	json_member_u64(w, "rejected", n->rejected);
}
