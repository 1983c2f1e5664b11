/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/fd.h: system calls on descriptors, with EINTR and short results dealt with. */
#ifndef CDP_IO_FD_H
#define CDP_IO_FD_H

#include "base/attr.h"
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct error;

/* Makes descriptors 0–2 exist (a closed one is opened on /dev/null and remembered). First
 * thing in every tool. */
void fd_ensure_standard(void);
bool fd_was_closed(int fd);		/* 0–2 only: closed when the program started */

/* Bytes read (0 = end of file), or -1 with errno set. Repeats on EINTR. */
MUST_USE ssize_t fd_read(int fd, void *p, size_t bytes);
void fd_wait(int fd);			/* until there is something to read, or the end */
/* Writes all of it: 0, or -1 with errno set. */
MUST_USE int fd_write_all(int fd, const void *p, size_t bytes);
/* Reads a whole regular file of at most `most` bytes into memory that the caller frees with
 * mem_free; STATUS as given and a message that names the path when it cannot. */
MUST_USE int fd_read_file(const char *path, size_t most, int status, char **p, size_t *len,
    struct error *e);
/* Makes a directory 0700 (with parents), each synced in its own; existing ones are fine. 0, or -1 with
 * errno set. */
MUST_USE int fd_make_dirs(const char *path);
/* fsync of the directory that holds `path`: 0, or -1 with errno set. */
MUST_USE int fd_sync_parent(const char *path);

#endif
