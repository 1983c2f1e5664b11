/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/journal_test.c: whatever is done to a journal is found, at the right line. */
#include "base/buf.h"
#include "base/error.h"
#include "io/journal.h"
#include "io/torn.h"
#include "tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINES = 20 };

static const char path[] = "j", head_path[] = "j.head";
static struct span origin = SPAN_INIT("journal of a test\n");
static struct buf good, good_head;

static void
slurp(const char *name, struct buf *b)
{
	FILE *f = fopen(name, "rb");
	int c;

	buf_reset(b);
	if (f == NULL)
		return;
	for (c = getc(f); c != EOF; c = getc(f))
		buf_byte(b, (char)c);
	fclose(f);
}

static void
spill(const char *name, struct span s)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, s.p, s.len) != (ssize_t)s.len)
		abort();
	close(fd);
}

static int
add(struct journal *j, const char *note, struct error *e)
{
	struct buf b = { 0 };
	int r;

	buf_print(&b, "{\"v\":1,\"seq\":%llu,\"prev\":\"%s\",\"note\":\"%s\"}",
	    (unsigned long long)journal_next_seq(j), journal_next_prev(j), note);
	r = journal_add(j, buf_span(&b), e);
	buf_done(&b);
	return r;
}

static int
count(void *arg, struct span line, uint64_t seq, struct error *e)
{
	uint64_t *n = arg;

	(void)line;
	(void)seq;
	(void)e;
	++*n;
	return 0;
}

/* The line that journal_read blames, 0 if it has none, UINT64_MAX if it read well. */
static uint64_t
verdict(void)
{
	struct error e = { 0 };

	if (journal_read(path, origin, NULL, NULL, NULL, &e) == 0)
		return UINT64_MAX;
	return e.status == STATUS_UNSAFE && strcmp(e.code, "E_LEDGER") == 0 ? e.line : 9999;
}

static void
restore(void)
{
	spill(path, buf_span(&good));
	spill(head_path, buf_span(&good_head));
}

static void
make(void)
{
	struct error e = { 0 };
	struct journal *j;
	struct journal_head head;
	uint64_t n = 0;

	ok(journal_create(path, origin, &e) == 0, "a journal is made");
	ok(journal_read(path, origin, NULL, NULL, &head, &e) == 0 && head.lines == 0,
	    "an empty journal reads well");
	ok(journal_create(path, origin, &e) < 0 && e.status == STATUS_USAGE,
	    "a journal is not made twice");
	error_clear(&e);
	j = journal_open(path, origin, &e);
	for (int i = 0; i < LINES; i++)
		add(j, i % 2 ? "\\\"seq\\\":7,\\\"prev\\\":{[" : "plain", &e);
	ok(journal_next_seq(j) == LINES && journal_read(path, origin, count, &n, &head, &e) == 0 &&
	    n == 0, "lines that are not committed are not read");
	ok(journal_commit(j, &e) == 0, "a batch is committed");
	ok(journal_commit(j, &e) == 0, "an empty batch is no batch");
	journal_close(j);
	n = 0;
	ok(journal_read(path, origin, count, &n, &head, &e) == 0 && n == LINES &&
	    head.lines == LINES, "every committed line is read");
	slurp(path, &good);
	slurp(head_path, &good_head);
}

static uint64_t
line_of(size_t at)
{
	uint64_t n = 1;

	for (size_t i = 0; i < at; i++)
		n += good.p[i] == '\n';
	return n;
}

static void
flips(void)
{
	size_t unseen = 0, wrong = 0;

	for (size_t i = 0; i < good.len; i++) {
		uint64_t line;

		good.p[i] ^= 1;
		spill(path, buf_span(&good));
		good.p[i] ^= 1;
		line = verdict();
		unseen += line == UINT64_MAX;
		wrong += line != line_of(i);
	}
	ok(unseen == 0, "a flipped byte anywhere is found (%zu not)", unseen);
	ok(wrong == 0, "and its line is named (%zu not)", wrong);
	restore();
	unseen = 0;
	for (size_t i = 0; i < good_head.len; i++) {
		good_head.p[i] ^= 1;
		spill(head_path, buf_span(&good_head));
		good_head.p[i] ^= 1;
		unseen += verdict() == UINT64_MAX;
	}
	ok(unseen == 0, "a flipped byte anywhere in the head is found (%zu not)", unseen);
	restore();
}

static struct span
nth(size_t n)
{
	struct span rest = buf_span(&good), line = span_none();

	for (size_t i = 0; i <= n; i++)
		span_split(&rest, '\n', &line);
	return span_make(line.p, line.len + 1);
}

