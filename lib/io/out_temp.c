/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/out_temp.c: a file that is not ready, which every way out of the program removes. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "io/out_temp.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	TEMPS_MAX = 64,		/* outputs open at once; a run has fewer than ten */
	FOLDERS_MAX = 16,	/* made for outputs, one below the other; a deeper one stays */
	TRIES = 8		/* of 64 random bits each */
};

/* Filled before the name exists, cleared after it is gone. */
static char *volatile names[TEMPS_MAX];
static char *volatile folders[FOLDERS_MAX];

void
temp_unlink_all(void)
{
	for (int i = 0; i < TEMPS_MAX; i++)
		if (names[i] != NULL)
			unlink(names[i]);
	for (int i = FOLDERS_MAX; i-- > 0;)
		if (folders[i] != NULL)
			rmdir(folders[i]);	/* one that holds a file stays */
}

void
temp_hold_signals(sigset_t *before)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, before);
}

void
temp_let_signals(const sigset_t *before)
{
	pthread_sigmask(SIG_SETMASK, before, NULL);
}

/* The directory part with its slash, then a name that says nothing about the data. */
static char *
new_name(const char *beside)
{
	const char *slash = strrchr(beside, '/');
	struct buf b = { 0 };
	unsigned char random[8];

	if (slash != NULL)
		buf_add(&b, span_make(beside, (size_t)(slash - beside) + 1));
	buf_text(&b, ".cdp-");
	random_fill(random, sizeof random);
	hex_write(&b, span_make((const char *)random, sizeof random));
	buf_add(&b, SPAN(".tmp\0"));
	return b.p;
}

int
temp_passing(char *name)
{
	for (int i = 0; i < TEMPS_MAX; i++)
		if (names[i] == NULL) {
			names[i] = name;
			return i;
		}
	return -1;
}

void
temp_keep(int slot)
{
	if (slot >= 0)
		names[slot] = NULL;
}

void
temp_folder(const char *path, size_t len)
{
	char *name = mem_text(path);
	int i = 0;

	name[len] = '\0';
	while (i < FOLDERS_MAX && folders[i] != NULL)
		i++;
	if (i < FOLDERS_MAX && access(name, F_OK) != 0)
		folders[i] = name;
	else
		mem_free(name);
}

void
temp_drop_folders(void)
{
	for (int i = FOLDERS_MAX; i-- > 0;) {
		char *name = folders[i];

		if (name == NULL)
			continue;
		rmdir(name);
		folders[i] = NULL;
		mem_free(name);
	}
}

static int
take_name(struct temp *t, const char *beside)
{
	t->name = new_name(beside);
	t->slot = temp_passing(t->name);
	if (t->slot >= 0)
		return 0;
	mem_free(t->name);
	t->name = NULL;
	errno = EMFILE;
	return -1;
}

void
temp_forget(struct temp *t)
{
	temp_keep(t->slot);
	t->slot = -1;
}

static void
drop_name(struct temp *t)
{
	int number = errno;

	temp_forget(t);
	mem_free(t->name);
	t->name = NULL;
	errno = number;
}

static void
proc_name(const struct temp *t, char *name, size_t size)
{
	snprintf(name, size, "/proc/self/fd/%d", t->fd);
}

/* A nameless file is of use only if /proc lets us link it later. */
static int
open_nameless(struct temp *t, const char *beside)
{
	const char *slash = strrchr(beside, '/');
	struct buf dir = { 0 };
	char proc[32];

	if (slash != NULL)
		buf_add(&dir, span_make(beside, (size_t)(slash - beside) + 1));
	buf_add(&dir, SPAN(".\0"));
	t->fd = open(dir.p, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	buf_done(&dir);
	if (t->fd < 0)
		return -1;
	proc_name(t, proc, sizeof proc);
	if (access(proc, F_OK) == 0)
		return 0;
	close(t->fd);
	t->fd = -1;
	return -1;
}

/* Opens under a name nobody has, or links to one. */
static int
make_name(struct temp *t, const char *beside, int (*make)(struct temp *t))
{
	for (int i = 0; i < TRIES; i++) {
		if (take_name(t, beside) < 0)
			return -1;
		if (make(t) == 0)
			return 0;
		drop_name(t);
		if (errno != EEXIST)
			return -1;
	}
	return -1;
}

static int
open_named(struct temp *t)
{
	t->fd = open(t->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return t->fd < 0 ? -1 : 0;
}

static int
link_nameless(struct temp *t)
{
	char proc[32];

	proc_name(t, proc, sizeof proc);
	return linkat(AT_FDCWD, proc, AT_FDCWD, t->name, AT_SYMLINK_FOLLOW);
}

int
temp_open(struct temp *t, const char *beside)
{
	*t = (struct temp){ .fd = -1, .slot = -1 };
	if (open_nameless(t, beside) < 0 && make_name(t, beside, open_named) < 0)
		return -1;
	return fchmod(t->fd, 0600);	/* whatever the umask took away */
}

int
temp_link(struct temp *t, const char *beside)
{
	return t->name != NULL ? 0 : make_name(t, beside, link_nameless);
}

/* Linux has closed the descriptor even when a signal came in between. */
int
temp_close(struct temp *t)
{
	int r = close(t->fd);

	t->fd = -1;
	return r < 0 && errno != EINTR ? -1 : 0;
}

void
temp_remove(struct temp *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
	if (t->slot >= 0)
		unlink(t->name);
	drop_name(t);
}
