/* SPDX-License-Identifier: Apache-2.0 */
/* lib/export/publish.h: the manifest of a file, and the check of a file against it. */
#ifndef CDP_EXPORT_PUBLISH_H
#define CDP_EXPORT_PUBLISH_H

#include "base/attr.h"
#include "base/buf.h"		/* by value */
#include "export/egress_log.h"	/* EGRESS_RUN */

struct audience;
struct error;

struct publication {
	struct buf	manifest;		/* one line of JSON, LF included */
	char		run[EGRESS_RUN + 1];	/* digest of the rest of it */
	char		sha256[65];		/* of the file */
	char	       *path;			/* absolute; NULL for a stream */
};

/* Digests and manifest for the rows of the audience; output NULL: standard output. as_of is
 * absent when the clock was used. */
MUST_USE int publication_make(struct publication *p, const struct audience *a, const char *output,
    const char *previous, struct span as_of, struct error *e);
void publication_done(struct publication *p);

/* Holds FILE against FILE.manifest.json and the journal of STATE. 0: they agree; 1: they do not, and
 * *why says so; -1: cannot tell (UNSAFE) or unreadable (INPUT). */
MUST_USE int publication_verify(const char *file, const char *state, const char **why,
    struct error *e);

#endif
