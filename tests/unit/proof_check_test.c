/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/proof_check_test.c: a pack of proofs, whole and spoilt in every way it can be. */
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "consent/proof_beside.h"
#include "consent/proof_check.h"
#include "consent/proof_report.h"
#include "io/tlog_checkpoint.h"
#include "io/tlog_note.h"
#include "io/tlog_proof_file.h"
#include "tap.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINES = 3 };

static const char notice_text[] = "We write to you once a week.\n";
static const char *const names[LINES] = { "p/0.tlog-proof", "p/1.tlog-proof", "p/2.tlog-proof" };
static struct buf line[LINES], file, policy, notice_path, policy_path, words;
static struct tlog_key keys[2];
static unsigned char secret[2][ED25519_SECRET];
static struct tlog_keys trust = { keys, 1, 2 };
static struct proof_check c;

static void
spill(const char *name, struct span s)
{
	int fd;

	unlink(name);	/* some file systems flush what is cut and written anew */
	fd = open(name, O_WRONLY | O_CREAT, 0600);
	if (fd < 0 || write(fd, s.p, s.len) != (ssize_t)s.len)
		abort();
	close(fd);
}

static void
hex_of(struct span s, struct buf *out)
{
	unsigned char digest[SHA256_BYTES];

	sha256_of(s, digest);
	hex_write(out, span_make((const char *)digest, sizeof digest));
}

/* The proof of line i in the log of `lines`, signed by key k. */
static void
make_proof(const struct buf *lines, size_t i, uint64_t index, int k)
{
	struct tlog_hash leaves[LINES] = { { { 0 } } };
	struct tlog_leaves in_memory;
	struct tlog_source s;
	struct tlog_checkpoint checkpoint = { .origin = keys[0].name, .size = LINES };
	struct tlog_proof_file f = { .extra = buf_span(&lines[i]), .index = index };
	struct buf note = { 0 };
	struct error e = { 0 };

	for (size_t n = 0; n < LINES; n++)
		leaves[n] = tlog_leaf(buf_span(&lines[n]));
	tlog_leaves_begin(&in_memory, leaves, LINES);
	s = tlog_leaves_source(&in_memory);
	if (tlog_range_root(&s, (struct tlog_range){ 0, LINES }, &checkpoint.root, &e) < 0 ||
	    tlog_prove(&s, (struct tlog_range){ i, i + 1 }, LINES, &f.proof, &e) < 0)
		abort();
	tlog_checkpoint_sign(&checkpoint, &keys[k], secret[k], &note);
	f.checkpoint = buf_span(&note);
	buf_reset(&file);
	tlog_proof_file_write(&f, &file);
	tlog_leaves_end(&in_memory);
	buf_done(&note);
}

static void
make_lines(void)
{
	const char *rest = "\"prev\":\"0123456789012345678901234567890123456789012\"";
	struct buf digest = { 0 };

	hex_of(span_from(notice_text), &digest);
	buf_print(&policy, "{\"id\":\"north\",\"notices\":[{\"id\":\"newsletter\",\"lang\":\"en\","
	    "\"sha256\":\"%.*s\",\"version\":7}]}", SPAN_ARG(buf_span(&digest)));
	buf_print(&notice_path, "p/notices/%.*s", SPAN_ARG(buf_span(&digest)));
	buf_byte(&notice_path, '\0');
	buf_reset(&digest);
	hex_of(buf_span(&policy), &digest);
	buf_print(&policy_path, "p/policies/%.*s.json", SPAN_ARG(buf_span(&digest)));
	buf_byte(&policy_path, '\0');
	buf_print(&line[0], "{\"id\":\"%.*s\",%s,\"recv\":1772409600000,\"seq\":0,\"type\":\"policy\",\"v\":1}",
	    SPAN_ARG(buf_span(&digest)), rest);
	buf_print(&line[1], "{\"channel\":\"email\",\"controller\":\"north\",\"id\":\"e1\","
	    "\"notice\":\"newsletter@7/en\",%s,\"purpose\":\"marketing.newsletter\",\"recv\":1772409600000,"
	    "\"seq\":1,\"sid\":\"email:t1:AAAAAAAAAAAAAAAAAAAAAA\",\"type\":\"grant\",\"v\":1}", rest);
	buf_print(&line[2], "{\"id\":\"e2\",%s,\"purpose\":\"marketing.newsletter\",\"recv\":1772409600001,"
	    "\"seq\":2,\"sid\":\"email:t1:AAAAAAAAAAAAAAAAAAAAAA\",\"type\":\"withdraw\",\"v\":1}", rest);
	buf_done(&digest);
}

static void
lay(void)
{
	for (size_t i = 0; i < LINES; i++) {
		make_proof(line, i, i, 0);
		spill(names[i], buf_span(&file));
	}
	spill(policy_path.p, buf_span(&policy));
	spill(notice_path.p, span_from(notice_text));
}

