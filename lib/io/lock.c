/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/lock.c: one writer at a time.
 *
 * An open-file-description lock: unlike a POSIX lock it is not lost when some other part of
 * the process closes the same file, and it goes with its holder however that ends. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/lock.h"
#include "io/out_temp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { POLLS_A_SECOND = 20, POLL_NS = 1000000000 / POLLS_A_SECOND };

struct lock {
	int		 fd;
	char		*path;
	struct stat	 st;		/* of what was locked */
	int		 passing;	/* goes with its holder: slot of its name; -1: it stays */
};

/* Whether the name still leads to the file behind the descriptor: 1, 0, or -1 if nobody can tell, which is
 * not the doing of another run. */
static int
same_file(const struct lock *l, struct error *e)
{
	struct stat named;

	if (lstat(l->path, &named) == 0)
		return named.st_dev == l->st.st_dev && named.st_ino == l->st.st_ino;
	return errno == ENOENT || errno == ENOTDIR ? 0 :
	    error_system(e, STATUS_RESOURCES, "E_LOCK", l->path, "look at");
}

static int
open_lock(struct lock *l, struct error *e)
{
	do
		l->fd = open(l->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	while (l->fd < 0 && errno == EINTR);
	if (l->fd < 0)
		return error_system(e, STATUS_RESOURCES, "E_LOCK", l->path, "open");
	if (fstat(l->fd, &l->st) < 0)
		return error_system(e, STATUS_RESOURCES, "E_LOCK", l->path, "look at");
	if (!S_ISREG(l->st.st_mode))
		return error_set(e, RESOURCES, "E_LOCK", "%s is not a regular file", l->path);
	return 0;
}

/* 1: ours, 0: held by another run, -1: no lock to be had here. */
static int
try_lock(const struct lock *l, struct error *e)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int r;

	do
		r = fcntl(l->fd, F_OFD_SETLK, &whole);
	while (r < 0 && errno == EINTR);
	if (r == 0)
		return 1;
	if (errno == EAGAIN || errno == EACCES)
		return 0;
	return error_system(e, STATUS_RESOURCES, "E_LOCK", l->path, "lock");
}

/* A signal may cut the pause short, which only makes the next look come sooner. */
static void
pause_once(void)
{
	struct timespec pause = { 0, POLL_NS };

	nanosleep(&pause, NULL);
}

/* Opens anew whenever the file was replaced between open and lock. */
static int
take(struct lock *l, uint64_t polls, struct error *e)
{
	for (;;) {
		int got, same;

		if (l->fd < 0 && open_lock(l, e) < 0)
			return -1;
		got = try_lock(l, e);
		same = got < 0 ? -1 : same_file(l, e);
		if (same < 0)
			return -1;
		if (got > 0 && same > 0)
			return 0;
		if (same == 0) {
			close(l->fd);
			l->fd = -1;
		}
		if (polls-- == 0)
			return error_set(e, LOCKED, "E_LOCKED", "%s is locked by another run; "
			    "try again, or wait with --lock-wait", l->path);
		pause_once();
	}
}

struct lock *
lock_take(const char *path, uint64_t wait_seconds, struct error *e)
{
	struct lock *l = mem_zero(1, sizeof *l);
	uint64_t most = UINT64_MAX / POLLS_A_SECOND;

	l->fd = l->passing = -1;
	l->path = mem_text(path);
	if (wait_seconds > most)
		wait_seconds = most;
	if (take(l, wait_seconds * POLLS_A_SECOND, e) < 0) {
		lock_drop(l);
		return NULL;
	}
	return l;
}

struct lock *
lock_take_beside(const char *output, uint64_t wait_seconds, struct error *e)
{
	struct buf name = { 0 };
	struct lock *l;

	buf_text(&name, output);
	buf_add(&name, SPAN(".lock\0"));
	l = lock_take(name.p, wait_seconds, e);
	if (l != NULL && l->st.st_size == 0)	/* else it is somebody's file that has this name */
		l->passing = temp_passing(l->path);
	buf_done(&name);
	return l;
}

int
lock_check(const struct lock *l, struct error *e)
{
	int same = same_file(l, e);

	return same > 0 ? 0 : same < 0 ? -1 : error_set(e, UNSAFE, "E_LOCK",
	    "%s was replaced while it was locked", l->path);
}

void
lock_drop(struct lock *l)
{
	if (l == NULL)
		return;
	if (l->passing >= 0) {		/* while it is ours: who waits for it opens it anew */
		unlink(l->path);
		temp_keep(l->passing);
	}
	if (l->fd >= 0)
		close(l->fd);
	mem_free(l->path);
	mem_free(l);
}
