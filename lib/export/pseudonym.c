/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/pseudonym.c: one key a destination. */
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "export/audience.h"
#include "export/egress_log.h"
#include "export/pseudonym.h"
#include "io/keyfile.h"
#include "io/ndjson.h"

#include <sys/stat.h>

enum { PSEUDONYM_LEN = 22 };

struct earlier {			/* runs of the egress log */
	struct span	to;
	bool		had;		/* one of them had pseudonyms */
};

static bool
wanted(const struct contract *c)
{
	for (size_t i = 0; i < c->field_count; i++)
		if (c->fields[i].kind == FIELD_PSEUDONYM)
			return true;
	return false;
}

static int
look(void *arg, const struct egress_line *l, struct error *e)
{
	struct earlier *x = arg;
	uint32_t fields = ndjson_find(l->tape, 0, SPAN("fields"));

	(void)e;
	if (fields == 0 || !span_is(l->event, "intent") || !span_equal(l->to, x->to))
		return 0;
	for (uint32_t f = ndjson_first(l->tape, fields); f != 0; f = ndjson_sibling(l->tape, f))
		x->had |= ndjson_is(l->tape, f, SPAN("pseudonym"));
	return 0;
}

/* Under a new key everybody would be somebody new to who has had pseudonyms. */
static int
check_first(const struct audience *a, const char *key, struct error *e)
{
	struct earlier x = { a->contract.id, false };
	struct buf log = { 0 };
	struct stat st;
	int r = 0;

	buf_print(&log, "%s/egress/journal.ndjson%c", a->state, 0);
	if (lstat(log.p, &st) == 0)
		r = egress_log_each(a->state, look, &x, e);
	buf_done(&log);
	if (r == 0 && x.had)
		return error_set(e, USAGE, "E_KEY_FILE",
		    "%s: is lost: the pseudonyms that the destination has are of this key", key);
	return r;
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
	if (lstat(path.p, &st) < 0) {
		r = check_first(a, path.p, e);
		if (r == 0)
			r = keyfile_make(path.p, "pseudonym", "p1", e);
	}
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
