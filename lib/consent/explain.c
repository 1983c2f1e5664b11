/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/explain.c: a decision in words and as JSON */
#include "consent/explain.h"
#include "consent/phrases.h"
#include "consent/redact.h"
#include "consent/regime.h"
#include "consent/state.h"
#include "consent/steps.h"
#include "io/json_write.h"
#include "io/ndjson.h"
#include "model/feed.h"
#include "model/profile.h"
#include <stdio.h>

/* One answer to be told. */
struct telling {
	const struct judge	*judge;
	struct bench		*bench;
	struct buf		*out;
	struct facts		 facts;
	const struct profile	*profile;	/* NULL: identifiers only, no fields to judge */
	bool			 json;
	size_t			 which, of;	/* address 1 of 2; of 0: none */
	struct ruling		 ruling;
	struct reasons		 reasons;
};

enum { DATE_TEXT = 10 };	/* bytes of YYYY-MM-DD */

static const char *
failure_at(const struct reasons *all, unsigned step)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->failed[i].step == step)
			return all->failed[i].code;
	return NULL;
}

static void
time_text(struct buf *out, instant t)
{
	size_t at = out->len;

	instant_write(out, t);
	for (; at < out->len; at++)
		if (out->p[at] == 'T')
			out->p[at] = ' ';
}

/* ---- words ---- */

static void
say(const struct telling *t, const char *before, const char *key, const char *english,
    const char *after)
{
	struct span text = phrase(t->judge->phrases, key, english);

	buf_print(t->out, "%s%.*s%s", before, SPAN_ARG(text), after);
}

static struct span
reason_text(const struct telling *t)
{
	const struct reason *why = reason_at(reason_index(t->ruling.code));

	return phrase(t->judge->phrases, why->code, why->text);
}

static struct span
step_text(const struct telling *t, unsigned step)
{
	char key[sizeof "step.4294967295"];

	snprintf(key, sizeof key, "step.%u", step);
	return phrase(t->judge->phrases, key, step_name(step));
}

/* An instant, a day, or both ends. */
static void
tell_interval(const struct telling *t, const struct event *e)
{
	size_t at = t->out->len;

	time_text(t->out, e->lo);
	if (e->lo % DAY_MS == 0 && e->hi == e->lo + DAY_MS - 1) {
		t->out->len = at + DATE_TEXT;
		say(t, " (", "whole_day", "whole day", ")");
	} else if (e->hi != e->lo) {
		say(t, " ", "until", "to", " ");
		time_text(t->out, e->hi);
	}
}

/* INSTANT_NONE: it is no consent, or never over by itself. */
static instant
end_of(const struct telling *t, const struct event *e)
{
	const struct ruling *r = &t->ruling;

	return is_grant(e) ? grant_ends(&t->judge->question, r->relied != 0 ? r->relied : r->regimes, e) :
	    INSTANT_NONE;
}

static void
tell_event(const struct telling *t, const struct event *e)
{
	struct buf *out = t->out;
	instant end = end_of(t, e);

	buf_print(out, "  %-17.*s #%llu  ", SPAN_ARG(event_name(e->type)),
	    (unsigned long long)e->seq);
	tell_interval(t, e);
	say(t, ", ", "received", "received", " ");
	time_text(out, e->recv);
	if (e->method.p != NULL)
		buf_print(out, ", %.*s", SPAN_ARG(e->method));
	if (e->notice_id.p != NULL)
		buf_print(out, ", %.*s@%lld", SPAN_ARG(e->notice_id), (long long)e->notice_version);
	if (e->notice_lang.p != NULL)
		buf_print(out, " (%.*s)", SPAN_ARG(e->notice_lang));
	if (e->src.p != NULL) {
		say(t, ", ", "from", "from", " ");
		buf_add(out, e->src);
	}
	if (end != INSTANT_NONE) {
		say(t, ", ", "valid_to", "valid to", " ");
		time_text(out, end);
	}
	buf_byte(out, '\n');
}

/* Whether a regime before this one rests on the same basis, by the same entry. */
static bool
told_before(const struct telling *t, size_t regime)
{
	const struct question *q = &t->judge->question;
	const struct policy_basis *b = q->regimes[regime].basis;

	for (size_t i = 0; i < regime; i++) {
		const struct policy_basis *a = q->regimes[i].basis;

		if (regime_in(t->ruling.relied, i) && a != NULL && a->type == b->type &&
		    span_equal(policy_basis_name(a), policy_basis_name(b)) &&
		    span_equal(a->registered_ref, b->registered_ref))
			return true;
	}
	return false;
}

