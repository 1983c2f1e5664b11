/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/dpv_test.c: consent records in the words of the Data Privacy Vocabulary. The golden file
 * is testdata/consent/dpv/records.json; with a path as argument it is written there. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "consent/dpv.h"
#include "consent/policy.h"
#include "consent/policy_read.h"
#include "io/fd.h"
#include "io/json_config.h"
#include "io/ndjson.h"
#include "tap.h"

#include <stdlib.h>

enum { ACTS = 16 };

static struct arena arena;
static struct policy_document document;
static struct policy *policy;
static struct dpv_act acts[ACTS];
static size_t act_count;

static bool
load_policy(const char *path)
{
	struct faults faults = { 0 };
	struct error e = { 0 };
	bool good;

	if (policy_document_load(&document, path, &e) < 0)
		return false;
	policy = policy_build(&document, &faults);
	for (size_t i = 0; i < faults.count; i++)
		printf("# %s %s %s\n", faults.list[i].code, faults.list[i].path, faults.list[i].text);
	good = policy != NULL && faults.count == 0;
	faults_done(&faults);
	return good;
}

static bool
load_lines(const char *path)
{
	struct ndjson *tape = ndjson_new(NULL);
	struct buf scratch = { 0 };
	struct error e = { 0 };
	struct span rest, line;
	char *bytes = NULL;
	size_t len = 0, at;
	bool good = fd_read_file(path, 1 << 20, STATUS_INPUT, &bytes, &len, &e) == 0;

	rest = arena_copy(&arena, span_make(bytes, len));
	while (good && span_split(&rest, '\n', &line) && line.len > 0) {
		struct dpv_act *a = &acts[act_count++];

		good = act_count < ACTS && ndjson_scan(tape, line, &at, &e) == 0 &&
		    line_read(tape, &a->line, &arena, &scratch, &e) == 0 &&
		    line_event(&a->line, &a->event, &e) == 0;
	}
	if (!good)
		printf("# %s\n", e.text);
	free(bytes);
	buf_done(&scratch);
	ndjson_free(tape);
	return good;
}

static struct dpv
question(const char *as_of)
{
	struct dpv d = { .policy = policy, .log = SPAN("north.example/consent"), .acts = acts,
	    .count = act_count };

	instant_parse(span_from(as_of), &d.as_of);
	return d;
}

/* The names of the states in the record whose id ends so, in order, a blank after each. */
static void
states(const struct dpv *d, const char *record, struct buf *names)
{
	struct buf out = { 0 };
	struct error e = { 0 };
	json_t *root, *r, *status;
	size_t i, k;

	buf_reset(names);
	dpv_write(d, &out);
	root = config_parse(buf_span(&out), "records", STATUS_INPUT, &e);
	json_array_foreach(json_object_get(root, "@graph"), i, r) {
		if (!span_ends(span_from(json_string_value(json_object_get(r, "@id"))), span_from(record)))
			continue;
		json_array_foreach(json_object_get(r, "dpv:hasConsentStatus"), k, status) {
			const json_t *type = json_object_get(status, "@type");

			buf_text(names, json_string_value(json_is_array(type) ? json_array_get(type, 0) : type) + 4);
			buf_byte(names, ' ');
		}
	}
	json_decref(root);
	buf_done(&out);
}

static void
are(const struct dpv *d, const char *record, const char *want, const char *name)
{
	struct buf names = { 0 };

	states(d, record, &names);
	is_text(buf_span(&names).p, names.len, want, name);
	buf_done(&names);
}

static void
over_time(void)
{
	struct dpv d = question("2026-06-01");

	are(&d, "AA:marketing.newsletter:north", "ConsentGiven ConsentExpired RenewedConsentGiven ConsentWithdrawn ",
	    "what was given ends, is renewed and withdrawn");
	are(&d, "AA:marketing.newsletter:south", "", "nobody gave or withdrew by that name");
	are(&d, "AA:marketing.club:north", "", "a withdrawal of everything makes no record of its own");
	are(&d, "BA:marketing.newsletter:north", "ConsentUnknown ", "accepted terms are no consent");
	are(&d, "BA:marketing.club:north", "ConsentRequested ConsentGiven ",
	    "a double opt-in asks, and is given by its confirmation");
	are(&d, "BA:marketing.newsletter:south", "ConsentGiven ConsentRevoked ",
	    "what was revoked is that grant alone");
	d.purpose = SPAN("marketing.club");
	are(&d, "AA:marketing.club:north", "ConsentWithdrawn ", "asked for by name, a broad no is told");
	are(&d, "CA:marketing.club:north", "", "and who said nothing of two controllers has no record");
	d = question("2023-06-01");
	are(&d, "AA:marketing.newsletter:north", "ConsentGiven ", "then, nothing of that had happened");
	d = question("2026-09-02");
	are(&d, "AA:marketing.newsletter:north",
	    "ConsentGiven ConsentExpired RenewedConsentGiven ConsentWithdrawn ConsentWithdrawn ",
	    "and later one thing more");
}

static void
late(void)
{
	struct dpv d = question("2026-06-01");

	acts[4].event.hi = acts[4].event.lo = acts[3].event.lo + (int64_t)49 * 3600 * 1000;
	are(&d, "BA:marketing.club:north", "ConsentRequested ConsentUnknown ", "a late confirmation is none");
	acts[4].event.hi = acts[4].event.lo = acts[3].event.lo + 7200000;
}

static void
alone(void)
{
	struct dpv d = question("2026-06-01");
	struct buf out = { 0 };

	d.purpose = SPAN("marketing.newsletter");
	policy->controller_count = 1;
	are(&d, "CA:marketing.newsletter:north", "ConsentUnknown ", "nothing said is nothing known");
	policy->controller_count = 2;
	d.purpose = SPAN("order_fulfilment");
	ok(dpv_write(&d, &out) == 0, "a purpose on another basis has no record of consent");
	buf_done(&out);
}

static void
golden(const char *to)
{
	struct dpv d = question("2026-06-01");
	struct buf out = { 0 };
	struct error e = { 0 };
	json_t *got, *graph, *want;
	size_t records = dpv_write(&d, &out);

	got = config_parse(buf_span(&out), "records", STATUS_INPUT, &e);
	graph = json_object_get(got, "@graph");
	while (json_array_size(graph) > 1)	/* the first shows it all, and can be read */
		json_array_remove(graph, 1);
	if (to != NULL)
		json_dump_file(got, to, JSON_INDENT(1));
	want = config_load("testdata/consent/dpv/records.json", 1 << 20, STATUS_INPUT, &e);
	ok(records == 4 && got != NULL && json_equal(got, want), "the first of four records is that of the golden file");
	ok(memmem(out.p, out.len, "\"e1\"", 4) == NULL, "ids of events are not told");
	json_decref(got);
	json_decref(want);
	buf_done(&out);
}

int
main(int argc, char **argv)
{
	ok(load_policy("testdata/consent/dpv/policy.json"), "the policy is read");
	ok(load_lines("testdata/consent/dpv/lines.ndjson"), "the lines are read");
	if (policy == NULL || act_count == 0)
		return tap_done();
	over_time();
	late();
	alone();
	golden(argc > 1 ? argv[1] : NULL);
	policy_free(policy);
	policy_document_done(&document);
	arena_done(&arena);
	return tap_done();
}
