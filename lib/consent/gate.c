/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/gate.c: the merge gate: no record takes part in linking without a declared purpose
 * and a basis that holds (consent 7) */
#include "base/error.h"
#include "consent/event_id.h"
#include "consent/events.h"
#include "consent/judge.h"
#include "consent/redact.h"
#include "consent/state.h"
#include "consent/token.h"
#include "io/json_write.h"
#include "io/ndjson.h"
#include "model/consent.h"
#include "model/feed.h"
#include "model/record.h"

/* When a record that is tried again has to go; INSTANT_NONE: it was never refused. An end that cannot
 * be read is over. */
static instant
end_of_storage(const struct ndjson *n, struct arena *arena)
{
	uint32_t at = ndjson_find(n, 0, SPAN("expires_at"));
	instant end;

	if (at == 0)
		return INSTANT_NONE;
	return instant_parse(ndjson_text(n, at, arena), &end) && end != INSTANT_NONE ? end :
	    INSTANT_NONE + 1;
}

static bool
expired(const struct judge *j, instant end)
{
	return end != INSTANT_NONE && end <= j->question.as_of;
}

/* The question of the controller that the record's source belongs to. */
static const struct question *
question_of(const struct judge *j, const struct record *record)
{
	const struct policy *p = j->question.policy;
	const struct policy_source *source = policy_source(p,
	    span_head(record->id, span_index(record->id, ':')));

	for (size_t i = 0; source != NULL && i < p->controller_count; i++)
		if (span_equal(p->controllers[i].id, source->controller))
			return &j->of_controllers[i];
	return &j->question;
}

/* Linking to honour refusals and requests is what the law asks for: every record of a registered
 * source takes part, whoever refused what (consent 5, rule 9). */
static struct ruling
admit(const struct question *q, struct facts *f)
{
	struct ruling r = { .code = "P_LEGAL", .step = STEP_BASIS, .permitted = true,
	    .regimes = regimes_judging(q, f), .valid_until = question_least_validity(q) };

	for (size_t i = 0; i < q->policy->regime_count; i++) {
		const struct policy_basis *b = policy_basis(q->purpose, q->policy->regimes[i].id);

		if (b != NULL && r.registered_ref.p == NULL)
			r.registered_ref = b->registered_ref;
	}
	return r;
}

/* The record as a person of one member, asked for by the controller of its source: what it was
 * collected for comes first. */
static struct ruling
rule(const struct question *q, struct facts *f)
{
	struct ruling r = { .code = f->members[0].unusable, .step = STEP_ROW,
	    .regimes = regimes_judging(q, f), .valid_until = INSTANT_NONE };

	if (q->purpose->compliance && f->members[0].source != NULL)
		return admit(q, f);
	if (r.code != NULL)
		return r;
	r = decide(q, f, NULL);
	if (r.permitted && !f->members[0].covered)
		ruling_refuse_fields(&r);
	return r;
}

static void
attach(const struct judge *j, const struct ruling *r, struct facts *f, const struct record *record,
    const struct redaction *redaction, struct arena *arena, struct buf *out)
{
	struct json_writer w;
	struct decision d;

	judge_decision(j, r, f, record->id, arena, &d);
	judge_reasons(j, question_of(j, record), f, arena, &d);
	if (f->members[0].source != NULL)
		d.controller = f->members[0].source->controller;
	if (redaction != NULL && redaction->drop_count > 0) {
		d.verdict = VERDICT_PERMIT_REDACTED;
		d.drop = (struct texts){ redaction->drop, redaction->drop_count };
	}
	buf_text(out, ",\"decisions\":[");
	w = json_writer(out);
	decision_write(&d, &w);
	buf_byte(out, ']');
}

/* The tape of a line that was read without one. It was read, so that it is JSON. */
static const struct ndjson *
tape_of(struct bench *b, const struct feed_line *line, struct error *e)
{
	size_t at;

	if (line->tape != NULL)
		return line->tape;
	if (b->scanner == NULL)
		b->scanner = ndjson_new(NULL);
	return ndjson_scan(b->scanner, line->raw, &at, e) < 0 ? NULL : b->scanner;
}

static int
pass(const struct judge *j, struct bench *b, const struct feed_line *line,
    const struct ruling *r, struct facts *f, const struct record *record, struct buf *out,
    struct tally *t, struct error *e)
{
	struct arena *arena = &b->arena;
	struct redaction redaction = { .question = &j->question, .facts = f, .plan = j->plan,
	    .arena = arena };
	const struct ndjson *n;

	if (line->tape != NULL || !redact_plain_record(&redaction, record, line->raw, out)) {
		n = tape_of(b, line, e);
		if (n == NULL)
			return 1;
		redact_record(&redaction, record, n, out);
	}
	attach(j, r, f, record, &redaction, arena, out);
	buf_text(out, "}\n");
	if (redaction.drop_count > 0)
		t->redacted++;
	else
		t->permitted++;
	t->codes[reason_index("R_SPECIAL")] += redaction.protected;
	for (size_t i = 0; i < redaction.drop_count; i++)
		tally_drop(t, redaction.drop[i]);
	return 0;
}

/* Its days count from the first refusal: to try every day must not keep anything for ever. A line
 * without a tape has nothing of an earlier quarantine. */
