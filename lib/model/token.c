/* SPDX-License-Identifier: Apache-2.0 */
/* lib/model/token.c: key files, and the keyed hash that stands for an identifier. */
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "io/keyfile.h"
#include "model/token.h"

enum { TOKEN_BYTES = 32, TOKEN_TEXT = 22 };

int
token_key_read(const char *path, const char *use, struct token_key *k, struct error *e)
{
	k->started = NULL;
	if (keyfile_read(path, use, &k->bytes, k->id, e) < 0)
		return -1;
	k->started = secret_new(sizeof *k->started);
	blake2b_start(k->started, TOKEN_BYTES, k->bytes);
	return 0;
}

void
token_key_done(struct token_key *k)
{
	secret_free(k->bytes);
	secret_free(k->started);
	k->bytes = NULL;
	k->started = NULL;
}

void
token_key_fingerprint(const struct token_key *k, char out[17])
{
	unsigned char hash[32];
	struct span part = SPAN("cdp-key-fingerprint");
	struct buf hex = { 0 };

	blake2b(hash, sizeof hash, k->bytes, &part, 1);
	hex_write(&hex, span_make((const char *)hash, 8));
	memcpy(out, hex.p, 16);
	out[16] = '\0';
	buf_done(&hex);
}

struct token
token_of(const struct token_key *k, struct span type, struct span value)
{
	struct span parts[] = { SPAN("cdp-token/1"), { "", 1 }, type, { "", 1 }, value };
	struct token t;
	unsigned char hash[TOKEN_BYTES];

	if (k->started != NULL)
		blake2b_from(k->started, hash, sizeof hash, parts, 5);
	else
		blake2b(hash, sizeof hash, k->bytes, parts, 5);
	memcpy(t.lookup, hash, 16);
	memcpy(t.suppression, hash + 16, 16);
	return t;
}

bool
token_equal(const struct token *a, const struct token *b)
{
	return memcmp(a->lookup, b->lookup, sizeof a->lookup) == 0;
}

void
token_write(struct buf *out, const struct token_key *k, struct span type, const struct token *t)
{
	buf_add(out, type);
	buf_byte(out, ':');
	buf_text(out, k->id);
	buf_byte(out, ':');
	base64url_write(out, span_make((const char *)t->lookup, sizeof t->lookup));
}

int
token_read(struct span text, struct span *type, struct span *key_id, struct token *t)
{
	struct span id;
	size_t at = text.len < TOKEN_TEXT + 1 ? 0 : text.len - TOKEN_TEXT - 1;
	size_t colon;

	*t = (struct token){ { 0 }, { 0 } };
	if (at == 0 || text.p[at] != ':' ||
	    !base64url_exact(span_skip(text, at + 1), t->lookup, sizeof t->lookup))
		return -1;
	id = span_head(text, at);
	for (colon = id.len; colon > 0 && id.p[colon - 1] != ':'; colon--)
		;
	if (colon < 2)
		return -1;
	*key_id = span_skip(id, colon);
	*type = span_head(id, colon - 1);
	return 0;
}
