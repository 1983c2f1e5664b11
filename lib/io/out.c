/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/out.c: a file appears whole or not at all.
 *
 * Where the file system can, the data has no name at all (O_TMPFILE) until it is complete and
 * synced; then it gets a temp name, and that is renamed over the target. So even SIGKILL leaves
 * nothing but for the moment between these two calls. Elsewhere it has a temp name from the
 * start. Temp names stand in a fixed array before they exist, for the signal handler. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/error.h"
#include "io/fd.h"
#include "io/out.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	DRAIN_BYTES = 256 << 10,	/* held before it is written */
	TEMPS_MAX = 64,			/* outputs open at once; a run has fewer than ten */
	TEMP_TRIES = 8			/* of 64 random bits each */
};

struct out {
	struct buf	 held;
	int		 fd;		/* -1 once closed */
	bool		 stream;	/* standard output or a FIFO */
	bool		 nameless;	/* O_TMPFILE, not linked yet */
	bool		 prepared;	/* complete, synced, closed, under its temp name */
	bool		 swapped;	/* the temp name holds what was under the final name */
	bool		 fresh;		/* renamed to a name that did not exist */
	uint64_t	 written;
	char		*path, *temp;	/* NULL for streams */
	int		 slot;		/* of temp in temps[] */
	struct error	 error;		/* the first failure */
};

/* What the handler unlinks. Filled before the name exists, cleared after it is gone. */
static char *volatile temps[TEMPS_MAX];

static void
unlink_temps(void)
{
	for (int i = 0; i < TEMPS_MAX; i++)
		if (temps[i] != NULL)
			unlink(temps[i]);
}

static void
on_signal(int number)
{
	unlink_temps();
	signal(number, SIG_DFL);
	raise(number);
}

/* What was ignored when we started (nohup, trap '') stays ignored. */
void
out_install_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	struct sigaction act = { .sa_handler = on_signal }, old;

	sigfillset(&act.sa_mask);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(numbers[i], &act, NULL);
	signal(SIGXFSZ, SIG_IGN);
	mem_on_exhausted(unlink_temps);
}

static int
slot_take(char *temp)
{
	for (int i = 0; i < TEMPS_MAX; i++) {
		if (temps[i] == NULL) {
			temps[i] = temp;
			return i;
		}
	}
	return -1;
}

/* The directory part with its slash, then a name that says nothing about the data. */
static char *
temp_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct buf b = { 0 };
	unsigned char random[8];

	if (slash != NULL)
		buf_add(&b, span_make(path, (size_t)(slash - path) + 1));
	buf_text(&b, ".cdp-");
	random_fill(random, sizeof random);
	hex_write(&b, span_make((const char *)random, sizeof random));
	buf_text(&b, ".tmp");
	buf_byte(&b, '\0');
	return b.p;
}

