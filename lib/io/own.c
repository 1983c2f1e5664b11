/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/own.c: owner, modes and kind of file system, looked at before anything is believed. */
#include "base/buf.h"
#include "base/error.h"
#include "io/fd.h"
#include "io/own.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { READ_STEP = 4096 };

static int
check_own(const struct stat *st, const char *what, const char *path, struct error *e)
{
	if (st->st_uid != geteuid())
		return error_set(e, UNSAFE, "E_LEDGER", "%s%s belongs to another user", what, path);
	if ((st->st_mode & 077) != 0)
		return error_set(e, UNSAFE, "E_LEDGER", "%s%s has open modes (%03o): others may "
		    "reach it", what, path, (unsigned)(st->st_mode & 0777));
	return 0;
}

int
own_check_parent(const char *path, struct error *e)
{
	const char *slash = strrchr(path, '/');
	struct buf dir = { 0 };
	struct stat st;
	int r;

	if (slash == NULL)
		buf_byte(&dir, '.');
	else
		buf_add(&dir, span_make(path, slash == path ? 1 : (size_t)(slash - path)));
	buf_byte(&dir, '\0');
	r = stat(dir.p, &st);
	if (r < 0)
		error_system(e, STATUS_UNSAFE, "E_LEDGER", dir.p, "look at");
	else
		r = check_own(&st, "the directory ", dir.p, e);
	buf_done(&dir);
	return r;
}

int
own_check_dir(const char *path, struct error *e)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return error_system(e, STATUS_UNSAFE, "E_LEDGER", path, "look at");
	if (!S_ISDIR(st.st_mode))
		return error_set(e, UNSAFE, "E_LEDGER", "%s is not a directory", path);
	return check_own(&st, "the directory ", path, e);
}

int
own_open(const char *path, int flags, struct error *e)
{
	struct stat st;
	int fd;

	if (own_check_parent(path, e) < 0)
		return -1;
	do
		fd = open(path, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return error_system(e, STATUS_UNSAFE, "E_LEDGER", path, "open");
	if (fstat(fd, &st) < 0)
		error_system(e, STATUS_UNSAFE, "E_LEDGER", path, "look at");
	else if (!S_ISREG(st.st_mode))
		error_set(e, UNSAFE, "E_LEDGER", "%s is not a regular file", path);
	else if (check_own(&st, "", path, e) == 0)
		return fd;
	close(fd);
	return -1;
}

int
own_read(const char *path, size_t most, struct buf *out, struct error *e)
{
	int fd = own_open(path, O_RDONLY, e);
	ssize_t n = 1;

	if (fd < 0)
		return -1;
	while (n > 0 && out->len <= most) {
		buf_room(out, READ_STEP);
		n = fd_read(fd, out->p + out->len, READ_STEP);
		out->len += n > 0 ? (size_t)n : 0;
	}
	close(fd);
	return n < 0 ? error_system(e, STATUS_UNSAFE, "E_LEDGER", path, "read") : 0;
}

/* Numbers of statfs(2) and the headers of the kernel. FUSE may be a disk of this machine, but cannot
 * be told from one over there. */
static bool
is_remote(uint32_t type)
{
	static const uint32_t remote[] = {
		0x6969,		/* NFS */
		0x517b, 0xff534d42, 0xfe534d42,		/* SMB and its later forms */
		0x01021997,	/* 9P */
		0x5346414f, 0x6b414653,		/* AFS, of two makers */
		0x73757245,	/* Coda */
		0x00c36400,	/* Ceph */
		0x65735546,	/* FUSE */
		0x0bd00bd0,	/* Lustre */
		0x7461636f,	/* OCFS2 */
		0x01161970,	/* GFS2 */
		0x47504653,	/* GPFS */
		0x564c,		/* NCP */
	};

	for (size_t i = 0; i < sizeof remote / sizeof remote[0]; i++)
		if (type == remote[i])
			return true;
	return false;
}

int
own_check_local(const char *path, struct error *e)
{
	struct statfs fs;

	if (statfs(path, &fs) < 0)
		return error_system(e, STATUS_UNSAFE, "E_LEDGER", path, "look at");
	return !is_remote((uint32_t)fs.f_type) ? 0 : error_set(e, UNSAFE, "E_LEDGER",
	    "%s is on a network file system, where neither locks nor flushes can be relied on", path);
}
