/* SPDX-License-Identifier: Apache-2.0 */
/* tests/shim/nosync.c: for LD_PRELOAD: a sync says yes and does nothing, as on a disk that lies. */
#include <unistd.h>

int
fsync(int fd)
{
	(void)fd;
	return 0;
}

int
fdatasync(int fd)
{
	(void)fd;
	return 0;
}
