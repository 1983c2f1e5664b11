/* SPDX-License-Identifier: Apache-2.0 */
/* tests/shim/remotefs.c: every file system is the network one whose number $FSTYPE has (hexadecimal). */
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/vfs.h>

int
statfs(const char *path, struct statfs *fs)
{
	int (*real)(const char *, struct statfs *);
	const char *type = getenv("FSTYPE");
	int r;

	*(void **)&real = dlsym(RTLD_NEXT, "statfs");
	r = real(path, fs);
	if (r == 0 && type != NULL)
		fs->f_type = (__typeof__(fs->f_type))strtoul(type, NULL, 16);
	return r;
}
