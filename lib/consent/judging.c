/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/judging.c: opens the verified state and puts the question. */
#include "base/error.h"
#include "consent/judging.h"
#include "consent/questions.h"
#include "consent/spread.h"

static int
state_question(const struct judging_options *o, struct state_question *q, struct error *e)
{
	if (o->draft && o->policy == NULL)
		return error_set(e, USAGE, "E_USAGE", "--draft is about an unpublished --policy: there is none");
	*q = (struct state_question){ .place = o->place, .policy = o->policy, .draft = o->draft,
	    .as_of_is_now = o->as_of == INSTANT_NONE, .has_max_age = o->max_age != NULL,
	    .proof_vault = o->proof_vault, .cache = o->cache };
	q->as_of = q->as_of_is_now ? clock_now() : o->as_of;
	q->known_at = o->known_at != INSTANT_NONE ? o->known_at : q->as_of;
	if (o->max_age != NULL && !duration_parse(span_from(o->max_age), &q->max_ledger_age))
		return error_set(e, USAGE, "E_USAGE", "--max-ledger-age is not a duration (PT24H)");
	return 0;
}

int
judging_state(struct consent_state *s, const struct judging_options *o, struct notes *notes,
    struct error *e)
{
	struct judge_question fixed = { .purpose = o->purpose, .channel = o->channel,
	    .controller = o->controller, .destination = o->to };
	struct state_question q;

	return state_question(o, &q, e) < 0 || state_open(s, &q, notes, e) < 0 ||
	    questions_known(s->policy, &fixed, e) < 0 ? -1 : state_check_fresh(s, &q, e);
}

int
judging_open(struct judging *j, const struct judging_options *o, struct notes *notes,
    struct error *e)
{
	struct judge_question asked = { o->purpose, o->channel, o->controller, o->to, false,
	    o->preferred_only };
	struct state_question q;

	if (o->gate) {
		asked.purpose = o->purpose != NULL ? o->purpose : "identity_resolution";
		asked.channel = "none";
		asked.of_source = true;
	}
	if (asked.purpose == NULL)
		return error_set(e, USAGE, "E_USAGE", "--purpose is needed");
	if (state_question(o, &q, e) < 0 || state_open(&j->state, &q, notes, e) < 0 ||
	    judge_open(&j->judge, &j->state, &asked, e) < 0 ||
	    state_check_fresh(&j->state, &q, e) < 0)
		return -1;
	j->judge.all_reasons = o->all_reasons;
	return 0;
}

void
judging_close(struct judging *j)
{
	judge_close(&j->judge);
	spread_free(j->spread);
	token_key_done(&j->seal);
	state_close(&j->state);
}
