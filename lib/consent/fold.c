/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/fold.c: the fold of consent 4.2, "some grant that beats every refusal in scope", at
 * one place: a property of the set, so the order of events cannot matter. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "consent/fold.h"
#include "consent/scope.h"
#include "consent/state.h"
#include "io/json_write.h"

#include <stdlib.h>

/* One line: what is asked of the events of an identifier. */
struct cell {
	struct span	purpose, channel, controller;	/* "*": any */
};

/* The events of an identifier that count at (T, K), and the cells they name. */
struct place {
	const struct fold	*fold;
	struct question		 question;	/* policy, T and K only */
	struct facts		 facts;		/* referrers only */
	const struct event	**events;
	size_t			 count;
	struct cell		*cells;
	size_t			 cell_count;
	struct arena		 memory;
};

void
fold_open(struct fold *f, const struct consent_state *s)
{
	*f = (struct fold){ .state = s, .referrers = referrers_new(s->events) };
}

void
fold_close(struct fold *f)
{
	referrers_free(f->referrers);
	*f = (struct fold){ .state = NULL };
}

/* ---- what stands ---- */

static struct span
or_any(struct span s)
{
	return s.p == NULL ? SPAN("*") : s;
}

static bool
is_any(struct span s)
{
	return s.p == NULL || span_is(s, "*");
}

/* Taken back by the controller; without the event it takes back it is a no to the whole cell. */
static bool
takes_back(const struct event *e)
{
	return e->type == EVENT_REVOKE || e->type == EVENT_INVALIDATE;
}

static bool
is_taken_back(const struct place *p, const struct event *g)
{
	const struct event *const *list;
	size_t n = referrers_of(p->facts.referrers, g->seq, &list);

	for (size_t i = 0; i < n; i++)
		if (takes_back(list[i]) && event_counts(&p->question, list[i]))
			return true;
	return false;
}

/* A refusal reaches down to purposes below its own, and over a joint group. */
static bool
refuses(const struct place *p, const struct event *r, const struct cell *c)
{
	return (event_class(r->type) == CLASS_REFUSAL || (takes_back(r) && r->ref == 0)) &&
	    (is_any(r->purpose) || purpose_within(c->purpose, r->purpose)) &&
	    (is_any(r->channel) || span_equal(r->channel, c->channel)) &&
	    (is_any(r->controller) || span_equal(r->controller, c->controller) ||
	    policy_same_group(p->question.policy, r->controller, c->controller));
}

static bool
grants(const struct event *g, const struct cell *c)
{
	return event_class(g->type) == CLASS_GRANT && g->type != EVENT_CONFIRM &&
	    span_equal(or_any(g->purpose), c->purpose) &&
	    span_equal(or_any(g->channel), c->channel) &&
	    span_equal(or_any(g->controller), c->controller);
}

static bool
beats_all(const struct place *p, const struct event *g, const struct cell *c)
{
	if (!grant_evidenced(g) || is_taken_back(p, g))
		return false;
	for (size_t i = p->count; i-- > 0;)	/* what is not beaten is found soonest among the last */
		if (refuses(p, p->events[i], c) && !event_later(g, p->events[i]))
			return false;
	return true;
}

/* "granted", "refused", "claimed": a yes that permits nothing, or "silent". */
static const char *
standing(const struct place *p, const struct cell *c)
{
	bool yes = false, no = false;

	for (size_t i = 0; i < p->count; i++) {
		if (grants(p->events[i], c) && beats_all(p, p->events[i], c))
			return "granted";
		yes |= grants(p->events[i], c);
		no |= refuses(p, p->events[i], c);
	}
	return no ? "refused" : yes ? "claimed" : "silent";
}

static bool
stop_is_open(const struct place *p, const struct event *e)
{
	static const enum event_type lifts[EVENT_TYPES] = { [EVENT_RESTRICT] = EVENT_UNRESTRICT,
	    [EVENT_HOLD] = EVENT_UNHOLD, [EVENT_ERASE_PENDING] = EVENT_ERASE_WITHDRAWN,
	    [EVENT_SUPPRESS] = EVENT_UNSUPPRESS };

	return event_class(e->type) == CLASS_STOP &&
	    (lifts[e->type] == 0 || !is_lifted(&p->question, &p->facts, e, lifts[e->type]));
}

/* ---- lines ---- */

typedef bool is_listed(const struct place *p, const struct event *e, const struct cell *c);

static bool
is_grant_of(const struct place *p, const struct event *e, const struct cell *c)
{
	(void)p;
	return grants(e, c);
}

static bool
is_refusal_of(const struct place *p, const struct event *e, const struct cell *c)
{
	return refuses(p, e, c);
}

static bool
is_stop_of(const struct place *p, const struct event *e, const struct cell *c)
{
	return !takes_back(e) && stop_is_open(p, e) && (is_any(e->purpose) || purpose_within(c->purpose, e->purpose));
}

