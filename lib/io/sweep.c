/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/sweep.c: names are read and unlinked in one walk; what is gone meanwhile is no fault. */
#include "base/error.h"
#include "io/own.h"
#include "io/sweep.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
goes(const char *name, const char *prefix)
{
	return strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
	    strncmp(name, prefix, strlen(prefix)) == 0;
}

/* -1 with errno set. */
static int
unlink_all(DIR *dir, const char *prefix)
{
	const struct dirent *entry;
	bool any = false;

	for (;;) {
		errno = 0;
		entry = readdir(dir);
		if (entry == NULL)
			break;
		if (!goes(entry->d_name, prefix))
			continue;
		if (unlinkat(dirfd(dir), entry->d_name, 0) < 0 && errno != ENOENT)
			return -1;
		any = true;
	}
	if (errno != 0)
		return -1;
	return any ? fsync(dirfd(dir)) : 0;
}

int
sweep(const char *path, const char *prefix, struct error *e)
{
	struct stat st;
	DIR *dir;
	int r;

	if (lstat(path, &st) < 0 && errno == ENOENT)
		return 0;
	if (own_check_dir(path, e) < 0)
		return -1;
	dir = opendir(path);
	r = dir == NULL ? -1 : unlink_all(dir, prefix);
	if (r < 0)
		error_system(e, STATUS_RESOURCES, "E_LEDGER", path, "empty");
	if (dir != NULL)
		closedir(dir);
	return r;
}
