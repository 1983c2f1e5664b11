/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/prove.c: which lines, and their text. */
#include "base/alloc.h"
#include "base/error.h"
#include "base/pipeline.h"
#include "consent/facts.h"
#include "consent/person.h"
#include "consent/policy.h"
#include "consent/prove.h"
#include "io/ndjson.h"

#include <stdlib.h>

static void
add(struct prove *p, uint64_t seq)
{
	unsigned char bit = (unsigned char)(1u << seq % 8);

	if ((p->chosen[seq / 8] & bit) != 0)
		return;
	p->chosen[seq / 8] |= bit;
	p->list = mem_grow(p->list, p->count + 1, &p->cap, sizeof *p->list);
	p->list[p->count++] = (struct proved){ .seq = seq };
}

static int
by_seq(const void *a, const void *b)
{
	const struct proved *x = a, *y = b;

	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* The i-th policy of the ledger is that of its i-th policy event. */
static void
find_policies(struct prove *p)
{
	const struct events *events = p->ledger.events;
	size_t found = 0;

	p->published = mem_zero(p->ledger.policy_count + 1, sizeof *p->published);
	for (uint64_t i = 0; i < events_count(events) && found < p->ledger.policy_count; i++)
		if (events_at(events, i)->type == EVENT_POLICY)
			p->published[found++] = i;
}

int
prove_open(struct prove *p, const struct prove_question *q, struct error *e)
{
	struct ledger_question load = { .place = q->place, .known_at = q->known_at,
	    .proof_vault = q->proof_vault, .proof_at = q->as_of };
	instant next;

	*p = (struct prove){ .as_of = q->as_of };
	if (ledger_load(&p->ledger, &load, e) < 0)
		return -1;
	p->chosen = mem_zero(events_count(p->ledger.events) / 8 + 1, 1);
	find_policies(p);
	p->policy = ledger_policy(&p->ledger, q->as_of, &next);
	if (p->policy == NULL)
		return error_set(e, UNSAFE, "E_POLICY", "no policy is in force at that time");
	p->purpose = span_from(q->purpose);
	if (q->purpose != NULL && policy_purpose(p->policy, p->purpose) == NULL)
		return error_set(e, USAGE, "E_PURPOSE_UNKNOWN", "--purpose is not registered");
	return 0;
}

void
prove_close(struct prove *p)
{
	tlog_leaves_end(&p->leaves);
	buf_done(&p->hashes);
	mem_free(p->list);
	mem_free(p->acts);
	mem_free(p->published);
	mem_free(p->chosen);
	arena_done(&p->arena);
	ledger_close(&p->ledger);
	*p = (struct prove){ 0 };
}

int
prove_line(struct prove *p, uint64_t seq, struct error *e)
{
	uint64_t count = events_count(p->ledger.events);

	if (seq >= count)
		return error_set(e, USAGE, "E_SEQ", "no line %llu: the ledger has %llu, the first is 0",
		    (unsigned long long)seq, (unsigned long long)count);
	add(p, seq);
	return 0;
}

/* ---- a person ---- */

static bool
bears_on(const struct prove *p, const struct event *e)
{
	return p->purpose.p == NULL || e->purpose.p == NULL || span_is(e->purpose, "*") ||
	    purpose_within(p->purpose, e->purpose);
}

static void
add_events(struct prove *p, const struct event *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (bears_on(p, list[i]))
			add(p, list[i]->seq);
}

/* A lift stands where its signer is, a confirmation where the grant is: both belong to it. */
static void
add_named(struct prove *p)
{
	struct referrers *by = referrers_new(p->ledger.events);
	const struct event *const *list;

	for (size_t i = 0; i < p->count; i++) {		/* grows as it goes */
		const struct event *e = events_at(p->ledger.events, p->list[i].seq);
		size_t n = referrers_of(by, e->seq, &list);

		if (e->ref > 0)
			add(p, e->ref - 1);
		for (size_t k = 0; k < n; k++)
			add(p, list[k]->seq);
	}
	referrers_free(by);
}

int
prove_person(struct prove *p, const struct subject *s, struct error *e)
{
	const struct events *events = p->ledger.events;
	struct person person;

	if (person_read(s, p->policy, true, &person, &p->arena, e) < 0)
		return -1;
	for (size_t i = 0; i < person.count; i++) {
		struct token token = token_of(&p->ledger.key, person.list[i].type, person.list[i].value);
		const struct event *const *list;
		size_t n = events_of(events, &token, &list);

		add_events(p, list, n);
		n = events_suppressing(events, &token, &list);
		add_events(p, list, n);
	}
	add_named(p);
	return 0;
}

/* ---- the policies, and the texts ---- */

/* The index of the policy under which the line at seq was taken; policy_count: none. */
static size_t
policy_at(const struct prove *p, uint64_t seq, instant when)
{
	size_t best = p->ledger.policy_count;

	for (size_t i = 0; i < p->ledger.policy_count && p->published[i] < seq; i++)
		if (p->ledger.policies[i]->effective_from <= when && (best == p->ledger.policy_count ||
		    p->ledger.policies[i]->effective_from >= p->ledger.policies[best]->effective_from))
			best = i;
	return best;
}

static void
add_policies(struct prove *p)
{
	size_t count = p->count, at;

	for (size_t i = 0; i < count; i++) {
		uint64_t seq = p->list[i].seq;

		at = policy_at(p, seq, events_at(p->ledger.events, seq)->recv);
		if (at == p->ledger.policy_count)
			continue;
		p->list[i].policy = p->ledger.policies[at];
		add(p, p->published[at]);
	}
	for (at = 0; p->ledger.policies[at] != p->policy; at++)
		;
	add(p, p->published[at]);
}

struct gathering {
	struct prove	*p;
	size_t		 next;
};

static int
take_line(void *arg, struct span line, const struct tlog_spot *before, struct error *e)
{
	struct gathering *g = arg;
	struct prove *p = g->p;

	(void)e;
	if (g->next < p->count && p->list[g->next].seq == tlog_spot_size(before))
		p->list[g->next++].text = arena_copy(&p->arena, line);
	return 0;
}

static int
read_acts(struct prove *p, struct error *e)
{
	struct ndjson *tape = ndjson_new(NULL);
	struct buf scratch = { 0 };
	size_t at;
	int r = 0;

	p->acts = mem_zero(p->count + 1, sizeof *p->acts);
	for (size_t i = 0; i < p->count && r == 0; i++)
		r = ndjson_scan(tape, p->list[i].text, &at, e) < 0 ||
		    line_read(tape, &p->acts[i].line, &p->arena, &scratch, e) < 0 ||
		    line_event(&p->acts[i].line, &p->acts[i].event, e) < 0 ? -1 : 0;
	buf_done(&scratch);
	ndjson_free(tape);
	return r;
}

int
prove_read(struct prove *p, struct error *e)
{
	struct gathering g = { .p = p };
	struct tlog_end end;
	struct tlog_reading r = { .dir = p->ledger.dir, .origin = &p->ledger.origin,
	    .checkpoint = &p->ledger.now.checkpoint, .threads = threads_available(),
	    .visit = take_line, .arg = &g, .leaves = &p->hashes };

	p->asked = p->count;
	if (p->count == 0)
		return 0;
	add_policies(p);
	qsort(p->list, p->count, sizeof *p->list, by_seq);
	if (tlog_read(&r, &end, e) < 0 || read_acts(p, e) < 0)
		return -1;
	tlog_leaves_begin(&p->leaves, (const struct tlog_hash *)(const void *)p->hashes.p,
	    p->hashes.len / sizeof(struct tlog_hash));
	return 0;
}