static void
write_list(const struct place *p, const struct cell *c, const char *name, is_listed *listed,
    struct json_writer *w)
{
	json_key(w, span_from(name));
	json_open_array(w);
	for (size_t i = 0; i < p->count; i++)
		if (listed(p, p->events[i], c))
			json_u64(w, p->events[i]->seq);
	json_end(w);
}

static void
write_cell(const struct place *p, const struct cell *c, struct span identifier, struct buf *out)
{
	struct json_writer w = json_writer(out);

	json_open_object(&w);
	json_member_string(&w, "kind", SPAN("state"));
	json_member_string(&w, "identifier", identifier);
	json_member_string(&w, "purpose", c->purpose);
	json_member_string(&w, "channel", c->channel);
	json_member_string(&w, "controller", c->controller);
	json_member_string(&w, "state", span_from(standing(p, c)));
	write_list(p, c, "grants", is_grant_of, &w);
	write_list(p, c, "refusals", is_refusal_of, &w);
	write_list(p, c, "stops", is_stop_of, &w);
	json_end(&w);
	buf_byte(out, '\n');
}

static int
compare_cells(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;
	int r = span_cmp(x->purpose, y->purpose);

	if (r == 0)
		r = span_cmp(x->channel, y->channel);
	return r != 0 ? r : span_cmp(x->controller, y->controller);
}

/* Events that say neither yes nor no, as a notice, open no cell. */
static bool
opens_cell(const struct event *e)
{
	enum event_class class = event_class(e->type);

	return class == CLASS_GRANT || class == CLASS_REFUSAL ||
	    (class == CLASS_STOP && !(takes_back(e) && e->ref > 0));
}

static void
gather(struct place *p, const struct event *const *events, size_t n)
{
	p->events = arena_alloc(&p->memory, (n + 1) * sizeof *p->events);
	p->cells = arena_alloc(&p->memory, (n + 1) * sizeof *p->cells);
	for (size_t i = 0; i < n; i++) {
		const struct event *e = events[i];

		if (!event_counts(&p->question, e))
			continue;
		p->events[p->count++] = e;
		if (opens_cell(e))
			p->cells[p->cell_count++] = (struct cell){ or_any(e->purpose),
			    or_any(e->channel), or_any(e->controller) };
	}
	qsort(p->cells, p->cell_count, sizeof *p->cells, compare_cells);
}

static void
fold_events(struct fold *f, struct span identifier, const struct event *const *events, size_t n,
    struct buf *out)
{
	struct place p = { .fold = f, .question = { .policy = f->state->policy,
	    .as_of = f->state->as_of, .known_at = f->state->known_at },
	    .facts = { .referrers = f->referrers } };

	gather(&p, events, n);
	for (size_t i = 0; i < p.cell_count; i++) {
		if (i > 0 && compare_cells(&p.cells[i - 1], &p.cells[i]) == 0)
			continue;
		write_cell(&p, &p.cells[i], identifier, out);
		f->lines++;
	}
	arena_done(&p.memory);
}

/* ---- whose ---- */

static struct span
token_text(const struct fold *f, struct span type, const struct token *t, bool suppression,
    struct arena *arena)
{
	struct token shown = *t;
	struct buf text = { 0 };
	struct span s;

	if (suppression)
		memcpy(shown.lookup, t->suppression, sizeof shown.lookup);
	token_write(&text, &f->state->key, type, &shown);
	s = arena_copy(arena, buf_span(&text));
	buf_done(&text);
	return s;
}

static void
fold_half(struct fold *f, struct span type, const struct token *t, bool suppression,
    struct buf *out)
{
	const struct event *const *events;
	size_t n = suppression ? events_suppressing(f->state->events, t, &events) :
	    events_of(f->state->events, t, &events);
	struct arena arena = { 0 };

	if (n > 0)
		fold_events(f, token_text(f, type, t, suppression, &arena), events, n, out);
	arena_done(&arena);
}

void
fold_identifier(struct fold *f, struct span type, const struct token *t, struct buf *out)
{
	fold_half(f, type, t, false, out);
	fold_half(f, type, t, true, out);
}

struct named {
	struct span		 text;
	const struct event	*event;
};

static int
compare_named(const void *a, const void *b)
{
	return span_cmp(((const struct named *)a)->text, ((const struct named *)b)->text);
}

void
fold_all(struct fold *f, struct buf *out)
{
	uint64_t n = events_count(f->state->events);
	struct named *all = mem_zero(n + 1, sizeof *all);
	struct arena arena = { 0 };
	size_t count = 0;

	for (uint64_t i = 0; i < n; i++) {
		const struct event *e = events_at(f->state->events, i);

		if (e->sid_type.p != NULL && !state_is_erased(f->state, e))
			all[count++] = (struct named){ token_text(f, e->sid_type, &e->sid,
			    e->type == EVENT_SUPPRESS, &arena), e };
	}
	qsort(all, count, sizeof *all, compare_named);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || !span_equal(all[i - 1].text, all[i].text))
			fold_half(f, all[i].event->sid_type, &all[i].event->sid,
			    all[i].event->type == EVENT_SUPPRESS, out);
	arena_done(&arena);
	mem_free(all);
}
