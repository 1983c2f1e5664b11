/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/consent_vectors_test.c: the vectors of testdata/consent/vectors.json against decide() */
#include "consent_case.h"
#include "base/arena.h"
#include "consent/event_data.h"
#include "consent/policy.h"
#include "tap.h"
#include <jansson.h>
#include <stdlib.h>

static struct arena arena;

enum { DESIGN_VECTORS = 52 };	/* those above a hundred are ours */

static const char *
text(const json_t *o, const char *key, const char *otherwise)
{
	const json_t *v = json_object_get(o, key);

	return v == NULL ? otherwise : json_string_value(v);
}

static struct span
scope(const json_t *o, const char *key, struct span otherwise)
{
	return json_object_get(o, key) == NULL ? otherwise : span_from(text(o, key, NULL));
}

static void
read_time(const json_t *o, struct event *e)
{
	e->lo = moment(text(o, "lo", text(o, "time", "2026-03-01T10:00:00Z")));
	e->hi = moment(text(o, "hi", text(o, "time", "2026-03-01T10:00:00Z")));
	e->recv = json_object_get(o, "recv") != NULL ? moment(text(o, "recv", "")) : e->hi + 60000;
}

static void
read_data(const json_t *data, struct event *e)
{
	char *line = json_dumps(data, JSON_COMPACT | JSON_SORT_KEYS);

	if (line != NULL && !event_data_read(e, span_from(line), &arena))
		printf("# data that a ledger has not: %s\n", line);
	free(line);
}

static void
read_event(const json_t *o, struct event *e)
{
	int type = event_find(span_from(text(o, "type", "")));

	*e = case_event(type < 0 ? EVENT_TICK : (enum event_type)type, 0, 0);
	read_time(o, e);
	e->purpose = scope(o, "purpose", e->purpose);
	e->channel = scope(o, "channel", e->channel);
	e->controller = scope(o, "controller", e->controller);
	e->method = scope(o, "method", e->method);
	e->ctype = scope(o, "ctype", e->ctype);
	e->dest = scope(o, "dest", e->dest);
	e->basis = scope(o, "basis", e->basis);
	e->cause = scope(o, "cause", e->cause);
	e->by = scope(o, "by", e->by);
	e->src = scope(o, "src", e->src);
	e->actor = scope(o, "actor", e->actor);
	e->notice_id = scope(o, "notice", e->notice_id);
	e->reach_person = json_object_get(o, "reach") != NULL;
	e->has_commit = !json_is_false(json_object_get(o, "commit"));
	if (json_object_get(o, "version") != NULL)
		e->notice_version = json_integer_value(json_object_get(o, "version"));
	e->has_sseq = json_object_get(o, "sseq") != NULL;
	e->sseq = (uint64_t)json_integer_value(json_object_get(o, "sseq"));
	if (json_object_get(o, "ref") != NULL)
		e->ref = (uint64_t)json_integer_value(json_object_get(o, "ref")) + 1;
	read_data(json_object_get(o, "data"), e);
	if (json_object_get(o, "covers") != NULL) {
		e->covers_account = true;
		e->account = letter_token('@');
	}
}

static void
read_person(const json_t *vector, char person[CASE_PERSON + 1])
{
	const json_t *list = json_object_get(vector, "person");
	size_t n = json_array_size(list);

	for (size_t i = 0; i < n && i < CASE_PERSON; i++)
		person[i] = json_string_value(json_array_get(list, i))[0];
	person[n] = '\0';
}

/* Where the person is, and how old. */
static void
read_place(const json_t *ask, struct consent_case *c)
{
	const char *born = text(ask, "born", NULL);

	c->countries[0] = span_from(text(ask, "country", "PT"));
	c->country_count = 1;
	c->regimes = regimes_of_place(&c->policy.p, c->countries[0]);
	if (json_object_get(ask, "also") != NULL) {
		c->countries[c->country_count++] = span_from(text(ask, "also", ""));
		c->regimes |= regimes_of_place(&c->policy.p, c->countries[1]);
	}
	c->born = born == NULL ? 0 : moment(born);
}

static void
read_case(const json_t *vector, struct consent_case *c)
{
	const json_t *ask = json_object_get(vector, "ask"), *events = json_object_get(vector, "events");
	char person[CASE_PERSON + 1];

	read_person(vector, person);
	small_policy_set(&c->policy);
	c->event_count = json_array_size(events);
	for (size_t i = 0; i < c->event_count; i++) {
		const json_t *o = json_array_get(events, i);

		read_event(o, &c->events[i]);
		c->at[i] = text(o, "on", "a")[0];
	}
	read_place(ask, c);
	case_lay(c, person, text(ask, "shared", " ")[0], json_object_get(vector, "account") != NULL);
	c->facts.contact = case_contact(person, text(ask, "contact", "a"));
	c->question.as_of = moment(text(ask, "T", "2026-06-01T00:00:00Z"));
	c->question.known_at = moment(text(ask, "K", "2026-06-01T00:00:00Z"));
	c->question.next_policy = INSTANT_NONE;
	question_set(&c->question, &c->policy.p,
	    span_from(text(ask, "purpose", "marketing.newsletter")),
	    span_from(text(ask, "channel", "email")), span_from(text(ask, "controller", "A")), NULL);
}

