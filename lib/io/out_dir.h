/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/out_dir.h: a directory of files that appears whole or not at all.
 * Always holds: under its final name it is complete and synced; until out_dir_commit it is a 0700
 * directory PATH.XXXXXX beside it, which out_dir_abort removes. From its start to one of the two a signal waits: the
 * handler could not take a directory away. */
#ifndef CDP_IO_OUT_DIR_H
#define CDP_IO_OUT_DIR_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */

struct error;
struct out_dir;

/* NULL: USAGE E_DIR, PATH is something else than an empty directory, or its parent is none;
 * RESOURCES. Ended by out_dir_commit or out_dir_abort. */
struct out_dir *out_dir_open(const char *path, struct error *e);
/* Writes and syncs a file (0600), "name" or "folder/name"; the folder is made with its first file. -1:
 * RESOURCES; also for a name that is there. */
MUST_USE int out_dir_file(struct out_dir *d, const char *name, struct span bytes, struct error *e);
/* -1: USAGE if PATH has become something else meanwhile, RESOURCES; then nothing of it is left. Frees. */
MUST_USE int out_dir_commit(struct out_dir *d, struct error *e);
void out_dir_abort(struct out_dir *d);		/* removes all, frees; NULL is fine */

#endif
