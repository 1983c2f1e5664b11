/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/review.c: questions × people, in the order of the input. */
#include "base/alloc.h"
#include "base/error.h"
#include "consent/questions.h"
#include "consent/review.h"
#include "consent/state.h"
#include "io/json_write.h"
#include "io/out.h"
#include "model/stream.h"

#include <stdlib.h>

/* ---- questions ---- */

struct opening {
	struct review	*review;
	bool		 all_bases, counting;
};

static bool
rests_on_consent(const struct policy *p, const struct policy_purpose *purpose)
{
	for (size_t i = 0; i < p->regime_count; i++) {
		const struct policy_basis *b = policy_basis(purpose, p->regimes[i].id);

		if (b != NULL && b->type == BASIS_CONSENT)
			return true;
	}
	return false;
}

static int
open_one(void *arg, const struct judge_question *q, struct error *e)
{
	struct opening *o = arg;
	struct review *r = o->review;
	const struct policy *p = r->state->policy;
	struct judge *j;

	if (!o->all_bases && !rests_on_consent(p, policy_purpose(p, span_from(q->purpose))))
		return 0;
	if (o->counting) {
		r->count++;
		return 0;
	}
	j = &r->judges[r->count++];
	if (judge_open(j, r->state, q, e) < 0)
		return -1;
	j->show_values = r->show_values;
	return 0;
}

int
review_open(struct review *r, const struct consent_state *s, const struct judge_question *fixed,
    bool all_bases, struct error *e)
{
	struct opening o = { r, all_bases, true };
	int result;

	r->state = s;
	result = questions_each(s->policy, fixed, false, open_one, &o, e);
	r->judges = mem_zero(r->count + 1, sizeof *r->judges);
	r->listed = mem_zero(r->count + 1, sizeof *r->listed);
	if (result == 0 && r->count == 0)
		return error_set(e, USAGE, "E_USAGE", "no such purpose rests on consent");
	r->count = 0;
	o.counting = false;
	return result < 0 ? -1 : questions_each(s->policy, fixed, false, open_one, &o, e);
}

void
review_close(struct review *r)
{
	for (size_t i = 0; r->judges != NULL && i < r->count; i++)
		judge_close(&r->judges[i]);
	mem_free(r->judges);
	mem_free(r->listed);
	bench_done(&r->bench);
}

/* ---- people ---- */

static void
visit(void *arg, const struct judge *j, const struct ruling *ruling, struct facts *f,
    struct span row, struct arena *arena)
{
	struct review *r = arg;
	struct review_case c = { j, ruling, f, row, arena };

	if (!r->visit(r, &c, r->out))
		return;
	r->listed[j - r->judges]++;
	r->lines++;
}

struct emitting {
	struct review	*review;
	struct out	*to;
};

static int
profile_line(void *arg, struct feed_part *part, const struct feed_line *line, struct error *e)
{
	struct review *r = ((struct emitting *)arg)->review;

	if (line->kind != FEED_PROFILE)
		return judge_no_profile(&r->judges[0], &r->bench, line, e);
	r->out = part->out;
	for (size_t i = 0; i < r->count; i++)
		if (judge_profile(&r->judges[i], &r->bench, line, visit, r, e) != 0)
			return 1;
	r->people++;
	return 0;
}

static int
emit(void *arg, struct feed_part *part, struct error *e)
{
	(void)e;
	out_add(((struct emitting *)arg)->to, buf_span(part->out));
	return 0;
}

void
review_write_header(const struct review *r, struct buf *out)
{
	struct buf at = { 0 };
	struct json_writer w;

	instant_write(&at, r->state->as_of);
	w = stream_header(out, "cdp-consent", buf_span(&at));
	json_member_string(&w, "command", span_from(r->name));
	state_header(r->state, &w);
	stream_header_end(&w);
	buf_done(&at);
}

void
review_write_end(const struct review *r, struct buf *out)
{
	struct stream_end end = { .in = r->counts.in, .rejected = r->counts.rejected,
	    .ok = !r->state->draft, .code = r->state->draft ? STATUS_UNSAFE : 0 };

	stream_count(&end, r->kind, r->lines);
	stream_end_write(out, &end);
}

int
review_feed(struct review *r, const struct feed_options *feed, struct out *out, struct error *e)
{
	static const struct feed_ops ops = { .line = profile_line, .emit = emit };
	struct emitting x = { r, out };
	struct feed_options one = *feed;

	one.threads = 1;	/* one bench for all questions */
	return feed_run(&one, &ops, &x, &r->counts, e);
}

int
review_profiles(struct review *r, const struct feed_options *feed, struct out *out,
    struct error *e)
{
	review_write_header(r, out_buffer(out));
	if (review_feed(r, feed, out, e) < 0)
		return -1;
	review_write_end(r, out_buffer(out));
	return 0;
}

struct named {
	struct span		 text;
	const struct event	*event;
};

static int
by_text(const void *a, const void *b)
{
	return span_cmp(((const struct named *)a)->text, ((const struct named *)b)->text);
}

static void
judge_token(struct review *r, const struct event *e)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct judge *j = &r->judges[i];
		struct ruling ruling;
		struct facts f;

		arena_reset(&r->bench.arena);
		facts_of_token(&j->intake, e->sid_type, &e->sid, &f, &r->bench.arena);
		if (j->question.needs_contact && !intake_contact(&j->intake, &f.identifiers[0]))
			continue;
		f.contact = j->question.needs_contact ? 0 : CONTACT_NONE;
		ruling = decide(&j->question, &f, NULL);
		visit(r, j, &ruling, &f, span_none(), &r->bench.arena);
	}
	r->people++;
}

void
review_ledger(struct review *r, struct out *out)
{
	uint64_t n = events_count(r->state->events);
	struct named *all = mem_zero(n + 1, sizeof *all);
	struct arena texts = { 0 };
	size_t count = 0;

	r->of_ledger = true;
	r->out = out_buffer(out);
	review_write_header(r, r->out);
	for (uint64_t i = 0; i < n; i++) {
		const struct event *v = events_at(r->state->events, i);

		if (v->sid_type.p != NULL && v->type != EVENT_SUPPRESS &&
		    !state_is_erased(r->state, v))
			all[count++] = (struct named){ judge_token_text(&r->judges[0], v->sid_type,
			    &v->sid, &texts), v };
	}
	qsort(all, count, sizeof *all, by_text);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || !span_equal(all[i - 1].text, all[i].text))
			judge_token(r, all[i].event);
	review_write_end(r, r->out);
	arena_done(&texts);
	mem_free(all);
}
