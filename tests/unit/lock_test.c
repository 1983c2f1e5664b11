/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/lock_test.c: a lock keeps others out, and goes with its holder. */
#include "base/error.h"
#include "io/lock.h"
#include "tap.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char path[] = "lock";

/* A child that holds the lock until it is killed; returns when it has it. */
static pid_t
hold(void)
{
	int ready[2];
	char c;
	pid_t child;

	if (pipe(ready) < 0)
		abort();
	child = fork();
	if (child == 0) {
		struct error e = { 0 };

		if (lock_take(path, 0, &e) != NULL && write(ready[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	if (read(ready[0], &c, 1) != 1)
		abort();
	close(ready[0]);
	return child;
}

static void
end(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void
alone(void)
{
	struct error e = { 0 };
	struct lock *l = lock_take(path, 0, &e), *second;
	struct stat st;

	ok(l != NULL, "a free lock is taken");
	ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600, "its file is 0600");
	second = lock_take(path, 0, &e);
	ok(second == NULL && e.status == STATUS_LOCKED, "the same process cannot take it twice");
	close(open(path, O_RDWR));
	error_clear(&e);
	ok(lock_take(path, 0, &e) == NULL, "closing the file elsewhere does not lose it");
	error_clear(&e);
	ok(lock_check(l, &e) == 0, "the file is still the one that was locked");
	unlink(path);
	ok(lock_check(l, &e) < 0 && e.status == STATUS_UNSAFE, "a deleted file is noticed");
	error_clear(&e);
	second = lock_take(path, 0, &e);
	ok(second != NULL && lock_check(second, &e) == 0, "another run locks the new file");
	ok(lock_check(l, &e) < 0, "and the first holder sees that");
	lock_drop(l);
	lock_drop(second);
	lock_drop(NULL);
}

static void
others(void)
{
	struct error e = { 0 };
	struct timespec before, after;
	pid_t child = hold();
	struct lock *l = lock_take(path, 0, &e);

	ok(l == NULL && e.status == STATUS_LOCKED, "a lock held by another process is status 5");
	error_clear(&e);
	clock_gettime(CLOCK_MONOTONIC, &before);
	l = lock_take(path, 1, &e);
	clock_gettime(CLOCK_MONOTONIC, &after);
	ok(l == NULL && after.tv_sec - before.tv_sec >= 1, "waiting ends after its time");
	error_clear(&e);
	end(child);
	l = lock_take(path, 5, &e);
	ok(l != NULL, "the lock dies with its holder");
	lock_drop(l);
}

/* A path that cannot be followed tells nothing about other runs. */
static void
unknown(void)
{
	struct error e = { 0 };
	struct lock *l;

	ok(mkdir("d", 0700) == 0, "a directory");
	l = lock_take("d/lock", 0, &e);
	ok(l != NULL && rename("d", "away") == 0 && lock_check(l, &e) < 0 && e.status == STATUS_UNSAFE,
	    "a directory that is gone took the lock with it");
	error_clear(&e);
	ok(symlink("d", "d") == 0 && lock_check(l, &e) < 0 && e.status == STATUS_RESOURCES,
	    "a name that cannot be looked at is status 6");
	lock_drop(l);
	unlink("d");
	unlink("away/lock");
	rmdir("away");
}

static void
places(void)
{
	struct error e = { 0 };

	ok(lock_take("none/lock", 0, &e) == NULL && e.status == STATUS_RESOURCES,
	    "a missing directory is status 6");
	error_clear(&e);
	ok(symlink(path, "link") == 0 && lock_take("link", 0, &e) == NULL,
	    "a symbolic link is not followed");
	unlink("link");
}

int
main(void)
{
	char dir[] = "/tmp/lock_test.XXXXXX";

	if (mkdtemp(dir) == NULL || chdir(dir) < 0)
		return 1;
	alone();
	others();
	unknown();
	places();
	unlink(path);
	if (chdir("/") < 0 || rmdir(dir) < 0)
		ok(false, "nothing else is left in the directory");
	return tap_done();
}