/* By which laws the person was judged, and on what the purpose rests there. */
static void
tell_law(const struct telling *t)
{
	const struct question *q = &t->judge->question;
	const char *before = " ";
	bool basis = false;

	if (t->ruling.regimes == 0)
		return;
	say(t, "  ", "law", "law", "");
	for (size_t i = 0; i < q->policy->regime_count; i++)
		if (regime_in(t->ruling.regimes, i)) {
			buf_print(t->out, "%s%.*s", before, SPAN_ARG(q->policy->regimes[i].id));
			before = ", ";
		}
	for (size_t i = 0; i < q->policy->regime_count; i++) {
		const struct policy_basis *b = q->regimes[i].basis;

		if (!regime_in(t->ruling.relied, i) || b == NULL || told_before(t, i))
			continue;
		if (!basis)
			say(t, "; ", "basis", "basis", " ");
		buf_print(t->out, "%s%.*s", basis ? ", " : "", SPAN_ARG(policy_basis_name(b)));
		if (b->registered_ref.p != NULL)
			buf_print(t->out, " (%.*s)", SPAN_ARG(b->registered_ref));
		basis = true;
	}
	buf_byte(t->out, '\n');
}

static void
tell_question(const struct telling *t)
{
	const struct question *q = &t->judge->question;
	struct buf *out = t->out;
	const char *verdict = t->ruling.permitted ? "permitted" :
	    t->ruling.skipped ? "skipped" : "denied";

	say(t, "", verdict, verdict, "  ");
	buf_print(out, "%s  %.*s", t->ruling.code, SPAN_ARG(q->purpose->id));
	if (q->needs_contact) {
		say(t, " ", "by", "by", " ");
		buf_add(out, q->channel);
	}
	say(t, " ", "for", "for", " ");
	buf_add(out, q->controller);
	if (q->destination != NULL) {
		say(t, " ", "to", "to", " ");
		buf_add(out, q->destination->id);
	}
	say(t, " ", "at", "at", " ");
	time_text(out, q->as_of);
	if (t->of > 0) {
		say(t, ", ", "address", "address", "");
		buf_print(out, " %zu", t->which);
		say(t, " ", "of", "of", "");
		buf_print(out, " %zu", t->of);
	}
	buf_byte(out, '\n');
}

static void
tell_steps(const struct telling *t)
{
	for (unsigned step = STEP_ROW; step < STEP_COUNT; step++) {
		const char *code = failure_at(&t->reasons, step);
		bool row_failed = failure_at(&t->reasons, STEP_ROW) != NULL && step != STEP_ROW;
		struct span found = row_failed ?
		    phrase(t->judge->phrases, "not_tested", "not tested") : code != NULL ?
		    span_from(code) : phrase(t->judge->phrases, "holds", "holds");

		say(t, "  ", "step", "step", " ");
		buf_print(t->out, "%-2u  %-18.*s  %.*s\n", step, SPAN_ARG(found),
		    SPAN_ARG(step_text(t, step)));
	}
}

/* The article of the EU's regulation, where that is among the laws that judge; NULL otherwise. A
 * row that failed before anybody looked for a law is held against it too. */
static const char *
article_of(const struct telling *t)
{
	const struct policy *p = t->judge->question.policy;
	const char *article = reason_at(reason_index(t->ruling.code))->article;
	bool there = t->ruling.regimes == 0;

	for (size_t i = 0; i < p->regime_count; i++)
		there |= regime_in(t->ruling.regimes, i) && (span_is(p->regimes[i].id, "EU") ||
		    names_has(&p->regimes[i].ancestors, SPAN("EU")));
	return there ? article : NULL;
}

static void
tell_article(const struct telling *t)
{
	const char *article = article_of(t);

	say(t, "  ", "step", "step", "");
	buf_print(t->out, " %u", t->ruling.step);
	say(t, " ", "of", "of", " 14");
	if (article != NULL)
		buf_print(t->out, "; GDPR %s", article);
}

static void
tell_ground(const struct telling *t)
{
	const struct policy *p = t->judge->question.policy;
	const struct consent_state *s = t->judge->state;

	if (t->ruling.notice != NULL) {
		say(t, "  ", "notice_at_collection", "notice at collection", "");
		buf_print(t->out, " %.*s@%lld", SPAN_ARG(t->ruling.notice->notice_id),
		    (long long)t->ruling.notice->notice_version);
		say(t, ", ", "from", "from", "");
		buf_print(t->out, " %.*s\n", SPAN_ARG(t->ruling.notice->id));
	}
	if (t->ruling.permitted) {
		say(t, "  ", "valid_until", "valid until", " ");
		time_text(t->out, t->ruling.valid_until);
		buf_byte(t->out, '\n');
	}
	tell_article(t);
	say(t, "; ", "policy", "policy", "");
	buf_print(t->out, " %.12s", p->digest.p);
	if (s->draft) {
		say(t, ", ", "draft", "a draft that is not in force", "");
	} else {
		say(t, " ", "in_force_since", "in force since", " ");
		time_text(t->out, p->effective_from);
	}
	say(t, "; ", "ledger", "ledger", "");
	buf_print(t->out, " %.*s", SPAN_ARG(s->origin));
	say(t, " ", "size", "size", "");
	buf_print(t->out, " %llu\n", (unsigned long long)s->size);
}

