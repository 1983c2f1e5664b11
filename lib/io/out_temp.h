/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/out_temp.h: a file that is not ready, which every way out of the program removes.
 * Used by lib/io/out, lib/io/out_dir and lib/io/lock alone.
 *
 * Where the file system can, it has no name at all (O_TMPFILE) until temp_link, so that even
 * SIGKILL leaves nothing; elsewhere it has a temp name from the start. Names stand in a fixed
 * array before they exist, for the signal handler. */
#ifndef CDP_IO_OUT_TEMP_H
#define CDP_IO_OUT_TEMP_H

#include "base/attr.h"
#include <signal.h>	/* sigset_t */
#include <stddef.h>

struct temp {
	int	 fd;		/* -1 once closed */
	char	*name;		/* NULL while it has none; owned */
	int	 slot;		/* of the name in the array; -1: not there */
};

/* A new 0600 file in the directory of `beside`: 0, or -1 with errno set. */
MUST_USE int temp_open(struct temp *t, const char *beside);
/* Gives it a name, if it has none: 0, or -1 with errno set. */
MUST_USE int temp_link(struct temp *t, const char *beside);
/* Closes the descriptor: 0, or -1 with errno set; not open any more either way. */
MUST_USE int temp_close(struct temp *t);
void temp_forget(struct temp *t);	/* the name does not lead to it any more */
void temp_remove(struct temp *t);	/* closes, unlinks a name that was not forgotten, frees */

/* Another file that goes with the program, however that ends; borrows the name until temp_keep.
 * The slot for temp_keep, or -1 when the array is full: then nobody removes it. */
MUST_USE int temp_passing(char *name);
void temp_keep(int slot);
/* The first bytes of a path: a folder to be made for files, unless it is there. Those above it come first. */
void temp_folder(const char *path, size_t len);
void temp_drop_folders(void);		/* that are empty; the others stay */
void temp_unlink_all(void);		/* safe in a signal handler */

/* Between the two a signal that would end the program waits: for what is done in several calls and has
 * to be done as a whole, or not at all. */
void temp_hold_signals(sigset_t *before);
void temp_let_signals(const sigset_t *before);

#endif
