/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/out_test.c: output appears whole or not at all. */
#include "base/buf.h"
#include "base/error.h"
#include "io/fd.h"
#include "io/out.h"
#include "tap.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char text[64];

static const char *
slurp(const char *name)
{
	int fd = open(name, O_RDONLY);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);

	text[n > 0 ? n : 0] = '\0';
	if (fd >= 0)
		close(fd);
	return text;
}

static void
spill(const char *name, const char *content)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || fd_write_all(fd, content, strlen(content)) < 0)
		abort();
	close(fd);
}

/* Entries of the directory, hidden ones too. */
static int
entries(void)
{
	DIR *d = opendir(".");
	int n = -2;

	while (d != NULL && readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

static void
files(void)
{
	struct error e = { 0 };
	struct stat st;
	struct out *o;

	umask(0);
	o = out_open("file", &e);
	out_add(o, SPAN("one "));
	out_print(o, "%d", 2);
	out_flush(o);
	ok(access("file", F_OK) < 0, "nothing has the final name before the commit");
	ok(out_bytes(o) == 5 && !out_is_stream(o), "bytes are counted");
	ok(out_commit(o, &e) == 0 && strcmp(slurp("file"), "one 2") == 0, "after it all is there");
	ok(stat("file", &st) == 0 && (st.st_mode & 0777) == 0600, "0600 whatever the umask");
	o = out_open("file", &e);
	out_add(o, SPAN("new"));
	out_abort(o);
	ok(strcmp(slurp("file"), "one 2") == 0, "an abort leaves the old file");
	o = out_open("file", &e);
	ok(out_prepare(o, &e) == 0 && strcmp(slurp("file"), "one 2") == 0,
	    "a prepared file is not visible yet");
	ok(out_commit(o, &e) == 0 && strcmp(slurp("file"), "") == 0, "an empty file replaces too");
	o = out_open("file", &e);
	ok(out_prepare(o, &e) == 0, "prepare");
	out_abort(o);
	out_abort(NULL);
	ok(entries() == 1, "no temp file is left");
	unlink("file");
}

static void
large(void)
{
	struct error e = { 0 };
	struct out *o = out_open("large", &e);
	struct stat st;
	char block[1000];

	memset(block, 'x', sizeof block);
	for (int i = 0; i < 3000; i++)
		out_add(o, span_make(block, sizeof block));
	out_print(o, "%1000d", 1);
	buf_text(out_buffer(o), "end");
	out_drain(o);
	ok(out_commit(o, &e) == 0 && stat("large", &st) == 0 && st.st_size == 3001003,
	    "large output is whole");
	unlink("large");
}

static enum status
refusal(const char *path)
{
	struct error e = { 0 };
	struct out *o = out_open(path, &e);

	out_abort(o);
	return o == NULL ? e.status : STATUS_DONE;
}

static void
targets(void)
{
	spill("real", "old");
	mkdir("dir", 0700);
	if (symlink("real", "link") < 0 || symlink("nowhere", "dangling") < 0)
		abort();
	ok(refusal("link") == STATUS_USAGE, "a symbolic link is refused");
	ok(refusal("dangling") == STATUS_USAGE, "one that leads nowhere too");
	ok(refusal("dir") == STATUS_USAGE && refusal(".") == STATUS_USAGE,
	    "a directory is refused");
	ok(refusal("/dev/full") == STATUS_USAGE && refusal("/dev/null") == STATUS_USAGE,
	    "a device is refused");
	ok(refusal("none/file") == STATUS_USAGE, "a missing directory is refused");
	ok(refusal("real/file") == STATUS_USAGE, "a file as directory is refused");
	ok(refusal("") == STATUS_USAGE && refusal("none/") == STATUS_USAGE, "no name is refused");
	ok(strcmp(slurp("real"), "old") == 0, "nothing was written through the link");
	unlink("link");
	unlink("dangling");
	rmdir("dir");
	unlink("real");
}

static void
together(void)
{
	struct error e = { 0 };
	struct out *o[3];

	spill("b", "old b");
	for (int i = 0; i < 3; i++) {
		char name[2] = { (char)('a' + i), '\0' };

		o[i] = out_open(name, &e);
		out_print(o[i], "new %s", name);
	}
	ok(out_commit_all(o, 3, &e) == 0 && strcmp(slurp("a"), "new a") == 0 &&
	    strcmp(slurp("b"), "new b") == 0 && strcmp(slurp("c"), "new c") == 0,
	    "files appear together");
	ok(entries() == 3, "and leave nothing beside them");
	unlink("a");
	for (int i = 0; i < 3; i++) {
		char name[2] = { (char)('a' + i), '\0' };

		o[i] = out_open(name, &e);
		out_print(o[i], "newer %s", name);
	}
	unlink("c");
	mkdir("c", 0700);
	spill("c/full", "");
	ok(out_commit_all(o, 3, &e) < 0, "one that cannot be renamed fails all");
	ok(access("a", F_OK) < 0 && strcmp(slurp("b"), "new b") == 0,
	    "those renamed before it are taken back");
	unlink("b");
	unlink("c/full");
	rmdir("c");
	ok(entries() == 0, "and leave nothing beside them either");
}

/* The wait status of a child that runs `body`. */
static int
child_status(void (*body)(void))
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		body();
		_exit(0);
	}
	waitpid(child, &status, 0);
	return status;
}