/* Checks these files; the result is in c until the next. */
static bool
check(const char *const *files, size_t count)
{
	struct error e = { 0 };
	int r = 0;

	proof_check_end(&c);
	proof_check_begin(&c, &trust);
	for (size_t i = 0; i < count && r == 0; i++)
		r = proof_check_add(&c, files[i], &e);
	return r == 0 && proof_check_finish(&c, &e) == 0;
}

/* The proof in `file` is refused with this code and text. */
static bool
refused(const char *code, const char *text)
{
	const char *name = "p/spoilt.tlog-proof";

	spill(name, buf_span(&file));
	if (check(&name, 1) && c.list[0].why.status == STATUS_REFUSED &&
	    strcmp(c.list[0].why.code, code) == 0 && strstr(c.list[0].why.text, text) != NULL)
		return true;
	printf("# got %s: %s\n", c.list[0].why.code == NULL ? "" : c.list[0].why.code, c.list[0].why.text);
	return false;
}

static bool
says(size_t i, const char *want)
{
	buf_reset(&words);
	proof_words(&c.list[i], &words);
	if (span_is(buf_span(&words), want))
		return true;
	printf("# got %.*s\n", SPAN_ARG(buf_span(&words)));
	return false;
}

static void
whole(void)
{
	ok(check(names, LINES) && proof_check_held(&c) == 3, "a whole pack holds");
	ok(c.list[0].policy == BESIDE_HELD && c.list[1].notice == BESIDE_HELD &&
	    c.list[2].notice == BESIDE_NONE, "with its policy and the text of its notice");
	ok(says(1, "p/1.tlog-proof: holds: grant #1 for marketing.newsletter by email to north, "
	    "received 2026-03-02T00:00:00Z, in north.example/consent of 3 lines, "
	    "signed by north.example/consent"), "in words");
	buf_reset(&words);
	proof_report(&c, &words);
	ok(span_starts(buf_span(&words), SPAN("{\"ok\":true,\"files\":3,\"held\":3,\"proofs\":[{\"file\":"
	    "\"p/0.tlog-proof\",\"ok\":true,\"log\":\"north.example/consent\",\"size\":3,\"seq\":0,"
	    "\"type\":\"policy\",")) && words.p[words.len - 1] == '\n', "as JSON");
	ok(memmem(words.p, words.len, "email:t1", 8) == NULL && memmem(words.p, words.len, "e1\"", 3) == NULL,
	    "no token and no id of an event is shown");
	ok(check(names + 1, 1) && proof_check_held(&c) == 1 && c.list[0].notice == BESIDE_MISSING &&
	    c.list[0].notice_digest.p == NULL, "one proof alone holds; no policy tells of its notice");
}

static void
beside(void)
{
	unlink(notice_path.p);
	ok(check(names, LINES) && proof_check_held(&c) == 3 && c.list[1].notice == BESIDE_MISSING &&
	    c.list[1].notice_digest.len == 64, "without the text of the notice its digest is told");
	spill(notice_path.p, SPAN("We write to you every day.\n"));
	ok(check(names, LINES) && proof_check_held(&c) == 2 &&
	    strcmp(c.list[1].why.code, "E_DOCUMENT") == 0, "another text is a no");
	spill(notice_path.p, span_from(notice_text));
	policy.p[8] ^= 1;
	spill(policy_path.p, buf_span(&policy));
	policy.p[8] ^= 1;
	ok(check(names, LINES) && strcmp(c.list[0].why.code, "E_DOCUMENT") == 0 &&
	    c.list[1].notice_digest.p == NULL, "an edited policy is a no, and tells of no notice");
	unlink(policy_path.p);
	ok(check(names, LINES) && proof_check_held(&c) == 3 && c.list[0].policy == BESIDE_MISSING,
	    "a policy that is missing is told");
	lay();
}

static void
signatures(void)
{
	char forged[TLOG_KEY_ID + ED25519_SIGNATURE] = { 0 };
	struct tlog_key log = keys[0];

	keys[0] = tlog_key_make(SPAN("south.example"), TLOG_KEY_ED25519, keys[1].public);
	make_proof(line, 1, 1, 0);
	keys[0] = log;
	ok(refused("E_TRUST", "no key of the log"), "a log that nobody trusts");
	make_proof(line, 1, 1, 1);
	ok(refused("E_SIGNATURE", "not signed by a trusted key"), "a signature of another key alone");
	trust.count = 2;
	ok(refused("E_SIGNATURE", "not signed by a trusted key"), "of a trusted one that is not the log's");
	make_proof(line, 1, 1, 0);
	buf_text(&file, "\xe2\x80\x94 other.example ");
	memcpy(forged, keys[1].id, TLOG_KEY_ID);
	base64_write(&file, span_make(forged, sizeof forged));
	buf_byte(&file, '\n');
	ok(refused("E_SIGNATURE", "other.example does not hold"),
	    "a line of a trusted key that does not hold");
	trust.count = 1;
}

