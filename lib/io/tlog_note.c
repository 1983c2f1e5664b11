/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_note.c: signed notes, read, checked and made. */
#include "base/buf.h"
#include "base/encode.h"
#include "base/utf8.h"
#include "io/tlog_note.h"

#include <assert.h>

enum { TIME_BYTES = 8 };	/* seconds, the highest byte first, before a witness's signature */

static const struct span dash = SPAN_INIT("\xe2\x80\x94 ");	/* em dash, blank */

/* Only LF among the control bytes: what is shown is what is signed. */
static bool
is_plain(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] < ' ' && s.p[i] != '\n')
			return false;
	return utf8_bad(s) == s.len;
}

/* Where the last empty line is: the place of the first of its two LF, or s.len. */
static size_t
last_gap(struct span s)
{
	for (size_t i = s.len; i >= 2; i--)
		if (s.p[i - 1] == '\n' && s.p[i - 2] == '\n')
			return i - 2;
	return s.len;
}

static bool
read_signature(struct span line, struct tlog_signature *to)
{
	struct span rest = span_skip(line, dash.len);
	struct buf bytes = { 0 };
	bool is = span_starts(line, dash) && span_split(&rest, ' ', &to->name) &&
	    tlog_name_fits(to->name) && rest.p != NULL && base64_read(&bytes, rest) &&
	    bytes.len > TLOG_KEY_ID;

	if (is)
		memcpy(to->id, bytes.p, TLOG_KEY_ID);
	to->line = line;
	buf_done(&bytes);
	return is;
}

const char *
tlog_note_read(struct span bytes, struct tlog_note *note)
{
	struct span line, rest;
	size_t gap;

	if (bytes.len > TLOG_NOTE_MOST)
		return "a note of more than 1 MiB";
	if (!is_plain(bytes))
		return "a note with control bytes, or not UTF-8";
	gap = last_gap(bytes);
	if (gap == bytes.len || bytes.p[bytes.len - 1] != '\n')
		return "not a signed note: no empty line before signatures, or no end of line";
	note->text = span_head(bytes, gap + 1);
	note->count = 0;
	rest = span_make(bytes.p + gap + 2, bytes.len - gap - 2);
	for (; rest.len > 0; note->count++) {
		line = span_head(rest, span_index(rest, '\n'));
		rest = span_skip(rest, line.len + 1);
		if (note->count == TLOG_SIGNATURES_MOST)
			return "a note with more than 64 signatures";
		if (!read_signature(line, &note->signature[note->count]))
			return "a note with a line that is no signature";
	}
	return note->count > 0 ? NULL : "a note without a signature";
}

/* A witness signs the time and the text. */
static bool
cosignature_holds(struct span text, const struct tlog_key *key, const unsigned char *bytes)
{
	struct buf message = { 0 };
	uint64_t seconds = 0;
	bool holds;

	for (size_t i = 0; i < TIME_BYTES; i++)
		seconds = seconds << 8 | bytes[i];
	buf_text(&message, "cosignature/v1\ntime ");
	buf_u64(&message, seconds);
	buf_byte(&message, '\n');
	buf_add(&message, text);
	holds = seconds <= INT64_MAX && ed25519_holds(key->public, buf_span(&message),
	    bytes + TIME_BYTES);
	buf_done(&message);
	return holds;
}

static bool
signature_holds(struct span text, const struct tlog_signature *s, const struct tlog_key *key)
{
	size_t want = TLOG_KEY_ID + ED25519_SIGNATURE;
	struct buf bytes = { 0 };
	const unsigned char *at;
	bool holds = false;

	if (key->type == TLOG_KEY_WITNESS)
		want += TIME_BYTES;
	if (base64_read(&bytes, span_skip(s->line, dash.len + s->name.len + 1)) && bytes.len == want) {
		at = (const unsigned char *)bytes.p + TLOG_KEY_ID;
		holds = key->type == TLOG_KEY_WITNESS ? cosignature_holds(text, key, at) :
		    ed25519_holds(key->public, text, at);
	}
	buf_done(&bytes);
	return holds;
}

enum tlog_said
tlog_note_said(const struct tlog_note *note, const struct tlog_key *key)
{
	enum tlog_said said = TLOG_SILENT;

	for (size_t i = 0; i < note->count; i++) {
		const struct tlog_signature *s = &note->signature[i];

		if (!span_equal(s->name, key->name) || memcmp(s->id, key->id, TLOG_KEY_ID) != 0)
			continue;
		if (!signature_holds(note->text, s, key))
			return TLOG_FORGED;
		said = TLOG_SIGNED;
	}
	return said;
}

void
tlog_note_begin(struct buf *out, struct span text)
{
	assert(span_ends(text, SPAN("\n")));
	buf_add(out, text);
	buf_byte(out, '\n');
}

void
tlog_note_sign(struct buf *out, struct span text, const struct tlog_key *key,
    const unsigned char secret[ED25519_SECRET])
{
	unsigned char bytes[TLOG_KEY_ID + ED25519_SIGNATURE];

	assert(key->type == TLOG_KEY_ED25519);
	memcpy(bytes, key->id, TLOG_KEY_ID);
	ed25519_sign(secret, text, bytes + TLOG_KEY_ID);
	buf_add(out, dash);
	buf_add(out, key->name);
	buf_byte(out, ' ');
	base64_write(out, span_make((const char *)bytes, sizeof bytes));
	buf_byte(out, '\n');
}
