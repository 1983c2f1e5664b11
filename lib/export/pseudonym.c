/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/pseudonym.c: one key a destination. */
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "export/audience.h"
#include "export/pseudonym.h"
#include "io/keyfile.h"

#include <sys/stat.h>

enum { PSEUDONYM_LEN = 22 };

static bool
wanted(const struct contract *c)
{
	for (size_t i = 0; i < c->field_count; i++)
		if (c->fields[i].kind == FIELD_PSEUDONYM)
			return true;
	return false;
}

int
pseudonym_open(struct audience *a, struct error *e)
{
	struct buf path = { 0 };
	char id[KEYFILE_ID];
	struct stat st;
	int r = 0;

	if (!wanted(&a->contract))
		return 0;
	buf_print(&path, "%s/keys/pseudonym-%.*s", a->state, SPAN_ARG(a->contract.id));
	buf_byte(&path, '\0');
	if (lstat(path.p, &st) < 0)
		r = keyfile_make(path.p, "pseudonym", "p1", e);
	if (r == 0)
		r = keyfile_read(path.p, "pseudonym", &a->pseudonym_key, id, e);
	buf_done(&path);
	return r;
}

void
pseudonym_write(const struct audience *a, struct span profile_id, struct buf *out)
{
	unsigned char hash[SHA256_BYTES];
	struct buf text = { 0 };

	hmac_sha256(a->pseudonym_key, KEY_BYTES, profile_id, hash);
	base64url_write(&text, span_make((const char *)hash, sizeof hash));
	buf_add(out, span_head(buf_span(&text), PSEUDONYM_LEN));
	buf_done(&text);
}

void
pseudonym_close(struct audience *a)
{
	secret_free(a->pseudonym_key);
	a->pseudonym_key = NULL;
}
