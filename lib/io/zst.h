/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/zst.h: unpacks zstd; the only module that includes zstd.h. Used by the source alone. */
#ifndef CDP_IO_ZST_H
#define CDP_IO_ZST_H

#include "base/attr.h"
#include "io/pull.h"	/* pull_bytes */
#include <stdint.h>

struct zst;

/* Borrows name and arg. */
struct zst *zst_new(const char *name, pull_bytes *pull, void *arg);
void zst_free(struct zst *z);			/* NULL is fine */
uint64_t zst_used(const struct zst *z);		/* packed bytes used so far */
/* Several frames are one input. A cut or damaged frame, and bytes that are none: INPUT
 * E_PACKED; a window above 128 MiB: INPUT E_EXPANSION. */
MUST_USE ssize_t zst_read(struct zst *z, char *p, size_t room, struct error *e);

#endif
