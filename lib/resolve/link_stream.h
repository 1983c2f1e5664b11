/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/link_stream.h: links, and pairs for review, as streams of their own: who reads one
 * wants to know that it is whole. */
#ifndef CDP_RESOLVE_LINK_STREAM_H
#define CDP_RESOLVE_LINK_STREAM_H

#include "base/span.h"		/* passed by value */
#include "resolve/links.h"	/* link_sink */

struct resolve;

/* From --min-link on, else from the threshold of a link. */
void link_stream(const struct resolve *r, const char *tool, struct span as_of, link_sink *give,
    void *arg);
/* At most `limit` pairs, SCORED_NO_NUMBER: the usual; counts them in r->reviewed. */
void review_stream(struct resolve *r, uint64_t limit, const char *tool, struct span as_of,
    link_sink *give, void *arg);

#endif
