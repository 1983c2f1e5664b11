/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/tlog_proof_file_test.c: proofs as text, both ways. */
#include "base/buf.h"
#include "io/tlog_proof_file.h"
#include "tap.h"

#define MAGIC "c2sp.org/tlog-proof@v1\n"
#define HASH "PH6byTDck/AfppmF7yQtn56GHzxTVaokzl70tLinDMs=\n"

static struct buf held, out;

static bool
comes_back(const char *text)
{
	struct tlog_proof_file f;

	if (tlog_proof_file_read(span_from(text), &f, &held) != NULL)
		return false;
	buf_reset(&out);
	tlog_proof_file_write(&f, &out);
	return span_is(buf_span(&out), text);
}

static bool
refused(const char *text, const char *want)
{
	struct tlog_proof_file f;
	const char *why = tlog_proof_file_read(span_from(text), &f, &held);

	if (why != NULL && strstr(why, want) != NULL)
		return true;
	printf("# got %s\n", why == NULL ? "NULL" : why);
	return false;
}

static void
reading(void)
{
	struct tlog_proof_file f;

	ok(tlog_proof_file_read(SPAN(MAGIC "extra eyJzZXEiOjV9\nindex 5\n" HASH HASH "\nnote\n\nsigned\n"),
	    &f, &held) == NULL, "a proof is read");
	ok(span_is(f.extra, "{\"seq\":5}") && f.index == 5 && f.proof.count == 2 &&
	    span_is(f.checkpoint, "note\n\nsigned\n"), "line, place, hashes and checkpoint");
	ok(f.proof.hash[1].bytes[0] == 0x3c && f.proof.hash[1].bytes[31] == 0xcb, "hashes are bytes");
	ok(tlog_proof_file_read(SPAN(MAGIC "index 0\n\n"), &f, &held) == NULL && f.extra.p == NULL &&
	    f.proof.count == 0 && f.checkpoint.len == 0, "no extra, no hash, nothing signed");
	ok(tlog_proof_file_read(SPAN(MAGIC "extra \nindex 0\n\n"), &f, &held) == NULL &&
	    f.extra.p != NULL && f.extra.len == 0, "an empty extra is one");
}

static void
writing(void)
{
	ok(comes_back(MAGIC "extra eyJzZXEiOjV9\nindex 5\n" HASH HASH "\nnote\n") &&
	    comes_back(MAGIC "index 0\n\nnote\n") && comes_back(MAGIC "extra \nindex 0\n\n") &&
	    comes_back(MAGIC "index 9223372036854775807\n" HASH "\n\n"),
	    "what is read is written as it stood");
}

static void
refusing(void)
{
	struct buf many = { 0 };
	struct tlog_proof_file f;

	ok(refused("", "not a proof") && refused("c2sp.org/tlog-proof@v1", "not a proof") &&
	    refused("c2sp.org/tlog-proof@v2\nindex 0\n\n", "not a proof") &&
	    refused("c2sp.org/tlog-proof@v1\r\nindex 0\n\n", "not a proof"), "another form");
	ok(refused(MAGIC, "index") && refused(MAGIC "index 1", "index") &&
	    refused(MAGIC "index \n\n", "index") && refused(MAGIC "index 01\n\n", "index") &&
	    refused(MAGIC "index -1\n\n", "index") && refused(MAGIC "index  1\n\n", "index") &&
	    refused(MAGIC "index 9223372036854775808\n\n", "index") &&
	    refused(MAGIC "extra AA==\n", "index") && refused(MAGIC "extra AA==\nextra AA==\n", "index") &&
	    refused(MAGIC HASH "\n", "index"), "no place in the log");
	ok(refused(MAGIC "extra A\nindex 0\n\n", "base64") &&
	    refused(MAGIC "extra AB==\nindex 0\n\n", "base64"), "an extra in another spelling");
	ok(refused(MAGIC "index 0\nAAAA\n\n", "no digest") &&
	    refused(MAGIC "index 0\n" HASH " \n\n", "no digest"), "a hash that is none");
	ok(refused(MAGIC "index 0\n", "checkpoint") && refused(MAGIC "index 0\n" HASH, "checkpoint"),
	    "no checkpoint");
	buf_text(&many, MAGIC "index 0\n");
	for (int i = 0; i < TLOG_PROOF_MOST; i++)
		buf_text(&many, HASH);
	buf_byte(&many, '\n');
	ok(tlog_proof_file_read(buf_span(&many), &f, &held) == NULL &&
	    f.proof.count == TLOG_PROOF_MOST, "65 hashes are read");
	many.len--;
	buf_text(&many, HASH "\n");
	ok(tlog_proof_file_read(buf_span(&many), &f, &held) != NULL, "66 are not");
	buf_room(&many, TLOG_PROOF_FILE_MOST);
	ok(tlog_proof_file_read(span_make(many.p, TLOG_PROOF_FILE_MOST + 1), &f, &held) != NULL,
	    "nor is more than a mebibyte");
	buf_done(&many);
}

int
main(void)
{
	reading();
	writing();
	refusing();
	buf_done(&held);
	buf_done(&out);
	return tap_done();
}
