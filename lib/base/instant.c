/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/instant.c: calendar arithmetic on days; "days from civil" after H. Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms". */
#include "base/ascii.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/instant.h"

#include <time.h>

enum {
	YEAR_MAX = 9999, SHORTEST_MONTH = 28, MINUTE_MS = 60000, HOUR_MS = 3600000,
	ERA_YEARS = 400, ERA_DAYS = 146097
};

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int
day_month_length(int year, int month)
{
	static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && is_leap(year) ? 29 : length[month - 1];
}

bool
day_valid(int year, int month, int mday)
{
	return year >= 0 && year <= YEAR_MAX && month >= 1 && month <= 12 && mday >= 1 &&
	    mday <= day_month_length(year, month);
}

/* The year is counted from 1 March, so that the leap day is its last, and from one whole era before
 * year 0, so that nothing is below it. */
day
day_from(int year, int month, int mday)
{
	static const uint16_t before[] = { 306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275 };
	unsigned y = (unsigned)(year + ERA_YEARS - (month <= 2)), century = y / 100;

	return (day)(y * 365 + y / 4 - century + century / 4 + before[month - 1]) + mday - 1 -
	    ERA_DAYS - 719468;
}

void
day_parts(day d, int *year, int *month, int *mday)
{
	int z = d + 719468;
	int era = (z >= 0 ? z : z - 146096) / 146097;
	int day_of_era = z - era * 146097;
	int y = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int of_year = day_of_era - (365 * y + y / 4 - y / 100);
	int m = (5 * of_year + 2) / 153;

	*mday = of_year - (153 * m + 2) / 5 + 1;
	*month = m < 10 ? m + 3 : m - 9;
	*year = y + era * 400 + (*month <= 2);
}

/* Two digits at the start of *s, which moves on. */
ALWAYS_INLINE bool
two(struct span *s, int *value)
{
	unsigned tens, ones;

	if (s->len < 2)
		return false;
	tens = (unsigned)s->p[0] - '0';
	ones = (unsigned)s->p[1] - '0';
	if (tens > 9 || ones > 9)
		return false;
	*value = (int)(tens * 10 + ones);
	*s = span_make(s->p + 2, s->len - 2);
	return true;
}

ALWAYS_INLINE bool
four(struct span *s, int *value)
{
	int high, low;

	if (!two(s, &high) || !two(s, &low))
		return false;
	*value = high * 100 + low;
	return true;
}

ALWAYS_INLINE bool
byte(struct span *s, char c)
{
	if (s->len == 0 || s->p[0] != c)
		return false;
	*s = span_make(s->p + 1, s->len - 1);
	return true;
}

/* The edges of what can be written with four digits of year. */
static const instant first_instant = INT64_C(-62167219200000);	/* 0000-01-01T00:00:00Z */
static const instant last_instant = INT64_C(253402300799999);	/* 9999-12-31T23:59:59.999Z */

/* Milliseconds of ".123456": what is finer is cut. */
static bool
fraction(struct span *s, int *ms)
{
	int scale = 100;
	size_t n = 0;

	*ms = 0;
	if (!byte(s, '.') && !byte(s, ','))
		return true;
	for (; n < s->len && ascii_digit(s->p[n]); n++) {
		*ms += (s->p[n] - '0') * scale;
		scale /= 10;
	}
	*s = span_skip(*s, n);
	return n > 0;
}

static bool
zone(struct span *s, struct time_text *t)
{
	int sign, hour, minute;

	if (s->len == 0)
		return true;
	if (byte(s, 'Z') || byte(s, 'z')) {
		t->has_zone = true;
		return true;
	}
	sign = s->p[0] == '+' ? 1 : -1;
	if (!byte(s, '+') && !byte(s, '-'))
		return false;
	if (!two(s, &hour) || !byte(s, ':') || !two(s, &minute))
		return false;
	if (hour > 23 || minute > 59)
		return false;
	t->has_zone = true;
	t->unknown_zone = sign < 0 && hour == 0 && minute == 0;
	t->at -= (int64_t)sign * (hour * HOUR_MS + minute * MINUTE_MS);
	return true;
}

