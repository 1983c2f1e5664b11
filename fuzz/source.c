/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/source.c: whatever a file holds, reading it ends, stays within its limits and gives the
 * same bytes in steps of any size. The first byte chooses the encoding. */
#include "base/buf.h"
#include "base/error.h"
#include "io/fd.h"
#include "io/source.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LIMIT = 8 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads all: 0, or -1 with e. */
static int
read_all(const char *path, const struct source_options *options, size_t step, struct buf *out,
    struct error *e)
{
	struct byte_source *s = source_open(path, options, e);
	ssize_t n = s == NULL ? -1 : 1;

	while (n > 0) {
		buf_room(out, step);
		n = source_read(s, out->p + out->len, step, e);
		if (n > 0)
			out->len += (size_t)n;
	}
	source_close(s);
	return (int)n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source_options options = { .expand_limit = LIMIT };
	struct error e = { 0 }, f = { 0 };
	struct buf large = { 0 }, small = { 0 };
	char path[32];
	int fd, r;

	if (size == 0)
		return 0;
	options.encoding = (enum encoding)(data[0] % (ENCODING_UTF_16BE + 1));
	fd = memfd_create("input", MFD_CLOEXEC);
	if (fd < 0 || fd_write_all(fd, data + 1, size - 1) < 0)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	r = read_all(path, &options, 1 << 16, &large, &e);
	if (read_all(path, &options, 61, &small, &f) != r)
		abort();
	if (r == 0 && !span_equal(buf_span(&large), buf_span(&small)))
		abort();
	if (r < 0 && (e.status != STATUS_INPUT || f.status != STATUS_INPUT))
		abort();
	if (small.len > 3 * (size_t)LIMIT + (1 << 20))	/* UTF-8 is at most three for one */
		abort();
	close(fd);
	buf_done(&large);
	buf_done(&small);
	return 0;
}
