/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/tlog_log_test.c: whatever is done to a log is found, at the right line; whatever a crash
 * leaves is put right. */
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "io/tlog_history.h"
#include "io/tlog_key.h"
#include "io/tlog_origin.h"
#include "io/tlog_read.h"
#include "io/tlog_write.h"
#include "io/torn.h"
#include "tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEGMENT = 64, LINES = 300, SOUND = -1, UNREADABLE = -2 };

static const unsigned char seed[KEY_BYTES] = { 7 };
static struct tlog_origin origin;

/* ---- files ---- */

static bool
slurp(const char *name, struct buf *b)
{
	FILE *f = fopen(name, "rb");
	int c;

	buf_reset(b);
	if (f == NULL)
		return false;
	for (c = getc(f); c != EOF; c = getc(f))
		buf_byte(b, (char)c);
	fclose(f);
	return true;
}

static void
spill(const char *name, struct span s)
{
	int fd;

	unlink(name);
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, s.p, s.len) != (ssize_t)s.len)
		abort();
	close(fd);
}

static const char *
segment_name(uint64_t n)
{
	static char name[64];

	snprintf(name, sizeof name, "log/seg/%06u.ndjson", (unsigned)n);
	return name;
}

/* All lines of the log, as one text. */
static void
all_lines(struct buf *out)
{
	struct buf part = { 0 };

	buf_reset(out);
	for (uint64_t n = 0; slurp(segment_name(n), &part); n++)
		buf_add(out, buf_span(&part));
	buf_done(&part);
}

/* Puts a text of lines where the segments are. */
static void
put_lines(struct span text)
{
	uint64_t n;

	for (n = 0; unlink(segment_name(n)) == 0; n++)
		continue;
	for (n = 0; text.len > 0; n++) {
		size_t len = 0;

		for (unsigned i = 0; i < SEGMENT && len < text.len; i++)
			len += span_index(span_skip(text, len), '\n') + 1;
		len = len > text.len ? text.len : len;
		spill(segment_name(n), span_head(text, len));
		text = span_skip(text, len);
	}
}

/* ---- the log ---- */

static void
make_origin(const char *name)
{
	unsigned char public[ED25519_PUBLIC], secret[ED25519_SECRET];
	struct buf text = { 0 };
	struct tlog_key key;

	tlog_origin_done(&origin);
	ed25519_keys(seed, public, secret);
	key = tlog_key_make(span_from(name), TLOG_KEY_ED25519, public);
	tlog_key_write(&key, &text);
	buf_byte(&text, '\0');
	origin = (struct tlog_origin){ .name = strdup(name), .key = strdup(text.p), .segment = SEGMENT };
	memcpy(origin.token_key, "0123456789abcdef", sizeof origin.token_key);
	tlog_origin_write(&origin);
	buf_done(&text);
}

static void
fresh(void)
{
	struct error e = { 0 };

	if (system("rm -rf log && mkdir -m 700 log") != 0 || tlog_create("log", &origin, seed, &e) < 0)
		abort();
}

static int
read_log(unsigned threads, struct tlog_now *now, struct tlog_end *end, struct error *e)
{
	struct tlog_reading r = { .dir = "log", .origin = &origin, .checkpoint = &now->checkpoint,
	    .threads = threads };
	int result;

	*e = (struct error){ 0 };
	result = tlog_now_read(now, "log", &origin, e);
	return result < 0 ? -1 : tlog_read(&r, end, e);
}

/* SOUND, the first bad line, or UNREADABLE. */
static int64_t
verdict(void)
{
	struct tlog_now now;
	struct tlog_end end;
	struct error e;
	int r = read_log(1, &now, &end, &e);

	tlog_now_done(&now);
	if (r == 0)
		return SOUND;
	return e.status == STATUS_UNSAFE && e.line > 0 ? (int64_t)e.line - 1 : UNREADABLE;
}

static struct tlog_writer *
open_log(void)
{
	struct tlog_now now;
	struct tlog_end end;
	struct error e;
	struct tlog_writer *w = NULL;

	if (read_log(1, &now, &end, &e) == 0)
		w = tlog_open("log", &origin, seed, &now, &end, &e);
	tlog_now_done(&now);
	return w;
}

