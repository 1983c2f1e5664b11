/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/tlog.c: what strangers hand in (consent 10.3, X15): proof files, signed notes, checkpoints,
 * verifier keys. What is read is written back as it stood; a proof that was not made for its tree
 * does not hold. */
#include "base/buf.h"
#include "io/tlog_checkpoint.h"
#include "io/tlog_note.h"
#include "io/tlog_proof_file.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool held)
{
	if (!held)
		abort();
}

static void
try_key(struct span text)
{
	struct buf again = { 0 };
	struct tlog_key key;

	if (tlog_key_read(text, &key) == NULL) {
		tlog_key_write(&key, &again);
		must(span_equal(buf_span(&again), text));
	}
	buf_done(&again);
}

static void
try_note(struct span text, struct tlog_checkpoint *c)
{
	struct tlog_key key = tlog_key_make(SPAN("north.example/consent"), TLOG_KEY_ED25519,
	    (const unsigned char[ED25519_PUBLIC]){ 0 });
	struct buf again = { 0 };
	struct tlog_note note;

	if (tlog_note_read(text, &note) == NULL) {
		must(tlog_note_said(&note, &key) != TLOG_SIGNED);	/* no such key signs anything */
		tlog_note_begin(&again, note.text);
		for (size_t i = 0; i < note.count; i++) {
			buf_add(&again, note.signature[i].line);
			buf_byte(&again, '\n');
		}
		must(span_equal(buf_span(&again), text));
		if (tlog_checkpoint_read(note.text, c) == NULL) {
			buf_reset(&again);
			tlog_checkpoint_write(c, &again);
			must(span_equal(buf_span(&again), note.text));
		}
	}
	buf_done(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_make((const char *)data, size), rest = text, line;
	struct tlog_checkpoint c = { 0 };
	struct buf held = { 0 }, again = { 0 };
	struct tlog_proof_file f;
	struct tlog_hash nothing = { { 0 } };

	while (span_split(&rest, '\n', &line))
		try_key(line);
	try_note(text, &c);
	if (tlog_proof_file_read(text, &f, &held) == NULL) {
		tlog_proof_file_write(&f, &again);
		must(span_equal(buf_span(&again), text));
		try_note(f.checkpoint, &c);
		must(!tlog_included(f.index, &nothing, c.size, &c.root, f.proof.hash, f.proof.count));
	}
	buf_done(&held);
	buf_done(&again);
	return 0;
}
