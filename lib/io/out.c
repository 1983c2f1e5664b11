/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/out.c: a file appears whole or not at all. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/fd.h"
#include "io/out.h"
#include "io/out_temp.h"

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
	DIRECT_BYTES = 64 << 10		/* a piece for which a call costs less than its copy */
};

struct out {
	struct buf	 held;
	bool		 stream;	/* standard output or a FIFO */
	bool		 prepared;	/* complete, synced, closed, under its temp name */
	bool		 swapped;	/* the temp name holds what was under the final name */
	bool		 fresh;		/* renamed to a name that did not exist */
	uint64_t	 written;
	char		*path;		/* NULL: standard output */
	struct temp	 temp;		/* of a stream only the descriptor */
	struct error	 error;		/* the first failure */
	struct out	*next;		/* of the files that are open */
};

static struct out *opened;

static void
on_signal(int number)
{
	temp_unlink_all();
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
	mem_on_exhausted(temp_unlink_all);
}

static size_t
directory_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

static bool
directory_of(const char *path, struct stat *st)
{
	struct buf dir = { 0 };
	int r;

	buf_add(&dir, span_make(path, directory_length(path)));
	buf_add(&dir, SPAN(".\0"));
	r = stat(dir.p, st);
	buf_done(&dir);
	return r == 0;
}

/* Whether both name one place, however they spell its directory. */
static bool
same_place(const char *a, const char *b)
{
	struct stat x, y;

	return strcmp(a + directory_length(a), b + directory_length(b)) == 0 &&
	    directory_of(a, &x) && directory_of(b, &y) && x.st_dev == y.st_dev &&
	    x.st_ino == y.st_ino;
}

/* Two outputs of one name: the second would take the place of the first, and nobody would know. */
static bool
is_open(const char *path)
{
	for (const struct out *o = opened; o != NULL; o = o->next)
		if (same_place(o->path, path))
			return true;
	return false;
}

static void
forget(const struct out *o)
{
	for (struct out **at = &opened; *at != NULL; at = &(*at)->next)
		if (*at == o) {
			*at = o->next;
			return;
		}
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
	if (temp_open(&o->temp, o->path) < 0)
		return error_system(e, blame(errno), "E_OUTPUT", o->path, "make");
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
		o->temp.fd = open(o->path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	while (o->temp.fd < 0 && errno == EINTR);
	if (o->temp.fd < 0)
		return error_system(e, STATUS_RESOURCES, "E_OUTPUT", o->path, "open");
	return 0;
}

struct out *
out_open(const char *path, struct error *e)
{
	struct out *o = mem_zero(1, sizeof *o);

	o->temp = (struct temp){ .fd = -1, .slot = -1 };
	if (path == NULL || strcmp(path, "-") == 0) {
		o->temp.fd = 1;
		o->stream = true;
		return o;
	}
	o->path = mem_text(path);
	if (is_open(path))
		error_set(e, USAGE, "E_OUTPUT", "two outputs are called %s", path);
	if (is_open(path) || open_target(o, e) < 0) {
		out_abort(o);
		return NULL;
	}
	o->next = opened;
	opened = o;
	return o;
}

int
out_folder(const char *path, struct error *e)
{
	size_t len = strlen(path);

	for (size_t i = 1; i <= len; i++)
		if ((i == len || path[i] == '/') && path[i - 1] != '/')
			temp_folder(path, i);
	if (fd_make_dirs(path) == 0)
		return 0;
	error_system(e, STATUS_RESOURCES, "E_OUTPUT", path, "make");
	if (opened == NULL)
		temp_drop_folders();
	return -1;
}

static bool
is_fifo(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISFIFO(st.st_mode);
}

/* All are open at once: that tells which of them have one name. */
int
out_check(const char *const *paths, size_t count, struct error *e)
{
	struct out **all = mem_zero(count + 1, sizeof(struct out *));
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++) {
		if (is_fifo(paths[i]))
			continue;
		all[i] = out_open(paths[i], e);
		r = all[i] == NULL ? -1 : 0;
	}
	for (size_t i = 0; i < count; i++)
		out_abort(all[i]);
	mem_free(all);
	return r;
}

bool
out_is_stream(const struct out *o)
{
	return o->stream;
}

static const char *
shown_name(const struct out *o)
{
	return o->path == NULL ? "standard output" : o->path;
}

/* SIGPIPE has its default effect before write returns; who ignores it gets a message. */
static void
write_bytes(struct out *o, struct span s)
{
	o->written += s.len;
	if (s.len == 0 || o->error.status != STATUS_DONE)
		return;
	if (o->path == NULL && fd_was_closed(1))
		error_set(&o->error, RESOURCES, "E_OUTPUT", "standard output is closed");
	else if (fd_write_all(o->temp.fd, s.p, s.len) < 0)
		error_system(&o->error, STATUS_RESOURCES, "E_OUTPUT", shown_name(o), "write");
}

static void
write_held(struct out *o)
{
	write_bytes(o, buf_span(&o->held));
	o->held.len = 0;
}

/* What is large already goes out without a copy. */
void
out_add(struct out *o, struct span s)
{
	if (s.len >= DIRECT_BYTES) {
		write_held(o);
		write_bytes(o, s);
		return;
	}
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

/* Some file systems tell of a failed write only at close; a copy of the descriptor does. */
static void
finish_stream(struct out *o)
{
	struct temp copy = { .fd = -1 };
	bool standard = o->path == NULL;

	if (standard && o->written == 0)
		return;
	if (standard)
		copy.fd = dup(o->temp.fd);
	if ((!standard && temp_close(&o->temp) < 0) || (copy.fd >= 0 && temp_close(&copy) < 0))
		error_system(&o->error, STATUS_RESOURCES, "E_OUTPUT", shown_name(o), "close");
}

static void
finish_file(struct out *o)
{
	if (fsync(o->temp.fd) < 0)	/* final: a second try may lie */
		error_system(&o->error, STATUS_RESOURCES, "E_OUTPUT", o->path, "sync");
	else if (temp_link(&o->temp, o->path) < 0)
		error_system(&o->error, STATUS_RESOURCES, "E_OUTPUT", o->path, "link");
	else if (temp_close(&o->temp) < 0)
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

static int
rename_one(struct out *o, struct error *e)
{
	if (o->stream)
		return 0;
	if (rename(o->temp.name, o->path) < 0)
		return error_system(e, STATUS_RESOURCES, "E_OUTPUT", o->path, "rename to");
	temp_forget(&o->temp);
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
	if (renameat2(AT_FDCWD, o->temp.name, AT_FDCWD, o->path, RENAME_EXCHANGE) == 0) {
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
		renameat2(AT_FDCWD, o->temp.name, AT_FDCWD, o->path, RENAME_EXCHANGE);
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
	sigset_t before;

	temp_hold_signals(&before);	/* all of them have their names, or none */
	if (r == 0)
		r = rename_all(o, count, e);
	for (size_t i = 0; r == 0 && i < count; i++)
		r = sync_one(o[i], e);
	for (size_t i = 0; i < count; i++)
		out_abort(o[i]);	/* after success only the memory and a swapped old file */
	temp_let_signals(&before);
	return r;
}

void
out_abort(struct out *o)
{
	if (o == NULL)
		return;
	forget(o);
	if (o->path == NULL)
		o->temp.fd = -1;	/* standard output is not ours to close */
	temp_remove(&o->temp);
	buf_done(&o->held);
	mem_free(o->path);
	mem_free(o);
	if (opened == NULL)
		temp_drop_folders();
}