static void
add(struct tlog_writer *w, unsigned count)
{
	struct error e = { 0 };
	struct buf b = { 0 };

	for (unsigned i = 0; i < count; i++) {
		size_t prev, seq;

		buf_reset(&b);
		buf_print(&b, "{\"n\":\"%x\",\"prev\":\"", i * 7);
		prev = b.len;
		buf_print(&b, "%043d\",\"seq\":", 0);
		seq = b.len;
		buf_text(&b, "0}");
		if (tlog_add(w, buf_span(&b), prev, seq, &e) < 0)
			abort();
	}
	buf_done(&b);
}

/* `count` lines more, committed by `batch`. */
static bool
append(unsigned count, uint64_t batch)
{
	struct error e = { 0 };
	struct tlog_writer *w = open_log();
	bool done = false;

	if (w != NULL) {
		add(w, count);
		done = tlog_commit(w, batch, &e) == 0;
	}
	tlog_close(w);
	return done;
}

/* ---- growing ---- */

static struct tlog_hash
root_of(struct span text)
{
	struct tlog_tree tree = { 0 };
	struct span line;

	while (text.len > 0) {
		struct tlog_hash leaf;

		line = span_head(text, span_index(text, '\n'));
		text = span_skip(text, line.len + 1);
		leaf = tlog_leaf(line);
		tlog_tree_add(&tree, &leaf);
	}
	return tlog_tree_root(&tree);
}

static void
grows(void)
{
	unsigned unlike = 0, unsound = 0;
	struct buf text = { 0 };

	fresh();
	ok(verdict() == SOUND, "a new log is sound and empty");
	for (unsigned i = 0; i < 3 * SEGMENT; i += 5) {
		struct tlog_now now;
		struct tlog_end end;
		struct error e;
		struct tlog_hash root;

		unsound += !append(5, i % 3 + 1) || read_log(1, &now, &end, &e) < 0;
		all_lines(&text);
		root = root_of(buf_span(&text));
		unlike += now.checkpoint.size != i + 5 || !tlog_hash_equal(&root, &now.checkpoint.root) ||
		    !end.hashes_fit || !end.roots_fit;
		tlog_now_done(&now);
	}
	ok(unsound == 0, "it grows, and is sound every time (%u times not)", unsound);
	ok(unlike == 0, "its checkpoint has the root of all lines (%u times not)", unlike);
	buf_done(&text);
}

static void
seals(void)
{
	struct stat st;
	unsigned wrong = 0;

	fresh();
	ok(append(2 * SEGMENT + 1, UINT64_MAX), "a batch may fill segments");
	for (unsigned n = 0; n < 3; n++)
		wrong += stat(segment_name(n), &st) < 0 ||
		    (st.st_mode & 0777) != (n < 2 ? 0400u : 0600u);
	ok(wrong == 0, "full segments are 0400, the last one is 0600");
	chmod(segment_name(0), 0600);
	ok(append(1, 1) && stat(segment_name(0), &st) == 0 && (st.st_mode & 0777) == 0400,
	    "one that a crash left open is closed off by the next run");
}

static void
batches(void)
{
	struct buf one = { 0 }, other = { 0 };
	unsigned unlike = 0;

	fresh();
	append(LINES, UINT64_MAX);
	all_lines(&one);
	for (uint64_t batch = 1; batch < 130; batch += 43) {
		fresh();
		append(LINES, batch);
		all_lines(&other);
		unlike += !span_equal(buf_span(&one), buf_span(&other)) || verdict() != SOUND;
	}
	ok(unlike == 0, "the same lines whatever batches they came in");
	for (unsigned threads = 1; threads < 4; threads++) {
		struct tlog_now now;
		struct tlog_end end;
		struct error e;

		ok(read_log(threads, &now, &end, &e) == 0 && tlog_spot_size(&end.spot) == LINES,
		    "%u threads read the same", threads);
		tlog_now_done(&now);
	}
	buf_done(&one);
	buf_done(&other);
}

