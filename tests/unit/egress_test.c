/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/egress_test.c: intent, detail and outcome, and how an interrupted run is settled. */
#include "export/egress.h"
#include "export/egress_log.h"
#include "export/file_digest.h"
#include "export_case.h"
#include "tap.h"

#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena arena;
static struct policy_text policy;
static struct contract contract;

static bool
spill(const char *path, const char *text)
{
	FILE *f = fopen(path, "wb");

	return f != NULL && fputs(text, f) >= 0 && fclose(f) == 0;
}

/* An intent for a file with these bytes, and nothing after it. */
static bool
begin(const char *run, const char *file, const char *bytes)
{
	struct error e = { 0 };
	struct egress *g = egress_open("state", 0, &e);
	struct egress_facts f = { .contract = &contract, .purpose = SPAN("news"), .policy = SPAN("p"),
	    .run = span_from(run), .file = span_from(file), .rows = 2 };
	char digest[FILE_DIGEST_HEX + 1];
	bool good;

	if (g == NULL || !spill("bytes", bytes) || file_digest("bytes", digest, NULL, &e) < 0)
		return false;
	f.sha256 = span_from(digest);
	egress_row(g, SPAN("profile-2"), (struct egress_contact){ SPAN("email"), SPAN("b@x.example") },
	    SPAN("AAAAAAAAAAAAAAAAAAAAAA"), SPAN("b"), SPAN("c"));
	egress_row(g, SPAN("profile-1"), (struct egress_contact){ span_none(), span_none() },
	    SPAN("AAAAAAAAAAAAAAAAAAAAAA"), SPAN("a"), SPAN("4"));
	good = egress_intent(g, &f, &e) == 0;
	egress_close(g);
	return good;
}

struct tally {
	size_t	intent, published, voided;
};

static int
tally_line(void *arg, const struct egress_line *l, struct error *e)
{
	struct tally *t = arg;

	(void)e;
	t->intent += span_is(l->event, "intent");
	t->published += span_is(l->event, "published");
	t->voided += span_is(l->event, "void");
	return 0;
}

/* What stands in the log after the next run has begun. */
static bool
settled(size_t intent, size_t published, size_t voided)
{
	struct error e = { 0 };
	struct egress *g = egress_open("state", 0, &e);
	struct tally t = { 0, 0, 0 };

	egress_close(g);
	return g != NULL && egress_log_each("state", tally_line, &t, &e) == 0 &&
	    t.intent == intent && t.published == published && t.voided == voided;
}

static void
detail(void)
{
	char first[256] = "", second[256] = "";
	FILE *f = fopen("state/egress/000000.rows", "r");
	bool two = f != NULL && fgets(first, sizeof first, f) != NULL &&
	    fgets(second, sizeof second, f) != NULL && fgetc(f) == EOF;

	ok(two && strlen(first) == strlen(second), "rows have one width, with an address or without");
	ok(strcmp(first, second) < 0, "rows are sorted by their profile token");
	ok((strstr(first, "\"a\":\"----------------------\"") != NULL) !=
	    (strstr(second, "\"a\":\"----------------------\"") != NULL), "no address is 22 hyphens");
	ok(strstr(first, "x.example") == NULL && strstr(second, "x.example") == NULL &&
	    strstr(first, "profile-") == NULL && strstr(second, "profile-") == NULL, "no value stands in the detail");
	if (f != NULL)
		fclose(f);
}

static void
settling(void)
{
	struct egress_run run;
	struct error e = { 0 };
	struct egress *g;

	ok(begin("r0", "/nowhere/out", "x"), "an intent is written");
	detail();
	ok(egress_find("state", SPAN("r0"), &run, &e) == 0, "an intent alone is no published run");
	ok(settled(1, 0, 1), "a file that is not there is void");
	ok(settled(1, 0, 1), "and settled once");
	ok(begin("r1", "out", "x") && spill("out", "x") && settled(2, 1, 1),
	    "a file with the digest meant is published");
	ok(egress_find("state", SPAN("r1"), &run, &e) == 1 && span_is(span_from(run.file), "out"),
	    "and found");
	ok(begin("r2", "out", "y") && settled(3, 1, 2), "one with another digest is void");
	ok(begin("r3", NULL, "x") && settled(4, 2, 2), "a stream counts: what was read cannot be known");
	g = egress_open("state", 0, &e);
	ok(g != NULL && strcmp(egress_previous(g, SPAN("list")), "r3") == 0 &&
	    strcmp(egress_previous(g, SPAN("other")), "") == 0, "the last published run to a destination");
	ok(egress_open("state", 0, &e) == NULL && e.status == STATUS_LOCKED, "one run at a time");
	egress_close(g);
}

static void
digests(void)
{
	char digest[FILE_DIGEST_HEX + 1];
	struct error e = { 0 };
	uint64_t bytes;

	ok(spill("abc", "abc") && file_digest("abc", digest, &bytes, &e) == 0 && bytes == 3 &&
	    strcmp(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") == 0,
	    "the digest of \"abc\" is that of FIPS 180-4");
	ok(truncate("abc", 0) == 0 && file_digest("abc", digest, &bytes, &e) == 0 && bytes == 0 &&
	    strcmp(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855") == 0,
	    "and that of nothing");
	ok(truncate("abc", 1000003) == 0 && file_digest("abc", digest, &bytes, &e) == 0 &&
	    bytes == 1000003, "more than a block is read to its end");
	ok(file_digest("state", digest, &bytes, &e) < 0 && e.status == STATUS_INPUT,
	    "a directory has none");
	error_clear(&e);
	ok(file_digest("none", digest, &bytes, &e) < 0 && e.status == STATUS_INPUT,
	    "nor what is not there");
	error_clear(&e);
	ok(mkfifo("pipe", 0600) == 0 && file_digest("pipe", digest, &bytes, &e) < 0 &&
	    e.status == STATUS_INPUT, "nor a pipe, which is not waited for");
}

static int
drop(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

int
main(void)
{
	char dir[] = "/tmp/egress_test.XXXXXX";
	struct error e = { 0 };

	umask(077);
	if (mkdtemp(dir) == NULL || chdir(dir) < 0)
		return 1;
	case_policy(&policy, "[\"email\",\"name\"]", "csv", "email", "");
	ok(contract_find(&policy, SPAN("list"), &contract, &arena, &e) == 0, "the contract is found");
	ok(egress_open("state", 0, &e) == NULL && e.status == STATUS_UNSAFE && access("state", F_OK) < 0,
	    "no state directory is made by accident");
	ok(mkdir("state", 0700) == 0 && mkdir("state/ledger", 0700) == 0, "there is one now");
	settling();
	digests();
	policy_text_done(&policy);
	arena_done(&arena);
	if (chdir("/") < 0 || nftw(dir, drop, 8, FTW_DEPTH | FTW_PHYS) != 0)
		ok(false, "the directory of the test is removed");
	return tap_done();
}
