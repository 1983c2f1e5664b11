/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/fd_test.c: descriptors 0 to 2, whole files, directories. */
#include "base/alloc.h"
#include "base/error.h"
#include "io/fd.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Exit status of a child in which the descriptor was closed from the start. */
static int
without(int fd)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		int other;

		close(fd);
		fd_ensure_standard();
		other = open("/dev/null", O_RDONLY);
		_exit(fd_was_closed(fd) && !fd_was_closed((fd + 1) % 3) && other > 2 ? 0 : 1);
	}
	waitpid(child, &status, 0);
	return WEXITSTATUS(status);
}

static void
standard(void)
{
	ok(without(0) == 0, "a closed standard input exists and is remembered");
	ok(without(1) == 0, "a closed standard output exists and is remembered");
	ok(without(2) == 0, "a closed standard error exists and is remembered");
	ok(!fd_was_closed(3) && !fd_was_closed(-1), "no other descriptor is remembered");
}

static void
files(void)
{
	struct error e = { 0 };
	char *p = NULL;
	size_t len = 0;
	int fd = open("file", O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ok(fd_read_file("file", 10, STATUS_USAGE, &p, &len, &e) == 0 && len == 0 && p != NULL,
	    "an empty file is no bytes");
	mem_free(p);
	ok(fd_write_all(fd, "0123456789", 10) == 0, "all is written");
	close(fd);
	ok(fd_read_file("file", 10, STATUS_USAGE, &p, &len, &e) == 0,
	    "a file at the limit is read");
	is_text(p, len, "0123456789", "whole");
	mem_free(p);
	ok(fd_read_file("file", 9, STATUS_UNSAFE, &p, &len, &e) < 0 &&
	    e.status == STATUS_UNSAFE, "a file above the limit is refused with the status given");
	error_clear(&e);
	ok(fd_read_file("none", 9, STATUS_INPUT, &p, &len, &e) < 0 && e.status == STATUS_INPUT &&
	    strstr(e.text, "none") != NULL, "a missing file is named");
	error_clear(&e);
	ok(fd_read_file(".", 9, STATUS_INPUT, &p, &len, &e) < 0, "a directory is no file");
	ok(fd_write_all(-1, "x", 1) < 0 && errno == EBADF, "a failed write says why");
	unlink("file");
}

static void
directories(void)
{
	struct stat st;

	umask(077);
	ok(fd_make_dirs("a/b//c") == 0 && stat("a/b/c", &st) == 0, "directories with parents");
	ok((st.st_mode & 0777) == 0700, "they are 0700");
	ok(fd_make_dirs("a/b") == 0, "one that is there is fine");
	close(open("a/file", O_WRONLY | O_CREAT, 0600));
	ok(fd_make_dirs("a/file") < 0 && errno == ENOTDIR, "a file is no directory");
	ok(fd_make_dirs("a/file/x") < 0 && errno == ENOTDIR, "and cannot hold one");
	ok(fd_sync_parent("a/file") == 0 && fd_sync_parent("a") == 0 && fd_sync_parent("/a") == 0,
	    "the directory of a file can be synced");
	ok(fd_sync_parent("none/file") < 0 && errno == ENOENT, "a missing one cannot");
	unlink("a/file");
	rmdir("a/b/c");
	rmdir("a/b");
	rmdir("a");
}

int
main(void)
{
	char dir[] = "/tmp/fd_test.XXXXXX";

	if (mkdtemp(dir) == NULL || chdir(dir) < 0)
		return 1;
	standard();
	files();
	directories();
	if (chdir("/") < 0 || rmdir(dir) < 0)
		ok(false, "nothing else is left in the directory");
	return tap_done();
}
