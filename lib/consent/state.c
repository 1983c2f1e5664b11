/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/state.c: the ledger as a judging command needs it: verified, fresh, with a policy. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/encode.h"
#include "base/error.h"
#include "base/map.h"
#include "base/notes.h"
#include "consent/basis_clock.h"
#include "consent/events.h"
#include "consent/ledger.h"
#include "consent/policy.h"
#include "consent/policy_lint.h"
#include "consent/policy_read.h"
#include "consent/state.h"
#include "io/json_config.h"
#include "io/json_write.h"

struct memory {
	struct ledger		 ledger;
	struct policy		*draft;
	struct policy_document	 document;	/* of the draft */
};

/* All that is wrong with it is told; one of them would only be the first to be repaired. */
static int
refuse(const struct faults *f, const char *path, struct notes *notes, struct error *e)
{
	size_t errors = 0;

	for (size_t i = 0; i < f->count; i++) {
		const struct fault *x = &f->list[i];

		if (lint_is_warning(x->code))
			continue;
		notes_add(notes, "error %s %s: %s", x->code, x->path, x->text);
		errors++;
	}
	return errors == 0 ? 0 : error_set(e, USAGE, "E_POLICY",
	    "%s: errors %zu (cdp-consent lint lists them)", path, errors);
}

static int
load_draft(struct memory *m, const struct state_question *q, struct notes *notes, struct error *e)
{
	struct lint_moment moment = { .now = INSTANT_NONE };
	struct faults faults = { 0 };
	int r = policy_document_load(&m->document, q->policy, e);

	if (r == 0) {
		m->draft = policy_build(&m->document, &faults);
		if (m->draft != NULL && faults.count == 0)
			policy_lint(m->draft, &moment, &faults);
		r = refuse(&faults, q->policy, notes, e);
	}
	faults_done(&faults);
	return r;
}

/* The clocks that it would have, were it published now: a draft claims no more than a policy. */
static void
set_draft_clocks(struct memory *m, instant now)
{
	size_t n = m->ledger.policy_count;
	struct policy **list = mem_zero(n + 1, sizeof *list);

	for (size_t i = 0; i < n; i++)
		list[i] = m->ledger.policies[i];
	list[n] = m->draft;
	m->draft->published_at = now;
	basis_clocks_set(list, n + 1);
	m->draft->published_at = INSTANT_NONE;
	mem_free(list);
}

/* `first` is when one will be; INSTANT_NONE: nobody knew of any. */
static int
none_in_force(instant first, struct error *e)
{
	struct buf at = { 0 };

	if (first == INSTANT_NONE)
		return error_set(e, UNSAFE, "E_POLICY", "no policy is in force at that time: "
		    "none was published by then");
	instant_write(&at, first);
	error_set(e, UNSAFE, "E_POLICY", "no policy is in force at that time: the first begins at %.*s",
	    SPAN_ARG(buf_span(&at)));
	buf_done(&at);
	return -1;
}

/* --policy without --draft must name what is in force. */
static int
choose_policy(struct consent_state *s, struct memory *m, const struct state_question *q,
    struct notes *notes, struct error *e)
{
	s->policy = (struct policy *)(uintptr_t)ledger_policy(&m->ledger, q->as_of, &s->next_policy);
	if (q->policy != NULL) {
		if (load_draft(m, q, notes, e) < 0)
			return -1;
		if (!q->draft && (s->policy == NULL || !span_equal(s->policy->digest, m->draft->digest)))
			return error_set(e, UNSAFE, "E_POLICY",
			    "the policy named is not the published one in force (--draft tries it out)");
		if (q->draft) {
			set_draft_clocks(m, q->as_of);
			s->policy = m->draft;
			s->draft = true;
		}
	}
	return s->policy != NULL ? 0 : none_in_force(s->next_policy, e);
}

int
state_open(struct consent_state *s, const struct state_question *q, struct notes *notes,
    struct error *e)
{
	struct memory *m = mem_zero(1, sizeof *m);
	struct ledger_question load = { .place = q->place, .known_at = q->known_at,
	    .proof_vault = q->proof_vault, .proof_at = q->as_of, .cache = q->cache, .notes = notes };
	struct buf root = { 0 };

	*s = (struct consent_state){ .memory = m, .as_of = q->as_of, .known_at = q->known_at };
	if (ledger_load(&m->ledger, &load, e) < 0)
		return -1;
	s->key = m->ledger.key;
	s->events = m->ledger.events;
	s->origin = span_from(m->ledger.origin.name);
	s->size = events_count(m->ledger.events);
	base64_write(&root, span_make((const char *)m->ledger.root.bytes, SHA256_BYTES));
	memcpy(s->root, root.p, root.len);
	buf_done(&root);
	s->last_recv = m->ledger.last_recv;
	return choose_policy(s, m, q, notes, e);
}

int
state_check_fresh(const struct consent_state *s, const struct state_question *q, struct error *e)
{
	const struct memory *m = s->memory;
	instant newest = m->ledger.newest_recv;
	struct duration most = q->has_max_age ? q->max_ledger_age : s->policy->max_ledger_age;

	/* Judged by all lines: those beyond K are what a clock that runs behind would hide. */
	if (q->as_of_is_now && newest != INSTANT_NONE &&
	    q->as_of < instant_add(newest, s->policy->clock_back_limit, -1))
		return error_set(e, UNSAFE, "E_CLOCK", "the clock is behind the last event of the ledger");
	if (newest == INSTANT_NONE || instant_add(newest, most, 1) < q->as_of)
		return error_set(e, UNSAFE, "E_STALE",
		    "the last event of the ledger is older than max_ledger_age: append what has come in, "
		    "or that nothing has: cdp-consent checkpoint --tick");
	return 0;
}

void
state_close(struct consent_state *s)
{
	struct memory *m = s->memory;

	if (m == NULL)
		return;
	policy_free(m->draft);
	policy_document_done(&m->document);
	ledger_close(&m->ledger);
	mem_free(m);
	*s = (struct consent_state){ 0 };
}

bool
state_is_erased(const struct consent_state *s, const struct event *v)
{
	const struct memory *m = s->memory;

	return m != NULL && map_has(m->ledger.erased, span_make((const char *)v->sid.lookup, sizeof v->sid.lookup));
}

bool
state_broken(const struct consent_state *s, struct notes *notes)
{
	const struct memory *m = s->memory;

	return m != NULL && ledger_broken(&m->ledger, notes);
}

void
state_header(const struct consent_state *s, struct json_writer *w)
{
	struct buf at = { 0 };

	json_member_string(w, "policy", s->policy->digest);
	json_key(w, SPAN("checkpoint"));
	json_open_object(w);
	json_member_string(w, "origin", s->origin);
	json_member_u64(w, "size", s->size);
	json_member_string(w, "root", span_from(s->root));
	json_end(w);
	instant_write(&at, s->known_at);
	json_member_string(w, "known_at", buf_span(&at));
	buf_done(&at);
}

int
state_at(const struct consent_state *s, instant as_of, struct consent_state *then, struct error *e)
{
	const struct memory *m = s->memory;

	*then = *s;
	then->memory = NULL;
	then->as_of = as_of;
	if (s->draft)
		return 0;
	then->policy = (struct policy *)(uintptr_t)ledger_policy(&m->ledger, as_of,
	    &then->next_policy);
	return then->policy != NULL ? 0 :
	    error_set(e, UNSAFE, "E_POLICY", "no policy was in force at that time");
}
