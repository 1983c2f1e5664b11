/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/judge.c: the question of a run, its header, and decisions about rows */
#include "base/alloc.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "consent/judge.h"
#include "consent/redact.h"
#include "consent/signals.h"
#include "consent/state.h"
#include "io/json_write.h"
#include "io/ndjson.h"
#include <stdlib.h>

enum { ID_BYTES = 16, ID_TEXT = 22 };

void
bench_done(struct bench *b)
{
	arena_done(&b->arena);
	buf_done(&b->scratch);
	ndjson_free(b->scanner);
}

/* ---- the question ---- */

static int
choose_channel(const struct policy_purpose *p, const struct policy_destination *d,
    const char *given, struct span *channel, struct error *e)
{
	if (given != NULL)
		*channel = span_from(given);
	else if (d != NULL)
		*channel = d->channel.p != NULL ? d->channel : SPAN("none");
	else if (p->channels.n == 1)
		*channel = p->channels.v[0];
	else
		return error_set(e, USAGE, "E_USAGE",
		    "--channel is needed: the purpose has %zu channels", p->channels.n);
	for (size_t i = 0; i < p->channels.n; i++)
		if (span_equal(p->channels.v[i], *channel)) {
			*channel = p->channels.v[i];	/* the policy's own word outlives ours */
			return 0;
		}
	return error_set(e, USAGE, "E_CHANNEL_UNKNOWN",
	    "the purpose is not registered for this channel");
}

static int
choose_controller(const struct policy *p, const struct policy_destination *d, const char *given,
    struct span *controller, struct error *e)
{
	const struct policy_controller *entry;

	if (given != NULL)
		*controller = span_from(given);
	else if (d != NULL && d->controller.p != NULL)
		*controller = d->controller;
	else if (p->controller_count == 1)
		*controller = p->controllers[0].id;
	else
		return error_set(e, USAGE, "E_USAGE",
		    "--controller is needed: the policy has %zu controllers", p->controller_count);
	entry = policy_controller(p, *controller);
	if (entry == NULL)
		return error_set(e, USAGE, "E_CONTROLLER_UNKNOWN",
		    "the controller is not registered in the policy");
	*controller = entry->id;
	return 0;
}

/* Which identifiers the channel reaches is the policy's to say. */
static int
check_channel(const struct policy *p, struct span channel, struct error *e)
{
	if (!span_is(channel, "none") && policy_channel(p, channel) == NULL)
		return error_set(e, USAGE, "E_CHANNEL_UNKNOWN",
		    "the policy does not say which identifiers the channel reaches");
	if (p->regime_count > REGIMES_MAX)
		return error_set(e, USAGE, "E_LIMIT", "a policy of more than %d regimes", REGIMES_MAX);
	return 0;
}

static int
ask(struct judge *j, const struct policy *p, const struct judge_question *q, struct error *e)
{
	const struct policy_purpose *purpose = policy_purpose(p, span_from(q->purpose));
	const struct policy_destination *d = NULL;
	struct span channel, controller = span_none();

	if (purpose == NULL)
		return error_set(e, USAGE, "E_PURPOSE_UNKNOWN",
		    "--purpose is not registered in the policy");
	if (q->destination != NULL) {
		d = policy_destination(p, span_from(q->destination));
		if (d == NULL)
			return error_set(e, USAGE, "E_DESTINATION_UNKNOWN",
			    "--to is not registered in the policy");
	}
	if (choose_channel(purpose, d, q->channel, &channel, e) < 0 ||
	    (!q->of_source && choose_controller(p, d, q->controller, &controller, e) < 0) ||
	    check_channel(p, channel, e) < 0)
		return -1;
	j->question.preferred_only = q->preferred_only;
	question_set(&j->question, p, span_from(q->purpose), channel, controller, d);
	return 0;
}

static void
part(struct buf *b, struct span s)
{
	buf_add(b, s);
	buf_byte(b, '\0');
}

