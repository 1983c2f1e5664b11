/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/questions.c: purposes, channels, controllers and contracts, one after the other. */
#include "base/arena.h"
#include "base/error.h"
#include "consent/judge.h"
#include "consent/questions.h"

struct walk {
	const struct policy		*policy;
	const struct judge_question	*fixed;
	struct judge_question		 asked;
	question_visit			*visit;
	void				*arg;
	struct arena			 memory;
	uint64_t			 visited;
	bool				 contracts;
};

static bool
fits(const char *fixed, struct span s)
{
	return fixed == NULL || span_is(s, fixed);
}

static int
visit_one(struct walk *w, struct span controller, struct span destination, struct error *e)
{
	w->asked.controller = arena_text(&w->memory, controller);
	w->asked.destination = destination.p == NULL ? NULL : arena_text(&w->memory, destination);
	w->visited++;
	return w->visit(w->arg, &w->asked, e);
}

static int
each_controller(struct walk *w, struct error *e)
{
	const struct policy *p = w->policy;

	for (size_t i = 0; i < p->controller_count && w->fixed->destination == NULL; i++)
		if (fits(w->fixed->controller, p->controllers[i].id) &&
		    visit_one(w, p->controllers[i].id, span_none(), e) < 0)
			return -1;
	return 0;
}

static int
each_destination(struct walk *w, struct span purpose, struct span channel, struct error *e)
{
	const struct policy *p = w->policy;

	for (size_t i = 0; i < p->destination_count; i++) {
		const struct policy_destination *d = &p->destinations[i];
		struct span by = d->channel.p != NULL ? d->channel : SPAN("none");

		if (fits(w->fixed->destination, d->id) && fits(w->fixed->controller, d->controller) &&
		    names_has(&d->purposes, purpose) && span_equal(by, channel) &&
		    visit_one(w, d->controller, d->id, e) < 0)
			return -1;
	}
	return 0;
}

static int
each_channel(struct walk *w, const struct policy_purpose *purpose, struct error *e)
{
	for (size_t i = 0; i < purpose->channels.n; i++) {
		struct span channel = purpose->channels.v[i];

		if (!fits(w->fixed->channel, channel))
			continue;
		w->asked.channel = arena_text(&w->memory, channel);
		if (each_controller(w, e) < 0 ||
		    (w->contracts && each_destination(w, purpose->id, channel, e) < 0))
			return -1;
	}
	return 0;
}

int
questions_each(const struct policy *p, const struct judge_question *fixed, bool contracts,
    question_visit *visit, void *arg, struct error *e)
{
	struct walk w = { .policy = p, .fixed = fixed, .asked = *fixed, .visit = visit, .arg = arg,
	    .contracts = contracts || fixed->destination != NULL };
	int r = 0;

	for (size_t i = 0; r == 0 && i < p->purpose_count; i++) {
		if (!fits(fixed->purpose, p->purposes[i].id))
			continue;
		w.asked.purpose = arena_text(&w.memory, p->purposes[i].id);
		r = each_channel(&w, &p->purposes[i], e);
	}
	arena_done(&w.memory);
	if (r == 0 && w.visited == 0)
		return error_set(e, USAGE, "E_USAGE", "the policy has no such purpose, channel, "
		    "controller and destination together");
	return r;
}

static int
visit_nothing(void *arg, const struct judge_question *q, struct error *e)
{
	(void)arg;
	(void)q;
	(void)e;
	return 0;
}

int
questions_known(const struct policy *p, const struct judge_question *fixed, struct error *e)
{
	if (fixed->purpose != NULL && policy_purpose(p, span_from(fixed->purpose)) == NULL)
		return error_set(e, USAGE, "E_PURPOSE_UNKNOWN", "--purpose is not registered in the policy");
	if (fixed->controller != NULL && policy_controller(p, span_from(fixed->controller)) == NULL)
		return error_set(e, USAGE, "E_CONTROLLER_UNKNOWN",
		    "the controller is not registered in the policy");
	if (fixed->destination != NULL && policy_destination(p, span_from(fixed->destination)) == NULL)
		return error_set(e, USAGE, "E_DESTINATION_UNKNOWN", "--to is not registered in the policy");
	if (fixed->purpose == NULL && fixed->channel == NULL && fixed->controller == NULL &&
	    fixed->destination == NULL)
		return 0;
	return questions_each(p, fixed, true, visit_nothing, NULL, e);
}
