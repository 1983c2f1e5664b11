/* SPDX-License-Identifier: Apache-2.0 */
/* tests/shim/shortio.c: for LD_PRELOAD: every read and write moves one byte at most, those at a place
 * too. (strace can invent a short result, but not make one true.) */
#include <sys/syscall.h>
#include <unistd.h>

ssize_t
read(int fd, void *p, size_t bytes)
{
	return syscall(SYS_read, fd, p, bytes > 1 ? 1 : bytes);
}

ssize_t
write(int fd, const void *p, size_t bytes)
{
	return syscall(SYS_write, fd, p, bytes > 1 ? 1 : bytes);
}

ssize_t
pread(int fd, void *p, size_t bytes, off_t at)
{
	return syscall(SYS_pread64, fd, p, bytes > 1 ? 1 : bytes, at);
}

ssize_t
pwrite(int fd, const void *p, size_t bytes, off_t at)
{
	return syscall(SYS_pwrite64, fd, p, bytes > 1 ? 1 : bytes, at);
}
