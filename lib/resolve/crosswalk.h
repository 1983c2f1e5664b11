/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/crosswalk.h: which record went into which profile, as a table that a database joins with. */
#ifndef CDP_RESOLVE_CROSSWALK_H
#define CDP_RESOLVE_CROSSWALK_H

#include "resolve/links.h"	/* link_sink */

struct clusters;
struct store;

/* CSV (RFC 4180, lines end in LF): a header, then source, key and profile of every record, by record id.
 * The ids of the profiles are those that the clusters have now. */
void crosswalk_write(const struct clusters *c, const struct store *s, link_sink *give, void *arg);

#endif