/* Everything the decisions of this run depend on besides the rows. */
static void
run_digest(struct judge *j)
{
	const struct consent_state *s = j->state;
	const struct question *q = &j->question;
	struct buf b = { 0 };
	struct span all;

	part(&b, s->policy->digest);
	part(&b, s->origin);
	buf_print(&b, "%llu", (unsigned long long)s->size);
	buf_byte(&b, '\0');
	part(&b, span_from(s->root));
	buf_print(&b, "%lld %lld", (long long)q->as_of, (long long)q->known_at);
	buf_byte(&b, '\0');
	part(&b, q->purpose->id);
	part(&b, q->channel);
	part(&b, q->controller);
	part(&b, q->destination == NULL ? SPAN("") : q->destination->id);
	all = buf_span(&b);
	blake2b(j->digest, sizeof(j->digest), s->key.bytes, &all, 1);
	buf_done(&b);
}

static void
start_ids(struct judge *j)
{
	size_t align = _Alignof(struct blake2b);
	char *room = arena_alloc(&j->memory, sizeof(*j->ids) + align);

	j->ids = (struct blake2b *)(void *)(room + align - (uintptr_t)room % align);
	blake2b_start(j->ids, ID_BYTES, j->digest);
}

/* Which law follows the controller differs from one to the next. */
static void
ask_for_each(struct judge *j)
{
	const struct policy *p = j->question.policy;

	j->of_controllers = mem_zero(p->controller_count + 1, sizeof(j->of_controllers[0]));
	for (size_t i = 0; i < p->controller_count; i++) {
		j->of_controllers[i] = j->question;
		question_set(&j->of_controllers[i], p, j->question.purpose->id, j->question.channel,
		    p->controllers[i].id, j->question.destination);
	}
}

/* The notice at collection of each source, as a registry entry. */
static void
name_notices(struct judge *j)
{
	const struct policy *p = j->question.policy;
	struct buf text = { 0 };

	j->notices = arena_zero(&j->memory, p->source_count + 1, sizeof(j->notices[0]));
	for (size_t i = 0; i < p->source_count; i++) {
		buf_reset(&text);
		buf_print(&text, "notice:%.*s@%lld", SPAN_ARG(p->sources[i].notice_id),
		    (long long)p->sources[i].notice_version);
		j->notices[i] = arena_copy(&j->memory, buf_span(&text));
	}
	buf_done(&text);
}

static void
write_instant(char to[INSTANT_TEXT], instant t)
{
	struct buf text = { 0 };

	instant_write(&text, t);
	memcpy(to, text.p, text.len);
	to[text.len] = '\0';
	buf_done(&text);
}

int
judge_open(struct judge *j, const struct consent_state *s, const struct judge_question *q,
    struct error *e)
{
	struct duration days = { 0, (int64_t)s->policy->quarantine_days * DAY_MS };

	*j = (struct judge){ .state = s };
	j->question.as_of = s->as_of;
	j->question.known_at = s->known_at;
	j->question.next_policy = s->next_policy;
	if (ask(j, s->policy, q, e) < 0)
		return -1;
	j->question.least_validity = question_least_validity(&j->question);
	j->question.has_least_validity = true;
	j->referrers = referrers_new(s->events);
	j->places = places_new(s->policy);
	j->plan = redact_plan_new(&j->question);
	j->intake = (struct intake){ .question = &j->question, .key = &s->key, .events = s->events,
	    .referrers = j->referrers, .places = j->places };
	j->intake.seeks[0] = events_have_type(s->events, SPAN("email"));
	j->intake.seeks[1] = events_have_type(s->events, SPAN("phone_number"));
	j->intake.seeks_records = events_have_type(s->events, SPAN("record"));
	j->intake.composes = events_have_type(s->events, SPAN("phone_name")) ||
	    events_have_type(s->events, SPAN("name_birth_postcode"));
	if (q->of_source)
		ask_for_each(j);
	run_digest(j);
	start_ids(j);
	name_notices(j);
	write_instant(j->valid_until, j->question.least_validity);
	write_instant(j->expires_at, instant_add(s->as_of, days, 1));
	return 0;
}

