/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/number_test.c: numbers from text and back, to the edge. */
#include "base/buf.h"
#include "base/number.h"
#include "tap.h"

static struct buf text;

static bool
u64_is(const char *s, uint64_t want)
{
	uint64_t n;

	return u64_parse(span_from(s), &n) && n == want;
}

static bool
i64_is(const char *s, int64_t want)
{
	int64_t n;

	return i64_parse(span_from(s), &n) && n == want;
}

static bool
size_is(const char *s, uint64_t want)
{
	uint64_t n;

	return size_parse(span_from(s), &n) && n == want;
}

static bool
fixed_is(const char *s, int places, int64_t want)
{
	int64_t n;

	return fixed_parse(span_from(s), places, &n) && n == want;
}

static bool
none(const char *s)
{
	uint64_t u;
	int64_t i;

	return !u64_parse(span_from(s), &u) && !i64_parse(span_from(s), &i) &&
	    !size_parse(span_from(s), &u) && !fixed_parse(span_from(s), 3, &i);
}

static bool
written(int64_t n, int places, const char *want)
{
	buf_reset(&text);
	fixed_write(&text, n, places);
	return span_is(buf_span(&text), want);
}

static bool
ratio(uint64_t num, uint64_t den, int places, const char *want)
{
	buf_reset(&text);
	ratio_write(&text, num, den, places);
	return span_is(buf_span(&text), want);
}

static void
whole(void)
{
	uint64_t u;
	int64_t i;

	ok(u64_is("0", 0) && u64_is("007", 7) && u64_is("18446744073709551615", UINT64_MAX),
	    "unsigned numbers to the largest");
	ok(!u64_parse(SPAN("18446744073709551616"), &u) &&
	    !u64_parse(SPAN("99999999999999999999"), &u) &&
	    !u64_parse(SPAN("184467440737095516150"), &u), "and not beyond");
	ok(i64_is("-9223372036854775808", INT64_MIN) && i64_is("9223372036854775807", INT64_MAX) &&
	    i64_is("-0", 0), "signed numbers to both edges");
	ok(!i64_parse(SPAN("9223372036854775808"), &i) &&
	    !i64_parse(SPAN("-9223372036854775809"), &i), "and not beyond");
	ok(none("") && none("-") && none("+1") && none(" 1") && none("1 ") && none("1e3") &&
	    none("0x1") && none("--1") && none("1,000"), "texts that are no number");
	ok(!u64_parse(SPAN("-1"), &u) && !u64_parse(SPAN("1\0"), &u), "no sign, no NUL");
}

static void
sizes(void)
{
	uint64_t n;

	ok(size_is("10", 10) && size_is("64K", 65536) && size_is("1M", 1 << 20) &&
	    size_is("6G", UINT64_C(6) << 30) && size_is("1T", UINT64_C(1) << 40), "sizes");
	ok(size_is("16777215T", UINT64_C(16777215) << 40) && !size_parse(SPAN("16777216T"), &n),
	    "the largest, and not beyond");
	ok(!size_parse(SPAN("K"), &n) && !size_parse(SPAN("1k"), &n) &&
	    !size_parse(SPAN("1KB"), &n),
	    "texts that are no size");
}

static void
fixed(void)
{
	int64_t n;

	ok(fixed_is("12.5", 3, 12500) && fixed_is("-0.001", 3, -1) && fixed_is("7", 3, 7000) &&
	    fixed_is("7", 0, 7) && fixed_is("1.50000", 1, 15), "fixed point");
	ok(!fixed_parse(SPAN("0.0001"), 3, &n) && !fixed_parse(SPAN("1.5"), 0, &n),
	    "no digit is lost");
	ok(!fixed_parse(SPAN(".5"), 3, &n) && !fixed_parse(SPAN("5."), 3, &n) &&
	    !fixed_parse(SPAN("1.2.3"), 3, &n) && !fixed_parse(SPAN("1.-2"), 3, &n) &&
	    !fixed_parse(SPAN("9223372036854775.808"), 3, &n), "texts that are no fixed point");
	ok(written(12500, 3, "12.500") && written(-1, 3, "-0.001") && written(0, 2, "0.00") &&
	    written(42, 0, "42") && written(INT64_MIN, 3, "-9223372036854775.808"), "and back");
	ok(ratio(1, 3, 4, "0.3333") && ratio(2, 3, 4, "0.6667") && ratio(1, 2, 0, "1") &&
	    ratio(0, 7, 3, "0.000") && ratio(7, 7, 3, "1.000") && ratio(5, 1000, 2, "0.01") &&
	    ratio(UINT64_MAX, UINT64_MAX, 6, "1.000000") &&
	    ratio(UINT64_MAX, 1, 2, "18446744073709551615.00"), "ratios, rounded half up once");
}

static void
round_trips(void)
{
	uint64_t state = 20260501;
	size_t wrong = 0;

	for (int i = 0; i < 100000; i++) {
		int64_t n, m;
		int places = i % 10;

		state = state * UINT64_C(6364136223846793005) + 1442695040888963407U;
		n = (int64_t)(state >> (state >> 58)) * (i % 2 ? 1 : -1);
		buf_reset(&text);
		fixed_write(&text, n, places);
		wrong += !fixed_parse(buf_span(&text), places, &m) || m != n;
		buf_reset(&text);
		buf_i64(&text, n);
		wrong += !i64_parse(buf_span(&text), &m) || m != n;
	}
	ok(wrong == 0, "what was written reads the same, 100000 times (seed 20260501)");
}

int
main(void)
{
	whole();
	sizes();
	fixed();
	round_trips();
	buf_done(&text);
	return tap_done();
}
