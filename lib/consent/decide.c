/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/decide.c: the order of the steps, the verdict, and how long it holds */
#include "consent/decide.h"
#include "consent/scope.h"
#include "consent/steps.h"
#include <string.h>

/* What decide() has found so far. */
struct deciding {
	const struct question	*q;
	struct facts		*f;
	struct reasons		*all;		/* NULL: the first failure ends it */
	struct ruling		 refusal;	/* code NULL: none yet */
	struct ruling		 permit;
};

void
ruling_evidence(struct ruling *r, uint64_t seq)
{
	size_t at = 0;

	while (at < r->evidence_count && r->evidence[at] < seq)
		at++;
	if (at < r->evidence_count && r->evidence[at] == seq)
		return;
	if (at == RULING_EVIDENCE)
		return;
	if (r->evidence_count == RULING_EVIDENCE)
		r->evidence_count--;
	memmove(r->evidence + at + 1, r->evidence + at,
	    (r->evidence_count - at) * sizeof(r->evidence[0]));
	r->evidence[at] = seq;
	r->evidence_count++;
}

void
ruling_refuse_fields(struct ruling *r)
{
	r->permitted = false;
	r->skipped = false;
	r->code = "D_NO_FIELDS";
	r->step = STEP_FIELDS;
	r->valid_until = INSTANT_NONE;
}

/* Everything but the evidence, whose count says that there is none: this runs for every step of
 * every row. */
static void
begin(struct ruling *r)
{
	r->code = NULL;
	r->step = 0;
	r->permitted = false;
	r->skipped = false;
	r->regimes = 0;
	r->relied = 0;
	r->registered_ref = span_none();
	r->notice = NULL;
	r->valid_until = INSTANT_NONE;
	r->evidence_count = 0;
}

/* Takes note of a failure; true if the answer is found and nobody wants more. */
static bool
failed(struct deciding *d, unsigned step, const char *code, struct span regime,
    const struct ruling *found)
{
	if (code == NULL)
		return false;
	if (d->all != NULL && d->all->count < REASONS_MAX) {
		d->all->failed[d->all->count].step = step;
		d->all->failed[d->all->count].regime = regime;
		d->all->failed[d->all->count++].code = code;
	}
	if (d->refusal.code == NULL) {
		d->refusal = *found;
		d->refusal.code = code;
		d->refusal.step = step;
		d->refusal.relied = step < STEP_BASIS ? 0 : d->permit.relied;
		d->refusal.registered_ref = d->permit.registered_ref;
		d->refusal.valid_until = INSTANT_NONE;
	}
	return d->all == NULL;
}

/* ---- step 0 ---- */

static const char *
registered(const struct question *q, const struct facts *f)
{
	if (q->purpose == NULL)
		return "E_PURPOSE_UNKNOWN";
	if (q->controller_entry == NULL)
		return "E_CONTROLLER_UNKNOWN";
	if (!names_has(&q->purpose->channels, q->channel))
		return "E_CHANNEL_UNKNOWN";
	for (size_t i = 0; i < f->member_count; i++)
		if (f->members[i].source == NULL)
			return "E_SOURCE_UNKNOWN";
	if (f->in_play == 0)
		return "E_BASIS_UNDECLARED";
	for (size_t i = 0; i < q->policy->regime_count; i++)
		if (regime_in(f->in_play, i) && q->regimes[i].row_code != NULL)
			return q->regimes[i].row_code;
	return NULL;
}

/* ---- steps 1 to 6 ---- */

static bool
take_refusals(struct deciding *d)
{
	static const struct {
		unsigned	 step;
		const char	*(*take)(const struct question *, const struct facts *, struct ruling *);
	} steps[] = {
		{ STEP_RESTRICTION, step_restriction }, { STEP_SUPPRESSION, step_suppression },
		{ STEP_ERASURE, step_erasure }, { STEP_DM_OBJECTION, step_dm_objection },
		{ STEP_OBJECTION, step_objection }, { STEP_SALE, step_sale },
	};
	struct ruling found;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		begin(&found);
		if (failed(d, steps[i].step, steps[i].take(d->q, d->f, &found), span_none(), &found))
			return true;
	}
	return false;
}

/* ---- steps 7 to 11, in one regime ---- */

/* With several regimes a record is covered if it is in each. */
static void
cover_anew(struct facts *f)
{
	for (size_t i = 0; i < f->member_count; i++) {
		f->members[i].covered_before = f->members[i].covered;
		f->members[i].covered = false;
	}
}

static void
cover_both(struct facts *f)
{
	for (size_t i = 0; i < f->member_count; i++)
		f->members[i].covered &= f->members[i].covered_before;
}

