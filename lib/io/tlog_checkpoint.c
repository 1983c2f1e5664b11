/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_checkpoint.c: the state of a log as a signed note. */
#include "base/buf.h"
#include "base/encode.h"
#include "base/number.h"
#include "io/tlog_checkpoint.h"
#include "io/tlog_note.h"

void
tlog_checkpoint_write(const struct tlog_checkpoint *c, struct buf *out)
{
	buf_add(out, c->origin);
	buf_byte(out, '\n');
	buf_u64(out, c->size);
	buf_byte(out, '\n');
	base64_write(out, span_make((const char *)c->root.bytes, SHA256_BYTES));
	buf_byte(out, '\n');
}

void
tlog_checkpoint_sign(const struct tlog_checkpoint *c, const struct tlog_key *key,
    const unsigned char *secret, struct buf *out)
{
	struct buf text = { 0 };

	tlog_checkpoint_write(c, &text);
	tlog_note_begin(out, buf_span(&text));
	tlog_note_sign(out, buf_span(&text), key, secret);
	buf_done(&text);
}

static bool
read_root(struct span text, struct tlog_hash *root)
{
	struct buf bytes = { 0 };
	bool is = base64_read(&bytes, text) && bytes.len == SHA256_BYTES;

	if (is)
		memcpy(root->bytes, bytes.p, SHA256_BYTES);
	buf_done(&bytes);
	return is;
}

const char *
tlog_checkpoint_read(struct span text, struct tlog_checkpoint *c)
{
	struct span rest = text, size, root;

	if (!span_split(&rest, '\n', &c->origin) || c->origin.len == 0 ||
	    !span_split(&rest, '\n', &size) || !span_split(&rest, '\n', &root) || rest.p == NULL)
		return "not a checkpoint: fewer than three lines";
	if (rest.len > 0)
		return "a checkpoint with further lines";
	if (!u64_parse(size, &c->size) || (size.p[0] == '0' && size.len > 1) ||
	    c->size >> (TLOG_LEVELS - 1) != 0)
		return "a checkpoint whose size is not a plain number below 2^63";
	return read_root(root, &c->root) ? NULL : "a checkpoint whose root is not a digest";
}

const char *
tlog_checkpoint_open(struct span bytes, const struct tlog_key *key, struct tlog_note *note,
    struct tlog_checkpoint *c)
{
	const char *why = tlog_note_read(bytes, note);

	if (why == NULL)
		why = tlog_checkpoint_read(note->text, c);
	if (why != NULL)
		return why;
	if (!span_equal(c->origin, key->name))
		return "a checkpoint of another log";
	switch (tlog_note_said(note, key)) {
	case TLOG_SIGNED:
		return NULL;
	case TLOG_FORGED:
		return "the signature of the checkpoint does not hold";
	default:
		return "the checkpoint is not signed by the key of the log";
	}
}
