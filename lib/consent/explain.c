/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/explain.c: one person's answers, and what words and JSON say of them alike. */
#include "consent/explain.h"
#include "consent/explain_priv.h"
#include "consent/phrases.h"
#include "consent/redact.h"
#include "consent/regime.h"
#include "consent/steps.h"
#include "io/ndjson.h"
#include "model/feed.h"
#include "model/profile.h"
#include <stdio.h>

const char *
telling_failure(const struct telling *t, unsigned step)
{
	for (size_t i = 0; i < t->reasons.count; i++)
		if (t->reasons.failed[i].step == step)
			return t->reasons.failed[i].code;
	return NULL;
}

/* Nobody was asked behind a row that is not registered, nor who has no address of the channel; and
 * identifiers alone have no fields. */
static bool
is_untested(const struct telling *t, unsigned step)
{
	bool nobody = t->judge->question.needs_contact && t->facts.contact == CONTACT_NONE;

	if (telling_failure(t, STEP_ROW) != NULL)
		return step != STEP_ROW;
	if (step == STEP_FIELDS)
		return !t->fields;
	return nobody && (step == STEP_AGE || step == STEP_BASIS || step == STEP_SPECIAL ||
	    step == STEP_AUTOMATED);
}

const char *
telling_found(const struct telling *t, unsigned step)
{
	const char *code = telling_failure(t, step);

	if (code != NULL)
		return code;
	if (telling_failure(t, STEP_ROW) == NULL &&
	    !step_applies(&t->judge->question, &t->facts, step))
		return "does not apply";
	return is_untested(t, step) ? "not tested" : "holds";
}

struct span
telling_failed_in(const struct telling *t, unsigned step)
{
	for (size_t i = 0; i < t->reasons.count; i++)
		if (t->reasons.failed[i].step == step)
			return t->reasons.failed[i].regime;
	return span_none();
}

struct span
telling_reason(const struct telling *t)
{
	const struct reason *why = reason_at(reason_index(t->ruling.code));

	return phrase(t->judge->phrases, why->code, why->text);
}

struct span
telling_step(const struct telling *t, unsigned step)
{
	char key[sizeof "step.4294967295"];

	snprintf(key, sizeof key, "step.%u", step);
	return phrase(t->judge->phrases, key, step_name(step));
}

instant
telling_end(const struct telling *t, const struct event *e)
{
	const struct ruling *r = &t->ruling;

	return is_grant(e) ? grant_ends(&t->judge->question, r->relied != 0 ? r->relied : r->regimes, e) :
	    INSTANT_NONE;
}

bool
telling_told_before(const struct telling *t, size_t regime)
{
	const struct question *q = &t->judge->question;
	const struct policy_basis *b = q->regimes[regime].basis;

	for (size_t i = 0; i < regime; i++) {
		const struct policy_basis *a = q->regimes[i].basis;

		if (regime_in(t->ruling.relied, i) && a != NULL && a->type == b->type &&
		    span_equal(policy_basis_name(a), policy_basis_name(b)) &&
		    span_equal(a->registered_ref, b->registered_ref))
			return true;
	}
	return false;
}

const char *
telling_article(const struct telling *t)
{
	const struct policy *p = t->judge->question.policy;
	const char *article = reason_at(reason_index(t->ruling.code))->article;
	bool there = t->ruling.regimes == 0;

	for (size_t i = 0; i < p->regime_count; i++)
		there |= regime_in(t->ruling.regimes, i) && (span_is(p->regimes[i].id, "EU") ||
		    names_has(&p->regimes[i].ancestors, SPAN("EU")));
	return there ? article : NULL;
}

/* ---- one person ---- */

/* Whether anything of the profile may be used: the contact itself, or where there is none a field. */
static bool
is_field_left(struct telling *t, const struct ndjson *line)
{
	struct redaction r = { .question = &t->judge->question, .facts = &t->facts,
	    .profile = t->profile, .arena = &t->bench->arena };

	return t->facts.contact != CONTACT_NONE ?
	    contact_usable(&r, &t->facts.identifiers[t->facts.contact]) :
	    redact_keeps(&r, line, &t->bench->scratch);
}

/* Step 13, as filter takes it. */
static void
judge_fields(struct telling *t, const struct ndjson *line)
{
	t->fields = true;
	if (is_field_left(t, line))
		return;
	if (t->reasons.count < REASONS_MAX) {
		t->reasons.failed[t->reasons.count].step = STEP_FIELDS;
		t->reasons.failed[t->reasons.count].regime = span_none();
		t->reasons.failed[t->reasons.count++].code = "D_NO_FIELDS";
	}
	if (t->ruling.permitted || t->ruling.skipped)
		ruling_refuse_fields(&t->ruling);
}

static void
tell(struct telling *t, const struct ndjson *line, struct tally *tally)
{
	t->reasons.count = 0;
	t->fields = false;
	t->ruling = decide(&t->judge->question, &t->facts, &t->reasons);
	if (t->profile != NULL && telling_failure(t, STEP_ROW) == NULL &&
	    (t->facts.contact != CONTACT_NONE || question_asks_fields(&t->judge->question)))
		judge_fields(t, line);
	if (t->ruling.permitted)
		tally->permitted++;
	else if (t->ruling.skipped)
		tally->skipped++;
	else
		tally->denied++;
	tally_code(tally, t->ruling.code);
	if (t->json)
		telling_json(t);
	else
		telling_words(t);
}

static void
tell_all(struct telling *t, const struct ndjson *line, struct tally *tally)
{
	for (size_t i = 0; i < t->facts.identifier_count; i++)
		t->of += intake_contact(&t->judge->intake, &t->facts.identifiers[i]);
	for (size_t i = 0; i < t->facts.identifier_count; i++) {
		struct fact_identifier *id = &t->facts.identifiers[i];

		if (!intake_contact(&t->judge->intake, id))
			continue;
		intake_token(&t->judge->intake, id, &t->bench->arena);
		t->facts.contact = i;
		t->which++;
		tell(t, line, tally);
	}
	t->facts.contact = CONTACT_NONE;
	if (t->of == 0)
		tell(t, line, tally);
}

int
explain_profile(const struct judge *j, struct bench *b, const struct feed_line *line, bool json,
    struct buf *out, struct tally *tally, struct error *e)
{
	struct telling t = { .judge = j, .bench = b, .out = out, .json = json };
	struct profile profile;

	arena_reset(&b->arena);
	if (profile_read(line->tape, &profile, &b->arena, e) < 0 ||
	    facts_of_profile(&j->intake, &profile, &t.facts, &b->arena, e) < 0)
		return 1;
	t.profile = &profile;
	tally->read++;
	tell_all(&t, line->tape, tally);
	return 0;
}

int
explain_subject(const struct judge *j, struct bench *b, const struct feed_line *line, bool json,
    struct buf *out, struct tally *tally, struct error *e)
{
	struct telling t = { .judge = j, .bench = b, .out = out, .json = json };

	arena_reset(&b->arena);
	if (facts_of_subject(&j->intake, line->tape, &t.facts, &b->arena, e) < 0)
		return -1;
	tally->read++;
	tell_all(&t, line->tape, tally);
	return 0;
}
