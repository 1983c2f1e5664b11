/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/side_priv.h: for side.c and side_write.c. */
#ifndef CDP_CONSENT_SIDE_PRIV_H
#define CDP_CONSENT_SIDE_PRIV_H

#include "base/buf.h"	/* by value */
#include "consent/side.h"
#include "io/grow.h"

struct side {
	char		*dir;
	uint64_t	 segment;
	struct buf	 text;		/* the file of one segment */
	uint64_t	 loaded;	/* which; UINT64_MAX: none */
	size_t		 at;		/* how far it was looked through */
	uint64_t	 last;		/* seq that was looked for last */
	struct buf	 torn;		/* rows set aside */
	bool		 torn_read;
	struct buf	 added;		/* rows to write, in order of seq */
};

void side_row_write(const struct side_row *r, struct buf *out);	/* with LF */
/* False: not a row. evidence is borrowed from the line. */
bool side_row_read(struct span line, struct side_row *r);
void side_path(const struct side *s, uint64_t number, struct buf *out);	/* with a NUL */
/* Adds the bytes of a file that must be ours; none if it is not there. */
MUST_USE int side_read_file(const char *path, struct buf *out, struct error *e);

#endif
