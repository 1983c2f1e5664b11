/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/token.h: keys, and the keyed hash that stands for an identifier. */
#ifndef CDP_MODEL_TOKEN_H
#define CDP_MODEL_TOKEN_H

#include "base/attr.h"
#include "base/span.h"	/* by value */
#include <stdbool.h>

struct blake2b;
struct buf;
struct error;

/* BLAKE2b-256 over "cdp-token/1" 0 type 0 value under the token key, cut in two (consent 3.4). */
struct token {
	unsigned char	lookup[16];
	unsigned char	suppression[16];	/* zeros where only the lookup token is known */
};

/* A 32-byte key in locked memory and its public id. */
struct token_key {
	unsigned char	*bytes;		/* secret_new; NULL: no key */
	char		 id[32];
	struct blake2b	*started;	/* of tokens, with the key taken in, as secret; NULL: not yet */
};

/* Reads a key file "cdp-key/1 <use> <id> <base64>": one line, regular file, one link, ours, mode 0400
 * or 0600, else status USAGE (E_KEY_FILE). */
MUST_USE int token_key_read(const char *path, const char *use, struct token_key *k, struct error *e);
void token_key_done(struct token_key *k);
/* 16 hex digits that tell which key it is without giving it away. */
void token_key_fingerprint(const struct token_key *k, char out[17]);

/* Token of a canonical value. For record ids the type is "record". */
struct token token_of(const struct token_key *k, struct span type, struct span value);
bool token_equal(const struct token *a, const struct token *b);		/* lookup halves */
/* "type:keyid:22 base64url characters" of the lookup half, and back. */
void token_write(struct buf *out, const struct token_key *k, struct span type, const struct token *t);
MUST_USE int token_read(struct span text, struct span *type, struct span *key_id, struct token *t);

#endif
