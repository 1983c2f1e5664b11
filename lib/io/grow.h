/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/grow.h: a file that is ours alone and only grows: what is acknowledged stays, what lies behind
 * it can be cut off.
 * Always holds: a write or sync that failed is the last one; the kernel may have dropped the pages,
 * so a second try could lie. */
#ifndef CDP_IO_GROW_H
#define CDP_IO_GROW_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stdint.h>

struct error;

struct grow {
	char	*path;		/* owned */
	int	 fd;		/* -1: not open */
	bool	 broken;
};

/* GROW_MAKE: 0600 if it is not there, and its directory synced. */
enum grow_mode { GROW_READ, GROW_WRITE, GROW_MAKE };
/* -1: UNSAFE, or RESOURCES if it cannot be made. Ended by grow_close in either case. */
MUST_USE int grow_open(struct grow *g, const char *path, enum grow_mode mode, struct error *e);
void grow_close(struct grow *g);
MUST_USE int grow_size(const struct grow *g, uint64_t *bytes, struct error *e);
/* Adds `bytes` bytes from `at` on to out, fewer if the file ends before. -1: UNSAFE. */
struct buf;
MUST_USE int grow_read(const struct grow *g, uint64_t at, uint64_t bytes, struct buf *out,
    struct error *e);
/* Writes at a place; durable only after grow_sync. -1: RESOURCES. */
MUST_USE int grow_write(struct grow *g, uint64_t at, struct span s, struct error *e);
MUST_USE int grow_sync(struct grow *g, struct error *e);
MUST_USE int grow_cut(struct grow *g, uint64_t at, struct error *e);	/* and syncs */
/* Nobody appends to it any more: 0400. -1: RESOURCES. */
MUST_USE int grow_seal(struct grow *g, struct error *e);

#endif
