/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/prefer_person.c: events in, and their fold out. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "consent/ledger_write.h"
#include "consent/person.h"
#include "consent/prefer.h"
#include "consent/prefer_person.h"
#include "consent/receipt.h"
#include "consent/state.h"
#include "io/json_write.h"
#include "model/consent.h"

#include <stddef.h>

/* ---- saying ---- */

int64_t
preference_say(struct ledger_writer *w, const struct person *p, struct span data, instant at,
    struct buf *receipts, struct error *e)
{
	struct consent_event c = { .type = SPAN_INIT("preference_set"), .actor = SPAN_INIT("subject"),
	    .data = data };
	struct buf text = { 0 };
	int64_t added = 0, said = 0;

	instant_write(&text, at);
	c.at = buf_span(&text);
	for (size_t i = 0; i < p->count && added >= 0; i++) {
		struct receipt receipt;
		int r;

		if (p->list[i].shared)
			continue;
		c.identifier_type = p->list[i].type;
		c.identifier_value = p->list[i].value;
		r = writer_add(w, &c, &receipt, e);
		if (r >= 0)
			receipt_write(&receipt, c.type, c.identifier_type, receipts);
		said++;
		added = r < 0 ? -1 : added + r;
	}
	buf_done(&text);
	if (added == 0 && said == 0)
		return error_set(e, INPUT, "E_SUBJECT",
		    "every identifier of the subject is one of many people");
	return added;
}

/* ---- showing ---- */

/* The person's identifiers with their events: what a fold of preferences asks of facts. */
static void
set_facts(const struct consent_state *s, const struct person *p, struct facts *f,
    struct arena *arena)
{
	*f = (struct facts){ .contact = CONTACT_NONE,
	    .identifiers = arena_zero(arena, p->count + 1, sizeof f->identifiers[0]) };
	for (size_t i = 0; i < p->count; i++) {
		struct fact_identifier *id = &f->identifiers[f->identifier_count++];

		id->type = p->list[i].type;
		id->token = token_of(&s->key, id->type, p->list[i].value);
		id->event_count = events_of(s->events, &id->token, &id->events);
	}
}

static void
add_names(struct map *all, const struct policy_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		map_add(all, names->v[i]);
}

static void
add_quiet(struct map *all, const struct preference *p)
{
	struct buf text = { 0 };

	if (p->quiet.p == NULL)
		return;
	buf_print(&text, "%.*s %.*s", SPAN_ARG(p->quiet), SPAN_ARG(p->tz));
	map_add(all, buf_span(&text));
	buf_done(&text);
}

static void
write_united(struct json_writer *w, const char *name, struct map *all)
{
	map_sort(all);
	if (map_size(all) > 0) {
		json_key(w, span_from(name));
		json_open_array(w);
		for (size_t i = 0; i < map_size(all); i++)
			json_text(w, map_key(all, i));
		json_end(w);
	}
	map_free(all);
}

static void
write_evidence(struct json_writer *w, const struct question *q, const struct facts *f)
{
	json_key(w, SPAN("evidence"));
	json_open_array(w);
	for (size_t i = 0; i < f->identifier_count; i++)
		if (preference_at(q, f, i) != NULL)
			json_u64(w, preference_at(q, f, i)->seq);
	json_end(w);
}

static void
write_fold(const struct question *q, const struct facts *f, struct json_writer *w)
{
	struct map *topics = map_new(), *out = map_new(), *quiet = map_new();
	const struct event *order = preference_latest(q, f, offsetof(struct preference, channels.v));
	const struct event *lang = preference_latest(q, f, offsetof(struct preference, lang.p));
	const struct event *rarest = preference_rarest(q, f);
	bool hard = false;

	for (size_t i = 0; i < f->identifier_count; i++) {
		const struct event *e = preference_at(q, f, i);

		if (e == NULL)
			continue;
		add_names(topics, &e->preference->topics_out);
		add_names(out, &e->preference->channels_out);
		add_quiet(quiet, e->preference);
		hard |= e->preference->hard;
	}
	write_united(w, "topics_out", topics);
	if (order != NULL) {
		json_key(w, SPAN("channels"));
		json_texts(w, order->preference->channels.v, order->preference->channels.n);
	}
	write_united(w, "channels_out", out);
	write_united(w, "quiet", quiet);
	json_member_string(w, "max_per", rarest == NULL ? span_none() : rarest->preference->max_per);
	json_member_string(w, "lang", lang == NULL ? span_none() : lang->preference->lang);
	json_member_bool(w, "hard", hard);
	write_evidence(w, q, f);
}

void
preference_show(const struct consent_state *s, const struct person *p, struct buf *out)
{
	static const struct policy_purpose none = { .id = SPAN_INIT("") };
	struct question q = { .policy = s->policy, .purpose = &none, .channel = SPAN_INIT(""),
	    .controller = SPAN_INIT(""), .as_of = s->as_of, .known_at = s->known_at };
	struct json_writer w = json_writer(out);
	struct arena arena = { 0 };
	struct facts f;

	set_facts(s, p, &f, &arena);
	json_open_object(&w);
	write_fold(&q, &f, &w);
	json_end(&w);
	buf_byte(out, '\n');
	arena_done(&arena);
}