/* Whoever builds the trees, whatever is asked before the commit and however much goes into one. */
static void
open_lines(void)
{
	struct buf one = { 0 }, other = { 0 };
	char leaf[JOURNAL_LEAF + 1], told[JOURNAL_LEAF + 1];
	struct error e = { 0 };
	unsigned unlike = 0;

	fresh();
	append(LINES, UINT64_MAX);
	all_lines(&one);
	for (unsigned how = 0; how < 8; how++) {
		struct tlog_writer *w;

		fresh();
		w = open_log();
		if (how & 1)
			tlog_build_apart(w);
		add(w, LINES);
		if (how & 2) {
			tlog_leaf_text(w, LINES / 2, told);
			tlog_leaf_text(w, LINES - 1, leaf);
			unlike += strlen(leaf) != JOURNAL_LEAF || memcmp(leaf, told, sizeof leaf) == 0;
		}
		unlike += tlog_commit(w, how & 4 ? 10 : UINT64_MAX, &e) < 0;
		if (how & 2) {
			tlog_leaf_text(w, LINES / 2, leaf);
			unlike += memcmp(leaf, told, sizeof leaf) != 0;
		}
		tlog_close(w);
		all_lines(&other);
		unlike += !span_equal(buf_span(&one), buf_span(&other)) || verdict() != SOUND;
	}
	ok(unlike == 0, "the same lines whoever builds the trees, and whatever was asked before");
	buf_done(&one);
	buf_done(&other);
}

static void
no_open_lines(void)
{
	static const struct span line = SPAN_INIT("{\"prev\":\"0000000000000000000000000000000000000000000\",\"seq\":0}");
	static const struct {
		size_t	prev, seq;
	} wrong[] = { { 8, 60 }, { 9, 59 }, { 60, 60 }, { 9, 600 }, { 0, 60 } };
	struct error e = { 0 };
	struct tlog_writer *w;
	unsigned taken = 0;

	fresh();
	w = open_log();
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		error_clear(&e);
		taken += tlog_add(w, line, wrong[i].prev, wrong[i].seq, &e) == 0 || e.status != STATUS_UNSAFE;
	}
	error_clear(&e);
	ok(taken == 0 && tlog_add(w, line, 9, 60, &e) == 0, "a line that is not open there is not taken");
	tlog_close(w);
}

/* ---- tampering ---- */

/* Every byte of every line, in place. */
static void
flips(void)
{
	size_t bytes = 0, unseen = 0, misplaced = 0;
	struct buf text = { 0 };
	uint64_t seq = 0;

	fresh();
	append(LINES, 100);
	for (uint64_t n = 0; slurp(segment_name(n), &text); n++) {
		int fd;

		chmod(segment_name(n), 0600);
		fd = open(segment_name(n), O_RDWR);
		for (size_t at = 0; at < text.len; at++, bytes++) {
			char c = (char)(text.p[at] ^ 1);
			int64_t found;

			if (pwrite(fd, &c, 1, (off_t)at) != 1)
				abort();
			found = verdict();
			unseen += found == SOUND;
			misplaced += found != (int64_t)seq;
			seq += text.p[at] == '\n';
			if (pwrite(fd, &text.p[at], 1, (off_t)at) != 1)
				abort();
		}
		close(fd);
	}
	ok(bytes > 20000 && unseen == 0, "a flip of each of %zu bytes is found (%zu were not)", bytes, unseen);
	ok(misplaced == 0, "at its line (%zu were not)", misplaced);
	ok(verdict() == SOUND, "and the log is what it was");
	buf_done(&text);
}

/* Without the hashes the line may be the one before, never a later one. */
static void
flips_without_hashes(void)
{
	struct buf text = { 0 }, hashes = { 0 };
	unsigned wrong = 0;

	slurp("log/hashes", &hashes);
	unlink("log/hashes");
	slurp(segment_name(1), &text);
	chmod(segment_name(1), 0600);
	for (size_t at = 0; at < text.len; at += 37) {
		uint64_t seq = SEGMENT;
		int64_t found;

		for (size_t i = 0; i < at; i++)
			seq += text.p[i] == '\n';
		text.p[at] ^= 4;
		spill(segment_name(1), buf_span(&text));
		found = verdict();
		wrong += found > (int64_t)seq || found + 1 < (int64_t)seq;
		text.p[at] ^= 4;
	}
	spill(segment_name(1), buf_span(&text));
	spill("log/hashes", buf_span(&hashes));
	ok(wrong == 0, "without hashes too, at that line or the one before (%u were not)", wrong);
	buf_done(&text);
	buf_done(&hashes);
}

