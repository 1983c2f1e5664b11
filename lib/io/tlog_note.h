/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_note.h: signed notes (c2sp.org/signed-note): a text that ends in LF, an empty line,
 * and lines "— name base64(key id ‖ signature)". All over memory; reading borrows from the note.
 * Functions that give a text give NULL when all is well, else what is wrong, which borrows
 * nothing and shows no byte of the note. */
#ifndef CDP_IO_TLOG_NOTE_H
#define CDP_IO_TLOG_NOTE_H

#include "base/span.h"	/* passed by value */
#include "io/tlog_key.h"	/* TLOG_KEY_ID */
#include <stdbool.h>
#include <stddef.h>

struct buf;

enum {
	TLOG_NOTE_MOST = 1 << 20,	/* bytes; more is no note of ours */
	TLOG_SIGNATURES_MOST = 64	/* the specification asks for at least 16 */
};

struct tlog_signature {
	struct span	name;
	unsigned char	id[TLOG_KEY_ID];
	struct span	line;		/* the whole line without LF */
};

struct tlog_note {
	struct span		text;		/* with its last LF: what is signed */
	size_t			count;		/* ≥ 1 */
	struct tlog_signature	signature[TLOG_SIGNATURES_MOST];
};

/* What a key says about a note. */
enum tlog_said {
	TLOG_SILENT,	/* no line of this key */
	TLOG_SIGNED,	/* every line of it holds, and there is one */
	TLOG_FORGED	/* a line of it does not hold: the note is to be refused */
};

const char *tlog_note_read(struct span bytes, struct tlog_note *note);
enum tlog_said tlog_note_said(const struct tlog_note *note, const struct tlog_key *key);

/* Appends `text`, which must end in LF, and the empty line after it. Signature lines follow. */
void tlog_note_begin(struct buf *out, struct span text);
/* Appends the line of this key (TLOG_KEY_ED25519) over `text`. */
void tlog_note_sign(struct buf *out, struct span text, const struct tlog_key *key,
    const unsigned char secret[ED25519_SECRET]);

#endif
