/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/instant_test.c: the calendar, and times as text. */
#include "base/buf.h"
#include "base/instant.h"
#include "tap.h"

static struct buf text;

static const char *
shown(instant t)
{
	buf_reset(&text);
	instant_write(&text, t);
	buf_byte(&text, '\0');
	return text.p;
}

/* The text reads, and is written back as `want`. */
static bool
reads(const char *s, const char *want)
{
	instant t;

	return instant_parse(span_from(s), &t) && strcmp(shown(t), want) == 0;
}

static bool
no(const char *s)
{
	struct time_text t;

	return !time_parse(span_from(s), &t);
}

static bool
no_text(void)
{
	struct time_text t;

	return !time_parse(span_none(), &t);
}

static void
calendar(void)
{
	day last = day_from(9999, 12, 31);
	int year = 0, month = 1, mday = 1;
	size_t wrong = 0;

	for (day d = day_from(0, 1, 1); d <= last; d++) {
		int y, m, md;

		day_parts(d, &y, &m, &md);
		wrong += y != year || m != month || md != mday || day_from(y, m, md) != d ||
		    !day_valid(y, m, md);
		if (mday++ == day_month_length(year, month)) {
			mday = 1;
			if (month++ == 12) {
				month = 1;
				year++;
			}
		}
	}
	ok(wrong == 0 && year == 10000, "every day from year 0 to 9999, one after another");
	ok(day_from(1970, 1, 1) == 0 && day_from(2000, 3, 1) == 11017 &&
	    day_from(1969, 12, 31) == -1, "known days");
	ok(day_valid(2000, 2, 29) && !day_valid(1900, 2, 29) && day_valid(2024, 2, 29) &&
	    !day_valid(2023, 2, 29), "leap years by the Gregorian rule");
	ok(!day_valid(2023, 13, 1) && !day_valid(2023, 0, 1) && !day_valid(2023, 4, 31) &&
	    !day_valid(2023, 4, 0) && !day_valid(10000, 1, 1) && !day_valid(-1, 1, 1),
	    "days that are none");
}

static void
times(void)
{
	struct time_text t;

	ok(reads("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"), "the beginning");
	ok(reads("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"), "just before it");
	ok(reads("2026-05-01 10:30+02:00", "2026-05-01T08:30:00Z"), "blank, no seconds, a zone");
	ok(reads("2026-05-01t10:30:05,5z", "2026-05-01T10:30:05.500Z"), "small letters, comma");
	ok(reads("2026-05-01T00:30:00+01:00", "2026-04-30T23:30:00Z"), "a zone over midnight");
	ok(reads("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999Z"), "a leap second");
	ok(reads("2026-05-01T10:00:00.1239999Z", "2026-05-01T10:00:00.123Z"), "finer is cut");
	ok(reads("0000-01-01", "0000-01-01T00:00:00Z") && reads("9999-12-31T23:59:59.999Z",
	    "9999-12-31T23:59:59.999Z"), "the edges");
	ok(time_parse(SPAN("2026-05-01"), &t) && t.date_only && !t.has_zone, "a date only");
	ok(time_parse(SPAN("2026-05-01T10:00"), &t) && !t.date_only && !t.has_zone, "no zone");
	ok(time_parse(SPAN("2026-05-01T10:00-00:00"), &t) && t.unknown_zone, "an unknown zone");
	ok(!instant_parse(SPAN("2026-05-01T10:00"), &(instant){ 0 }), "an instant needs a zone");
	ok(no_text(), "a text that is not there is no time");
	ok(no("") && no("2026") && no("2026-5-01") && no("2026-05-01T") && no("2026-05-01T1:00") &&
	    no("2026-05-01T24:00Z") && no("2026-05-01T10:60Z") && no("2026-05-01T10:00:61Z") &&
	    no("2026-05-01T10:00:00.Z") && no("2026-05-01T10:00Zx") && no("2026-05-01x") &&
	    no("2026-05-01T10:00+0100") && no("2026-05-01T10:00+24:00") && no("2026-02-30") &&
	    no(" 2026-05-01") && no("+2026-05-01"), "texts that are no time");
	ok(no("0000-01-01T00:00+23:59") && no("9999-12-31T23:59-00:01"),
	    "a zone that leads out of the years we can write");
}

