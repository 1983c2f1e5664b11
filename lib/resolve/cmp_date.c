/* SPDX-License-Identifier: Apache-2.0 */
/* lib/resolve/cmp_date.c: birth dates and other dates (resolve 4.2), as year << 9 | month << 5 |
 * day, a part that is not known being 0. */
#include "resolve/level.h"
#include "resolve/similar.h"
#include "resolve/view.h"

#include <stdlib.h>

enum { NEAR_YEARS = 1, APART_YEARS = 14, WEEK_DAYS = 7, MONTH_DAYS = 31, YEAR_DAYS = 366 };

enum birthdate { BIRTH_GENERATION, BIRTH_APART, BIRTH_NEAR, BIRTH_TWO_PARTS, BIRTH_ONE_SLIP,
    BIRTH_SWAPPED, BIRTH_COMPATIBLE, BIRTH_EXACT };
enum date { DATE_DIFFERENT, DATE_WITHIN_YEAR, DATE_WITHIN_MONTH, DATE_WITHIN_WEEK, DATE_ONE_SLIP,
    DATE_WITHIN_DAYS, DATE_EQUAL };

struct parts {
	int	year, month, day;
};

static struct parts
parts_of(uint32_t date)
{
	return (struct parts){ (int)(date >> 9 & 0x3fff), (int)(date >> 5 & 15), (int)(date & 31) };
}

static inline bool
full(struct parts d)
{
	return d.year != 0 && d.month != 0 && d.day != 0;
}

static bool
agree(int x, int y)
{
	return x == y || x == 0 || y == 0;
}

static bool
one_slip(struct parts x, struct parts y)
{
	return similar_digits_slip((uint64_t)(x.year * 10000 + x.month * 100 + x.day),
	    (uint64_t)(y.year * 10000 + y.month * 100 + y.day));
}

static unsigned
by_years(struct parts x, struct parts y)
{
	int gap = abs(x.year - y.year);

	return gap <= NEAR_YEARS ? BIRTH_NEAR : gap <= APART_YEARS ? BIRTH_APART : BIRTH_GENERATION;
}

static unsigned
full_dates(struct parts x, struct parts y)
{
	int equal = (x.year == y.year) + (x.month == y.month) + (x.day == y.day);

	if (equal == 3)
		return BIRTH_EXACT;
	if (equal == 0)
		return by_years(x, y);	/* one slip or exchange changes two parts at most */
	if (x.year == y.year && x.day == y.month && x.month == y.day)
		return BIRTH_SWAPPED;
	if (one_slip(x, y))
		return BIRTH_ONE_SLIP;
	return equal == 2 ? BIRTH_TWO_PARTS : by_years(x, y);
}

/* A birthday without its year against a date with one, or another birthday, tells no level. */
unsigned
level_birthdate(uint32_t a, uint32_t b)
{
	struct parts x = parts_of(a), y = parts_of(b);
	unsigned level;

	if (full(x) && full(y))
		level = full_dates(x, y);
	else if (x.year == 0 || y.year == 0)
		return LEVEL_NULL;
	else if (x.year == y.year && agree(x.month, y.month) && agree(x.day, y.day))
		level = BIRTH_COMPATIBLE;
	else
		level = by_years(x, y);
	return level > BIRTH_SWAPPED && (a | b) & DATE_UNSURE ? BIRTH_SWAPPED : level;
}

int
date_days(uint32_t date)
{
	struct parts d = parts_of(date);
	int month = d.month == 0 ? 1 : d.month, day = d.day == 0 ? 1 : d.day;
	int year = month > 2 ? d.year : d.year - 1;	/* that begins in March */

	return year * 365 + year / 4 - year / 100 + year / 400 +
	    (153 * ((month + 9) % 12) + 2) / 5 + day;
}

unsigned
level_date(uint32_t a, uint32_t b)
{
	struct parts x = parts_of(a), y = parts_of(b);
	int apart = abs(date_days(a) - date_days(b));

	if (a == b)
		return DATE_EQUAL;
	if (full(x) && full(y) && apart <= DATE_DAYS)
		return DATE_WITHIN_DAYS;
	if (full(x) && full(y) && one_slip(x, y))
		return DATE_ONE_SLIP;
	return full(x) && full(y) && apart <= WEEK_DAYS ? DATE_WITHIN_WEEK : apart <= MONTH_DAYS ? DATE_WITHIN_MONTH :
	    apart <= YEAR_DAYS ? DATE_WITHIN_YEAR : DATE_DIFFERENT;
}