/* The text with lines [from, to) replaced by another piece of itself. */
static void
rearrange(struct span text, unsigned from, unsigned to, unsigned piece, unsigned count, struct buf *out)
{
	struct span rest = text, line, taken = { NULL, 0 };
	struct buf kept = { 0 };
	unsigned i = 0;

	for (; span_split(&rest, '\n', &line) && rest.p != NULL; i++)
		if (i >= piece && i < piece + count) {
			buf_add(&kept, line);
			buf_byte(&kept, '\n');
		}
	taken = buf_span(&kept);
	buf_reset(out);
	rest = text;
	for (i = 0; span_split(&rest, '\n', &line) && rest.p != NULL; i++) {
		if (i == from)
			buf_add(out, taken);
		if (i >= from && i < to)
			continue;
		buf_add(out, line);
		buf_byte(out, '\n');
	}
	buf_done(&kept);
}

static void
moves(void)
{
	static const struct {
		const char	*what;
		unsigned	 from, to, piece, count;
		int64_t		 bad;
	} cases[] = {
		{ "a line taken out", 70, 71, 0, 0, 70 },
		{ "the first line taken out", 0, 1, 0, 0, 0 },
		{ "the last line of a segment taken out", 63, 64, 0, 0, 63 },
		{ "a line twice", 100, 100, 100, 1, 101 },
		{ "a line put in", 130, 130, 20, 1, 130 },
		{ "a line in the place of another", 200, 201, 10, 1, 200 },
		{ "two lines swapped", 64, 65, 65, 1, 64 },
		{ "a segment in the place of another", 64, 128, 128, 64, 64 },
	};
	struct buf text = { 0 }, changed = { 0 };

	all_lines(&text);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int64_t found;

		rearrange(buf_span(&text), cases[i].from, cases[i].to, cases[i].piece, cases[i].count, &changed);
		put_lines(buf_span(&changed));
		found = verdict();
		ok(found == cases[i].bad, "%s is found at %lld (%lld)", cases[i].what,
		    (long long)cases[i].bad, (long long)found);
	}
	put_lines(buf_span(&text));
	spill(segment_name(1), SPAN(""));
	ok(verdict() == 64, "an emptied segment is found");
	unlink(segment_name(1));
	ok(verdict() == 64, "a segment that is gone is found");
	put_lines(buf_span(&text));
	ok(verdict() == SOUND, "and the log is what it was");
	buf_done(&text);
	buf_done(&changed);
}

static void
cuts(void)
{
	struct buf last = { 0 };
	unsigned wrong = 0;

	slurp(segment_name(4), &last);
	for (size_t len = 0; len < last.len; len++) {
		uint64_t seq = 4 * SEGMENT;

		for (size_t i = 0; i < len; i++)
			seq += last.p[i] == '\n';
		spill(segment_name(4), span_head(buf_span(&last), len));
		wrong += verdict() != (int64_t)seq;
	}
	ok(wrong == 0, "an end cut to any length is found at its first missing line (%u were not)", wrong);
	spill(segment_name(4), buf_span(&last));
	buf_done(&last);
}

static void
signatures(void)
{
	struct buf note = { 0 }, text = { 0 };
	unsigned wrong = 0;

	slurp("log/checkpoint", &note);
	for (size_t at = 0; at < note.len; at++) {
		note.p[at] ^= 1;
		spill("log/checkpoint", buf_span(&note));
		wrong += verdict() != 0;
		note.p[at] ^= 1;
	}
	ok(wrong == 0, "a flip of any byte of the checkpoint is found (%u were not)", wrong);
	spill("log/checkpoint", buf_span(&note));
	make_origin("another.example/log");
	ok(verdict() == 0, "the checkpoint of another log is found");
	make_origin("north.example/log");
	ok(verdict() == SOUND, "that of this one is good");
	slurp("log/origin", &text);
	for (size_t at = wrong = 0; at < text.len; at++) {
		struct tlog_origin o;
		struct error e = { 0 };

		text.p[at] ^= 1;
		spill("log/origin", buf_span(&text));
		if (tlog_origin_read(&o, "log", &e) == 0) {
			struct tlog_origin ours = origin;

			origin = o;
			wrong += verdict() != 0;
			origin = ours;
		} else
			wrong += e.status != STATUS_UNSAFE || e.line != 1;
		tlog_origin_done(&o);
		text.p[at] ^= 1;
	}
	ok(wrong == 0, "a flip of any byte of the origin is found (%u were not)", wrong);
	spill("log/origin", buf_span(&text));
	buf_done(&note);
	buf_done(&text);
}

/* ---- what rests on nothing ---- */

