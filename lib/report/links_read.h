/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/links_read.h: the link lines of cdp-resolve --links. */
#ifndef CDP_REPORT_LINKS_READ_H
#define CDP_REPORT_LINKS_READ_H

#include "base/attr.h"
#include "model/feed.h"	/* struct feed_options: by value */
#include <stdint.h>

struct error;
struct links;

/* Adds every link line of the file, and its lines to *lines. 0, or -1 and e says why. */
MUST_USE int links_read(struct links *l, const char *path, const struct feed_options *feed,
    uint64_t *lines, struct error *e);

#endif
