/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/suppress.c: what a suppression says of each identifier; which of them are in force. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "consent/event.h"
#include "consent/event_id.h"
#include "consent/ledger.h"
#include "consent/ledger_write.h"
#include "consent/person.h"
#include "consent/receipt.h"
#include "consent/suppress.h"
#include "consent/vault.h"
#include "model/consent.h"
#include "model/suppression.h"

#include <stdlib.h>

/* ---- events ---- */

static bool
has_phone_name(const struct person *p)
{
	for (size_t i = 0; i < p->count; i++)
		if (span_is(p->list[i].type, "phone_name"))
			return true;
	return false;
}

/* Only an erasure keeps somebody out of everything; a complaint silences the addresses. */
static bool
concerns(const struct person *p, const struct person_identifier *id, bool erasure,
    struct suppress_counts *n)
{
	if (!erasure)
		return !identifier_type_for_suppression(id->type) && !span_is(id->type, "record") && !id->hash;
	if (!id->shared || !span_is(id->type, "phone_number"))
		return true;
	n->left_out += !has_phone_name(p);	/* the telephone of a household is not its */
	return false;
}

static struct span
instant_text(instant t, struct buf *text)
{
	buf_reset(text);
	instant_write(text, t);
	return buf_span(text);
}

static bool *
lifted(const struct ledger *l)
{
	uint64_t n = events_count(l->events);
	bool *lifts = mem_zero(n + 1, sizeof *lifts);

	for (uint64_t i = 0; i < n; i++) {
		const struct event *v = events_at(l->events, i);

		if (v->type == EVENT_UNSUPPRESS && v->ref > 0)
			lifts[v->ref - 1] = true;
	}
	return lifts;
}

/* Whether an erasure that reaches as far holds the identifier, and nobody has come back by it: a subject
 * that leads to it was made since. */
static bool
holds(const struct ledger *l, const bool *lifts, const struct person_identifier *id)
{
	struct token t = token_of(&l->key, id->type, id->value);
	const struct event *const *list;
	size_t n = events_suppressing(l->events, &t, &list);

	if (!id->shared && l->vault != NULL && vault_find(l->vault, t.lookup) != NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		if (list[i]->type == EVENT_SUPPRESS && span_is(list[i]->cause, "erasure") &&
		    list[i]->reach_person == !id->shared && !lifts[list[i]->seq])
			return true;
	return false;
}

int
suppress_person(struct ledger_writer *w, const struct person *p, const struct suppress_act *a,
    struct suppress_counts *n, struct buf *receipts, struct error *e)
{
	const struct ledger *l = writer_ledger(w);
	bool erasure = span_is(a->cause, "erasure"), *lifts = a->once ? lifted(l) : NULL;
	struct buf at = { 0 };
	int r = 0;

	for (size_t i = 0; r >= 0 && i < p->count; i++) {
		const struct person_identifier *id = &p->list[i];
		struct consent_event c = { .type = SPAN_INIT("suppress"), .identifier_type = id->type,
		    .identifier_value = id->value, .cause = a->cause, .by = a->by,
		    .actor = SPAN_INIT("controller"), .at = instant_text(a->at, &at) };
		struct receipt receipt;

		if (!concerns(p, id, erasure, n))
			continue;
		if (a->once && holds(l, lifts, id)) {
			n->had++;
			continue;
		}
		if (erasure && id->shared)
			c.data = SPAN("{\"reach\":\"address\"}");
		r = writer_add(w, &c, &receipt, e);
		if (r < 0)
			break;
		n->added += r > 0;
		n->had += r == 0;
		receipt_write(&receipt, c.type, id->type, receipts);
	}
	buf_done(&at);
	mem_free(lifts);
	return r < 0 ? -1 : 0;
}

int
suppress_lift(struct ledger_writer *w, struct span id, const struct suppress_act *a,
    struct buf *receipts, struct error *e)
{
	struct buf at = { 0 };
	struct consent_event c = { .type = SPAN_INIT("unsuppress"), .ref = id, .by = a->by,
	    .actor = SPAN_INIT("controller"), .at = instant_text(a->at, &at) };
	struct receipt receipt;
	int r = writer_add(w, &c, &receipt, e);

	if (r >= 0)
		receipt_write(&receipt, c.type, span_none(), receipts);
	buf_done(&at);
	return r < 0 ? -1 : 0;
}

/* ---- the list ---- */

static int
by_bytes(const void *a, const void *b)
{
	return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

/* The suppression half, as `suppress` lines hold it. */
static struct span
token_text(const struct ledger *l, const struct event *v, struct arena *arena)
{
	struct token t = v->sid;
	struct buf text = { 0 };
	struct span s;

	memcpy(t.lookup, t.suppression, sizeof t.lookup);
	token_write(&text, &l->key, v->sid_type, &t);
	s = arena_copy(arena, buf_span(&text));
	buf_done(&text);
	return s;
}

/* An identifier of many people holds none of them out: with it the rows of the others would be withheld. */
static bool
of_many(const struct event *v)
{
	return span_is(v->cause, "erasure") && !v->reach_person;
}

uint64_t
suppress_list(const struct ledger *l, struct span cause, instant as_of, struct buf *out)
{
	uint64_t n = events_count(l->events), written = 0;
	struct span *tokens = mem_zero(n + 1, sizeof *tokens);
	bool *lifts = lifted(l);
	struct arena arena = { 0 };
	size_t count = 0;

	for (uint64_t i = 0; i < n; i++) {
		const struct event *v = events_at(l->events, i);

		if (v->type == EVENT_SUPPRESS && !lifts[i] && !of_many(v) &&
		    (cause.p == NULL || span_equal(v->cause, cause)))
			tokens[count++] = token_text(l, v, &arena);
	}
	qsort(tokens, count, sizeof *tokens, by_bytes);
	suppression_write_header(out, &l->key, span_from(l->origin.name), as_of);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && span_equal(tokens[i - 1], tokens[i]))
			continue;
		suppression_write(out, tokens[i]);
		written++;
	}
	suppression_write_end(out, written);
	mem_free(lifts);
	mem_free(tokens);
	arena_done(&arena);
	return written;
}
