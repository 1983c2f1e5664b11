/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/own.h: files and directories that must be ours alone, on a disk of this machine. Whoever else
 * can reach a log could change it unseen; a network file system promises neither locks nor flushes.
 * Every doubt is UNSAFE, E_LEDGER. */
#ifndef CDP_IO_OWN_H
#define CDP_IO_OWN_H

#include "base/attr.h"
#include <stddef.h>

struct buf;
struct error;

/* Opens a regular file, no symbolic link, in a directory that is ours too: the descriptor, or -1. */
MUST_USE int own_open(const char *path, int flags, struct error *e);
/* Appends what is in such a file; of one of more bytes than `most`, a few more than that. */
MUST_USE int own_read(const char *path, size_t most, struct buf *out, struct error *e);
/* The directory itself: no symbolic link, ours, closed to others. */
MUST_USE int own_check_dir(const char *path, struct error *e);
MUST_USE int own_check_parent(const char *path, struct error *e);	/* of a file */
/* Refuses what is mounted from elsewhere: NFS, SMB, 9P, AFS, Ceph, FUSE and their like. */
MUST_USE int own_check_local(const char *path, struct error *e);

#endif
