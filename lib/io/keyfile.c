/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/keyfile.c: secret keys in files that nobody else can read. */
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "io/fd.h"
#include "io/keyfile.h"
#include "io/out.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_FILE_MAX = 256 };

static int
bad_file(struct error *e, const char *path, const char *why)
{
	return error_set(e, USAGE, "E_KEY_FILE", "%s: %s", path, why);
}

/* "cdp-key/1 token t1 BASE64" */
static int
parse(struct span line, const char *use, unsigned char **key, char id[KEYFILE_ID])
{
	struct span part, rest = line;
	struct buf bytes = { 0 };
	int r = -1;

	if (!span_split(&rest, ' ', &part) || !span_is(part, "cdp-key/1") ||
	    !span_split(&rest, ' ', &part) || !span_is(part, use) ||
	    !span_split(&rest, ' ', &part) || part.len == 0 || part.len >= KEYFILE_ID)
		return -1;
	memcpy(id, part.p, part.len);
	id[part.len] = '\0';
	if (rest.p != NULL && base64_read(&bytes, rest) && bytes.len == KEY_BYTES) {
		*key = secret_new(KEY_BYTES);
		memcpy(*key, bytes.p, KEY_BYTES);
		r = 0;
	}
	if (bytes.p != NULL)
		secret_wipe(bytes.p, bytes.cap);
	buf_done(&bytes);
	return r;
}

/* The whole file, however it comes; -1 if it is longer than a key or cannot be read. */
static ssize_t
read_all(int fd, char text[KEY_FILE_MAX])
{
	size_t have = 0;

	while (have < KEY_FILE_MAX) {
		ssize_t n = fd_read(fd, text + have, KEY_FILE_MAX - have);

		if (n < 0)
			return -1;
		if (n == 0)
			return (ssize_t)have;
		have += (size_t)n;
	}
	return -1;
}

int
keyfile_read(const char *path, const char *use, unsigned char **key, char id[KEYFILE_ID],
    struct error *e)
{
	char text[KEY_FILE_MAX];
	struct stat st;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), r;

	*key = NULL;
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
	n = read_all(fd, text);
	close(fd);
	if (n > 0 && text[n - 1] == '\n')
		n--;
	r = n <= 0 ? -1 : parse(span_make(text, (size_t)n), use, key, id);
	secret_wipe(text, sizeof text);
	return r < 0 ? bad_file(e, path, "not a key of that use") : 0;
}

/* Appears whole: a run that is killed in here must not leave half a key. */
int
keyfile_make(const char *path, const char *use, const char *id, struct error *e)
{
	unsigned char bytes[KEY_BYTES];
	struct buf line = { 0 };
	struct stat st;
	struct out *o;
	int r = -1;

	if (lstat(path, &st) == 0)
		return bad_file(e, path, "there is one already");
	random_fill(bytes, sizeof bytes);
	buf_print(&line, "cdp-key/1 %s %s ", use, id);
	base64_write(&line, span_make((const char *)bytes, sizeof bytes));
	buf_byte(&line, '\n');
	o = out_open(path, e);
	if (o != NULL) {
		out_add(o, buf_span(&line));
		r = out_commit(o, e);
	}
	secret_wipe(bytes, sizeof bytes);
	secret_wipe(line.p, line.cap);
	buf_done(&line);
	return r;
}
