/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/obligation.c: what is out and quiet hours are united over the person; the rest is the
 * latest's, or the rarest's. What the decision itself has met binds nobody after it: with a channel
 * asked about there is no other, and the order of channels is told for information. */
#include "base/arena.h"
#include "base/buf.h"
#include "consent/obligation.h"
#include "consent/prefer.h"
#include "consent/steps.h"
#include "io/json_write.h"
#include "model/decision.h"
#include <stddef.h>
#include <stdlib.h>

enum { KINDS = 6 };

struct list {				/* texts of several sets */
	struct span	*v;
	size_t		 n, cap;
	bool		 hard;		/* one of them binds */
	bool		 ordered;	/* as they were said; else in byte order, once each */
};

static void
add(struct list *l, struct span text, struct arena *arena)
{
	if (l->n == l->cap) {
		struct span *more = arena_alloc(arena, (l->cap * 2 + 8) * sizeof(more[0]));

		if (l->n > 0)
			memcpy(more, l->v, l->n * sizeof(more[0]));
		l->v = more;
		l->cap = l->cap * 2 + 8;
	}
	l->v[l->n++] = text;
}

static void
add_names(struct list *l, const struct policy_names *names, bool hard, struct arena *arena)
{
	for (size_t i = 0; i < names->n; i++)
		add(l, names->v[i], arena);
	l->hard |= hard && names->n > 0;
}

/* Of the purpose only what lies below it can still be out: the rest has been decided. */
static void
add_topics(struct list *l, const struct question *q, const struct preference *p,
    struct arena *arena)
{
	for (size_t i = 0; i < p->topics_out.n; i++)
		if (purpose_within(p->topics_out.v[i], q->purpose->id)) {
			add(l, p->topics_out.v[i], arena);
			l->hard |= p->hard;
		}
}

/* "22:00-08:00 Europe/Lisbon" */
static void
add_quiet(struct list *l, const struct preference *p, struct arena *arena)
{
	char *text;

	if (p->quiet.p == NULL)
		return;
	text = arena_alloc(arena, p->quiet.len + 1 + p->tz.len);
	memcpy(text, p->quiet.p, p->quiet.len);
	text[p->quiet.len] = ' ';
	memcpy(text + p->quiet.len + 1, p->tz.p, p->tz.len);
	add(l, span_make(text, p->quiet.len + 1 + p->tz.len), arena);
	l->hard |= p->hard;
}

static int
by_bytes(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

static void
sort_once(struct list *l)
{
	size_t n = 0;

	if (l->ordered || l->n == 0)
		return;
	qsort(l->v, l->n, sizeof(l->v[0]), by_bytes);
	for (size_t i = 0; i < l->n; i++)
		if (n == 0 || !span_equal(l->v[n - 1], l->v[i]))
			l->v[n++] = l->v[i];
	l->n = n;
}

/* A list as a JSON array, or its only text as a string. */
static void
put(struct decision *d, struct obligation *to, const char *type, struct list *l, bool one,
    struct arena *arena)
{
	struct buf text = { 0 };
	struct json_writer w = json_writer(&text);

	sort_once(l);
	if (l->n == 0)
		return;
	if (!one)
		json_open_array(&w);
	for (size_t i = 0; i < l->n; i++)
		json_text(&w, l->v[i]);
	if (!one)
		json_end(&w);
	to[d->obligation_count++] = (struct obligation){ span_from(type),
	    arena_copy(arena, buf_span(&text)), l->hard };
	buf_done(&text);
}

static void
put_latest(struct decision *d, struct obligation *to, const struct question *q,
    const struct facts *f, struct arena *arena)
{
	const struct event *e = preference_rarest(q, f);
	struct list rarest = { 0 }, lang = { 0 };

	if (e != NULL) {
		add(&rarest, e->preference->max_per, arena);
		rarest.hard = e->preference->hard;
	}
	put(d, to, "max_per", &rarest, true, arena);
	e = preference_latest(q, f, offsetof(struct preference, lang.p));
	if (e != NULL) {
		add(&lang, e->preference->lang, arena);
		lang.hard = e->preference->hard;
	}
	put(d, to, "lang", &lang, true, arena);
}

void
obligations_set(struct decision *d, const struct question *q, const struct facts *f,
    struct arena *arena)
{
	struct list topics = { 0 }, order = { .ordered = true }, out = { 0 }, quiet = { 0 };
	struct obligation *to;
	const struct event *e;

	if (!has_type(f, TYPE(EVENT_PREFERENCE_SET)))
		return;
	to = arena_alloc(arena, KINDS * sizeof(to[0]));
	d->obligations = to;
	for (size_t i = 0; i < f->identifier_count; i++) {
		e = preference_at(q, f, i);
		if (e == NULL)
			continue;
		add_topics(&topics, q, e->preference, arena);
		if (!q->needs_contact)
			add_names(&out, &e->preference->channels_out, e->preference->hard, arena);
		add_quiet(&quiet, e->preference, arena);
	}
	e = preference_latest(q, f, offsetof(struct preference, channels.v));
	if (e != NULL)
		add_names(&order, &e->preference->channels,
		    e->preference->hard && !q->needs_contact, arena);
	put(d, to, "topics_out", &topics, false, arena);
	put(d, to, "channels", &order, false, arena);
	put(d, to, "channels_out", &out, false, arena);
	put(d, to, "quiet", &quiet, false, arena);
	put_latest(d, to, q, f, arena);
}