void
judge_close(struct judge *j)
{
	referrers_free(j->referrers);
	places_free(j->places);
	redact_plan_free(j->plan);
	mem_free(j->of_controllers);
	arena_done(&j->memory);
	*j = (struct judge){ 0 };
}

void
judge_header(const struct judge *j, const char *command, struct json_writer *w)
{
	const struct consent_state *s = j->state;
	const struct question *q = &j->question;

	json_member_string(w, "command", span_from(command));
	state_header(s, w);
	json_member_string(w, "purpose", q->purpose->id);
	json_member_string(w, "channel", q->channel);
	json_member_string(w, "controller", q->controller);
	if (q->destination != NULL)
		json_member_string(w, "destination", q->destination->id);
}

/* ---- decisions ---- */

static int
by_lookup(const void *a, const void *b)
{
	return memcmp(((const struct token *)a)->lookup, ((const struct token *)b)->lookup,
	    sizeof(((const struct token *)a)->lookup));
}

/* The person asked about: the row, or of typed identifiers the tokens, in byte order. */
static struct span
subject_of(const struct judge *j, struct facts *f, struct span row, struct arena *arena)
{
	struct token *tokens;

	if (row.p != NULL)
		return row;
	tokens = arena_alloc(arena, (f->identifier_count + 1) * sizeof(tokens[0]));
	for (size_t i = 0; i < f->identifier_count; i++)
		tokens[i] = *intake_token(&j->intake, &f->identifiers[i], arena);
	if (f->identifier_count > 0)
		qsort(tokens, f->identifier_count, sizeof(tokens[0]), by_lookup);
	return span_make((const char *)tokens, f->identifier_count * sizeof(tokens[0]));
}

/* Nobody without the key can test a guess, and the same question gives the same id: the digest of the
 * run, its key, holds all that does not depend on the row. */
static struct span
decision_id(const struct judge *j, const struct ruling *r, struct facts *f, struct span row,
    struct arena *arena)
{
	unsigned char id[ID_BYTES];
	char *text = arena_alloc(arena, ID_TEXT);
	struct span parts[5] = { subject_of(j, f, row, arena), SPAN("\0"), SPAN(""),
	    span_make(r->code, strlen(r->code) + 1),
	    span_make((const char *)r->evidence, r->evidence_count * sizeof(r->evidence[0])) };

	if (f->contact != CONTACT_NONE) {
		const struct token *t = intake_token(&j->intake, &f->identifiers[f->contact], arena);

		parts[2] = span_make((const char *)t->lookup, sizeof(t->lookup));
	}
	blake2b_from(j->ids, id, sizeof(id), parts, 5);
	base64url_put(text, span_make((const char *)id, sizeof(id)));
	return span_make(text, ID_TEXT);
}

static void
add_once(struct span *v, size_t *n, struct span text)
{
	for (size_t i = 0; i < *n; i++)
		if (span_equal(v[i], text))
			return;
	v[(*n)++] = text;
}

/* What the row was judged by: the regimes in play, the bases looked at there, and on a permit the
 * registry entries of those. */
static void
name_grounds(const struct judge *j, const struct ruling *r, struct decision *d, struct arena *arena)
{
	const struct policy *p = j->question.policy;
	struct span *regimes = arena_alloc(arena, 3 * (p->regime_count + 1) * sizeof(regimes[0]));
	struct span *bases = regimes + p->regime_count + 1, *refs = bases + p->regime_count + 1;

	d->regimes = (struct texts){ regimes, 0 };
	d->basis = (struct texts){ bases, 0 };
	d->registry = (struct texts){ refs, 0 };
	for (size_t i = 0; i < p->regime_count; i++) {
		const struct policy_basis *b = j->question.regimes[i].basis;

		if (regime_in(r->regimes, i))
			regimes[d->regimes.n++] = p->regimes[i].id;
		if (!regime_in(r->relied, i) || b == NULL)
			continue;
		add_once(bases, &d->basis.n, policy_basis_name(b));
		if (r->permitted && b->registered_ref.p != NULL)
			add_once(refs, &d->registry.n, b->registered_ref);
	}
	if (r->permitted && r->notice != NULL)
		refs[d->registry.n++] = j->notices[r->notice - p->sources];
}

