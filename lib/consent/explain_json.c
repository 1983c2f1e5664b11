/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/explain_json.c: an answer as one JSON object. */
#include "consent/explain_priv.h"
#include "consent/phrases.h"
#include "consent/regime.h"
#include "consent/state.h"
#include "io/json_write.h"

static void
member_time(struct json_writer *w, const char *key, instant t)
{
	struct buf text = { 0 };

	instant_write(&text, t);
	json_member_string(w, key, buf_span(&text));
	buf_done(&text);
}

static void
write_event(const struct telling *t, const struct event *e, struct json_writer *w)
{
	instant end = telling_end(t, e);

	json_open_object(w);
	json_member_u64(w, "seq", e->seq);
	json_member_string(w, "type", event_name(e->type));
	member_time(w, "lo", e->lo);
	member_time(w, "hi", e->hi);
	member_time(w, "recv", e->recv);
	json_member_string(w, "method", e->method);
	json_member_string(w, "notice", e->notice_id);
	if (e->notice_id.p != NULL)
		json_member_u64(w, "notice_version", (uint64_t)e->notice_version);
	json_member_string(w, "notice_lang", e->notice_lang);
	json_member_string(w, "src", e->src);
	if (end != INSTANT_NONE)
		member_time(w, "valid_to", end);
	json_end(w);
}

static void
write_steps(const struct telling *t, struct json_writer *w)
{
	bool row_failed = telling_failure(t, STEP_ROW) != NULL;

	json_key(w, SPAN("steps"));
	json_open_array(w);
	for (unsigned step = STEP_ROW; step < STEP_COUNT; step++) {
		if (row_failed && step != STEP_ROW)
			break;
		json_open_object(w);
		json_member_u64(w, "step", step);
		json_member_string(w, "test", telling_step(t, step));
		json_member_string(w, "found", span_from(telling_found(t, step)));
		json_member_string(w, "regime", telling_failed_in(t, step));
		json_end(w);
	}
	json_end(w);
}

/* By which laws, and on what the purpose rests there: as in a decision. */
static void
write_law(const struct telling *t, struct json_writer *w)
{
	const struct question *q = &t->judge->question;

	json_key(w, SPAN("regimes"));
	json_open_array(w);
	for (size_t i = 0; i < q->policy->regime_count; i++)
		if (regime_in(t->ruling.regimes, i))
			json_text(w, q->policy->regimes[i].id);
	json_end(w);
	json_key(w, SPAN("basis"));
	json_open_array(w);
	for (size_t i = 0; i < q->policy->regime_count; i++)
		if (regime_in(t->ruling.relied, i) && q->regimes[i].basis != NULL && !telling_told_before(t, i))
			json_text(w, policy_basis_name(q->regimes[i].basis));
	json_end(w);
}

static void
write_ledger(const struct telling *t, struct json_writer *w)
{
	const struct consent_state *s = t->judge->state;

	json_key(w, SPAN("ledger"));
	json_open_object(w);
	json_member_string(w, "origin", s->origin);
	json_member_u64(w, "size", s->size);
	json_member_string(w, "root", span_from(s->root));
	json_end(w);
}

static void
write_ground(const struct telling *t, struct json_writer *w)
{
	json_key(w, SPAN("events"));
	json_open_array(w);
	for (size_t i = 0; i < t->ruling.evidence_count; i++)
		write_event(t, events_at(t->judge->intake.events, t->ruling.evidence[i]), w);
	json_end(w);
	json_member_string(w, "registry",
	    t->ruling.permitted ? t->ruling.registered_ref : span_none());
	if (t->ruling.notice != NULL)
		json_member_string(w, "notice_at_collection", t->ruling.notice->notice_id);
	json_member_string(w, "article", span_from(telling_article(t)));
	json_member_string(w, "text", telling_reason(t));
	if (t->judge->phrases != NULL)
		json_member_string(w, "lang", phrases_lang(t->judge->phrases));
	if (t->ruling.permitted)
		member_time(w, "valid_until", t->ruling.valid_until);
	json_member_string(w, "policy", t->judge->question.policy->digest);
	if (t->judge->state->draft)
		json_member_bool(w, "draft", true);
	write_ledger(t, w);
}

void
telling_json(const struct telling *t)
{
	const struct question *q = &t->judge->question;
	struct json_writer w = json_writer(t->out);

	json_open_object(&w);
	json_member_string(&w, "verdict", verdict_name(t->ruling.permitted ? VERDICT_PERMIT :
	    t->ruling.skipped ? VERDICT_SKIP : VERDICT_DENY));
	json_member_string(&w, "code", span_from(t->ruling.code));
	json_member_string(&w, "purpose", q->purpose->id);
	json_member_string(&w, "channel", q->channel);
	json_member_string(&w, "controller", q->controller);
	if (q->destination != NULL)
		json_member_string(&w, "destination", q->destination->id);
	member_time(&w, "as_of", q->as_of);
	member_time(&w, "known_at", q->known_at);
	if (t->of > 0) {
		json_member_u64(&w, "address", t->which);
		json_member_u64(&w, "addresses", t->of);
	}
	write_law(t, &w);
	write_steps(t, &w);
	write_ground(t, &w);
	json_end(&w);
	buf_byte(t->out, '\n');
}