static void
tell_words(const struct telling *t)
{
	tell_question(t);
	buf_print(t->out, "  %.*s\n", SPAN_ARG(reason_text(t)));
	tell_law(t);
	for (size_t i = 0; i < t->ruling.evidence_count; i++)
		tell_event(t, events_at(t->judge->intake.events, t->ruling.evidence[i]));
	tell_steps(t);
	tell_ground(t);
}

/* ---- JSON ---- */

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
	instant end = end_of(t, e);

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
	bool row_failed = failure_at(&t->reasons, STEP_ROW) != NULL;

	json_key(w, SPAN("steps"));
	json_open_array(w);
	for (unsigned step = STEP_ROW; step < STEP_COUNT; step++) {
		const char *code = failure_at(&t->reasons, step);

		if (row_failed && step != STEP_ROW)
			break;
		json_open_object(w);
		json_member_u64(w, "step", step);
		json_member_string(w, "test", step_text(t, step));
		json_member_string(w, "found", span_from(code != NULL ? code : "holds"));
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
		if (regime_in(t->ruling.relied, i) && q->regimes[i].basis != NULL && !told_before(t, i))
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
	json_member_string(w, "article", span_from(article_of(t)));
	json_member_string(w, "text", reason_text(t));
	if (t->judge->phrases != NULL)
		json_member_string(w, "lang", phrases_lang(t->judge->phrases));
	if (t->ruling.permitted)
		member_time(w, "valid_until", t->ruling.valid_until);
	json_member_string(w, "policy", t->judge->question.policy->digest);
	if (t->judge->state->draft)
		json_member_bool(w, "draft", true);
	write_ledger(t, w);
}

static void
tell_json(const struct telling *t)
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

/* ---- one person ---- */

/* The value must also have been collected for the purpose, where there are records to ask. */
static void
judge_field(struct telling *t)
{
	struct redaction r = { .question = &t->judge->question, .facts = &t->facts,
	    .profile = t->profile, .arena = &t->bench->arena };
	const struct fact_identifier *id = &t->facts.identifiers[t->facts.contact];

	if (failure_at(&t->reasons, STEP_ROW) != NULL || contact_usable(&r, id))
		return;
	if (t->reasons.count < REASONS_MAX) {
		t->reasons.failed[t->reasons.count].step = STEP_FIELDS;
		t->reasons.failed[t->reasons.count].regime = span_none();
		t->reasons.failed[t->reasons.count++].code = "D_NO_FIELDS";
	}
	if (t->ruling.permitted || t->ruling.skipped)
		ruling_refuse_fields(&t->ruling);
}

static void
tell(struct telling *t, struct tally *tally)
{
	t->reasons.count = 0;
	t->ruling = decide(&t->judge->question, &t->facts, &t->reasons);
	if (t->profile != NULL && t->facts.contact != CONTACT_NONE)
		judge_field(t);
	if (t->ruling.permitted)
		tally->permitted++;
	else if (t->ruling.skipped)
		tally->skipped++;
	else
		tally->denied++;
	tally_code(tally, t->ruling.code);
	if (t->json)
		tell_json(t);
	else
		tell_words(t);
}

static void
tell_all(struct telling *t, struct tally *tally)
{
	for (size_t i = 0; i < t->facts.identifier_count; i++)
		t->of += intake_contact(&t->judge->intake, &t->facts.identifiers[i]);
	for (size_t i = 0; i < t->facts.identifier_count; i++) {
		struct fact_identifier *id = &t->facts.identifiers[i];

		if (!intake_contact(&t->judge->intake, id))
			continue;
		intake_token(&t->judge->intake, id, &t->bench->arena);
		t->facts.contact = i;
		t->which++;
		tell(t, tally);
	}
	t->facts.contact = CONTACT_NONE;
	if (t->of == 0)
		tell(t, tally);
}

int
explain_profile(const struct judge *j, struct bench *b, const struct feed_line *line, bool json,
    struct buf *out, struct tally *tally, struct error *e)
{
	struct telling t = { .judge = j, .bench = b, .out = out, .json = json };
	struct profile profile;

	arena_reset(&b->arena);
	if (profile_read(line->tape, &profile, &b->arena, e) < 0 ||
	    facts_of_profile(&j->intake, &profile, &t.facts, &b->arena, e) < 0)
		return 1;
	t.profile = &profile;
	tally->read++;
	tell_all(&t, tally);
	return 0;
}

int
explain_subject(const struct judge *j, struct bench *b, const struct feed_line *line, bool json,
    struct buf *out, struct tally *tally, struct error *e)
{
	struct telling t = { .judge = j, .bench = b, .out = out, .json = json };

	arena_reset(&b->arena);
	if (facts_of_subject(&j->intake, line->tape, &t.facts, &b->arena, e) < 0)
		return -1;
	tally->read++;
	tell_all(&t, tally);
	return 0;
}
