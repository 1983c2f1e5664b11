/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/file_digest.c: block by block. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "export/file_digest.h"
#include "io/fd.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK_BYTES = 1 << 18 };

/* O_NONBLOCK: a pipe under the name must not hold us up. */
static int
open_regular(const char *path, struct error *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return error_system(e, STATUS_INPUT, "E_READ", path, "open");
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	error_set(e, INPUT, "E_READ", "is no regular file");
	error_place(e, path, 0, 0);
	return -1;
}

int
file_digest(const char *path, char hex[FILE_DIGEST_HEX + 1], uint64_t *bytes, struct error *e)
{
	unsigned char hash[SHA256_BYTES];
	struct buf text = { 0 };
	struct sha256 h;
	char *block;
	uint64_t all = 0;
	ssize_t n;
	int fd = open_regular(path, e);

	if (fd < 0)
		return -1;
	block = mem_alloc(BLOCK_BYTES);
	sha256_start(&h);
	do {
		n = fd_read(fd, block, BLOCK_BYTES);
		sha256_add(&h, span_make(block, n > 0 ? (size_t)n : 0));
		all += n > 0 ? (uint64_t)n : 0;
	} while (n > 0);
	if (n < 0)
		error_system(e, STATUS_INPUT, "E_READ", path, "read");
	close(fd);
	mem_free(block);
	sha256_end(&h, hash);
	hex_write(&text, span_make((const char *)hash, sizeof hash));
	memcpy(hex, text.p, FILE_DIGEST_HEX);
	hex[FILE_DIGEST_HEX] = '\0';
	buf_done(&text);
	if (bytes != NULL)
		*bytes = all;
	return n < 0 ? -1 : 0;
}
