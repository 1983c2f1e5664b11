/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/time.h: points in time, to UTC (ingest 4.4): YYYY-MM-DDThh:mm:ssZ. */
#ifndef CDP_NORMAL_TIME_H
#define CDP_NORMAL_TIME_H

#include "normal/outcome.h"	/* struct normal, by value */

struct arena;

/* RFC 3339, dates of normal/date.h with an optional hh:mm[:ss[.mmm]] and zone, or what
 * c->date_format declares. A date alone stays a date (YYYY-MM-DD). Reasons: zone_assumed
 * (SUSPICIOUS: a time without zone while the context has none either, read as UTC); those of dates,
 * time (INVALID: no such time of day). */
struct normal time_clean(struct span raw, const struct normal_context *c, struct arena *arena);

#endif