static void
lines(void)
{
	struct buf other[LINES] = { line[0], { 0 }, line[2] };
	struct tlog_proof_file f = { .index = 1 };
	struct span rest;

	make_proof(line, 1, 2, 0);
	ok(refused("E_INCLUSION", "not in the log"), "a proof for another place");
	make_proof(line, 1, 7, 0);
	ok(refused("E_INCLUSION", "not in the log"), "a place beyond the end");
	buf_text(&other[1], "{\"seq\":1}");
	make_proof(other, 1, 1, 0);
	ok(refused("E_LINE", "without id, type or prev"), "what is no line of a ledger");
	buf_reset(&other[1]);
	buf_text(&other[1], "no JSON");
	make_proof(other, 1, 1, 0);
	ok(refused("E_LINE", "not a line of a ledger"), "nor an object");
	buf_reset(&other[1]);
	buf_add(&other[1], span_head(buf_span(&line[1]), line[1].len - 1));
	buf_text(&other[1], " }");
	make_proof(other, 1, 1, 0);
	ok(refused("E_LINE", "another spelling"), "a line in another spelling");
	make_proof((struct buf[LINES]){ line[0], line[2], line[1] }, 1, 1, 0);
	ok(refused("E_LINE", "another number"), "a line of another number");
	rest = span_make(strstr(file.p, "\n\n") + 2, 0);
	rest.len = (size_t)(file.p + file.len - rest.p);
	f.checkpoint = rest;
	buf_reset(&other[1]);
	tlog_proof_file_write(&f, &other[1]);
	buf_reset(&file);
	buf_add(&file, buf_span(&other[1]));
	ok(refused("E_PROOF", "without the line"), "no line at all");
	buf_done(&other[1]);
}

/* Nothing in a proof is without weight. */
static void
flips(void)
{
	size_t held = 0;

	make_proof(line, 1, 1, 0);
	for (size_t i = 0; i < file.len; i++)
		for (int bit = 0; bit < 8; bit++) {
			const char *name = "p/flipped.tlog-proof";

			file.p[i] ^= (char)(1 << bit);
			spill(name, buf_span(&file));
			file.p[i] ^= (char)(1 << bit);
			held += !check(&name, 1) || proof_check_held(&c) == 1;
		}
	ok(held == 0, "every bit of a proof counts");
}

static void
histories(void)
{
	const char *both[2] = { names[0], "p/other.tlog-proof" };

	make_proof((struct buf[LINES]){ line[0], line[2], line[2] }, 0, 0, 0);
	spill(both[1], buf_span(&file));
	ok(check(both, 2) && proof_check_held(&c) == 0 && strcmp(c.list[0].why.code, "E_FORK") == 0 &&
	    strcmp(c.list[1].why.code, "E_FORK") == 0, "two histories of one log are found");
	both[1] = names[0];
	ok(check(both, 2) && proof_check_held(&c) == 2, "one history twice is none");
}

static void
reading(void)
{
	struct error e = { 0 };
	json_t *odd;

	proof_check_end(&c);
	proof_check_begin(&c, &trust);
	ok(proof_check_add(&c, "p/none", &e) < 0 && e.status == STATUS_INPUT && c.count == 0,
	    "a file that is not there ends the run");
	unlink(policy_path.p);
	mkdir(policy_path.p, 0700);
	ok(!check(names, LINES), "and so does one beside them that cannot be read");
	rmdir(policy_path.p);
	odd = json_pack("{s[{},{sssissss}]}", "notices", "id", "a", "version", 1, "lang", "en", "sha256", "no");
	ok(notice_digest_in(NULL, SPAN("a@1/en")).p == NULL &&
	    notice_digest_in(odd, SPAN("a@1/en")).p == NULL, "a document that tells of no notice");
	json_decref(odd);
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
	char dir[] = "/tmp/proofs-XXXXXX";
	unsigned char seed[KEY_BYTES] = { 1 }, public[ED25519_PUBLIC];

	if (mkdtemp(dir) == NULL || chdir(dir) < 0 || mkdir("p", 0700) < 0 ||
	    mkdir("p/policies", 0700) < 0 || mkdir("p/notices", 0700) < 0)
		return 1;
	ed25519_keys(seed, public, secret[0]);
	keys[0] = tlog_key_make(SPAN("north.example/consent"), TLOG_KEY_ED25519, public);
	seed[0] = 2;
	ed25519_keys(seed, public, secret[1]);
	keys[1] = tlog_key_make(SPAN("other.example"), TLOG_KEY_ED25519, public);
	proof_check_begin(&c, &trust);
	make_lines();
	lay();
	whole();
	beside();
	signatures();
	lines();
	flips();
	histories();
	reading();
	proof_check_end(&c);
	for (size_t i = 0; i < LINES; i++)
		buf_done(&line[i]);
	buf_done(&file);
	buf_done(&policy);
	buf_done(&notice_path);
	buf_done(&policy_path);
	buf_done(&words);
	if (chdir("/") < 0 || nftw(dir, drop, 8, FTW_DEPTH | FTW_PHYS) != 0)
		ok(false, "the directory of the test is removed");
	return tap_done();
}
