/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/erase_test.c: an erasure over segments that are full and sealed: of each segment the evidence
 * of the person goes and that of the others stays, byte by byte, whatever was read in between. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "consent/erase.h"
#include "consent/ledger.h"
#include "consent/ledger_write.h"
#include "consent/person.h"
#include "consent/policy_read.h"
#include "consent/proof_vault.h"
#include "consent/verify.h"
#include "io/fd.h"
#include "model/consent.h"
#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

static const struct ledger_place in_state = { .state = "state" };

enum { SEGMENT = 4, PEOPLE = 3, ACTS = 10 };

static const instant start = INT64_C(1767225600000);	/* 2026-01-01 */
static char policy_path[4096];

/* A day later each time. */
static instant
days_on(unsigned n)
{
	return start + (instant)n * 86400000;
}

static struct ledger_writer *
open_writer(instant now, bool events, struct error *e)
{
	struct writer_question q = { .place = &in_state, .now = now, .events = events };

	return writer_open(&q, e);
}

static bool
make(void)
{
	struct ledger_new n = { .place = &in_state, .name = "test.example/consent", .new_keys = true,
	    .vault = true, .segment = SEGMENT };
	struct policy_document d = { 0 };
	struct ledger_writer *w = NULL;
	struct error e = { 0 };
	bool good = policy_document_load(&d, policy_path, &e) == 0 &&
	    ledger_make(&n, &e) == 0 && (w = open_writer(start, false, &e)) != NULL &&
	    writer_add_policy(w, &d, &e) == 0 && writer_commit(w, UINT64_MAX, &e) == 0;

	if (!good)
		printf("# %s\n", e.text);
	writer_close(w);
	policy_document_done(&d);
	return good;
}

static struct span
mailbox(unsigned person)
{
	static const struct span names[PEOPLE] = { SPAN_INIT("ana@example.com"), SPAN_INIT("rui@example.com"),
	    SPAN_INIT("zoe@example.com") };

	return names[person];
}

/* Everybody by turns withdraws, with evidence. */
static bool
say(unsigned from, unsigned count)
{
	struct error e = { 0 };
	struct ledger_writer *w = open_writer(days_on(1), false, &e);
	bool good = w != NULL;

	for (unsigned i = from; i < from + count && good; i++) {
		struct consent_event c = { .type = SPAN_INIT("withdraw"), .identifier_type = SPAN_INIT("email"),
		    .identifier_value = mailbox(i % PEOPLE), .at = SPAN_INIT("2026-01-01T00:00:00Z") };
		struct buf id = { 0 }, evidence = { 0 };
		struct receipt receipt;

		buf_print(&id, "w%u", i);
		buf_print(&evidence, "{\"said\":\"%u-%.*s\"}", i, SPAN_ARG(mailbox(i % PEOPLE)));
		c.id = buf_span(&id);
		c.evidence = buf_span(&evidence);
		good = writer_add(w, &c, &receipt, &e) == 1;
		buf_done(&id);
		buf_done(&evidence);
	}
	good = good && writer_commit(w, UINT64_MAX, &e) == 0;
	if (!good)
		printf("# %s\n", e.text);
	writer_close(w);
	return good;
}

static bool
erase(unsigned who, unsigned when, instant keep_until, struct erase_report *r)
{
	struct person_identifier id = { SPAN("email"), mailbox(who), false, false };
	struct person p = { &id, 1 };
	struct erase_act a = { .by = SPAN("dpo"), .suppress = true, .keep_until = keep_until };
	struct error e = { 0 };
	struct ledger_writer *w = open_writer(days_on(when), true, &e);
	bool good = w != NULL && erase_person(w, &p, &a, r, &e) == 0;

	if (!good)
		printf("# %s\n", e.text);
	writer_close(w);
	erase_report_done(r);
	return good;
}

/* How often each person stands in the files of evidence. */
static void
evidence_of(unsigned counts[PEOPLE])
{
	memset(counts, 0, PEOPLE * sizeof *counts);
	for (unsigned n = 0; n < ACTS; n++) {
		struct buf path = { 0 };
		struct error ignored = { 0 };
		struct span rest, line;
		char *text = NULL;
		size_t len = 0;

		buf_print(&path, "state/ledger/side/%06u.ndjson%c", n, 0);
		if (access(path.p, F_OK) == 0 &&
		    fd_read_file(path.p, 1 << 20, STATUS_INPUT, &text, &len, &ignored) == 0)
			for (rest = span_make(text, len); span_split(&rest, '\n', &line);)
				for (unsigned i = 0; i < PEOPLE; i++)
					counts[i] += memmem(line.p, line.len, mailbox(i).p, mailbox(i).len) != NULL;
		free(text);
		buf_done(&path);
	}
}

static bool
evidence_is(unsigned a, unsigned b, unsigned c)
{
	unsigned counts[PEOPLE];

	evidence_of(counts);
	if (counts[0] == a && counts[1] == b && counts[2] == c)
		return true;
	printf("# %u %u %u\n", counts[0], counts[1], counts[2]);
	return false;
}

static bool
sound(const char *what)
{
	struct verify_options o = { .place = &in_state, .evidence = true };
	struct buf report = { 0 };
	struct error e = { 0 };
	bool good = verify_ledger(&o, &report, &e) == 1 &&
	    memmem(report.p, report.len, what, strlen(what)) != NULL;

	if (!good)
		printf("# %s %.*s\n", e.text, (int)report.len, report.p);
	buf_done(&report);
	return good;
}

static void
one_of_many(void)
{
	struct erase_report r;

	ok(say(0, ACTS) && evidence_is(4, 3, 3), "a ledger of three full segments and a bit");
	ok(erase(0, 2, INSTANT_NONE, &r) && r.erased == 1 && r.lines == 4 && r.evidence == 4,
	    "of the first person four lines and their evidence in three files are counted");
	ok(evidence_is(0, 3, 3), "hers is gone in each, that of the others is there");
	ok(sound("\"erased\":1,") && sound("\"opened\":6,\"deleted\":4"), "and opens what it opened");
}

static void
back_again(void)
{
	struct erase_report r;

	ok(say(ACTS, 5) && evidence_is(1, 5, 5), "she comes back among others");
	ok(erase(0, 3, days_on(10), &r) && r.kept == 1 && r.evidence == 0 && evidence_is(1, 5, 5),
	    "kept for proof, her evidence stays");
	ok(erase(1, 9, INSTANT_NONE, &r) && r.lines == 5 && evidence_is(1, 0, 5),
	    "also when somebody else is erased");
	ok(say(0, 0) && evidence_is(1, 0, 5), "a run that adds nothing leaves it before the time is over");
	ok(erase(1, 10, INSTANT_NONE, &r) && r.erased == 0 && evidence_is(0, 0, 5),
	    "when it is over, whoever holds the lock lets go of it");
	ok(sound("\"erased\":3,"), "the ledger is sound all the while");
}

int
main(void)
{
	char dir[] = "/tmp/erase_test.XXXXXX", here[2048];

	if (getcwd(here, sizeof here) == NULL || mkdtemp(dir) == NULL || chdir(dir) < 0)
		return 1;
	snprintf(policy_path, sizeof policy_path, "%s/testdata/consent/gates/policy.json", here);
	ok(make(), "a ledger whose segments have four lines");
	one_of_many();
	back_again();
	ok(system("rm -rf state") == 0 && chdir("/") == 0 && rmdir(dir) == 0,
	    "nothing else is left in the directory");
	return tap_done();
}