/* Writes the journal with lines in the order of `order`, which ends in -1. */
static void
arrange(const int *order)
{
	struct buf b = { 0 };

	for (; *order >= 0; order++)
		buf_add(&b, nth((size_t)*order));
	spill(path, buf_span(&b));
	buf_done(&b);
}

static void
moves(void)
{
	int order[LINES + 2], n;
	size_t deleted = 0, doubled = 0, swapped = 0;

	for (int k = 0; k < LINES; k++) {
		n = 0;
		for (int i = 0; i < LINES; i++)
			if (i != k)
				order[n++] = i;
		order[n] = -1;
		arrange(order);
		deleted += verdict() == (uint64_t)k + 1;
		n = 0;
		for (int i = 0; i < LINES; i++) {
			order[n++] = i;
			if (i == k)
				order[n++] = i;
		}
		order[n] = -1;
		arrange(order);
		doubled += verdict() != UINT64_MAX;
		if (k == 0)
			continue;
		for (int i = 0; i < LINES; i++)
			order[i] = i == k ? k - 1 : i == k - 1 ? k : i;
		order[LINES] = -1;
		arrange(order);
		swapped += verdict() == (uint64_t)k;
	}
	ok(deleted == LINES, "a deleted line is found at its number");
	ok(doubled == LINES - 1, "a line said twice is found (the last one lies beyond the head)");
	ok(swapped == LINES - 1, "swapped lines are found at the first of them");
	restore();
}

static void
cuts(void)
{
	size_t missed = 0;

	for (size_t len = 0; len < good.len; len++) {
		spill(path, span_head(buf_span(&good), len));
		missed += verdict() != line_of(len);
	}
	ok(missed == 0, "a journal cut at any byte is found at the line cut (%zu not)", missed);
	restore();
	ok(unlink(path) == 0 && verdict() != UINT64_MAX, "a missing journal is unsafe");
	restore();
	ok(unlink(head_path) == 0 && verdict() != UINT64_MAX, "a missing head is unsafe");
	restore();
	origin.len--;
	ok(verdict() == 1, "another origin is found at line 1");
	origin.len++;
}

/* Joins the lines visited with '|'. */
static int
join(void *arg, struct span line, uint64_t seq, struct error *e)
{
	struct buf *b = arg;

	(void)e;
	if (seq > 0)
		buf_byte(b, '|');
	buf_add(b, line);
	return 0;
}

static bool
set_aside_is(const char *want)
{
	struct error e = { 0 };
	struct buf b = { 0 };
	bool same = torn_each("j.torn", join, &b, &e) == 0 &&
	    span_is(b.p == NULL ? SPAN("") : buf_span(&b), want);

	buf_done(&b);
	return same;
}

static void
torn_twice(void)
{
	struct error e = { 0 };
	struct buf b = { 0 };
	struct journal *j;

	restore();
	ok(set_aside_is(""), "where nothing was set aside there is nothing to look at");
	buf_add(&b, buf_span(&good));
	buf_add(&b, SPAN("one\ntwo\nthr"));
	spill(path, buf_span(&b));
	journal_close(journal_open(path, origin, &e));
	ok(set_aside_is("one|two|thr"), "without a commit what was set aside is still there");
	b.len = good.len;
	buf_add(&b, SPAN("four\n"));
	spill(path, buf_span(&b));
	j = journal_open(path, origin, &e);
	ok(j != NULL && set_aside_is("one|two|thr|four"),
	    "a second tail comes behind it");
	ok(journal_commit(j, &e) == 0 && set_aside_is(""), "a commit is done with both");
	journal_close(j);
	slurp("j.torn-2", &b);
	is_text(b.p, b.len, "one\ntwo\nthr\nfour\n", "and both are kept");
	restore();
	buf_done(&b);
}

