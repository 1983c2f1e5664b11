/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/explain_words.c: an answer in the words of a language. */
#include "consent/explain_priv.h"
#include "consent/phrases.h"
#include "consent/regime.h"
#include "consent/state.h"

enum { DATE_TEXT = 10 };	/* bytes of YYYY-MM-DD */

static void
time_text(struct buf *out, instant t)
{
	size_t at = out->len;

	instant_write(out, t);
	for (; at < out->len; at++)
		if (out->p[at] == 'T')
			out->p[at] = ' ';
}

static void
say(const struct telling *t, const char *before, const char *key, const char *english,
    const char *after)
{
	struct span text = phrase(t->judge->phrases, key, english);

	buf_print(t->out, "%s%.*s%s", before, SPAN_ARG(text), after);
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

static void
tell_event(const struct telling *t, const struct event *e)
{
	struct buf *out = t->out;
	instant end = telling_end(t, e);

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

		if (!regime_in(t->ruling.relied, i) || b == NULL || telling_told_before(t, i))
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
	if (q->known_at != q->as_of) {
		say(t, ", ", "known_at", "by what was known at", " ");
		time_text(out, q->known_at);
	}
	if (t->of > 0) {
		say(t, ", ", "address", "address", "");
		buf_print(out, " %zu", t->which);
		say(t, " ", "of", "of", "");
		buf_print(out, " %zu", t->of);
	}
	buf_byte(out, '\n');
}

/* A code is the same in all languages. */
static struct span
found(const struct telling *t, unsigned step)
{
	const char *text = telling_found(t, step);
	const char *key = strcmp(text, "holds") == 0 ? "holds" :
	    strcmp(text, "not tested") == 0 ? "not_tested" : "does_not_apply";

	return telling_failure(t, step) != NULL ? span_from(text) :
	    phrase(t->judge->phrases, key, text);
}

static void
tell_steps(const struct telling *t)
{
	bool several = (t->ruling.regimes & (t->ruling.regimes - 1)) != 0;

	for (unsigned step = STEP_ROW; step < STEP_COUNT; step++) {
		struct span regime = telling_failed_in(t, step), what = found(t, step);

		say(t, "  ", "step", "step", " ");
		buf_print(t->out, "%-2u  %-18.*s  %.*s", step, SPAN_ARG(what),
		    SPAN_ARG(telling_step(t, step)));
		if (regime.p != NULL && several)
			buf_print(t->out, ": %.*s", SPAN_ARG(regime));
		buf_byte(t->out, '\n');
	}
}

static void
tell_article(const struct telling *t)
{
	const char *article = telling_article(t);

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

void
telling_words(const struct telling *t)
{
	tell_question(t);
	buf_print(t->out, "  %.*s\n", SPAN_ARG(telling_reason(t)));
	if (t->facts.contact != CONTACT_NONE && t->facts.identifiers[t->facts.contact].shared)
		say(t, "  ", "shared", "the address is one of many people: it carries a no, and no consent", "\n");
	tell_law(t);
	for (size_t i = 0; i < t->ruling.evidence_count; i++)
		tell_event(t, events_at(t->judge->intake.events, t->ruling.evidence[i]));
	tell_steps(t);
	tell_ground(t);
}
