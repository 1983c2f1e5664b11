/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/profile_stream.h: the first and the last line of a stream of profiles. */
#ifndef CDP_RESOLVE_PROFILE_STREAM_H
#define CDP_RESOLVE_PROFILE_STREAM_H

#include "base/span.h"	/* passed by value */

struct buf;
struct resolve;

/* How the records were matched, for which purpose, and whether a gate had let them through. */
void profile_stream_head(const struct resolve *r, const char *tool, struct span as_of,
    struct buf *out);
/* What came in and went out; `code` is the exit status. */
void profile_stream_end(const struct resolve *r, int code, struct buf *out);

#endif
