/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/fd.c: system calls on descriptors, whole. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	READ_STEP = 64 << 10,		/* first read of a small file */
	WRITE_MOST = 1 << 20		/* one write; more only holds the lock of the pipe longer */
};

static bool closed[3];

/* Without /dev/null there is no safe way on: the first file opened would become fd 0. */
void
fd_ensure_standard(void)
{
	for (int fd = 0; fd < 3; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		closed[fd] = true;
		if (open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY) != fd)
			_exit(STATUS_RESOURCES);
	}
}

bool
fd_was_closed(int fd)
{
	return fd >= 0 && fd < 3 && closed[fd];
}

ssize_t
fd_read(int fd, void *p, size_t bytes)
{
	ssize_t n;

	if (bytes > SSIZE_MAX)
		bytes = SSIZE_MAX;
	do
		n = read(fd, p, bytes);
	while (n < 0 && errno == EINTR);
	return n;
}

void
fd_wait(int fd)
{
	struct pollfd in = { .fd = fd, .events = POLLIN };

	while (poll(&in, 1, -1) < 0 && errno == EINTR)
		continue;
}

int
fd_write_all(int fd, const void *p, size_t bytes)
{
	const char *at = p;

	while (bytes > 0) {
		ssize_t n = write(fd, at, bytes < WRITE_MOST ? bytes : WRITE_MOST);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0) {	/* no progress and no reason; never loop on it */
			errno = EIO;
			return -1;
		}
		at += n;
		bytes -= (size_t)n;
	}
	return 0;
}

/* Reads until the end or until there is more than `most`. */
static int
read_all(int fd, size_t most, struct buf *b)
{
	for (;;) {
		ssize_t n;

		buf_room(b, READ_STEP);
		n = fd_read(fd, b->p + b->len, READ_STEP);
		if (n < 0)
			return -1;
		if (n == 0)
			return 0;
		b->len += (size_t)n;
		if (b->len > most)
			return 0;
	}
}

int
fd_read_file(const char *path, size_t most, int status, char **p, size_t *len, struct error *e)
{
	struct buf b = { 0 };
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int r = -1;

	if (fd < 0)
		return error_system(e, (enum status)status, "E_READ", path, "open");
	if (fstat(fd, &st) < 0)
		error_system(e, (enum status)status, "E_READ", path, "look at");
	else if (S_ISDIR(st.st_mode))
		error_put(e, (enum status)status, "E_READ", "%s is a directory", path);
	else if (read_all(fd, most, &b) < 0)
		error_system(e, (enum status)status, "E_READ", path, "read");
	else if (b.len > most)
		error_put(e, (enum status)status, "E_READ", "%s is larger than %zu bytes", path,
		    most);
	else
		r = 0;
	close(fd);
	if (r < 0) {
		buf_done(&b);
		return -1;
	}
	buf_room(&b, 1);	/* so that an empty file is not NULL */
	*p = b.p;
	*len = b.len;
	return 0;
}

static int
make_one(const char *path)
{
	struct stat st;

	if (mkdir(path, 0700) == 0)
		return chmod(path, 0700) < 0 ? -1 : fd_sync_parent(path);	/* whatever the umask took away */
	if (errno != EEXIST)
		return -1;
	if (stat(path, &st) < 0)
		return -1;
	if (!S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		return -1;
	}
	return 0;
}

int
fd_make_dirs(const char *path)
{
	char *copy = mem_text(path);
	int r = 0, number;

	for (char *at = copy + 1; copy[0] != '\0' && r == 0 && *at != '\0'; at++) {
		if (*at != '/' || at[-1] == '/')
			continue;
		*at = '\0';
		r = make_one(copy);
		*at = '/';
	}
	if (r == 0)
		r = make_one(copy);
	number = errno;
	mem_free(copy);
	errno = number;
	return r;
}

int
fd_sync_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct buf dir = { 0 };
	int fd, r, number;

	if (slash == NULL)
		buf_byte(&dir, '.');
	else
		buf_add(&dir, span_make(path, slash == path ? 1 : (size_t)(slash - path)));
	buf_byte(&dir, '\0');
	fd = open(dir.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	buf_done(&dir);
	if (fd < 0)
		return -1;
	r = fsync(fd);
	number = errno;
	close(fd);
	errno = number;
	return r;
}
