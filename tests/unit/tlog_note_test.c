/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/tlog_note_test.c: verifier keys, signed notes, checkpoints. */
#include "base/buf.h"
#include "base/error.h"
#include "io/tlog_checkpoint.h"
#include "io/tlog_note.h"
#include "tap.h"

#include <stdlib.h>

/* The published example of c2sp.org/signed-note. */
static const char example_key[] =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
static const char example_note[] = "This is an example message.\n\n\xe2\x80\x94 example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72Iney"
    "aQM=\n";

static struct buf b;
static unsigned char secret[ED25519_SECRET], public[ED25519_PUBLIC];

static bool
says(const char *got, const char *want)
{
	if (got != NULL && strstr(got, want) != NULL)
		return true;
	printf("# got %s\n", got == NULL ? "NULL" : got);
	return false;
}

/* The text with `from`, which is in it once, replaced. */
static struct span
with(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	buf_reset(&b);
	if (at == NULL)
		return SPAN("");
	buf_add(&b, span_make(text, (size_t)(at - text)));
	buf_text(&b, to);
	buf_text(&b, at + strlen(from));
	return buf_span(&b);
}

static void
keys(void)
{
	struct tlog_key key, again;

	ok(tlog_key_read(span_from(example_key), &key) == NULL && span_is(key.name, "example.com/foo") &&
	    key.type == TLOG_KEY_ED25519, "the published key is read");
	buf_reset(&b);
	tlog_key_write(&key, &b);
	ok(span_is(buf_span(&b), example_key), "and written back");
	again = tlog_key_make(key.name, TLOG_KEY_ED25519, key.public);
	ok(memcmp(again.id, "\x53\x0d\x90\x3a", TLOG_KEY_ID) == 0, "its id is worked out");
	again = tlog_key_make(key.name, TLOG_KEY_WITNESS, key.public);
	ok(memcmp(again.id, key.id, TLOG_KEY_ID) != 0, "another type is another key");
	ok(says(tlog_key_read(with(example_key, "530d", "530e"), &key), "key id") &&
	    says(tlog_key_read(with(example_key, "foo+", "fooo+"), &key), "key id") &&
	    says(tlog_key_read(with(example_key, "Aeky", "Aekz"), &key), "key id"),
	    "an id of another name or key is refused");
	ok(says(tlog_key_read(with(example_key, "Aeky", "Aek"), &key), "not a verifier key") &&
	    says(tlog_key_read(with(example_key, "530d", "530D"), &key), "not a verifier key") &&
	    says(tlog_key_read(with(example_key, "+A", "-A"), &key), "not a verifier key") &&
	    says(tlog_key_read(with(example_key, "example.com", "a b"), &key), "not a verifier key") &&
	    says(tlog_key_read(SPAN("a+530d903a+"), &key), "holds no key") &&
	    says(tlog_key_read(SPAN("a+530d903a+Bg=="), &key), "type that is not built in") &&
	    says(tlog_key_read(SPAN("a+530d903a+AQ=="), &key), "wrong length"),
	    "what is no key, or none we know, is refused and named");
}

static void
names(void)
{
	char longest[TLOG_NAME_MOST + 1];

	memset(longest, 'x', sizeof longest);
	ok(tlog_name_fits(SPAN("north.example/consent")) && tlog_name_fits(SPAN("\xc3\xa9t\xc3\xa9")) &&
	    tlog_name_fits(span_make(longest, TLOG_NAME_MOST)), "names");
	ok(!tlog_name_fits(SPAN("")) && !tlog_name_fits(SPAN("a b")) && !tlog_name_fits(SPAN("a+b")) &&
	    !tlog_name_fits(SPAN("a\nb")) && !tlog_name_fits(SPAN("a\xc2\xa0")) &&
	    !tlog_name_fits(SPAN("a\xe2\x80\xaf")) && !tlog_name_fits(SPAN("a\xe3\x80\x80")) &&
	    !tlog_name_fits(SPAN("\xff")) && !tlog_name_fits(SPAN("a\x7f")) &&
	    !tlog_name_fits(span_make(longest, TLOG_NAME_MOST + 1)), "what is none");
}

static void
trust(void)
{
	struct tlog_keys keys;
	struct tlog_key key;
	struct error e = { 0 };

	buf_reset(&b);
	buf_print(&b, "# ours\n\n%s\n", example_key);
	ok(tlog_keys_read(buf_span(&b), &keys, &e) == 0 && keys.count == 1, "a file of keys");
	ok(tlog_key_read(span_from(example_key), &key) == NULL &&
	    tlog_keys_find(&keys, key.name, key.id) == &keys.list[0] &&
	    tlog_keys_find(&keys, SPAN("other"), key.id) == NULL, "a key is found by name and id");
	tlog_keys_done(&keys);
	buf_print(&b, "%s\n", example_key);
	ok(tlog_keys_read(buf_span(&b), &keys, &e) < 0 && e.line == 4 && e.status == STATUS_USAGE &&
	    says(e.text, "twice"), "one key twice is a mistake, with its line");
	tlog_keys_done(&keys);
	error_clear(&e);
	ok(tlog_keys_read(SPAN("# none\n"), &keys, &e) < 0 && says(e.text, "no key"), "no key is one too");
	tlog_keys_done(&keys);
	error_clear(&e);
	ok(tlog_keys_read(SPAN("what\n"), &keys, &e) < 0 && e.line == 1, "and so is what is no key");
	tlog_keys_done(&keys);
}