/* What was asked on each basis, and answered with a yes or a no (C1). */
static unsigned answers[BASIS_REGIME + 1][2];

static void
note_basis(const struct consent_case *c, bool permitted)
{
	bool eu = c->regimes == 0 || regime_in(c->regimes, CASE_EU);
	const struct policy_basis *b = c->question.purpose == NULL ? NULL :
	    policy_basis(c->question.purpose, eu ? SPAN("EU") : SPAN("US-CA"));

	if (b != NULL)
		answers[b->type][permitted]++;
}

static void
test_bases(void)
{
	static const enum basis_type six[] = { BASIS_CONSENT, BASIS_CONTRACT, BASIS_LEGAL_OBLIGATION,
	    BASIS_VITAL_INTERESTS, BASIS_PUBLIC_TASK, BASIS_LEGITIMATE_INTERESTS };

	for (size_t i = 0; i < sizeof(six) / sizeof(six[0]); i++) {
		struct span name = basis_name(six[i]);

		ok(answers[six[i]][true] > 0 && answers[six[i]][false] > 0,
		    "%.*s: %u vectors permit, %u deny (C1)", SPAN_ARG(name), answers[six[i]][true],
		    answers[six[i]][false]);
	}
	ok(answers[BASIS_REGIME][true] > 0, "a basis of a regime's own permits (C1)");
}

/* Whether it is one of the design's, and gives its answer. */
static bool
test_vector(const json_t *vector)
{
	struct consent_case c = { 0 };
	const char *situation = text(vector, "situation", "?"), *want = text(vector, "want", "?");
	long long n = json_integer_value(json_object_get(vector, "n"));
	struct ruling r;

	read_case(vector, &c);
	r = decide(&c.question, &c.facts, NULL);
	ok(strcmp(r.code, want) == 0, "%lld: %s is %s%s%s", n, situation, want,
	    strcmp(r.code, want) == 0 ? "" : ", not ", strcmp(r.code, want) == 0 ? "" : r.code);
	ok(r.permitted == (want[0] == 'P'), "%lld: only P_ permits", n);
	ok(!r.permitted || r.evidence_count > 0 || r.notice != NULL || r.registered_ref.p != NULL,
	    "%lld: a permit cites an event or a registry entry (X9)", n);
	note_basis(&c, r.permitted);
	case_done(&c);
	return strcmp(r.code, want) == 0 && n <= DESIGN_VECTORS;
}

static void
test_evidence(void)
{
	struct ruling r = { 0 };

	for (uint64_t seq = 40; seq > 0; seq--)
		ruling_evidence(&r, seq);
	ruling_evidence(&r, 3);
	ok(r.evidence_count == RULING_EVIDENCE, "at most sixteen events are cited");
	ok(r.evidence[0] == 1 && r.evidence[15] == 16, "the oldest are cited, in order, once each");
}

static void
test_validity(void)
{
	struct consent_case c = { 0 };
	struct ruling r;

	small_policy_set(&c.policy);
	c.events[0] = case_event(EVENT_GRANT, moment("2026-03-01T10:00:00Z"),
	    moment("2026-03-01T10:00:00Z"));
	c.events[0].until = moment("2026-06-03T00:00:00Z");
	c.at[0] = 'a';
	c.event_count = 1;
	case_lay(&c, "a", ' ', false);
	c.facts.contact = 0;
	c.question.as_of = c.question.known_at = moment("2026-06-01T00:00:00Z");
	c.question.next_policy = INSTANT_NONE;
	question_set(&c.question, &c.policy.p, SPAN("marketing.newsletter"), SPAN("email"), SPAN("A"),
	    NULL);
	r = decide(&c.question, &c.facts, NULL);
	ok(r.valid_until == c.events[0].until, "a permit ends when the consent says it does");
	c.events[0].until = INSTANT_NONE;
	r = decide(&c.question, &c.facts, NULL);
	ok(r.valid_until == moment("2026-06-08T00:00:00Z"), "a permit ends after permit_ttl");
	c.question.next_policy = moment("2026-06-02T00:00:00Z");
	r = decide(&c.question, &c.facts, NULL);
	ok(r.valid_until == c.question.next_policy, "a permit ends when the next policy begins");
	case_done(&c);
}

/* The file is found beside the sources, from the checkout or a build directory. */
int
main(int argc, char **argv)
{
	json_error_t why;
	json_t *root = json_load_file(argc > 1 ? argv[1] : "testdata/consent/vectors.json",
	    JSON_REJECT_DUPLICATES, &why);
	const json_t *list = json_object_get(root, "vectors");
	unsigned good = 0;

	ok(json_array_size(list) >= 52, "the table of vectors can be read");
	for (size_t i = 0; i < json_array_size(list); i++)
		good += test_vector(json_array_get(list, i));
	ok(good == DESIGN_VECTORS, "%u of %d vectors of the design", good, DESIGN_VECTORS);
	test_bases();
	test_evidence();
	test_validity();
	json_decref(root);
	arena_done(&arena);
	return tap_done();
}
