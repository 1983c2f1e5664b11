/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/due.h: persons whose data came from somebody else and who were not told yet (Art
 * 14). By when is data of a regime: its deadline `indirect_notice`; a regime without it asks for
 * nothing. */
#ifndef CDP_CONSENT_DUE_H
#define CDP_CONSENT_DUE_H

#include "base/attr.h"
#include <stdint.h>

struct buf;
struct error;
struct feed_options;
struct json_writer;
struct judge;
struct out;

struct due_counts {
	uint64_t	people, listed, overdue, in, rejected;
};

/* Every profile of the feed as a stream of `recheck` lines with `due`. The judge's question is
 * asked for its regimes only. 0, or -1. */
MUST_USE int due_run(const struct judge *j, const struct feed_options *feed, struct out *out,
    struct due_counts *counts, struct error *e);
void due_text(const struct due_counts *counts, struct buf *out);
void due_summary(const struct due_counts *counts, struct json_writer *w);

#endif
