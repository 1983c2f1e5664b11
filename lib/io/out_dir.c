/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/out_dir.c: filled beside its place, then renamed: the kernel takes an empty directory away
 * for it, and nothing else. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/error.h"
#include "io/fd.h"
#include "io/out_dir.h"
#include "io/out_temp.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct out_dir {
	char		*path, *temp;
	struct buf	 made;		/* paths of files and folders, each with its NUL, in order */
	sigset_t	 before;	/* signals that were held already */
};

static int
fails(struct error *e, const char *path, const char *did)
{
	return error_system(e, STATUS_RESOURCES, "E_DIR", path, did);
}

static int
check_empty(const char *path, struct error *e)
{
	struct dirent *entry;
	struct stat st;
	DIR *dir;
	int r = 0;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : error_system(e, STATUS_USAGE, "E_DIR", path, "look at");
	dir = S_ISDIR(st.st_mode) ? opendir(path) : NULL;
	if (dir == NULL)
		return error_set(e, USAGE, "E_DIR", "%s is no directory that can be read", path);
	for (entry = readdir(dir); entry != NULL && r == 0; entry = readdir(dir))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			r = error_set(e, USAGE, "E_DIR", "%s is not empty", path);
	closedir(dir);
	return r;
}

static char *
joined(const char *a, const char *between, const char *b)
{
	struct buf path = { 0 };

	buf_print(&path, "%s%s%s%c", a, between, b, 0);
	return path.p;
}

struct out_dir *
out_dir_open(const char *path, struct error *e)
{
	struct out_dir *d;
	size_t len = strlen(path);

	if (check_empty(path, e) < 0)
		return NULL;
	d = mem_zero(1, sizeof *d);
	d->path = mem_text(path);
	while (len > 1 && d->path[len - 1] == '/')
		d->path[--len] = '\0';
	d->temp = joined(d->path, "", ".XXXXXX");
	temp_hold_signals(&d->before);
	if (mkdtemp(d->temp) == NULL) {
		error_system(e, errno == ENOENT || errno == ENOTDIR ? STATUS_USAGE : STATUS_RESOURCES,
		    "E_DIR", d->path, "make");
		d->temp[0] = '\0';
		out_dir_abort(d);
		return NULL;
	}
	return d;
}

static void
note(struct out_dir *d, const char *path)
{
	buf_add(&d->made, span_make(path, strlen(path) + 1));
}

/* Of "folder/name". */
static int
make_folder(struct out_dir *d, const char *path, struct error *e)
{
	char *folder = mem_text(path);
	char *slash = strrchr(folder, '/');
	int r = 0;

	*slash = '\0';
	if (strcmp(folder, d->temp) != 0) {
		r = mkdir(folder, 0700);
		if (r == 0)
			note(d, folder);
		else
			r = errno == EEXIST ? 0 : fails(e, d->path, "write in");
	}
	mem_free(folder);
	return r;
}

static int
write_file(struct out_dir *d, const char *path, struct span bytes, struct error *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600), r = 0;

	if (fd < 0)
		return fails(e, d->path, "write in");
	note(d, path);
	if (fd_write_all(fd, bytes.p, bytes.len) < 0 || fsync(fd) < 0)
		r = fails(e, d->path, "write in");
	if (close(fd) < 0 && r == 0)
		r = fails(e, d->path, "write in");
	return r;
}

int
out_dir_file(struct out_dir *d, const char *name, struct span bytes, struct error *e)
{
	char *path = joined(d->temp, "/", name);
	int r = make_folder(d, path, e) < 0 ? -1 : write_file(d, path, bytes, e);

	mem_free(path);
	return r;
}

/* The entries of the directory and of every folder, which has an entry itself. */
static int
sync_folders(struct out_dir *d, struct error *e)
{
	char *inside = joined(d->temp, "/", "x");
	int r = fd_sync_parent(inside);

	mem_free(inside);
	for (size_t at = 0; r == 0 && at < d->made.len; at += strlen(d->made.p + at) + 1)
		r = fd_sync_parent(d->made.p + at);
	return r == 0 ? 0 : fails(e, d->path, "sync");
}

int
out_dir_commit(struct out_dir *d, struct error *e)
{
	int r = sync_folders(d, e);

	if (r == 0 && rename(d->temp, d->path) < 0)
		r = error_system(e, errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR ?
		    STATUS_USAGE : STATUS_RESOURCES, "E_DIR", d->path, "make");
	if (r == 0) {
		buf_reset(&d->made);
		d->temp[0] = '\0';
		if (fd_sync_parent(d->path) < 0)
			r = fails(e, d->path, "sync");
	}
	out_dir_abort(d);
	return r;
}

void
out_dir_abort(struct out_dir *d)
{
	if (d == NULL)
		return;
	while (d->made.len > 0) {
		size_t at = d->made.len - 1;

		while (at > 0 && d->made.p[at - 1] != '\0')
			at--;
		if (unlink(d->made.p + at) < 0)
			rmdir(d->made.p + at);
		d->made.len = at;
	}
	if (d->temp[0] != '\0')
		rmdir(d->temp);
	temp_let_signals(&d->before);
	buf_done(&d->made);
	mem_free(d->path);
	mem_free(d->temp);
	mem_free(d);
}
