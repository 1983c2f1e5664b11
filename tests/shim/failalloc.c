/* SPDX-License-Identifier: Apache-2.0 */
/* tests/shim/failalloc.c: for LD_PRELOAD: the FAILN-th allocation fails, once or from then on
 * (FAILMODE=once|sticky). FAILN=0 counts only. With FAILCOUNT=FILE the count is written there at
 * the end. Allocations of the loader, before main, count too. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* glibc's own names for its allocator: no dlsym, which would itself allocate. */
extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *p, size_t bytes);
extern void *__libc_memalign(size_t align, size_t bytes);

static atomic_long count;
static long fail_at = -1;
static bool sticky;

static void
read_settings(void)
{
	const char *n = getenv("FAILN"), *mode = getenv("FAILMODE");

	fail_at = n == NULL ? 0 : strtol(n, NULL, 10);
	sticky = mode != NULL && strcmp(mode, "sticky") == 0;
}

static bool
fails(void)
{
	long now = atomic_fetch_add(&count, 1) + 1;

	if (fail_at < 0)
		read_settings();
	if (fail_at == 0 || now < fail_at || (now > fail_at && !sticky))
		return false;
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t bytes)
{
	return fails() ? NULL : __libc_malloc(bytes);
}

void *
calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t bytes)
{
	return fails() ? NULL : __libc_realloc(p, bytes);
}

void *
aligned_alloc(size_t align, size_t bytes)
{
	return fails() ? NULL : __libc_memalign(align, bytes);
}

__attribute__((destructor)) static void
report(void)
{
	const char *path = getenv("FAILCOUNT");
	int fd = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0)
		return;
	dprintf(fd, "%ld\n", atomic_load(&count));
	close(fd);
}
