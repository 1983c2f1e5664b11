/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/declared.c: the bases that a controller declares: contracts and incidents */
#include "consent/scope.h"
#include "consent/steps.h"

/* What was declared, and when it is over. */
struct declared {
	uint64_t	 seq, ended_by;	/* seq + 1; 0: none */
	instant		 end;
};

/* When the contract is over: the earliest reading of its end, the tail included. */
static instant
contract_end(const struct question *q, const struct facts *f, const struct event *declared,
    const struct policy_basis *basis, uint64_t *ended_by)
{
	const struct event *const *list;
	size_t n = referrers_of(f->referrers, declared->seq, &list);
	instant end = declared->until;

	for (size_t i = 0; i < n; i++)
		if (list[i]->type == EVENT_BASIS_ENDED && event_counts(q, list[i]) &&
		    (end == INSTANT_NONE || list[i]->lo < end)) {
			end = list[i]->lo;
			*ended_by = list[i]->seq + 1;
		}
	if (end == INSTANT_NONE)
		return INT64_MAX;
	return basis->has_tail ? instant_add(end, basis->tail, 1) : end;
}

/* An end without a reference closes whatever stands at that identifier. */
static bool
ended_at_large(const struct question *q, const struct facts *f, size_t anchor,
    const struct event *declared, const struct policy_basis *basis)
{
	const struct fact_identifier *id = &f->identifiers[anchor];

	for (size_t k = 0; k < id->event_count; k++) {
		const struct event *e = id->events[k];

		if (e->type == EVENT_BASIS_ENDED && e->ref == 0 && event_counts(q, e) &&
		    refusal_in_scope(q, e) && !event_later(declared, e) &&
		    (basis->has_tail ? instant_add(e->lo, basis->tail, 1) : e->lo) < q->as_of)
			return true;
	}
	return false;
}

/* When what was declared is over at the latest, whatever ends it: a contract with its tail, an
 * incident when it is too old to be acted upon. */
static instant
declared_end(const struct question *q, const struct facts *f, const struct event *e, size_t anchor,
    const struct policy_basis *basis, uint64_t *ended_by)
{
	instant end = contract_end(q, f, e, basis, ended_by);

	if (basis->type == BASIS_VITAL_INTERESTS && basis->has_max_age) {
		instant old = instant_add(e->lo, basis->max_age, 1);

		end = old < end ? old : end;
	}
	return ended_at_large(q, f, anchor, e, basis) ? INSTANT_NONE + 1 : end;
}

static bool
is_declared(const struct question *q, const struct event *e, enum basis_type type)
{
	return e->type == EVENT_BASIS_DECLARED && event_counts(q, e) &&
	    span_equal(e->purpose, q->purpose->id) && scope_fits(e->controller, q->controller) &&
	    (e->basis.p == NULL || span_equal(e->basis, basis_name(type)));
}

/* What was declared and lasts longest; the oldest of equals. */
static struct declared
find_declared(const struct question *q, const struct facts *f, const struct policy_basis *basis,
    enum basis_type type)
{
	struct declared best = { 0, 0, INSTANT_NONE };

	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++) {
			const struct event *e = f->identifiers[i].events[k];
			struct declared c = { e->seq + 1, 0, 0 };

			if (!is_declared(q, e, type) || !stands_here(q, f, e, i))
				continue;
			c.end = declared_end(q, f, e, i, basis, &c.ended_by);
			if (c.end > best.end || (c.end == best.end && c.seq < best.seq))
				best = c;
		}
	return best;
}

static void
cite(const struct declared *c, struct ruling *r)
{
	ruling_evidence(r, c->seq - 1);
	if (c->ended_by != 0)
		ruling_evidence(r, c->ended_by - 1);
	if (c->end < r->valid_until)
		r->valid_until = c->end;
}

const char *
contract_holds(const struct question *q, const struct facts *f, const struct policy_basis *basis,
    struct ruling *r)
{
	struct declared c = find_declared(q, f, basis, BASIS_CONTRACT);

	if (c.seq == 0)
		return "D_NO_CONTRACT";
	cite(&c, r);
	return c.end < q->as_of ? "D_CONTRACT_ENDED" : NULL;
}

/* One that is too old is none. A link to where it was told must not make a contact: only without a
 * contact is it the person's, wherever it was told. */
const char *
incident_holds(const struct question *q, const struct facts *f, const struct policy_basis *basis,
    struct ruling *r)
{
	struct declared c = find_declared(q, f, basis, BASIS_VITAL_INTERESTS);

	if (c.seq == 0)
		return "D_NO_INCIDENT";
	cite(&c, r);
	return c.end <= q->as_of ? "D_NO_INCIDENT" : NULL;
}
