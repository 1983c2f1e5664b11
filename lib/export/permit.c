/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/permit.c: which addresses of a person the decisions release. Whatever is missing,
 * late or contradictory releases nothing. */
#include "base/arena.h"
#include "base/error.h"
#include "export/permit.h"
#include "model/decision.h"
#include "model/record.h"

#include <stdlib.h>

/* A decision without a destination counts for any, one that names another for none. */
static bool
answers(const struct permit_question *q, const struct decision *d)
{
	return span_equal(d->purpose, q->purpose) && span_equal(d->controller, q->controller) &&
	    span_equal(d->channel, q->channel) &&
	    (d->destination.p == NULL || span_equal(d->destination, q->destination));
}

static bool
same_texts(const struct texts *a, const struct texts *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!span_equal(a->v[i], b->v[i]))
			return false;
	return true;
}

static bool
agree(const struct decision *a, const struct decision *b)
{
	return a->verdict == b->verdict && span_equal(a->code, b->code) &&
	    same_texts(&a->basis, &b->basis) && same_texts(&a->drop, &b->drop) &&
	    a->valid_until == b->valid_until;
}

/* By address, then id, so that of two that agree the same one is kept in any order. */
static int
compare(const void *x, const void *y)
{
	const struct decision *a = *(const struct decision *const *)x;
	const struct decision *b = *(const struct decision *const *)y;
	int r = span_cmp(a->address_field, b->address_field);

	if (r == 0)
		r = span_cmp(a->address_value, b->address_value);
	return r != 0 ? r : span_cmp(a->id, b->id);
}

static bool
same_address(const struct decision *a, const struct decision *b)
{
	return span_equal(a->address_field, b->address_field) &&
	    span_equal(a->address_value, b->address_value);
}

static bool
has_text(const struct texts *list, struct span value)
{
	for (size_t i = 0; i < list->n; i++)
		if (span_equal(list->v[i], value))
			return true;
	return false;
}

/* "identifiers.push" is reached by push messages. */
static bool
has_identifier(const struct record *person, struct span path, struct span value)
{
	struct span head = SPAN("identifiers.");

	for (size_t i = 0; span_starts(path, head) && i < person->identifier_count; i++)
		if (span_equal(person->identifiers[i].name, span_skip(path, head.len)))
			return has_text(&person->identifiers[i].values, value);
	return false;
}

/* The person still has the contact point that was judged. */
static bool
has_address(const struct permit_question *q, const struct record *person,
    const struct decision *d)
{
	int field = many_find(d->address_field);

	if (span_is(q->channel, "none"))
		return true;
	if (d->address_value.len == 0)
		return false;
	if (span_is(d->address_field, "address"))
		return person->address_count > 0;
	return field < 0 ? has_identifier(person, d->address_field, d->address_value) :
	    has_text(&person->many[field], d->address_value);
}

/* No layout of this version has columns for preferences: what binds is then not honoured. */
static bool
binds(const struct decision *d)
{
	for (size_t i = 0; i < d->obligation_count; i++)
		if (d->obligations[i].hard)
			return true;
	return false;
}

/* The code under which this decision is counted, or span_none() if it releases its address. */
static struct span
refusal(const struct permit_question *q, const struct record *person, const struct decision *d)
{
	if (d->verdict != VERDICT_PERMIT && d->verdict != VERDICT_PERMIT_REDACTED)
		return d->code;
	if (d->valid_until == INSTANT_NONE || d->valid_until <= q->now)
		return SPAN("D_EXPIRED_DECISION");
	if (!has_address(q, person, d))
		return SPAN("S_NO_ADDRESS");
	if (binds(d))
		return SPAN("R_OBLIGATION");
	return span_none();
}

/* Refused decisions in the order written: the code of the first is the person's. */
static struct span
first_refusal(const struct permit_question *q, const struct record *person,
    const struct decision *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (answers(q, &list[i]))
			return refusal(q, person, &list[i]);
	return span_none();
}

int
permit_judge(const struct permit_question *q, const struct record *person,
    const struct decision *list, size_t count, struct permit *out, struct arena *arena,
    struct error *e)
{
	const struct decision **found = arena_zero(arena, count + 1, sizeof *found);
	const struct decision *last = NULL;
	size_t n = 0;

	*out = (struct permit){ .released = found };
	for (size_t i = 0; i < count; i++)
		if (answers(q, &list[i]))
			found[n++] = &list[i];
	if (n == 0)
		return error_set(e, UNSAFE, "E_NO_DECISION",
		    "a profile without a decision for this purpose, channel and controller");
	qsort(found, n, sizeof *found, compare);
	for (size_t i = 1; i < n; i++)
		if (same_address(found[i - 1], found[i]) && !agree(found[i - 1], found[i]))
			return error_set(e, UNSAFE, "E_DECISION_CONFLICT",
			    "two decisions for one address disagree");
	for (size_t i = 0; i < n; i++) {
		const struct decision *d = found[i];
		bool again = i > 0 && same_address(last, d);

		last = d;
		if (!again && refusal(q, person, d).p == NULL)
			found[out->count++] = d;
	}
	if (out->count == 0)
		out->code = first_refusal(q, person, list, count);
	return 0;
}
