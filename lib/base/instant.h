/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/instant.h: points in time and days, without the C library's zone and locale.
 * Times are milliseconds of UTC since 1970-01-01, days count from there; both reach from
 * year 0000 to 9999. Calendar is proleptic Gregorian. Leap second 60 reads as 59.999. */
#ifndef CDP_BASE_INSTANT_H
#define CDP_BASE_INSTANT_H

#include "base/span.h"	/* passed by value */
#include <stdbool.h>
#include <stdint.h>

struct buf;

typedef int64_t instant;	/* milliseconds of UTC since 1970-01-01T00:00:00Z */
typedef int32_t day;		/* days since 1970-01-01 */

#define INSTANT_NONE	INT64_MIN
enum { DAY_MS = 86400000 };

/* What a time text said, before anybody decides what a missing part means. */
struct time_text {
	instant	at;		/* with a missing zone read as UTC; date only: start of that day */
	bool	date_only;	/* no time of day */
	bool	has_zone;	/* Z or ±hh:mm was there */
	bool	unknown_zone;	/* the zone was -00:00 */
};

bool day_valid(int year, int month, int mday);			/* 0…9999, real calendar days */
day  day_from(int year, int month, int mday);			/* must be valid */
void day_parts(day d, int *year, int *month, int *mday);
int  day_month_length(int year, int month);			/* 28…31 */

/* RFC 3339: YYYY-MM-DD, or with T or blank, hh:mm[:ss[.fraction]], and an optional zone. */
bool time_parse(struct span s, struct time_text *t);
/* A full time with zone, or a date (start of day UTC). */
bool instant_parse(struct span s, instant *t);
/* YYYY-MM-DDThh:mm:ssZ, with .mmm only if the milliseconds are not 0. */
void instant_write(struct buf *out, instant t);

/* ISO 8601 duration PnYnMnWnDTnHnM, each n up to nine digits: calendar months (years included) and
 * milliseconds. No seconds: nothing that a policy or a person sets is meant to them. */
struct duration {
	int32_t	months;
	int64_t	ms;
};

bool duration_parse(struct span s, struct duration *d);
/* t + d (sign 1) or t − d (sign −1): months first, 31 January + P1M is the last day of
 * February, then the milliseconds. */
instant instant_add(instant t, struct duration d, int sign);

/* The clock of the system, read nowhere else. */
instant clock_now(void);

#endif