/* A fraction of nothing sends the time the long way. */
static void
common_form(void)
{
	static const char form[] = "2026-05-31T10:30:05Z";
	unsigned wrong = 0;

	for (unsigned i = 0; i < 20 * 256; i++) {
		char common[21], other[25];
		struct time_text a, b;
		bool good;

		if (i / 256 == 19 && i % 256 >= '0' && i % 256 <= '9')
			continue;	/* a digit would belong to the fraction */
		memcpy(common, form, sizeof common);
		common[i / 256] = (char)(i % 256);
		memcpy(other, common, 19);
		memcpy(other + 19, ".000", 4);
		other[23] = common[19];
		good = time_parse(span_make(common, 20), &a);
		wrong += good != time_parse(span_make(other, 24), &b) || (good && (a.at != b.at ||
		    a.date_only || a.has_zone != b.has_zone || a.unknown_zone != b.unknown_zone));
	}
	ok(wrong == 0, "a time in its common form is read as in any other, whatever byte is wrong in it");
}

static bool
lasts(const char *s, int32_t months, int64_t ms)
{
	struct duration d;

	return duration_parse(span_from(s), &d) && d.months == months && d.ms == ms;
}

static bool
no_duration(struct span s)
{
	struct duration d;

	return !duration_parse(s, &d);
}

static void
durations(void)
{
	ok(lasts("P1Y2M3W4DT5H6M", 14, (int64_t)25 * DAY_MS + 18360000), "every unit");
	ok(lasts("P1M", 1, 0) && lasts("PT1M", 0, 60000), "M is a month or a minute");
	ok(lasts("P30D", 0, (int64_t)30 * DAY_MS) && lasts("P0D", 0, 0), "days");
	ok(no_duration(SPAN("")) && no_duration(SPAN("P")) && no_duration(SPAN("PT")) &&
	    no_duration(SPAN("1D")) && no_duration(SPAN("P1")) && no_duration(SPAN("P1H")) &&
	    no_duration(SPAN("P1D1Y")) && no_duration(SPAN("P1Y1Y")) && no_duration(SPAN("P1T")) &&
	    no_duration(SPAN("PT1H1D")) && no_duration(SPAN("P-1D")) &&
	    no_duration(SPAN("P1.5D")) && no_duration(SPAN("PT30S")) && no_duration(SPAN("PT1M30S")) &&
	    no_duration(SPAN("p1d")) && no_duration(SPAN("P1D ")) && no_duration(SPAN("P1,5D")) &&
	    no_duration(SPAN("PT1\0")) && no_duration(SPAN("P1\0")) && no_duration(SPAN("P1DT")) &&
	    no_duration(SPAN("PTT1H")) && no_duration(SPAN("P9999999999D")),
	    "texts that are no duration");
}

static bool
adds(const char *from, const char *length, int sign, const char *want)
{
	struct duration d;
	instant t;

	return instant_parse(span_from(from), &t) && duration_parse(span_from(length), &d) &&
	    strcmp(shown(instant_add(t, d, sign)), want) == 0;
}

static void
sums(void)
{
	ok(adds("2023-01-31", "P1M", 1, "2023-02-28T00:00:00Z"), "January 31 and a month");
	ok(adds("2024-01-31", "P1M", 1, "2024-02-29T00:00:00Z"), "in a leap year");
	ok(adds("2024-02-29", "P1Y", 1, "2025-02-28T00:00:00Z"), "a leap day and a year");
	ok(adds("2024-03-31", "P1M", -1, "2024-02-29T00:00:00Z"), "a month back");
	ok(adds("2024-01-15T12:00:00Z", "P13M", -1, "2022-12-15T12:00:00Z"), "over new year");
	ok(adds("1970-01-01", "PT1M", -1, "1969-12-31T23:59:00Z"), "below zero");
	ok(adds("9999-06-01", "P9999Y", 1, "9999-12-31T23:59:59.999Z") &&
	    adds("0000-06-01", "P9999Y", -1, "0000-01-01T00:00:00Z") &&
	    adds("9999-12-31", "P2D", 1, "9999-12-31T23:59:59.999Z") &&
	    adds("0000-01-01", "P2D", -1, "0000-01-01T00:00:00Z"), "sums stop at the edges");
	ok(clock_now() > (instant)day_from(2020, 1, 1) * DAY_MS, "there is a clock");
}

int
main(void)
{
	calendar();
	times();
	common_form();
	durations();
	sums();
	buf_done(&text);
	return tap_done();
}
