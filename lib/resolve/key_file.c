/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/key_file.c: reads a key without leaving copies of it. */
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "resolve/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST = 2 * KEY_BYTES + 2 };	/* hex digits and a line end */

static ssize_t
read_all(int fd, char *p, size_t room)
{
	size_t len = 0;

	while (len < room) {
		ssize_t got = read(fd, p + len, room - len);

		if (got < 0)
			return -1;
		if (got == 0)
			break;
		len += (size_t)got;
	}
	return (ssize_t)len;
}

static int
decode(const char *text, size_t len, unsigned char *key)
{
	struct buf bytes = { 0 };
	struct span s = { text, len };
	int r = -1;

	if (len == KEY_BYTES) {
		memcpy(key, text, KEY_BYTES);
		return 0;
	}
	while (s.len > 0 && (s.p[s.len - 1] == '\n' || s.p[s.len - 1] == '\r'))
		s.len--;
	if (s.len == 2 * KEY_BYTES && hex_read(&bytes, s)) {
		memcpy(key, bytes.p, KEY_BYTES);
		secret_wipe(bytes.p, bytes.len);
		r = 0;
	}
	buf_done(&bytes);
	return r;
}

unsigned char *
key_file_load(const char *path, struct error *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	unsigned char *key = secret_new(KEY_BYTES);
	char text[MOST + 1];
	struct stat st;
	ssize_t len;

	if (fd < 0 || fstat(fd, &st) < 0)
		error_system(e, STATUS_USAGE, "E_KEY", path, "open");
	else if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0)
		error_set(e, USAGE, "E_KEY", "the key file must be a file that only its owner can read");
	else {
		len = read_all(fd, text, sizeof text);
		if (len < 0)
			error_system(e, STATUS_USAGE, "E_KEY", path, "read");
		else if (len > MOST || decode(text, (size_t)len, key) < 0)
			error_set(e, USAGE, "E_KEY", "the key file holds neither 32 bytes nor 64 hex digits");
		secret_wipe(text, sizeof text);
	}
	if (fd >= 0)
		close(fd);
	if (e->status == STATUS_DONE)
		return key;
	secret_free(key);
	return NULL;
}
