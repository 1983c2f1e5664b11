/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/transcode.h: other encodings to UTF-8, on the fly. Used by the source alone.
 * What means nothing becomes the byte 0xFF, which makes its row invalid later on. */
#ifndef CDP_IO_TRANSCODE_H
#define CDP_IO_TRANSCODE_H

#include "base/attr.h"
#include "base/span.h"	/* passed by value */
#include "io/pull.h"	/* pull_bytes */
#include "io/source.h"	/* enum encoding */

struct transcode;

/* Borrows arg. Not for ENCODING_UTF8. */
struct transcode *transcode_new(enum encoding from, pull_bytes *pull, void *arg);
void transcode_free(struct transcode *t);	/* NULL is fine */
/* Bytes that come before those of `pull`; copied. */
void transcode_give(struct transcode *t, struct span bytes);
/* At most `room` bytes of UTF-8: their count, 0 at the end, -1 and e says why. */
MUST_USE ssize_t transcode_read(struct transcode *t, char *p, size_t room, struct error *e);

#endif