static void
tails(void)
{
	struct error e = { 0 };
	struct buf b = { 0 };
	struct journal *j;
	struct journal_head head;

	buf_add(&b, buf_span(&good));
	buf_add(&b, SPAN("{\"half a li"));
	spill(path, buf_span(&b));
	ok(journal_read(path, origin, NULL, NULL, &head, &e) == 0,
	    "bytes beyond the head are not looked at");
	j = journal_open(path, origin, &e);
	ok(j != NULL && set_aside_is("{\"half a li"), "opening sets bytes beyond the head aside");
	ok(add(j, "after", &e) == 0 && journal_commit(j, &e) == 0, "and the chain goes on");
	slurp("j.torn-1", &b);
	is_text(b.p, b.len, "{\"half a li", "what was set aside is kept");
	ok(add(j, "never", &e) == 0, "a line may be added after a commit");
	journal_close(j);
	ok(journal_read(path, origin, NULL, NULL, &head, &e) == 0 && head.lines == LINES + 1,
	    "closing without commit drops what was held");
	restore();
	good.p[good.len - 5] ^= 1;
	spill(path, buf_span(&good));
	good.p[good.len - 5] ^= 1;
	j = journal_open(path, origin, &e);
	ok(j == NULL && e.status == STATUS_UNSAFE && e.line == LINES,
	    "a journal whose last line was changed is not opened");
	journal_close(j);
	restore();
	buf_done(&b);
}

static bool
refused(const char *text)
{
	struct error e = { 0 };
	struct journal *j = journal_open(path, origin, &e);
	bool no = j != NULL && journal_add(j, span_from(text), &e) < 0 &&
	    e.status == STATUS_UNSAFE;

	journal_close(j);
	return no;
}

static void
forms(void)
{
	char text[256];
	struct error e = { 0 };
	struct journal *j = journal_open(path, origin, &e);
	char prev[JOURNAL_LEAF + 1];

	memcpy(prev, journal_next_prev(j), sizeof prev);
	journal_close(j);
	snprintf(text, sizeof text, "{\"seq\":20,\"prev\":\"%s\",\"seq\":20}", prev);
	ok(refused(text), "a member said twice is refused");
	snprintf(text, sizeof text, "{\"seq\":020,\"prev\":\"%s\"}", prev);
	ok(refused(text), "a number with a leading 0 is refused");
	snprintf(text, sizeof text, "{\"x\":{\"seq\":20,\"prev\":\"%s\"}}", prev);
	ok(refused(text), "members of an inner object do not count");
	snprintf(text, sizeof text, "{\"x\":\"\\\"seq\\\":20,\",\"prev\":\"%s\"}", prev);
	ok(refused(text), "words inside a string do not count");
	snprintf(text, sizeof text, "{\"s\\u0065q\":20,\"seq\":20,\"prev\":\"%s\"}", prev);
	ok(refused(text), "an escape in a key is refused");
	snprintf(text, sizeof text, "{\"seq\":20,\"prev\":\"%s\"} ", prev);
	ok(refused(text), "bytes after the object are refused");
	snprintf(text, sizeof text, "{\"seq\":20,\"prev\":\"%s\"}\n{}", prev);
	ok(refused(text), "two lines are not one");
	snprintf(text, sizeof text, "{\"seq\":21,\"prev\":\"%s\"}", prev);
	ok(refused(text), "a number out of turn is refused");
	ok(refused("") && refused("{") && refused("{}") && refused("[") && refused("{\"a\":}"),
	    "what is no object is refused");
	snprintf(text, sizeof text, "{\"a\":[{\"b\":\"]}\"}],\"seq\":20,\"prev\":\"%s\"}", prev);
	ok(!refused(text), "brackets inside strings do not confuse");
}

static void
modes(void)
{
	struct error e = { 0 };

	chmod(path, 0640);
	ok(verdict() == 0, "a journal that a group may read is unsafe");
	chmod(path, 0600);
	chmod(head_path, 0604);
	ok(verdict() == 0, "a head that others may read is unsafe");
	chmod(head_path, 0600);
	chmod(".", 0750);
	ok(verdict() == 0, "a directory with open modes is unsafe");
	ok(journal_open(path, origin, &e) == NULL && e.status == STATUS_UNSAFE,
	    "for writing too");
	chmod(".", 0700);
	rename(path, "k");
	ok(symlink("k", path) == 0 && verdict() == 0, "a symbolic link is unsafe");
	unlink(path);
	rename("k", path);
	ok(verdict() == UINT64_MAX, "the journal is still good");
}

int
main(void)
{
	char dir[] = "/tmp/journal_test.XXXXXX";

	umask(0);
	if (mkdtemp(dir) == NULL || chdir(dir) < 0)
		return 1;
	make();
	flips();
	moves();
	cuts();
	tails();
	torn_twice();
	forms();
	modes();
	unlink(path);
	unlink(head_path);
	unlink("j.torn-1");
	unlink("j.torn-2");
	if (chdir("/") < 0 || rmdir(dir) < 0)
		ok(false, "nothing else is left in the directory");
	buf_done(&good);
	buf_done(&good_head);
	return tap_done();
}
