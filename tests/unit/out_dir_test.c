/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/out_dir_test.c: a directory appears whole or not at all. */
#include "base/error.h"
#include "io/out_dir.h"
#include "tap.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Names in a directory; -1: there is none. */
static int
count(const char *path)
{
	DIR *dir = opendir(path);
	int n = -1;

	if (dir == NULL)
		return -1;
	for (n = 0; readdir(dir) != NULL; n++)
		;
	closedir(dir);
	return n - 2;
}

static bool
is_file(const char *path, const char *want)
{
	char text[64] = "";
	struct stat st;
	FILE *f = fopen(path, "rb");
	size_t n = f == NULL ? 0 : fread(text, 1, sizeof text - 1, f);

	if (f != NULL)
		fclose(f);
	return stat(path, &st) == 0 && (st.st_mode & 0777) == 0600 && n == strlen(want) &&
	    strcmp(text, want) == 0;
}

static bool
refused(const char *path, enum status status)
{
	struct error e = { 0 };

	return out_dir_open(path, &e) == NULL && e.status == status;
}

static void
whole(void)
{
	struct error e = { 0 };
	struct out_dir *d = out_dir_open("pack/", &e);

	ok(d != NULL && out_dir_file(d, "one", SPAN("1\n"), &e) == 0 &&
	    out_dir_file(d, "in/two", SPAN("2\n"), &e) == 0 &&
	    out_dir_file(d, "in/three", SPAN(""), &e) == 0, "files are written");
	ok(count("pack") == -1, "and are not there yet");
	ok(out_dir_commit(d, &e) == 0 && count("pack") == 2 && count("pack/in") == 2 && count(".") == 1,
	    "then all of them are, and nothing else");
	ok(is_file("pack/one", "1\n") && is_file("pack/in/two", "2\n") && is_file("pack/in/three", ""),
	    "with what was written, for us alone");
}

static void
none(void)
{
	struct error e = { 0 };
	struct out_dir *d = out_dir_open("other", &e);

	ok(d != NULL && out_dir_file(d, "in/one", SPAN("1\n"), &e) == 0 &&
	    out_dir_file(d, "in/one", SPAN("2\n"), &e) < 0 && e.status == STATUS_RESOURCES,
	    "a file is not written twice");
	out_dir_abort(d);
	out_dir_abort(NULL);
	ok(count("other") == -1 && count(".") == 1, "what was given up is gone");
}

static void
places(void)
{
	struct error e = { 0 };
	struct out_dir *d;

	ok(refused("pack", STATUS_USAGE) && refused("pack/one", STATUS_USAGE) &&
	    refused("no/pack", STATUS_USAGE) && refused("pack/one/x", STATUS_USAGE),
	    "a place that is taken, or is none");
	ok(symlink("nowhere", "link") == 0 && refused("link", STATUS_USAGE), "or a link");
	unlink("link");
	ok(mkdir("empty", 0755) == 0, "an empty directory");
	d = out_dir_open("empty", &e);
	ok(d != NULL && out_dir_file(d, "one", SPAN("1"), &e) == 0 && out_dir_commit(d, &e) == 0 &&
	    count("empty") == 1, "is used");
	d = out_dir_open("late", &e);
	ok(d != NULL && out_dir_file(d, "one", SPAN("1"), &e) == 0 && mkdir("late", 0700) == 0 &&
	    mkdir("late/in", 0700) == 0 && out_dir_commit(d, &e) < 0 && e.status == STATUS_USAGE &&
	    count("late") == 1 && count(".") == 3, "one that is filled meanwhile is left alone");
	rmdir("late/in");
	rmdir("late");
}

static void
full(void)
{
	struct rlimit was, small;
	struct error e = { 0 };
	struct out_dir *d = out_dir_open("full", &e);
	int r;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &was);
	small = (struct rlimit){ 4, was.rlim_max };
	setrlimit(RLIMIT_FSIZE, &small);
	r = d == NULL ? 0 : out_dir_file(d, "one", SPAN("too much"), &e);
	setrlimit(RLIMIT_FSIZE, &was);
	ok(r < 0 && e.status == STATUS_RESOURCES, "a file that does not fit is a failure");
	out_dir_abort(d);
	ok(count("full") == -1, "and leaves no directory");
}

int
main(void)
{
	char dir[] = "/tmp/out_dir_test.XXXXXX";

	if (mkdtemp(dir) == NULL || chdir(dir) < 0)
		return 1;
	whole();
	none();
	places();
	full();
	unlink("pack/one");
	unlink("pack/in/two");
	unlink("pack/in/three");
	unlink("empty/one");
	rmdir("pack/in");
	rmdir("pack");
	rmdir("empty");
	ok(chdir("/") == 0 && rmdir(dir) == 0, "nothing else was left");
	return tap_done();
}