static void
to_full(void)
{
	struct error e = { 0 };
	struct out *o;

	dup2(open("/dev/full", O_WRONLY), 1);
	o = out_open(NULL, &e);
	out_add(o, SPAN("x"));
	out_flush(o);
	if (!out_failed(o) || out_commit(o, &e) == 0)
		_exit(0);
	_exit((int)e.status);
}

static void
to_closed(void)
{
	struct error e = { 0 };
	struct out *o;

	close(1);
	fd_ensure_standard();
	o = out_open("-", &e);
	out_add(o, SPAN("x"));
	_exit(out_commit(o, &e) == 0 ? 0 : (int)e.status);
}

static void
to_nobody(void)
{
	struct error e = { 0 };
	struct out *o;
	int ends[2];

	if (pipe(ends) < 0)
		_exit(99);
	dup2(ends[1], 1);
	close(ends[0]);
	out_install_signals();
	o = out_open("-", &e);
	out_open("side", &e);
	out_add(o, SPAN("x"));
	_exit(out_commit(o, &e) == 0 ? 0 : (int)e.status);
}

static void
to_nobody_ignored(void)
{
	signal(SIGPIPE, SIG_IGN);
	to_nobody();
}

static void
interrupted(void)
{
	struct error e = { 0 };
	struct out *o;
	int r;

	out_install_signals();
	o = out_open("side", &e);
	out_add(o, SPAN("x"));
	r = out_prepare(o, &e);
	raise(r == 0 ? SIGTERM : SIGKILL);
}

static void
too_large(void)
{
	struct error e = { 0 };
	struct out *o;

	out_install_signals();
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 4096, 4096 });
	o = out_open("side", &e);
	for (int i = 0; i < 3000; i++)
		out_print(o, "%100d", i);
	_exit(out_commit(o, &e) == 0 ? 0 : (int)e.status);
}

static void
streams(void)
{
	int status;

	ok(WEXITSTATUS(child_status(to_full)) == STATUS_RESOURCES, "/dev/full is status 6");
	ok(WEXITSTATUS(child_status(to_closed)) == STATUS_RESOURCES, "a closed stdout is status 6");
	status = child_status(to_nobody);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE, "a reader gone is SIGPIPE");
	ok(WEXITSTATUS(child_status(to_nobody_ignored)) == STATUS_RESOURCES,
	    "or status 6 where that is ignored");
	status = child_status(interrupted);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM, "SIGTERM ends the program");
	ok(WEXITSTATUS(child_status(too_large)) == STATUS_RESOURCES,
	    "a file above the limit of the shell is status 6, not SIGXFSZ");
	ok(entries() == 0, "and no temp file is left");
}

static void
fifo(void)
{
	struct error e = { 0 };
	struct out *o;
	int fd;

	if (mkfifo("pipe", 0600) < 0)
		abort();
	fd = open("pipe", O_RDONLY | O_NONBLOCK);
	o = out_open("pipe", &e);
	ok(o != NULL && out_is_stream(o), "a FIFO is a stream");
	out_add(o, SPAN("through"));
	ok(out_commit(o, &e) == 0 && read(fd, text, sizeof text) == 7, "and is written to");
	close(fd);
	unlink("pipe");
}

/* No process reads the FIFO: opening it would wait for ever. */
static void
checked_before(void)
{
	static const char *const good[] = { "new", "old", "pipe", "-" }, *const bad[] = { "new", "none/file" },
	    *const twice[] = { "new", "./new" };
	struct error e = { 0 };

	spill("old", "old");
	if (mkfifo("pipe", 0600) < 0)
		abort();
	ok(out_check(good, 4, &e) == 0 && out_check(NULL, 0, &e) == 0, "files that can be made");
	ok(entries() == 2 && strcmp(slurp("old"), "old") == 0, "nothing is left or changed");
	ok(out_check(bad, 2, &e) < 0 && e.status == STATUS_USAGE, "one that cannot");
	error_clear(&e);
	ok(out_check(twice, 2, &e) < 0 && e.status == STATUS_USAGE, "two of one name");
	unlink("old");
	unlink("pipe");
	ok(entries() == 0, "a refusal leaves nothing either");
}

int
main(void)
{
	char dir[] = "/tmp/out_test.XXXXXX";

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (mkdtemp(dir) == NULL || chdir(dir) < 0)
		return 1;
	files();
	large();
	targets();
	together();
	fflush(stdout);
	streams();
	fifo();
	checked_before();
	if (chdir("/") < 0 || rmdir(dir) < 0)
		ok(false, "nothing else is left in the directory");
	return tap_done();
}
