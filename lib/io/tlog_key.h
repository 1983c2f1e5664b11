/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/tlog_key.h: verifier keys of signed notes (c2sp.org/signed-note, "Verifier keys"): the
 * text "name+id+base64(type ‖ public key)", where id is 8 hex digits, the first 4 bytes of
 * SHA-256(name ‖ LF ‖ type ‖ public key). */
#ifndef CDP_IO_TLOG_KEY_H
#define CDP_IO_TLOG_KEY_H

#include "base/attr.h"
#include "base/crypto.h"	/* ED25519_PUBLIC */
#include "base/span.h"		/* passed by value */
#include <stdbool.h>

struct buf;
struct error;

enum { TLOG_KEY_ID = 4, TLOG_NAME_MOST = 255 };

enum tlog_key_type {
	TLOG_KEY_ED25519 = 1,		/* signs the text of the note */
	TLOG_KEY_WITNESS = 4		/* c2sp.org/tlog-cosignature: time and text */
};

struct tlog_key {
	struct span		name;	/* borrowed from the text or the caller */
	enum tlog_key_type	type;
	unsigned char		id[TLOG_KEY_ID];
	unsigned char		public[ED25519_PUBLIC];
};

/* The keys of one trust file: one key a line, blank lines and lines that begin with # aside. */
struct tlog_keys {
	struct tlog_key	*list;
	size_t		 count, cap;
};

/* 1 to TLOG_NAME_MOST bytes of UTF-8 without control bytes, Unicode spaces and '+'. */
bool tlog_name_fits(struct span name);
struct tlog_key tlog_key_make(struct span name, enum tlog_key_type type,
    const unsigned char public[ED25519_PUBLIC]);	/* works out the id; borrows the name */
void tlog_key_write(const struct tlog_key *key, struct buf *out);	/* without LF */
/* NULL, or what is wrong with it: a text that borrows nothing. */
const char *tlog_key_read(struct span text, struct tlog_key *key);

/* The keys of a text; they borrow from it. -1: USAGE E_TRUST with the line, also when there is
 * no key in it, or one twice. Freed with tlog_keys_done in either case. */
MUST_USE int tlog_keys_read(struct span text, struct tlog_keys *keys, struct error *e);
void tlog_keys_done(struct tlog_keys *keys);
/* The key that a signature line names, or NULL. */
const struct tlog_key *tlog_keys_find(const struct tlog_keys *keys, struct span name,
    const unsigned char id[TLOG_KEY_ID]);

#endif
