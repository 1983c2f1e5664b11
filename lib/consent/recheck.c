/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/recheck.c: whose best consent is under terms that have changed. What comes before the
 * basis held, or decide() would have said so first; where what comes after it holds too, the person
 * may be asked where it was given, by the channel it was given for, once the law's wait since the
 * last asking is over. */
#include "base/arena.h"
#include "consent/review.h"
#include "consent/scope.h"
#include "io/json_write.h"

/* As if the notice's version were the least one: the purposes that rest on another one ask
 * nobody. */
void
recheck_prepare(struct review *r, struct span notice, int64_t version, struct arena *arena)
{
	for (size_t i = 0; i < r->count && notice.p != NULL; i++) {
		struct question *q = &r->judges[i].question;
		struct policy_purpose *p = arena_alloc(arena, sizeof *p);

		*p = *q->purpose;
		p->min_version = span_equal(p->notice, notice) ? version : 0;
		p->effective_min_from = INSTANT_NONE;
		q->purpose = p;
	}
}

/* When the person was last asked, or put it off, in this scope; INSTANT_NONE: never. */
static instant
last_asked(const struct question *q, const struct facts *f)
{
	instant last = INSTANT_NONE;

	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++) {
			const struct event *e = f->identifiers[i].events[k];

			if ((e->type == EVENT_REQUESTED || e->type == EVENT_DEFERRED) &&
			    event_counts(q, e) && refusal_in_scope(q, e) && e->hi > last)
				last = e->hi;
		}
	return last;
}

/* The latest of the refusals that the ruling rests on. */
static instant
last_refused(const struct review_case *c)
{
	instant last = INSTANT_NONE;

	for (size_t i = 0; i < c->ruling->evidence_count; i++) {
		const struct event *e = events_at(c->judge->intake.events, c->ruling->evidence[i]);

		if (event_class(e->type) == CLASS_REFUSAL && e->hi > last)
			last = e->hi;
	}
	return last;
}

/* The longest wait of the regimes that judge the person; T where there is none, or it is over. */
static instant
ask_from(const struct review_case *c, instant since)
{
	const struct question *q = &c->judge->question;
	instant from = q->as_of;

	for (size_t i = 0; i < q->policy->regime_count && since != INSTANT_NONE; i++) {
		const struct policy_regime *g = &q->policy->regimes[i];
		instant over;

		if ((c->ruling->regimes >> i & 1) == 0 || !g->has_reask_after)
			continue;
		over = instant_add(since, g->reask_after, 1);
		if (over > from)
			from = over;
	}
	return from;
}

/* Of all grants that could have carried it, not only the one the ruling names. */
static int64_t
best_version(const struct question *q, const struct facts *f)
{
	int64_t best = 0;

	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++) {
			const struct event *g = f->identifiers[i].events[k];

			if (event_class(g->type) == CLASS_GRANT && g->notice_version > best &&
			    grant_usable(q, f, g, i) && grant_evidenced(g))
				best = g->notice_version;
		}
	return best;
}

/* A purpose whose conflicts are to be asked about lists them when the wait is over. */
static bool
asks_about(const struct review_case *c, bool stale, instant *from)
{
	const struct question *q = &c->judge->question;
	instant asked = last_asked(q, c->facts), refused = last_refused(c);

	*from = ask_from(c, asked > refused || stale ? asked : refused);
	return stale || (strcmp(c->ruling->code, "D_CONFLICT_LINKED") == 0 &&
	    q->purpose->conflict == CONFLICT_ASK && *from <= q->as_of);
}

/* What a new consent would not put right: a channel's rule, a contract, a wish. */
static void
write_may_ask(const struct review_case *c, struct json_writer *w)
{
	struct reasons *all = arena_zero(c->arena, 1, sizeof *all);
	bool may = true;

	(void)decide(&c->judge->question, c->facts, all);
	for (size_t i = 0; i < all->count; i++)
		may &= all->failed[i].step <= STEP_BASIS;
	json_member_bool(w, "may_ask", may);
	if (may)
		return;
	json_key(w, SPAN("reasons"));
	json_open_array(w);
	for (size_t i = 0; i < all->count; i++)
		if (all->failed[i].step > STEP_BASIS)
			json_text(w, span_from(all->failed[i].code));
	json_end(w);
}

bool
recheck_visit(const struct review *r, const struct review_case *c, struct buf *out)
{
	bool stale = strcmp(c->ruling->code, "D_STALE_VERSION") == 0;
	struct json_writer w;
	instant from;

	if (!asks_about(c, stale, &from))
		return false;
	w = review_line(r, c, out);
	if (stale) {
		json_member_u64(&w, "has", (uint64_t)best_version(&c->judge->question, c->facts));
		json_member_u64(&w, "needs", (uint64_t)c->judge->question.purpose->min_version);
	}
	write_may_ask(c, &w);
	review_time(&w, "ask_from", from);
	review_events(c, "grants", false, &w);
	review_events(c, "refusals", true, &w);
	review_line_end(&w);
	return true;
}