static bool
is_rebuilt(const char *name, struct span good)
{
	struct tlog_writer *w = open_log();
	struct buf now = { 0 };
	bool same = w != NULL && tlog_repaired(w).rebuilt && slurp(name, &now) &&
	    span_equal(buf_span(&now), good);

	tlog_close(w);
	buf_done(&now);
	return same;
}

static void
rebuilds(const char *name)
{
	struct buf good = { 0 }, bad = { 0 };

	slurp(name, &good);
	unlink(name);
	ok(verdict() == SOUND && is_rebuilt(name, buf_span(&good)), "%s lost is made again", name);
	spill(name, span_head(buf_span(&good), good.len - 20));
	ok(verdict() == SOUND && is_rebuilt(name, buf_span(&good)), "%s cut is made again", name);
	buf_add(&bad, buf_span(&good));
	bad.p[40] ^= 1;
	spill(name, buf_span(&bad));
	ok(verdict() == SOUND && is_rebuilt(name, buf_span(&good)), "%s changed is made again", name);
	buf_done(&good);
	buf_done(&bad);
}

static int
count_lines(void *arg, struct span line, uint64_t number, struct error *e)
{
	(void)line;
	(void)number;
	(void)e;
	++*(unsigned *)arg;
	return 0;
}

/* A checkpoint of before, and what was written since. */
static void
tails(void)
{
	struct buf note = { 0 }, history = { 0 }, text = { 0 }, after = { 0 };
	struct tlog_writer *w;
	struct error e = { 0 };
	unsigned kept = 0;

	fresh();
	append(SEGMENT + 10, UINT64_MAX);
	all_lines(&text);
	slurp("log/checkpoint", &note);
	slurp("log/checkpoints.log", &history);
	append(2 * SEGMENT, UINT64_MAX);
	spill("log/checkpoint", buf_span(&note));
	spill("log/checkpoints.log", buf_span(&history));
	ok(verdict() == SOUND, "nobody looks behind the checkpoint");
	w = open_log();
	ok(w != NULL && tlog_repaired(w).torn > 0 && tlog_next_seq(w) == SEGMENT + 10,
	    "what stands there is set aside");
	ok(torn_each(tlog_torn(w), count_lines, &kept, &e) == 0 && kept >= 2 * SEGMENT,
	    "all of it, from every segment");
	tlog_close(w);
	all_lines(&after);
	ok(span_equal(buf_span(&text), buf_span(&after)), "and cut off");
	ok(append(SEGMENT, 9) && verdict() == SOUND, "the log goes on from there");
	buf_done(&note);
	buf_done(&history);
	buf_done(&text);
	buf_done(&after);
}

static void
histories(void)
{
	struct tlog_marks marks = { 0 };
	struct buf whole = { 0 }, now = { 0 };
	struct error e = { 0 };
	unsigned wrong = 0;

	fresh();
	append(9, 3);
	slurp("log/checkpoints.log", &whole);
	ok(tlog_history_read(&marks, "log", &origin, &e) == 0 && marks.count == 4 &&
	    marks.list[3].size == 9, "every checkpoint stands in the log of them");
	for (size_t len = 0; len < whole.len; len += 11) {
		struct tlog_writer *w;

		spill("log/checkpoints.log", span_head(buf_span(&whole), len));
		w = open_log();
		slurp("log/checkpoints.log", &now);
		wrong += w == NULL || !tlog_repaired(w).logged || now.len < 20 ||
		    memcmp(now.p + now.len - 20, whole.p + whole.len - 20, 20) != 0;
		tlog_close(w);
	}
	ok(wrong == 0, "cut anywhere it gets the last one back (%u times not)", wrong);
	spill("log/checkpoints.log", buf_span(&whole));
	whole.p[whole.len / 2] ^= 1;
	spill("log/checkpoints.log", buf_span(&whole));
	tlog_marks_done(&marks);
	ok(tlog_history_read(&marks, "log", &origin, &e) < 0, "one that was changed is found");
	tlog_marks_done(&marks);
	buf_done(&whole);
	buf_done(&now);
}

