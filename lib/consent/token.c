/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/token.c: key files, and the keyed hash that stands for an identifier. */
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "consent/policy.h"
#include "consent/token.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_FILE_MAX = 256, TOKEN_TEXT = 22 };

static int
bad_file(struct error *e, const char *path, const char *why)
{
	return error_set(e, USAGE, "E_KEY_FILE", "%s: %s", path, why);
}

/* "cdp-key/1 token t1 BASE64" */
static int
parse(struct span line, const char *use, struct token_key *k)
{
	struct span part, rest = line;
	struct buf bytes = { 0 };
	int r = -1;

	if (!span_split(&rest, ' ', &part) || !span_is(part, "cdp-key/1") ||
	    !span_split(&rest, ' ', &part) || !span_is(part, use) ||
	    !span_split(&rest, ' ', &part) || part.len == 0 || part.len >= sizeof k->id)
		return -1;
	memcpy(k->id, part.p, part.len);
	k->id[part.len] = '\0';
	if (rest.p != NULL && base64_read(&bytes, rest) && bytes.len == KEY_BYTES) {
		k->bytes = secret_new(KEY_BYTES);
		memcpy(k->bytes, bytes.p, KEY_BYTES);
		r = 0;
	}
	if (bytes.p != NULL)
		secret_wipe(bytes.p, bytes.cap);
	buf_done(&bytes);
	return r;
}

int
token_key_read(const char *path, const char *use, struct token_key *k, struct error *e)
{
	char text[KEY_FILE_MAX];
	struct stat st;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), r;

	*k = (struct token_key){ 0 };
	if (fd < 0)
		return bad_file(e, path, errno == ELOOP ? "a symbolic link" : "cannot be opened");
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_nlink != 1) {
		close(fd);
		return bad_file(e, path, "not a regular file with one name");
	}
	if (st.st_uid != geteuid() || (st.st_mode & 0177) != 0) {
		close(fd);
		return bad_file(e, path, "must be ours and mode 0400 or 0600");
	}
	n = read(fd, text, sizeof text);
	close(fd);
	if (n > 0 && text[n - 1] == '\n')
		n--;
	r = n <= 0 ? -1 : parse(span_make(text, (size_t)n), use, k);
	secret_wipe(text, sizeof text);
	return r < 0 ? bad_file(e, path, "not a key of that use") : 0;
}

int
token_key_make(const char *path, const char *use, const char *id, struct error *e)
{
	unsigned char bytes[KEY_BYTES];
	struct buf line = { 0 };
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), r = 0;

	if (fd < 0)
		return error_system(e, errno == EEXIST ? STATUS_USAGE : STATUS_RESOURCES, "E_KEY_FILE",
		    path, "make");
	random_fill(bytes, sizeof bytes);
	buf_print(&line, "cdp-key/1 %s %s ", use, id);
	base64_write(&line, span_make((const char *)bytes, sizeof bytes));
	buf_byte(&line, '\n');
	if (write(fd, line.p, line.len) != (ssize_t)line.len || fsync(fd) < 0)
		r = error_system(e, STATUS_RESOURCES, "E_KEY_FILE", path, "write");
	if (close(fd) < 0 && r == 0)
		r = error_system(e, STATUS_RESOURCES, "E_KEY_FILE", path, "close");
	secret_wipe(bytes, sizeof bytes);
	secret_wipe(line.p, line.cap);
	buf_done(&line);
	if (r < 0)
		unlink(path);
	return r;
}

void
token_key_done(struct token_key *k)
{
	secret_free(k->bytes);
	k->bytes = NULL;
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
	unsigned char hash[32];

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
	buf_print(out, ":%s:", k->id);
	base64url_write(out, span_make((const char *)t->lookup, sizeof t->lookup));
}

int
token_read(struct span text, struct span *type, struct span *key_id, struct token *t)
{
	struct buf bytes = { 0 };
	struct span id;
	size_t at = text.len < TOKEN_TEXT + 1 ? 0 : text.len - TOKEN_TEXT - 1;
	size_t colon;

	*t = (struct token){ { 0 }, { 0 } };
	if (at == 0 || text.p[at] != ':' || !base64url_read(&bytes, span_skip(text, at + 1)) ||
	    bytes.len != sizeof t->lookup) {
		buf_done(&bytes);
		return -1;
	}
	memcpy(t->lookup, bytes.p, bytes.len);
	buf_done(&bytes);
	id = span_head(text, at);
	for (colon = id.len; colon > 0 && id.p[colon - 1] != ':'; colon--)
		;
	if (colon < 2)
		return -1;
	*key_id = span_skip(id, colon);
	*type = span_head(id, colon - 1);
	return 0;
}

bool
identifier_shared(const struct policy *p, struct span type, struct span value)
{
	if (span_starts(type, SPAN("id.")))
		return names_has(&p->shared_namespaces, span_skip(type, 3));
	return span_is(type, "email") &&
	    names_has(&p->shared_mailboxes, span_head(value, span_index(value, '@')));
}