/* What holds in this regime as well: the evidence of all, and the earliest end. */
static void
join(struct ruling *permit, const struct ruling *found)
{
	for (size_t i = 0; i < found->evidence_count; i++)
		ruling_evidence(permit, found->evidence[i]);
	if (permit->code == NULL)
		permit->code = found->code;
	if (permit->registered_ref.p == NULL)
		permit->registered_ref = found->registered_ref;
	if (permit->notice == NULL)
		permit->notice = found->notice;
	permit->valid_until = found->valid_until;
}

/* Without any contact there is nobody to ask the basis about: step 13 says so. */
static bool
nobody_to_ask(const struct deciding *d)
{
	return d->q->needs_contact && d->f->contact == CONTACT_NONE;
}

static bool
take_basis(struct deciding *d, size_t i)
{
	struct span regime = d->q->policy->regimes[i].id;
	struct ruling found;
	const char *code;
	bool first = d->permit.relied == 0;

	if (nobody_to_ask(d))
		return false;
	begin(&found);
	found.valid_until = d->permit.valid_until;
	d->permit.relied |= (regime_set)1 << i;
	if (!first)
		cover_anew(d->f);
	code = step_basis(d->q, d->f, i, &found);
	if (!first)
		cover_both(d->f);
	if (failed(d, STEP_BASIS, code, regime, &found))
		return true;
	if (code == NULL)
		join(&d->permit, &found);
	return false;
}

typedef const char *regime_step(const struct question *q, struct facts *f, size_t regime,
    struct ruling *r);

static bool
take_one(struct deciding *d, unsigned step, regime_step *take, size_t i)
{
	struct ruling found;
	const char *code;

	begin(&found);
	found.valid_until = d->permit.valid_until;
	code = take(d->q, d->f, i, &found);
	if (failed(d, step, code, d->q->policy->regimes[i].id, &found))
		return true;
	if (code == NULL)
		join(&d->permit, &found);
	return false;
}

/* Only the steps that this purpose has: most have but their basis. */
static bool
take_regime(struct deciding *d, size_t i)
{
	const struct question *q = d->q;

	return (q->needs_age && take_one(d, STEP_AGE, step_age, i)) || take_basis(d, i) ||
	    (q->purpose->special && take_one(d, STEP_SPECIAL, step_special, i)) ||
	    (q->purpose->automated_decision && take_one(d, STEP_AUTOMATED, step_automated, i)) ||
	    (q->regimes[i].channel_code != NULL && take_one(d, STEP_CHANNEL, step_channel, i));
}

/* "All must permit": the regimes in play, in byte order. */
static bool
take_regimes(struct deciding *d)
{
	for (size_t i = 0; i < d->q->policy->regime_count; i++)
		if (regime_in(d->f->in_play, i) && take_regime(d, i))
			return true;
	return false;
}

/* ---- all of them ---- */

static void
prepare(struct deciding *d)
{
	struct facts *f = d->f;

	for (size_t i = 0; i < f->member_count; i++)
		f->members[i].covered = false;
	f->in_play = regimes_judging(d->q, f);
	f->types = 0;
	for (size_t i = 0; i < f->identifier_count; i++)
		for (size_t k = 0; k < f->identifiers[i].event_count; k++)
			f->types |= TYPE(f->identifiers[i].events[k]->type);
	begin(&d->refusal);
	begin(&d->permit);
	d->permit.valid_until = d->q->has_least_validity ? d->q->least_validity :
	    question_least_validity(d->q);
}

/* The first failure wins; the later steps are for who wants to hear them all. */
static void
take_all(struct deciding *d)
{
	struct ruling none;
	const char *code = registered(d->q, d->f);

	begin(&none);
	if (code != NULL) {
		failed(d, STEP_ROW, code, span_none(), &none);
		return;
	}
	if (take_refusals(d) || take_regimes(d) ||
	    failed(d, STEP_DESTINATION, step_destination(d->q, d->f), span_none(), &none) ||
	    failed(d, STEP_FIELDS, nobody_to_ask(d) ? "D_NO_FIELDS" : NULL, span_none(), &none))
		return;
	code = step_preference(d->q, d->f, &none);
	failed(d, STEP_PREFERENCE, code, span_none(), &none);
}

struct ruling
decide(const struct question *q, struct facts *f, struct reasons *all)
{
	struct deciding d = { .q = q, .f = f, .all = all };
	struct ruling *r;

	prepare(&d);
	take_all(&d);
	r = d.refusal.code != NULL ? &d.refusal : &d.permit;
	r->regimes = f->in_play;
	if (r == &d.permit) {
		r->step = STEP_BASIS;
		r->permitted = true;
	} else
		r->skipped = r->step == STEP_PREFERENCE;
	return *r;
}
