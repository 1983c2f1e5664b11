/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/dpv_status.c: what became of a consent over time, in the states of the vocabulary. */
#include "base/alloc.h"
#include "base/buf.h"
#include "consent/dpv_priv.h"
#include "consent/scope.h"
#include "consent/steps.h"
#include "io/json_write.h"

#include <stdlib.h>

/* The states of consent (8.3); everything else is none. */
static const struct state {
	enum event_type	 type;
	const char	*name;
} states[] = {
	{ EVENT_GRANT, "dpv:ConsentGiven" }, { EVENT_CONFIRM, "dpv:ConsentGiven" },
	{ EVENT_RENEW, "dpv:RenewedConsentGiven" }, { EVENT_REQUESTED, "dpv:ConsentRequested" },
	{ EVENT_DEFERRED, "dpv:ConsentRequestDeferred" }, { EVENT_DENY, "dpv:ConsentRefused" },
	{ EVENT_WITHDRAW, "dpv:ConsentWithdrawn" }, { EVENT_REVOKE, "dpv:ConsentRevoked" },
	{ EVENT_INVALIDATE, "dpv:ConsentInvalidated" },
};
enum { STATES = sizeof states / sizeof states[0] };

/* One entry of the list: an act, or the end of what it gave. */
struct status {
	const struct dpv_act	*act;
	const char		*name;
	instant			 at;
	const struct event	*given;		/* the grant that is in force by this act; NULL: none */
	bool			 expired;
};

static const char *
state_name(enum event_type type)
{
	for (size_t i = 0; i < STATES; i++)
		if (states[i].type == type)
			return states[i].name;
	return NULL;
}

static bool
any(struct span s)
{
	return s.p == NULL || span_is(s, "*");
}

static bool
narrows(const struct event *e)
{
	enum event_class class = event_class(e->type);

	return class == CLASS_REFUSAL || class == CLASS_STOP;
}

/* What the act names by `ref`; NULL if it is not among the acts. */
static const struct dpv_act *
named(const struct dpv *d, struct span id)
{
	for (size_t i = 0; i < d->count; i++)
		if (span_equal(d->acts[i].line.id, id))
			return &d->acts[i];
	return NULL;
}

bool
dpv_belongs(const struct dpv_record *r, const struct dpv_act *a)
{
	const struct event *e = &a->event;
	const struct dpv_act *of;

	if (state_name(e->type) == NULL || !span_equal(a->line.sid, r->subject) ||
	    (narrows(e) ? e->lo : e->hi) > r->d->as_of)
		return false;
	if (e->type == EVENT_REVOKE || e->type == EVENT_INVALIDATE || e->type == EVENT_CONFIRM) {
		of = a->line.ref.p == NULL ? NULL : named(r->d, a->line.ref);
		if (of != NULL && of != a && of->line.ref.p == NULL)
			return dpv_belongs(r, of);
	}
	if (narrows(e))
		return (any(e->purpose) || purpose_within(r->purpose->id, e->purpose)) &&
		    (any(e->controller) || span_equal(e->controller, r->controller->id) ||
		    policy_same_group(r->d->policy, e->controller, r->controller->id));
	return span_equal(e->purpose, r->purpose->id) && span_equal(e->controller, r->controller->id);
}

/* The shortest life that a basis in use gives a consent to this purpose. */
static instant
expiry(const struct dpv_record *r, const struct event *e)
{
	instant end = e->until;

	for (size_t i = 0; i < r->purpose->basis_count; i++) {
		const struct policy_basis *b = &r->purpose->basis[i];
		instant at;

		if (b->type != BASIS_CONSENT || !b->has_max_age)
			continue;
		at = instant_add(e->lo, b->max_age, 1);
		if (end == INSTANT_NONE || at < end)
			end = at;
	}
	return end;
}

static bool
is_double_opt_in(const struct dpv_record *r, const struct dpv_act *a)
{
	if (span_is(a->line.ctype, "double_opt_in"))
		return true;
	for (size_t i = 0; i < r->purpose->basis_count; i++)
		if (r->purpose->basis[i].type == BASIS_CONSENT && r->purpose->basis[i].double_opt_in)
			return true;
	return false;
}

static bool
confirms(const struct dpv_record *r, const struct event *c, const struct dpv_act *grant)
{
	return grant != NULL && is_grant(&grant->event) && grant_evidenced(&grant->event) &&
	    c->lo >= grant->event.hi &&
	    c->hi <= instant_add(grant->event.lo, r->d->policy->doi_window, 1);
}

/* What is no consent, by its evidence or its hour, is not told as one: nobody knows what the person
 * wants. Until it is confirmed a double opt-in only asks. */
static struct status
status_of(const struct dpv_record *r, const struct dpv_act *a)
{
	struct status s = { .act = a, .name = state_name(a->event.type), .at = a->event.lo };
	const struct dpv_act *grant = a;

	if (a->event.type == EVENT_CONFIRM) {
		grant = a->line.ref.p == NULL ? NULL : named(r->d, a->line.ref);
		if (confirms(r, &a->event, grant))
			s.given = &grant->event;
		else
			s.name = "dpv:ConsentUnknown";
	} else if (is_grant(&a->event)) {
		if (!grant_evidenced(&a->event))
			s.name = "dpv:ConsentUnknown";
		else if (is_double_opt_in(r, a))
			s.name = "dpv:ConsentRequested";
		else
			s.given = &a->event;
	}
	return s;
}

