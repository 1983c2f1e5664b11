/* SPDX-License-Identifier: Apache-2.0 */
/* lib/synth/consents.c: grants, refusals and withdrawals as lines of kind "consent". */
#include "base/buf.h"
#include "model/consent.h"
#include "synth/consents.h"

enum { ASKED = 850000, LIKES = 550000, AS_EXPECTED = 860000, WITHDRAWN = 140000, OBJECTS = 120000 };

static bool
asks(const struct channel *c)
{
	for (int i = 0; i < PURPOSES_OWN; i++)
		if (span_is(c->purposes[i], MARKETING_PURPOSE))
			return true;
	return false;
}

enum answer
consents_answer(const struct row *r)
{
	uint64_t person = draw(r->person->dice, DRAW_CONSENT, 0);
	uint64_t bits = draw(r->dice, DRAW_CONSENT, 0);
	bool likes = happens(&person, LIKES);

	if (r->email.len == 0 || !asks(r->channel) || !happens(&bits, ASKED))
		return ANSWER_NONE;
	return happens(&bits, AS_EXPECTED) == likes ? ANSWER_YES : ANSWER_NO;
}

static void
write_event(const struct row *r, struct span type, const char *end, day at, struct buf *out)
{
	bool permits = span_is(type, "grant");
	struct text id = { 0 }, when = { 0 };
	struct consent_event c = { .type = type, .identifier_type = SPAN("email"),
	    .identifier_value = text_span(&r->email), .controller = SPAN(CONTROLLER),
	    .purpose = SPAN(MARKETING_PURPOSE), .channel = SPAN("email"), .method = SPAN(METHOD),
	    .clock = SPAN("trusted"), .src = r->channel->source };
	struct row then = *r;

	text_add(&id, r->channel->source);
	text_add(&id, SPAN("-"));
	text_add(&id, text_span(&r->key));
	text_add(&id, span_from(end));
	then.at = at;
	row_time(&then, &when);
	c.id = text_span(&id);
	c.at = text_span(&when);
	if (permits) {
		c.basis = SPAN("consent");
		c.notice = SPAN(NOTICE);
	}
	consent_event_write(&c, out);
}

unsigned
consents_write(const struct world *w, const struct row *r, struct buf *out)
{
	uint64_t bits = draw(r->dice, DRAW_CONSENT, 1);
	enum answer answer = consents_answer(r);
	day later = r->at + (day)take(&bits, (uint32_t)(w->as_of - r->at));

	if (answer == ANSWER_NONE)
		return 0;
	write_event(r, answer == ANSWER_YES ? SPAN("grant") : SPAN("deny"), "-1", r->at, out);
	if (answer == ANSWER_NO || later == r->at || !happens(&bits, WITHDRAWN))
		return 1;
	write_event(r, happens(&bits, OBJECTS) ? SPAN("object") : SPAN("withdraw"), "-2", later, out);
	return 2;
}