static void
notes(void)
{
	struct tlog_key key;
	struct tlog_note note;

	(void)tlog_key_read(span_from(example_key), &key);
	ok(tlog_note_read(span_from(example_note), &note) == NULL && note.count == 1 &&
	    span_is(note.text, "This is an example message.\n"), "the published note is read");
	ok(tlog_note_said(&note, &key) == TLOG_SIGNED, "its signature holds");
	ok(tlog_note_read(with(example_note, "an ex", "no ex"), &note) == NULL &&
	    tlog_note_said(&note, &key) == TLOG_FORGED, "not over another text");
	ok(tlog_note_read(with(example_note, "foo Uw2QOk", "foo Uw2QOg"), &note) == NULL &&
	    tlog_note_said(&note, &key) == TLOG_FORGED, "nor when it is changed");
	ok(tlog_note_read(with(example_note, "foo U", "foo V"), &note) == NULL &&
	    tlog_note_said(&note, &key) == TLOG_SILENT, "another key id is another key");
	ok(tlog_note_read(with(example_note, "foo U", "fop U"), &note) == NULL &&
	    tlog_note_said(&note, &key) == TLOG_SILENT, "and so is another name");
	ok(tlog_note_read(with(example_note, "message.\n\n", "message.\n\nmore\n\n"), &note) == NULL &&
	    span_is(note.text, "This is an example message.\n\nmore\n"),
	    "the text ends at the last empty line");
}

static void
no_notes(void)
{
	struct tlog_note note;
	char *much = calloc(1, TLOG_NOTE_MOST + 1);

	ok(says(tlog_note_read(SPAN(""), &note), "not a signed note") &&
	    says(tlog_note_read(SPAN("text\n"), &note), "not a signed note") &&
	    says(tlog_note_read(with(example_note, "aQM=\n", "aQM="), &note), "no end of line") &&
	    says(tlog_note_read(SPAN("text\n\n"), &note), "without a signature"), "no signature at all");
	ok(says(tlog_note_read(with(example_note, "message", "mess\tage"), &note), "control bytes") &&
	    says(tlog_note_read(with(example_note, "message", "mess\xff"), &note), "UTF-8") &&
	    says(tlog_note_read(with(example_note, "\n\n", "\r\n\r\n"), &note), "control bytes"),
	    "bytes that may not be");
	ok(says(tlog_note_read(with(example_note, "\xe2\x80\x94 ", "- "), &note), "no signature") &&
	    says(tlog_note_read(with(example_note, "QM=", "QM"), &note), "no signature") &&
	    says(tlog_note_read(with(example_note, "foo Uw2QO", "foo  Uw2QO"), &note), "no signature") &&
	    says(tlog_note_read(SPAN("a\n\n\xe2\x80\x94 k AAAAAA==\n"), &note), "no signature") &&
	    says(tlog_note_read(SPAN("a\n\n\xe2\x80\x94 k\n"), &note), "no signature"),
	    "lines that are no signature");
	memset(much, 'x', TLOG_NOTE_MOST + 1);
	ok(says(tlog_note_read(span_make(much, TLOG_NOTE_MOST + 1), &note), "1 MiB"), "too much");
	free(much);
	buf_reset(&b);
	buf_text(&b, "a\n\n");
	for (int i = 0; i < TLOG_SIGNATURES_MOST; i++)
		buf_print(&b, "\xe2\x80\x94 k%d AAAAAAA=\n", i);
	ok(tlog_note_read(buf_span(&b), &note) == NULL && note.count == TLOG_SIGNATURES_MOST,
	    "64 signatures are read");
	buf_print(&b, "\xe2\x80\x94 one.more AAAAAAA=\n");
	ok(says(tlog_note_read(buf_span(&b), &note), "more than 64"), "65 are not");
}

static void
signing(void)
{
	struct tlog_key log = tlog_key_make(SPAN("north.example/consent"), TLOG_KEY_ED25519, public);
	struct tlog_key stranger;
	struct tlog_note note;
	struct buf made = { 0 };

	(void)tlog_key_read(span_from(example_key), &stranger);
	tlog_note_begin(&made, SPAN("some text\n"));
	tlog_note_sign(&made, SPAN("some text\n"), &log, secret);
	buf_text(&made, "\xe2\x80\x94 unknown.example AAAAAAA=\n");
	ok(tlog_note_read(buf_span(&made), &note) == NULL && note.count == 2 &&
	    tlog_note_said(&note, &log) == TLOG_SIGNED, "what is signed is read and holds");
	ok(tlog_note_said(&note, &stranger) == TLOG_SILENT &&
	    span_is(note.signature[1].name, "unknown.example"), "unknown lines are kept and say nothing");
	buf_done(&made);
}