/* A nameless file is of use only if /proc lets us link it later. */
static int
open_nameless(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct buf dir = { 0 };
	char proc[32];
	int fd;

	if (slash != NULL)
		buf_add(&dir, span_make(path, (size_t)(slash - path) + 1));
	buf_add(&dir, SPAN(".\0"));
	fd = open(dir.p, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	buf_done(&dir);
	if (fd < 0)
		return -1;
	snprintf(proc, sizeof proc, "/proc/self/fd/%d", fd);
	if (access(proc, F_OK) == 0)
		return fd;
	close(fd);
	return -1;
}

static int
open_named(const char *path, char **temp, int *slot)
{
	for (int i = 0; i < TEMP_TRIES; i++) {
		int fd, number;

		*temp = temp_name(path);
		*slot = slot_take(*temp);
		if (*slot < 0) {
			mem_free(*temp);
			errno = EMFILE;
			return -1;
		}
		fd = open(*temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd >= 0)
			return fd;
		number = errno;
		temps[*slot] = NULL;
		mem_free(*temp);
		errno = number;
		if (errno != EEXIST)
			break;
	}
	*temp = NULL;
	*slot = -1;
	return -1;
}

/* Names that cannot be right are the caller's mistake, the rest is the machine's. */
static enum status
blame(int number)
{
	switch (number) {
	case ENOENT:
	case ENOTDIR:
	case ENAMETOOLONG:
	case ELOOP:
	case EINVAL:
		return STATUS_USAGE;
	default:
		return STATUS_RESOURCES;
	}
}

static int
open_file(struct out *o, struct error *e)
{
	o->fd = open_nameless(o->path);
	if (o->fd >= 0)
		o->nameless = true;
	else
		o->fd = open_named(o->path, &o->temp, &o->slot);
	if (o->fd < 0)
		return error_system(e, blame(errno), "E_OUTPUT", o->path, "make");
	if (fchmod(o->fd, 0600) < 0)
		return error_system(e, STATUS_RESOURCES, "E_OUTPUT", o->path, "set the mode of");
	return 0;
}

/* A FIFO is opened like any writer would: the call waits for a reader. */
static int
open_target(struct out *o, struct error *e)
{
	struct stat st;

	if (o->path[0] == '\0')
		return error_set(e, USAGE, "E_OUTPUT", "the name of an output is empty");
	if (lstat(o->path, &st) < 0) {
		if (errno != ENOENT)
			return error_system(e, blame(errno), "E_OUTPUT", o->path, "make");
		return open_file(o, e);
	}
	if (S_ISREG(st.st_mode))
		return open_file(o, e);
	if (!S_ISFIFO(st.st_mode))
		return error_set(e, USAGE, "E_OUTPUT", "%s is a %s, not a file", o->path,
		    S_ISLNK(st.st_mode) ? "symbolic link" : S_ISDIR(st.st_mode) ? "directory" :
		    S_ISSOCK(st.st_mode) ? "socket" : "device");
	o->stream = true;
	do
		o->fd = open(o->path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	while (o->fd < 0 && errno == EINTR);
	if (o->fd < 0)
		return error_system(e, STATUS_RESOURCES, "E_OUTPUT", o->path, "open");
	return 0;
}

struct out *
out_open(const char *path, struct error *e)
{
	struct out *o = mem_zero(1, sizeof *o);

	o->fd = -1;
	o->slot = -1;
	if (path == NULL || strcmp(path, "-") == 0) {
		o->fd = 1;
		o->stream = true;
		return o;
	}
	o->path = mem_text(path);
	if (open_target(o, e) < 0) {
		out_abort(o);
		return NULL;
	}
	return o;
}

bool
out_is_stream(const struct out *o)
{
	return o->stream;
}

bool
out_on_terminal(const struct out *o)
{
	return o->stream && o->fd >= 0 && isatty(o->fd) == 1;
}

static const char *
shown_name(const struct out *o)
{
	return o->path == NULL ? "standard output" : o->path;
}

/* SIGPIPE has its default effect before write returns; who ignores it gets a message. */
static void
write_held(struct out *o)
{
	size_t bytes = o->held.len;

	o->held.len = 0;
	o->written += bytes;
	if (bytes == 0 || o->error.status != STATUS_DONE)
		return;
	if (o->path == NULL && fd_was_closed(1))
		error_set(&o->error, RESOURCES, "E_OUTPUT", "standard output is closed");
	else if (fd_write_all(o->fd, o->held.p, bytes) < 0)
		error_system(&o->error, STATUS_RESOURCES, "E_OUTPUT", shown_name(o), "write");
}

void
out_add(struct out *o, struct span s)
{
	buf_add(&o->held, s);
	if (UNLIKELY(o->held.len >= DRAIN_BYTES))
		write_held(o);
}

void
out_print(struct out *o, const char *format, ...)
{
	char text[256];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (n < 0)
		return;
	if ((size_t)n < sizeof text) {
		out_add(o, span_make(text, (size_t)n));
		return;
	}
	buf_room(&o->held, (size_t)n + 1);
	va_start(args, format);
	vsnprintf(o->held.p + o->held.len, (size_t)n + 1, format, args);
	va_end(args);
	o->held.len += (size_t)n;
	out_drain(o);
}

struct buf *
out_buffer(struct out *o)
{
	return &o->held;
}

void
out_drain(struct out *o)
{
	if (o->held.len >= DRAIN_BYTES)
		write_held(o);
}

void
out_flush(struct out *o)
{
	write_held(o);
}

uint64_t
out_bytes(const struct out *o)
{
	return o->written + o->held.len;
}

bool
out_failed(const struct out *o)
{
	return o->error.status != STATUS_DONE;
}

/* Gives the complete file a name beside its target. */
static int
link_temp(struct out *o)
{
	char proc[32];

	snprintf(proc, sizeof proc, "/proc/self/fd/%d", o->fd);
	for (int i = 0; i < TEMP_TRIES; i++) {
		o->temp = temp_name(o->path);
		o->slot = slot_take(o->temp);
		if (o->slot >= 0 &&
		    linkat(AT_FDCWD, proc, AT_FDCWD, o->temp, AT_SYMLINK_FOLLOW) == 0) {
			o->nameless = false;
			return 0;
		}
		if (o->slot >= 0)
			temps[o->slot] = NULL;
		else
			errno = EMFILE;
		o->slot = -1;
		if (errno != EEXIST)
			return -1;
		mem_free(o->temp);
		o->temp = NULL;
	}
	return -1;
}

/* Linux has closed the descriptor even when a signal came in between. */
static int
close_checked(int fd)
{
	return close(fd) < 0 && errno != EINTR ? -1 : 0;
}

/* Some file systems tell of a failed write only at close; a copy of the descriptor does. */
static void
finish_stream(struct out *o)
{
	int copy;

	if (o->path != NULL) {
		int fd = o->fd;

		o->fd = -1;
		if (close_checked(fd) < 0)
			error_system(&o->error, STATUS_RESOURCES, "E_OUTPUT", o->path, "close");
		return;
	}
	if (o->written == 0)
		return;
	copy = dup(o->fd);
	if (copy >= 0 && close_checked(copy) < 0)
		error_system(&o->error, STATUS_RESOURCES, "E_OUTPUT", shown_name(o), "write");
}

static void
finish_file(struct out *o)
{
	int fd = o->fd;

	if (fsync(fd) < 0) {	/* final: a second try may lie */
		error_system(&o->error, STATUS_RESOURCES, "E_OUTPUT", o->path, "sync");
		return;
	}
	if (o->nameless && link_temp(o) < 0) {
		error_system(&o->error, STATUS_RESOURCES, "E_OUTPUT", o->path, "link");
		return;
	}
	o->fd = -1;
	if (close_checked(fd) < 0)
		error_system(&o->error, STATUS_RESOURCES, "E_OUTPUT", o->path, "close");
}

static int
fail(const struct out *o, struct error *e)
{
	if (e->status == STATUS_DONE)
		*e = o->error;
	return -1;
}

int
out_prepare(struct out *o, struct error *e)
{
	if (!o->prepared) {
		write_held(o);
		if (o->error.status == STATUS_DONE && o->stream)
			finish_stream(o);
		else if (o->error.status == STATUS_DONE)
			finish_file(o);
		o->prepared = true;
	}
	return out_failed(o) ? fail(o, e) : 0;
}

/* The temp name is gone, or holds the old file after a swap. */
static void
forget_temp(struct out *o)
{
	if (o->slot >= 0)
		temps[o->slot] = NULL;
	o->slot = -1;
}

static int
rename_one(struct out *o, struct error *e)
{
	if (o->stream)
		return 0;
	if (rename(o->temp, o->path) < 0)
		return error_system(e, STATUS_RESOURCES, "E_OUTPUT", o->path, "rename to");
	forget_temp(o);
	return 0;
}

static int
sync_one(const struct out *o, struct error *e)
{
	if (!o->stream && fd_sync_parent(o->path) < 0)
		return error_system(e, STATUS_RESOURCES, "E_OUTPUT", o->path,
		    "sync the directory of");
	return 0;
}

int
out_commit(struct out *o, struct error *e)
{
	return out_commit_all(&o, 1, e);
}

/* With several files the old one is kept under the temp name by a swap, so that a rename
 * that fails later can be taken back. */
static int
swap_one(struct out *o, struct error *e)
{
	struct stat st;

	if (o->stream)
		return 0;
	if (lstat(o->path, &st) == 0 && S_ISDIR(st.st_mode))	/* the swap would take it */
		return rename_one(o, e);
	if (renameat2(AT_FDCWD, o->temp, AT_FDCWD, o->path, RENAME_EXCHANGE) == 0) {
		o->swapped = true;
		return 0;
	}
	o->fresh = errno == ENOENT;
	return rename_one(o, e);
}

static void
take_back(struct out *o)
{
	if (o->swapped)
		renameat2(AT_FDCWD, o->temp, AT_FDCWD, o->path, RENAME_EXCHANGE);
	else if (o->fresh)
		unlink(o->path);
}

static int
rename_all(struct out **o, size_t count, struct error *e)
{
	for (size_t i = 0; i < count; i++) {
		if ((count == 1 ? rename_one(o[i], e) : swap_one(o[i], e)) == 0)
			continue;
		while (i-- > 0)
			take_back(o[i]);
		return -1;
	}
	return 0;
}

/* Streams come last: what was said on them cannot be taken back. */
static int
prepare_all(struct out **o, size_t count, struct error *e)
{
	for (size_t i = 0; i < count; i++)
		if (!o[i]->stream && out_prepare(o[i], e) < 0)
			return -1;
	for (size_t i = 0; i < count; i++)
		if (o[i]->stream && out_prepare(o[i], e) < 0)
			return -1;
	return 0;
}

int
out_commit_all(struct out **o, size_t count, struct error *e)
{
	int r = prepare_all(o, count, e);

	if (r == 0)
		r = rename_all(o, count, e);
	for (size_t i = 0; r == 0 && i < count; i++)
		r = sync_one(o[i], e);
	for (size_t i = 0; i < count; i++)
		out_abort(o[i]);	/* after success only the memory and a swapped old file */
	return r;
}

void
out_abort(struct out *o)
{
	if (o == NULL)
		return;
	if (o->slot >= 0) {
		unlink(o->temp);
		forget_temp(o);
	}
	if (o->fd >= 0 && o->path != NULL)
		close(o->fd);
	buf_done(&o->held);
	mem_free(o->temp);
	mem_free(o->path);
	mem_free(o);
}
