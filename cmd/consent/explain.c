/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/consent/explain.c: decisions in words. */
#include "base/error.h"
#include "cmd/consent/commands.h"
#include "consent/phrases.h"
#include "consent/questions.h"
#include "consent/spread.h"
#include "consent/subject.h"
#include "io/out.h"

const struct option explain_options[] = {
	ASKED, QUESTION, PERSON, SPREAD, PREFERRED_ONLY, PROOF_VAULT,
	{ OPT_FLAG, 0, "json", AT(json), NULL,
	    "one JSON object per answer", NULL },
	{ OPT_FLAG, 0, "all", AT(all), NULL,
	    "of one person: every purpose, channel, controller and destination", NULL },
	{ OPT_TEXT, 0, "lang", AT(lang), "LANG", "words in en, de or pt (en)", NULL },
	OPT_LAST
};

/* One person under all questions. */
struct everything {
	struct settings			*settings;
	const struct consent_state	*state;
	const struct subject		*subject;
	enum run_command		 command;
	bool				 all_reasons;
	const struct phrases		*phrases;
	struct buf			*out;
	struct spread			*spread;
	struct tally			 tally;
};

static int
answer(void *arg, const struct judge_question *q, struct error *e)
{
	struct everything *x = arg;
	struct judge judge;
	int r = judge_open(&judge, x->state, q, e);

	judge.all_reasons = x->all_reasons;
	judge.phrases = x->phrases;
	if (r == 0 && x->spread == NULL)	/* the first time; it is the same for every question */
		r = open_spread(x->settings, &judge.intake, &x->spread, e);
	judge.intake.spread = x->spread;
	if (r == 0)
		r = run_subject(&judge, x->subject, x->command, x->out, &x->tally, e);
	judge_close(&judge);
	return r;
}

static int
answer_all(struct settings *s, struct subject *subject, enum cache_use use, void *arg, bool *broken,
    struct error *e)
{
	struct tool *t = &s->tool;
	enum run_command command = s->json ? RUN_EXPLAIN_JSON : RUN_EXPLAIN;
	struct judging_options o = judging_options(s);
	struct judge_question fixed = { .purpose = s->purpose, .channel = s->channel,
	    .controller = s->controller, .destination = s->to, .preferred_only = s->preferred_only };
	struct consent_state state = { 0 };
	struct everything x = { .settings = s, .state = &state, .subject = subject,
	    .command = command, .all_reasons = s->all_reasons, .phrases = s->phrases };
	int r = -1;

	(void)arg;
	o.cache = use;
	if (judging_state(&state, &o, &t->notes, e) == 0 &&
	    (subject->source != NULL || open_person(s, subject, e) == 0) && tool_out(t, e) != NULL) {
		x.out = out_buffer(t->out);
		r = questions_each(state.policy, &fixed, true, answer, &x, e);
	}
	*broken = state_broken(&state, &t->notes);
	if (r == 0 && !*broken)
		run_summary(&(struct run){ .command = command, .tally = x.tally }, tool_summary(t));
	tally_done(&x.tally);
	spread_free(x.spread);
	state_close(&state);
	return r;
}

static int
explain_all(struct settings *s, struct error *e)
{
	if (!has_person(s) || s->tool.operand_count > 0)
		return error_set(e, USAGE, "E_USAGE", "--all is about one person: --subject-file");
	return ask_of_one(s, cache_use_for_one(s), answer_all, NULL, e);
}

static int
open_phrases(struct settings *s, struct error *e)
{
	bool known = true;

	if (s->lang != NULL)
		s->phrases = phrases_open(span_from(s->lang), &known);
	return known ? 0 : error_set(e, USAGE, "E_USAGE", "--lang is en, de or pt");
}

int
run_explain(struct tool *t, struct error *e)
{
	struct settings *s = (struct settings *)t;
	enum run_command command = s->json ? RUN_EXPLAIN_JSON : RUN_EXPLAIN;
	int r = open_phrases(s, e);

	if (r == 0 && s->all)
		r = explain_all(s, e);
	else if (r == 0)
		r = has_person(s) ? judge_subject(s, command, e) : judge_stream(s, command, e);
	phrases_free(s->phrases);
	return r;
}
