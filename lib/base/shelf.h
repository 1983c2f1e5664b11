/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/shelf.h: large blocks that were freed wait here for their next use; for base/alloc alone.
 * A page of a fresh block is taken from the system when it is first touched, which costs several
 * times what it costs to fill it, and stage after stage of a run wants large blocks of any size.
 * Always holds: while blocks wait, they and what is used are less than was used at once before. */
#ifndef CDP_BASE_SHELF_H
#define CDP_BASE_SHELF_H

#include <stdbool.h>
#include <stddef.h>

enum {
	SHELF_LEAST = 1 << 20	/* bytes of a large block */
};

void *shelf_alloc(size_t bytes, bool zeroed);	/* as malloc or calloc */
/* A block that came from elsewhere is in use from now on, or was until now, if it is a large one. */
void shelf_note(void *block);
void shelf_forget(void *block);
void shelf_free(void *block);			/* as free; maybe it waits */
void shelf_open(void);				/* from now on blocks wait */
bool shelf_clear(void);				/* frees those that wait; whether there were any */

#endif
