/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/review_line.c: the lines of a review, and its figures. */
#include "base/map.h"
#include "consent/review.h"
#include "consent/state.h"
#include "io/json_write.h"

struct json_writer
review_line(const struct review *r, const struct review_case *c, struct buf *out)
{
	const struct question *q = &c->judge->question;
	struct json_writer w = json_writer(out);

	json_open_object(&w);
	json_member_string(&w, "kind", span_from(r->kind));
	if (c->row.p != NULL) {
		struct token subject = token_of(&r->state->key, SPAN("profile"), c->row);

		json_member_string(&w, "subject", judge_token_text(c->judge, SPAN("profile"), &subject,
		    c->arena));
	}
	if (c->facts->contact != CONTACT_NONE) {
		struct fact_identifier *id = &c->facts->identifiers[c->facts->contact];

		json_member_string(&w, "contact", judge_token_text(c->judge, id->type,
		    intake_token(&c->judge->intake, id, c->arena), c->arena));
	}
	if (c->judge->show_values)
		json_member_string(&w, "profile", c->row);
	json_member_string(&w, "purpose", q->purpose->id);
	json_member_string(&w, "channel", q->channel);
	json_member_string(&w, "controller", q->controller);
	json_member_string(&w, "destination",
	    q->destination == NULL ? span_none() : q->destination->id);
	json_member_string(&w, "code", span_from(c->ruling->code));
	return w;
}

void
review_line_end(struct json_writer *w)
{
	json_end(w);
	buf_byte(w->out, '\n');
}

void
review_events(const struct review_case *c, const char *name, bool refusals, struct json_writer *w)
{
	json_key(w, span_from(name));
	json_open_array(w);
	for (size_t i = 0; i < c->ruling->evidence_count; i++) {
		const struct event *e = events_at(c->judge->intake.events, c->ruling->evidence[i]);
		enum event_class class = event_class(e->type);

		if ((class == CLASS_REFUSAL || class == CLASS_STOP) == refusals)
			json_u64(w, e->seq);
	}
	json_end(w);
}

void
review_time(struct json_writer *w, const char *name, instant t)
{
	struct buf text = { 0 };

	instant_write(&text, t);
	json_member_string(w, name, buf_span(&text));
	buf_done(&text);
}

static struct map *
by_purpose(const struct review *r)
{
	struct map *m = map_new();

	for (size_t i = 0; i < r->count; i++)
		if (r->listed[i] > 0)
			*map_slot(m, r->judges[i].question.purpose->id) += r->listed[i];
	map_sort(m);
	return m;
}

void
review_text(const struct review *r, struct buf *out)
{
	struct map *m = by_purpose(r);

	buf_print(out, "%s: %s %llu, listed %llu", r->name,
	    r->of_ledger ? "identifiers of the ledger" : "people", (unsigned long long)r->people,
	    (unsigned long long)r->lines);
	for (size_t i = 0; i < map_size(m); i++)
		buf_print(out, "%s%.*s %llu", i == 0 ? "; " : ", ", SPAN_ARG(map_key(m, i)),
		    (unsigned long long)map_value(m, i));
	map_free(m);
}

void
review_summary(const struct review *r, struct json_writer *w)
{
	struct map *m = by_purpose(r);

	json_member_string(w, "command", span_from(r->name));
	json_member_u64(w, "people", r->people);
	json_member_u64(w, "listed", r->lines);
	json_member_u64(w, "rejected", r->counts.rejected);
	json_key(w, SPAN("purposes"));
	json_open_object(w);
	for (size_t i = 0; i < map_size(m); i++) {
		json_key(w, map_key(m, i));
		json_u64(w, map_value(m, i));
	}
	json_end(w);
	map_free(m);
}