static bool
clock_part(struct span *s, struct time_text *t)
{
	int hour, minute, second = 0, ms = 0;

	if (!two(s, &hour) || !byte(s, ':') || !two(s, &minute))
		return false;
	if (byte(s, ':') && (!two(s, &second) || !fraction(s, &ms)))
		return false;
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	if (second == 60) {
		second = 59;
		ms = 999;
	}
	t->at += (int64_t)hour * HOUR_MS + minute * MINUTE_MS + second * 1000 + ms;
	return zone(s, t) && s->len == 0 && t->at >= first_instant && t->at <= last_instant;
}

/* A byte of eight that two texts have in the same place is 0 in the first word, a digit is its value
 * if it should be one. `least` brings what is too much to 0x80. */
ALWAYS_INLINE bool
is_shaped(const char *p, const char *shape, const char *least)
{
	uint64_t x = span_word(p) ^ span_word(shape);

	return ((x | (x + span_word(least))) & UINT64_C(0x8080808080808080)) == 0;
}

ALWAYS_INLINE int
pair(const char *p)
{
	return (p[0] - '0') * 10 + p[1] - '0';
}

/* YYYY-MM-DD of a day that there is. */
ALWAYS_INLINE bool
plain_day(const char *p, day *d)
{
	static const char shape[] = "0000-00-00", least[] = "\x76\x76\x76\x76\x7f\x76\x76\x7f\x76\x76";
	int year = pair(p) * 100 + pair(p + 2), month = pair(p + 5), mday = pair(p + 8);

	if (!is_shaped(p, shape, least) || !is_shaped(p + 2, shape + 2, least + 2) ||
	    month < 1 || month > 12 || mday < 1 ||
	    (mday > SHORTEST_MONTH && mday > day_month_length(year, month)))
		return false;
	*d = day_from(year, month, mday);
	return true;
}

/* The form that nearly all times have, to the second and in UTC. */
ALWAYS_INLINE bool
plain_time(struct span s, instant *at)
{
	static const char shape[] = "T00:00:00Z", least[] = "\x7f\x76\x76\x7f\x76\x76\x7f\x76\x76\x7f";
	const char *p;
	int hour, minute, second;
	day d;

	if (s.len != 20)
		return false;
	p = s.p + 10;
	if (!is_shaped(p, shape, least) || !is_shaped(p + 2, shape + 2, least + 2) || !plain_day(s.p, &d))
		return false;
	hour = pair(p + 1);
	minute = pair(p + 4);
	second = pair(p + 7);
	*at = (instant)d * DAY_MS + (instant)hour * HOUR_MS + minute * MINUTE_MS + second * 1000;
	return hour <= 23 && minute <= 59 && second <= 59;
}

bool
time_parse(struct span s, struct time_text *t)
{
	int year, month, mday;
	day d;

	*t = (struct time_text){ 0 };
	if (LIKELY(plain_time(s, &t->at))) {
		t->has_zone = true;
		return true;
	}
	if (s.len == 10 && plain_day(s.p, &d)) {
		t->at = (instant)d * DAY_MS;
		t->date_only = true;
		return true;
	}
	if (!four(&s, &year) || !byte(&s, '-') || !two(&s, &month) ||
	    !byte(&s, '-') || !two(&s, &mday) || !day_valid(year, month, mday))
		return false;
	t->at = (instant)day_from(year, month, mday) * DAY_MS;
	if (s.len == 0) {
		t->date_only = true;
		return true;
	}
	if (!byte(&s, 'T') && !byte(&s, 't') && !byte(&s, ' '))
		return false;
	return clock_part(&s, t);
}

bool
instant_parse(struct span s, instant *t)
{
	struct time_text text;

	if (!time_parse(s, &text) || (!text.date_only && !text.has_zone))
		return false;
	*t = text.at;
	return true;
}

