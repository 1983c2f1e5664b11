/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/grow.c: positioned reads and writes, each result looked at. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/fd.h"
#include "io/grow.h"
#include "io/own.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Who made it may have been killed before its name was synced. An empty one has not been used yet. */
static int
open_made(const char *path, struct error *e)
{
	int fd = own_open(path, O_RDWR, e);
	struct stat st;

	if (fd < 0 || (fstat(fd, &st) == 0 && (st.st_size > 0 || fd_sync_parent(path) == 0)))
		return fd;
	error_system(e, STATUS_RESOURCES, "E_LEDGER", path, "make");
	close(fd);
	return -1;
}

static int
make(const char *path, struct error *e)
{
	int fd, r;

	if (own_check_parent(path, e) < 0)
		return -1;
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST)
		return open_made(path, e);
	if (fd < 0)
		return error_system(e, STATUS_RESOURCES, "E_LEDGER", path, "make");
	r = fchmod(fd, 0600) < 0 || fd_sync_parent(path) < 0 ? -1 : 0;
	if (r == 0)
		return fd;
	error_system(e, STATUS_RESOURCES, "E_LEDGER", path, "make");
	close(fd);
	return -1;
}

int
grow_open(struct grow *g, const char *path, enum grow_mode mode, struct error *e)
{
	*g = (struct grow){ .path = mem_text(path), .fd = -1 };
	g->fd = mode == GROW_MAKE ? make(path, e) :
	    own_open(path, mode == GROW_READ ? O_RDONLY : O_RDWR, e);
	return g->fd < 0 ? -1 : 0;
}

void
grow_close(struct grow *g)
{
	if (g->path == NULL)
		return;		/* never opened */
	if (g->fd >= 0)
		close(g->fd);
	mem_free(g->path);
	*g = (struct grow){ .fd = -1 };
}

int
grow_size(const struct grow *g, uint64_t *bytes, struct error *e)
{
	struct stat st;

	if (fstat(g->fd, &st) < 0)
		return error_system(e, STATUS_RESOURCES, "E_LEDGER", g->path, "look at");
	*bytes = (uint64_t)st.st_size;
	return 0;
}

int
grow_read(const struct grow *g, uint64_t at, uint64_t bytes, struct buf *out, struct error *e)
{
	enum { STEP = 1 << 20 };

	while (bytes > 0) {
		size_t step = bytes < STEP ? (size_t)bytes : STEP;
		ssize_t n;

		buf_room(out, step);
		n = pread(g->fd, out->p + out->len, step, (off_t)at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_system(e, STATUS_UNSAFE, "E_LEDGER", g->path, "read");
		if (n == 0)
			break;
		out->len += (size_t)n;
		at += (uint64_t)n;
		bytes -= (uint64_t)n;
	}
	return 0;
}

static int
fail(struct grow *g, const char *did, struct error *e)
{
	g->broken = true;
	return error_system(e, STATUS_RESOURCES, "E_LEDGER", g->path, did);
}

int
grow_write(struct grow *g, uint64_t at, struct span s, struct error *e)
{
	if (g->broken)
		return error_set(e, RESOURCES, "E_LEDGER", "%s: an earlier write failed", g->path);
	while (s.len > 0) {
		ssize_t n = pwrite(g->fd, s.p, s.len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)	/* no progress and no reason; never loop on it */
			errno = EIO;
		if (n <= 0)
			return fail(g, "write", e);
		s = span_skip(s, (size_t)n);
		at += (uint64_t)n;
	}
	return 0;
}

int
grow_sync(struct grow *g, struct error *e)
{
	if (g->broken)
		return error_set(e, RESOURCES, "E_LEDGER", "%s: an earlier write failed", g->path);
	return fdatasync(g->fd) < 0 ? fail(g, "write", e) : 0;
}

int
grow_cut(struct grow *g, uint64_t at, struct error *e)
{
	return ftruncate(g->fd, (off_t)at) < 0 || fsync(g->fd) < 0 ? fail(g, "cut", e) : 0;
}

int
grow_seal(struct grow *g, struct error *e)
{
	return fchmod(g->fd, 0400) < 0 ? fail(g, "close off", e) : 0;
}