static int
by_time(const void *a, const void *b)
{
	const struct status *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->act->line.seq != y->act->line.seq)
		return x->act->line.seq < y->act->line.seq ? -1 : 1;
	return x->expired - y->expired;
}

/* A consent that something else happened to before its end did not expire. */
static void
add_expired(const struct dpv_record *r, struct status *list, size_t *count)
{
	size_t acts = *count;

	qsort(list, acts, sizeof *list, by_time);
	for (size_t i = 0; i < acts; i++) {
		instant end;

		if (list[i].given == NULL)
			continue;
		end = expiry(r, list[i].given);
		if (end == INSTANT_NONE || end > r->d->as_of || (i + 1 < acts && list[i + 1].at < end))
			continue;
		list[(*count)++] = (struct status){ list[i].act, "dpv:ConsentExpired", end,
		    NULL, true };
	}
	qsort(list, *count, sizeof *list, by_time);
}

static void
write_time(struct json_writer *w, const char *key, instant from, instant to)
{
	struct buf text = { 0 };

	instant_write(&text, from);
	if (to != from) {
		buf_byte(&text, '/');	/* ISO 8601 interval */
		instant_write(&text, to);
	}
	json_member_string(w, key, buf_span(&text));
	buf_done(&text);
}

static void
write_duration(struct json_writer *w, instant end)
{
	json_key(w, SPAN("dpv:hasDuration"));
	json_open_object(w);
	if (end == INSTANT_NONE)
		json_member_string(w, "@type", SPAN("dpv:EndlessDuration"));
	else {
		json_member_string(w, "@type", SPAN("dpv:UntilTimeDuration"));
		write_time(w, "rdf:value", end, end);
	}
	json_end(w);
}

static void
write_actor(const struct dpv_record *r, struct json_writer *w, struct span actor)
{
	const char *who = span_is(actor, "guardian") ? "dpv:GuardianOfDataSubject" :
	    span_is(actor, "agent") ? "dpv:Representative" : "dpv:DataSubject";

	if (span_is(actor, "controller") || span_is(actor, "system"))
		dpv_iri_member(w, "dpv:isIndicatedBy", "controller", r->controller->id);
	else
		json_member_string(w, "dpv:isIndicatedBy", span_from(who));
}

/* The state, and of a consent how it was expressed. */
static void
write_type(struct json_writer *w, const struct status *s)
{
	struct span ctype = s->act->line.ctype;

	json_key(w, SPAN("@type"));
	if (s->given == NULL || ctype.p == NULL) {
		json_text(w, span_from(s->name));
		return;
	}
	json_open_array(w);
	json_text(w, span_from(s->name));
	json_text(w, span_is(ctype, "explicit") ? SPAN("dpv:ExplicitlyExpressedConsent") :
	    SPAN("dpv:ExpressedConsent"));
	json_end(w);
}

static void
write_status(const struct dpv_record *r, struct json_writer *w, const struct status *s)
{
	const struct event *e = &s->act->event;
	const struct ledger_line *l = &s->act->line;
	struct buf seq = { 0 };

	buf_u64(&seq, l->seq);
	json_open_object(w);
	write_type(w, s);
	if (s->expired)
		write_time(w, "dpv:isIndicatedAtTime", s->at, s->at);
	else {
		write_time(w, "dpv:isIndicatedAtTime", e->lo, e->hi);
		write_actor(r, w, l->actor);
		json_member_string(w, "dpv:hasIndicationMethod", l->method);
		if (!any(l->channel))
			json_member_string(w, "dpv:hasScope", l->channel);
		if (s->given != NULL)
			write_duration(w, expiry(r, s->given));
		if (l->notice.p != NULL)
			dpv_iri_member(w, "dpv:hasNotice", "notice", l->notice);
	}
	dpv_iri_member(w, "dct:source", "line", buf_span(&seq));
	json_end(w);
	buf_done(&seq);
}

void
dpv_statuses(const struct dpv_record *r, struct json_writer *w)
{
	struct status *list = mem_zero(2 * r->d->count + 1, sizeof *list);
	size_t count = 0;

	for (size_t i = 0; i < r->d->count; i++)
		if (dpv_belongs(r, &r->d->acts[i]))
			list[count++] = status_of(r, &r->d->acts[i]);
	add_expired(r, list, &count);
	json_key(w, SPAN("dpv:hasConsentStatus"));
	json_open_array(w);
	for (size_t i = 0; i < count; i++)
		write_status(r, w, &list[i]);
	if (count == 0) {
		json_open_object(w);
		json_member_string(w, "@type", SPAN("dpv:ConsentUnknown"));
		json_end(w);
	}
	json_end(w);
	mem_free(list);
}
