/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/gzip.h: unpacks gzip; the only module that includes zlib.h. Used by the source alone. */
#ifndef CDP_IO_GZIP_H
#define CDP_IO_GZIP_H

#include "base/attr.h"
#include "io/pull.h"	/* pull_bytes */
#include <stdint.h>

struct gzip;

/* Borrows name and arg. */
struct gzip *gzip_new(const char *name, pull_bytes *pull, void *arg);
void gzip_free(struct gzip *g);			/* NULL is fine */
uint64_t gzip_used(const struct gzip *g);	/* packed bytes used so far */
/* Several members are one input. A cut or damaged member, and bytes that are none: INPUT
 * E_PACKED. */
MUST_USE ssize_t gzip_read(struct gzip *g, char *p, size_t room, struct error *e);

#endif