void
judge_decision(const struct judge *j, const struct ruling *r, struct facts *f, struct span row,
    struct arena *arena, struct decision *d)
{
	static struct span backdated = SPAN_INIT("N_BACKDATED");
	const struct question *q = &j->question;
	uint64_t *evidence = arena_alloc(arena, sizeof(r->evidence));

	memcpy(evidence, r->evidence, r->evidence_count * sizeof(r->evidence[0]));
	*d = (struct decision){
		.id = decision_id(j, r, f, row, arena),
		.verdict = r->permitted ? VERDICT_PERMIT : r->skipped ? VERDICT_SKIP : VERDICT_DENY,
		.code = span_from(r->code),
		.purpose = q->purpose->id,
		.channel = q->channel,
		.controller = q->controller,
		.destination = q->destination == NULL ? span_none() : q->destination->id,
		.evidence = evidence,
		.evidence_count = r->evidence_count,
		.notes = { &backdated, q->policy->backdated },
		.valid_until = r->valid_until,
	};
	if (r->valid_until == q->least_validity)
		d->valid_until_text = span_from(j->valid_until);
	name_grounds(j, r, d, arena);
}

void
judge_reasons(const struct judge *j, const struct question *q, struct facts *f,
    struct arena *arena, struct decision *d)
{
	struct reasons *all;
	struct span *codes;

	if (!j->all_reasons || d->verdict <= VERDICT_PERMIT_REDACTED)
		return;
	all = arena_zero(arena, 1, sizeof(*all));
	(void)decide(q, f, all);
	codes = arena_alloc(arena, (all->count + 1) * sizeof(codes[0]));
	d->reasons.v = codes;
	for (size_t i = 0; i < all->count; i++)
		add_once(codes, &d->reasons.n, span_from(all->failed[i].code));
	add_once(codes, &d->reasons.n, d->code);	/* of step 13, or of the record itself */
}

struct span
judge_token_text(const struct judge *j, struct span type, const struct token *t, struct arena *arena)
{
	struct buf text = { 0 };
	struct span copy;

	token_write(&text, &j->state->key, type, t);
	copy = arena_copy(arena, buf_span(&text));
	buf_done(&text);
	return copy;
}

void
judge_line(const struct judge *j, const struct decision *d, struct span row,
    struct fact_identifier *contact, struct arena *arena, struct buf *out)
{
	struct json_writer w = json_writer(out);
	struct decision bare = *d;
	struct token subject;
	struct span object;
	struct buf text = { 0 };

	bare.address_field = bare.address_value = span_none();
	json_open_object(&w);
	json_member_string(&w, "kind", SPAN("decision"));
	if (row.p != NULL) {
		subject = token_of(&j->state->key, SPAN("profile"), row);
		json_member_string(&w, "subject", judge_token_text(j, SPAN("profile"), &subject, arena));
	}
	if (contact != NULL)
		json_member_string(&w, "contact", judge_token_text(j, contact->type,
		    intake_token(&j->intake, contact, arena), arena));
	if (j->show_values && row.p != NULL)
		json_member_string(&w, "profile", row);
	w = json_writer(&text);
	decision_write(&bare, &w);
	object = buf_span(&text);
	if (out->p[out->len - 1] != '{')
		buf_byte(out, ',');
	buf_add(out, span_skip(object, 1));
	buf_byte(out, '\n');
	buf_done(&text);
}