static void
keep(const struct judge *j, const struct ruling *r, struct facts *f, const struct record *record,
    const struct feed_line *line, struct arena *arena, struct buf *quarantine)
{
	struct duration days = { 0, (int64_t)j->state->policy->quarantine_days * DAY_MS };
	instant before = INSTANT_NONE;

	if (line->tape == NULL) {
		buf_add(quarantine, span_head(line->raw, line->raw.len - 1));
	} else {
		before = end_of_storage(line->tape, arena);
		copy_record(line->tape, quarantine);
	}
	attach(j, r, f, record, NULL, arena, quarantine);
	buf_text(quarantine, ",\"expires_at\":\"");
	if (before != INSTANT_NONE && before < instant_add(j->question.as_of, days, 1))
		instant_write(quarantine, before);
	else
		buf_text(quarantine, j->expires_at);
	buf_text(quarantine, "\"}\n");
}

/* 0; 1: the line is refused; 2: it is past its last day. */
static int
read_record(const struct judge *j, struct bench *b, const struct feed_line *line,
    struct record *record, struct tally *t, struct error *e)
{
	if (expired(j, end_of_storage(line->tape, &b->arena))) {
		t->expired++;
		tally_code(t, "Q_EXPIRED");
		return 2;
	}
	return record_read(line->tape, record, &b->arena, e) < 0;
}

int
gate_record(const struct judge *j, struct bench *b, const struct feed_line *line,
    const struct record *record, struct buf *out, struct buf *quarantine, struct tally *t,
    struct error *e)
{
	struct intake in = j->intake;
	struct record own;
	struct facts f;
	struct ruling r;

	t->read++;
	arena_reset(&b->arena);
	if (record == NULL) {
		int said = read_record(j, b, line, &own, t, e);

		if (said != 0)
			return said == 1;
		record = &own;
	}
	in.question = question_of(j, record);
	in.ahead = &b->ahead;
	if (facts_of_record(&in, record, &f, &b->arena, e) < 0)
		return 1;
	r = rule(in.question, &f);
	tally_code(t, r.code);
	if (r.permitted)
		return pass(j, b, line, &r, &f, record, out, t, e);
	if (r.skipped)
		t->skipped++;
	else
		t->denied++;
	if (quarantine != NULL)
		keep(j, &r, &f, record, line, &b->arena, quarantine);
	return 0;
}

/* ---- consent lines ---- */

/* Whether the event is about whom the line names. Of somebody who was erased nobody can say. */
static bool
same_subject(const struct judge *j, const struct event *v, const struct consent_event *c,
    struct arena *arena)
{
	struct span told = event_sid(j->intake.key, c, arena), type, ignored;
	struct token t;

	if (c->identifier_value.p == NULL || state_is_erased(j->state, v))
		return true;
	return told.p != NULL && token_read(told, &type, &ignored, &t) == 0 &&
	    span_equal(type, v->sid_type) && memcmp(t.lookup, v->type == EVENT_SUPPRESS ?
	    v->sid.suppression : v->sid.lookup, sizeof(t.lookup)) == 0;
}

/* What was told holds no further than what the ledger has. */
static bool
holds_for(struct span scope, struct span told)
{
	return scope.p == NULL || span_is(scope, "*") || span_equal(scope, told);
}

/* A line without an id of its own has the id that append would give it. Another no under the id of
 * one that is there is not there: append calls it a conflict. */
static bool
in_ledger(const struct judge *j, const struct consent_event *c, enum event_type type,
    struct arena *arena)
{
	uint64_t found = events_find_id(j->intake.events, event_id(j->intake.key, c, arena));
	const struct event *v = found == 0 ? NULL : events_at(j->intake.events, found - 1);

	return v != NULL && v->type == type && same_subject(j, v, c, arena) &&
	    holds_for(v->purpose, c->purpose) && holds_for(v->channel, c->channel) &&
	    holds_for(v->controller, c->controller) && holds_for(v->dest, c->dest);
}

/* Grants may wait for the next append; a no may not, for the rows that follow would not
 * hear of it. What cannot be read might be one. */
int
judge_consent_line(const struct judge *j, struct bench *b, const struct feed_line *line,
    struct error *e)
{
	struct consent_event c;
	struct error why = { 0 };
	enum event_class class;
	int type;

	arena_reset(&b->arena);
	if (consent_event_read(line->tape, &c, &b->arena, &why) < 0)
		consent_event_read_loosely(line->tape, &c, &b->arena);	/* as append did */
	type = c.type.p == NULL ? -1 : event_find(c.type);
	class = type < 0 ? CLASS_REFUSAL : event_class((enum event_type)type);
	if (class != CLASS_REFUSAL && class != CLASS_STOP && type != EVENT_BASIS_ENDED)
		return 0;
	if (type >= 0 && in_ledger(j, &c, (enum event_type)type, &b->arena))
		return 0;
	error_set(e, UNSAFE, "E_UNAPPENDED",
	    "a consent line says no and is not in the ledger; run cdp-consent append first");
	error_place(e, line->file, line->line, 0);
	return -1;
}

int
judge_no_profile(const struct judge *j, struct bench *b, const struct feed_line *line,
    struct error *e)
{
	if (line->kind == FEED_CONSENT && j != NULL)
		return judge_consent_line(j, b, line, e);
	if (line->kind != FEED_RECORD)
		return 0;
	error_set(e, REFUSED, "E_KIND", "a record line has no place here");
	return 1;
}
