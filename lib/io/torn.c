/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/torn.c: tails that were never acknowledged; each is copied whole before it is cut off. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/fd.h"
#include "io/out.h"
#include "io/own.h"
#include "io/torn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	COPY_STEP = 64 << 10,
	TORN_MOST = 10000		/* tails set aside beside one file */
};

static bool
is_missing(const char *name)
{
	struct stat st;

	return lstat(name, &st) < 0 && errno == ENOENT;
}

/* What the descriptor holds from `at` on. -1 with errno set. */
static int
copy(int fd, uint64_t at, struct out *o)
{
	for (;;) {
		struct buf *to = out_buffer(o);
		ssize_t n;

		buf_room(to, COPY_STEP);
		n = pread(fd, to->p + to->len, COPY_STEP, (off_t)at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return (int)n;
		to->len += (size_t)n;
		at += (uint64_t)n;
		out_drain(o);
	}
}

/* The tail of an earlier crash that no commit followed. */
static int
copy_earlier(const char *name, struct out *o, struct error *e)
{
	int fd, r;

	if (is_missing(name))
		return 0;
	fd = own_open(name, O_RDONLY, e);
	if (fd < 0)
		return -1;
	r = copy(fd, 0, o);
	if (r < 0)
		error_system(e, STATUS_RESOURCES, "E_LEDGER", name, "read");
	out_add(o, SPAN("\n"));		/* its last line may have been cut */
	close(fd);
	return r;
}

int
torn_keep(const char *pending, const char *path, int fd, uint64_t from, struct error *e)
{
	struct out *o = out_open(pending, e);
	int r = o == NULL ? -1 : copy_earlier(pending, o, e);

	if (r == 0 && copy(fd, from, o) < 0)
		r = error_system(e, STATUS_RESOURCES, "E_LEDGER", path, "read");
	if (r == 0)
		r = out_commit(o, e);
	else
		out_abort(o);
	return r;
}

int
torn_each(const char *pending, torn_visit *visit, void *arg, struct error *e)
{
	struct span rest, line;
	char *text = NULL;
	size_t len = 0;
	uint64_t n = 0;
	int r = 0;

	if (!is_missing(pending))
		r = fd_read_file(pending, SIZE_MAX, STATUS_UNSAFE, &text, &len, e);
	rest = span_make(text, len);
	while (r == 0 && rest.len > 0) {
		line = span_head(rest, span_index(rest, '\n'));
		rest = span_skip(rest, line.len + (line.len < rest.len));
		r = visit(arg, line, n++, e);
	}
	mem_free(text);
	return r;
}

int
torn_settle(const char *pending, struct error *e)
{
	struct buf to = { 0 };
	bool done = is_missing(pending);

	for (unsigned n = 1; n <= TORN_MOST && !done; n++) {
		buf_reset(&to);
		buf_print(&to, "%s-%u", pending, n);
		buf_byte(&to, '\0');
		if (!is_missing(to.p))
			continue;
		if (rename(pending, to.p) < 0 || fd_sync_parent(pending) < 0)
			error_system(e, STATUS_RESOURCES, "E_LEDGER", to.p, "make");
		done = true;
	}
	if (!done)
		error_set(e, RESOURCES, "E_LEDGER", "%s: too many torn ends", pending);
	buf_done(&to);
	return e->status == STATUS_DONE ? 0 : -1;
}