static void
marks(void)
{
	struct tlog_mark m[2] = { { 5, { { 0 } }, "here" }, { 9, { { 0 } }, "there" } };
	struct tlog_now now;
	struct tlog_end end;
	struct error e;
	struct tlog_reading r = { .dir = "log", .origin = &origin, .checkpoint = &now.checkpoint,
	    .threads = 1, .marks = m, .mark_count = 2 };
	struct buf text = { 0 };
	struct span five;
	size_t len = 0;

	fresh();
	append(9, 1);
	all_lines(&text);
	for (unsigned i = 0; i < 5; i++)
		len += span_index(span_skip(buf_span(&text), len), '\n') + 1;
	five = span_head(buf_span(&text), len);
	m[0].root = root_of(five);
	m[1].root = root_of(buf_span(&text));
	e = (struct error){ 0 };
	ok(tlog_now_read(&now, "log", &origin, &e) == 0 && tlog_read(&r, &end, &e) == 0,
	    "a log continues the checkpoints it has had");
	m[1].root.bytes[0] ^= 1;
	ok(tlog_read(&r, &end, &e) < 0 && e.line == 6, "not another one: what follows the last good one is bad");
	e = (struct error){ 0 };
	m[0].root.bytes[0] ^= 1;
	ok(tlog_read(&r, &end, &e) < 0 && e.line == 1, "or all of it");
	tlog_now_done(&now);
	buf_done(&text);
}

/* ---- from anywhere ---- */

struct places {
	struct tlog_spot	spot[3 * SEGMENT];	/* in front of each line */
	char			leaf[JOURNAL_LEAF + 1];	/* of the line before */
	uint64_t		seen;
};

static int
note_place(void *arg, struct span line, const struct tlog_spot *before, struct error *e)
{
	struct places *p = arg;

	(void)e;
	p->spot[p->seen] = *before;
	if (p->seen > 0)
		memcpy(p->spot[p->seen].leaf, p->leaf, sizeof p->leaf);
	journal_leaf(line, p->leaf);
	p->seen++;
	return 0;
}

static int
count_line(void *arg, struct span line, const struct tlog_spot *before, struct error *e)
{
	(void)line;
	(void)before;
	(void)e;
	++*(uint64_t *)arg;
	return 0;
}

/* Behind any line that somebody has vouched for: all that follows, and that it follows. */
static void
behind(void)
{
	static struct places places;
	const unsigned count = 2 * SEGMENT + 9;
	struct tlog_now now;
	struct tlog_end end;
	struct error e = { 0 };
	uint64_t seen = 0;
	struct tlog_reading r = { .dir = "log", .origin = &origin, .checkpoint = &now.checkpoint,
	    .threads = 1, .visit = note_place, .arg = &places };
	unsigned wrong = 0, taken = 0;

	fresh();
	append(count, UINT64_MAX);
	if (tlog_now_read(&now, "log", &origin, &e) < 0 || tlog_read(&r, &end, &e) < 0)
		abort();
	r.visit = count_line;
	r.arg = &seen;
	r.linked = true;
	for (unsigned from = 1; from < count; from++) {
		struct tlog_spot spot = places.spot[from];

		seen = 0;
		r.from = &spot;
		wrong += tlog_read(&r, &end, &e) < 0 || seen != count - from ||
		    tlog_spot_size(&end.spot) != count;
		spot.leaf[5] ^= 1;
		taken += tlog_read(&r, &end, &e) == 0;
		e = (struct error){ 0 };
	}
	ok(wrong == 0, "from behind any line it gives what follows (%u times not)", wrong);
	ok(taken == 0, "but only what follows that line (%u times other things)", taken);
	tlog_now_done(&now);
}

static void
modes(void)
{
	chmod(segment_name(0), 0640);
	ok(verdict() == UNREADABLE, "a segment that a group may read is not looked at");
	chmod(segment_name(0), 0600);
	chmod("log/seg", 0755);
	ok(verdict() == UNREADABLE, "nor one in an open directory");
	chmod("log/seg", 0700);
	unlink("log/checkpoint");
	ok(verdict() == UNREADABLE, "without a checkpoint nothing can be said");
}

int
main(void)
{
	char dir[] = "/tmp/tlog_log_test.XXXXXX";

	if (mkdtemp(dir) == NULL || chdir(dir) < 0)
		return 1;
	make_origin("north.example/log");
	grows();
	seals();
	batches();
	open_lines();
	no_open_lines();
	flips();
	flips_without_hashes();
	moves();
	cuts();
	signatures();
	rebuilds("log/hashes");
	rebuilds("log/roots");
	tails();
	histories();
	marks();
	behind();
	modes();
	ok(system("rm -rf log") == 0 && chdir("/") == 0 && rmdir(dir) == 0,
	    "nothing else is left in the directory");
	tlog_origin_done(&origin);
	return tap_done();
}