/* Made by another implementation of Ed25519 from the text of the specification. */
static void
witnesses(void)
{
	static const char witness_key[] =
	    "witness.example+40e5303d+BHm1Vi6P5lT5QHixEuipi6eQH4U65pW+1+DjkQutBJZk";
	static const char seen[] = "north.example/consent\n3\n"
	    "PH6byTDck/AfppmF7yQtn56GHzxTVaokzl70tLinDMs=\n\n"
	    "\xe2\x80\x94 witness.example "
	    "QOUwPQAAAABkGFDLW4pBFXgx4lp+uie5ERoZ1VDw1/ugFJKCzBfnafkxXp5n"
	    "dllJQOCht2qDVl73mQNWE0kl84MtGBpyiKhrTf2QDg==\n";
	struct tlog_key witness;
	struct tlog_note note;

	ok(tlog_key_read(span_from(witness_key), &witness) == NULL &&
	    witness.type == TLOG_KEY_WITNESS, "the key of a witness is read");
	ok(tlog_note_read(span_from(seen), &note) == NULL &&
	    tlog_note_said(&note, &witness) == TLOG_SIGNED, "its line holds over time and text");
	ok(tlog_note_read(with(seen, "\n3\n", "\n4\n"), &note) == NULL &&
	    tlog_note_said(&note, &witness) == TLOG_FORGED, "it saw that text");
	ok(tlog_note_read(with(seen, "QOUwPQAAAABk", "QOUwPQAAAABl"), &note) == NULL &&
	    tlog_note_said(&note, &witness) == TLOG_FORGED, "at that time");
	witness.type = TLOG_KEY_ED25519;
	ok(tlog_note_read(span_from(seen), &note) == NULL &&
	    tlog_note_said(&note, &witness) == TLOG_FORGED, "and says nothing of another type");
}

static void
checkpoints(void)
{
	struct tlog_key log = tlog_key_make(SPAN("north.example/consent"), TLOG_KEY_ED25519, public);
	struct tlog_key other = tlog_key_make(SPAN("south.example"), TLOG_KEY_ED25519, public);
	struct tlog_key young;
	struct tlog_checkpoint c = { .origin = log.name, .size = 2431 }, got;
	struct tlog_note note;
	struct buf made = { 0 };

	(void)tlog_key_read(span_from(example_key), &young);
	young.name = log.name;
	c.root = tlog_leaf(SPAN("x"));
	tlog_checkpoint_sign(&c, &log, secret, &made);
	ok(tlog_checkpoint_open(buf_span(&made), &log, &note, &got) == NULL && got.size == 2431 &&
	    span_equal(got.origin, log.name) && tlog_hash_equal(&got.root, &c.root),
	    "a checkpoint comes back");
	ok(span_is(note.text, "north.example/consent\n2431\n"
	    "PH6byTDck/AfppmF7yQtn56GHzxTVaokzl70tLinDMs=\n"), "as three lines");
	ok(says(tlog_checkpoint_open(buf_span(&made), &other, &note, &got), "another log"),
	    "of another log");
	ok(says(tlog_checkpoint_open(buf_span(&made), &young, &note, &got), "not signed by"),
	    "of a key that did not sign");
	made.p[22] = '3';
	ok(says(tlog_checkpoint_open(buf_span(&made), &log, &note, &got), "does not hold"),
	    "of another size");
	buf_done(&made);
}

static bool
refused(const char *text, const char *why)
{
	struct tlog_checkpoint c;

	return says(tlog_checkpoint_read(span_from(text), &c), why);
}

static void
no_checkpoints(void)
{
#define ROOT "PH6byTDck/AfppmF7yQtn56GHzxTVaokzl70tLinDMs=\n"
	struct tlog_checkpoint c;

	ok(tlog_checkpoint_read(SPAN("a\n0\n" ROOT), &c) == NULL && c.size == 0 &&
	    tlog_checkpoint_read(SPAN("a\n9223372036854775807\n" ROOT), &c) == NULL, "sizes");
	ok(refused("a\n01\n" ROOT, "size") && refused("a\n+1\n" ROOT, "size") &&
	    refused("a\n\n" ROOT, "size") && refused("a\n1 \n" ROOT, "size") &&
	    refused("a\n9223372036854775808\n" ROOT, "size") &&
	    refused("a\n99999999999999999999\n" ROOT, "size"), "what is no size");
	ok(refused("a\n1\n", "three lines") && refused("\n1\n" ROOT, "three lines") &&
	    refused("a\n1\nAAAA\n", "root") && refused("a\n1\n" ROOT "more\n", "further lines") &&
	    refused("a\n1\nPH6byTDck/AfppmF7yQtn56GHzxTVaokzl70tLinDMt=\n", "root"),
	    "what is no checkpoint");
#undef ROOT
}

int
main(void)
{
	unsigned char seed[KEY_BYTES] = { 7 };

	ed25519_keys(seed, public, secret);
	keys();
	names();
	trust();
	notes();
	no_notes();
	signing();
	witnesses();
	checkpoints();
	no_checkpoints();
	buf_done(&b);
	return tap_done();
}