/* `n` with leading zeros; dates are written too often for printf. */
static void
write_digits(struct buf *out, int n, int digits)
{
	char text[4];

	for (int i = digits; i-- > 0; n /= 10)
		text[i] = (char)('0' + n % 10);
	buf_add(out, span_make(text, (size_t)digits));
}

/* YYYY-MM-DD. */
static void
write_day(struct buf *out, day d)
{
	int year, month, mday;

	day_parts(d, &year, &month, &mday);
	write_digits(out, year, 4);
	buf_byte(out, '-');
	write_digits(out, month, 2);
	buf_byte(out, '-');
	write_digits(out, mday, 2);
}

/* The day and the milliseconds in it, also before 1970. */
static day
split(instant t, int *ms)
{
	int64_t d = t / DAY_MS;
	int64_t rest = t % DAY_MS;

	if (rest < 0) {
		rest += DAY_MS;
		d--;
	}
	*ms = (int)rest;
	return (day)d;
}

void
instant_write(struct buf *out, instant t)
{
	int ms;
	day d = split(t, &ms);

	write_day(out, d);
	buf_byte(out, 'T');
	write_digits(out, ms / HOUR_MS, 2);
	buf_byte(out, ':');
	write_digits(out, ms / MINUTE_MS % 60, 2);
	buf_byte(out, ':');
	write_digits(out, ms / 1000 % 60, 2);
	if (ms % 1000 != 0) {
		buf_byte(out, '.');
		write_digits(out, ms % 1000, 3);
	}
	buf_byte(out, 'Z');
}

/* A number and its unit letter; false at the end or on anything else. */
static bool
quantity(struct span *s, int64_t *n, char *unit)
{
	size_t i = 0;

	*n = 0;
	for (; i < s->len && i < 9 && ascii_digit(s->p[i]); i++)
		*n = *n * 10 + (s->p[i] - '0');
	if (i == 0 || i == s->len)
		return false;
	*unit = s->p[i];
	*s = span_skip(*s, i + 1);
	return true;
}

bool
duration_parse(struct span s, struct duration *d)
{
	static const char order[] = "YMWDTHM";	/* each unit at most once, in this order */
	const char *least = order;
	int64_t n;
	char unit;

	*d = (struct duration){ 0 };
	if (!byte(&s, 'P') || s.len == 0)
		return false;
	while (s.len > 0) {
		if (byte(&s, 'T')) {
			if (least > order + 4 || s.len == 0)
				return false;
			least = order + 5;
			continue;
		}
		if (!quantity(&s, &n, &unit))
			return false;
		for (; *least == '\0' || *least == 'T' || *least != unit; least++)
			if (*least == '\0' || *least == 'T')
				return false;
		switch (least++ - order) {
		case 0: d->months += (int32_t)(n > YEAR_MAX ? YEAR_MAX : n) * 12; break;
		case 1: d->months += (int32_t)(n > 12 * YEAR_MAX ? 12 * YEAR_MAX : n); break;
		case 2: d->ms += n * 7 * DAY_MS; break;
		case 3: d->ms += n * DAY_MS; break;
		case 5: d->ms += n * HOUR_MS; break;
		default: d->ms += n * MINUTE_MS; break;
		}
	}
	return true;
}

/* Results beyond the years we can write stop at their edge. */
instant
instant_add(instant t, struct duration d, int sign)
{
	int ms, year, month, mday, months;
	int64_t sum;

	day_parts(split(t, &ms), &year, &month, &mday);
	months = year * 12 + month - 1 + sign * d.months;
	if (months < 0)
		return first_instant;
	year = months / 12;
	month = months % 12 + 1;
	if (year > YEAR_MAX)
		return last_instant;
	if (mday > day_month_length(year, month))
		mday = day_month_length(year, month);
	sum = (instant)day_from(year, month, mday) * DAY_MS + ms;
	if (__builtin_add_overflow(sum, sign * d.ms, &sum) || sum > last_instant)
		return last_instant;
	return sum < first_instant ? first_instant : sum;
}

instant
clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (instant)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
