/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/date_read.c: a date as up to three parts, numbers or the name of a month. */
#include "base/arena.h"
#include "base/ascii.h"
#include "base/number.h"
#include "normal/date_read.h"
#include "normal/month.h"

enum { EXCEL_EPOCH = 25569 };	/* 1970-01-01 as a serial of spreadsheets */

struct part {
	int	value;
	size_t	digits;		/* 0: the name of a month */
};

static int
number(struct span s)
{
	int n = 0;

	for (size_t i = 0; i < s.len; i++)
		n = n * 10 + (s.p[i] - '0');
	return n;
}

static bool
is_mark(char c)
{
	return c == '/' || c == '-' || c == '.' || c == ' ' || c == ',';
}

static size_t
word(struct span s)
{
	size_t i = 0;

	while (i < s.len && (ascii_letter((unsigned char)s.p[i]) || (unsigned char)s.p[i] >= 0x80))
		i++;
	return i;
}

/* "de", "of", the endings of ordinals, and what follows year, month and day in Chinese, Japanese and Korean. */
static bool
filler(struct span s)
{
	static const char *const words[] = { "de", "del", "of", "st", "nd", "rd", "th", "er",
	    "\xc2\xba", "o", "\xe5\xb9\xb4", "\xe6\x9c\x88", "\xe6\x97\xa5", "\xeb\x85\x84", "\xec\x9b\x94",
	    "\xec\x9d\xbc" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (span_is(s, words[i]))
			return true;
	return false;
}

/* Whether a time of day begins here: digits and a colon. */
static bool
time_next(struct span s)
{
	size_t n = ascii_digits(s);

	return n >= 1 && n <= 2 && n < s.len && s.p[n] == ':';
}

static bool
take(struct span *s, struct part *p)
{
	size_t n = ascii_digits(*s);

	if (n > 0) {
		if (n > 4)
			return false;
		*p = (struct part){ number(span_head(*s, n)), n };
	} else {
		n = word(*s);
		*p = (struct part){ month_find(span_head(*s, n)), 0 };
		if (p->value == 0)
			return false;
	}
	*s = span_skip(*s, n);
	return true;
}

static void
skip_between(struct span *s)
{
	size_t n;

	for (;;) {
		while (s->len > 0 && is_mark(s->p[0]))
			*s = span_skip(*s, 1);
		n = word(*s);
		if (n == 0 || !filler(span_head(*s, n)))
			return;
		*s = span_skip(*s, n);
	}
}

/* Up to three parts; the rest begins at a T or at a time of day. */
static size_t
parts_of(struct span *s, struct part p[3])
{
	size_t count = 0;

	while (count < 3 && s->len > 0) {
		struct span before = *s;

		skip_between(s);
		if (s->len == 0 || (count > 0 && time_next(*s)))
			break;
		if (count > 0 && (s->p[0] == 'T' || s->p[0] == 't') && time_next(span_skip(*s, 1)))
			break;
		if (!take(s, &p[count])) {
			*s = before;
			return 0;
		}
		count++;
	}
	if (count == 3 && filler(*s))		/* of the day */
		*s = span_skip(*s, s->len);
	return count;
}

static bool
three_numbers(const struct part p[3], enum date_order order, struct date_text *t)
{
	bool first_year = p[0].digits == 4 || (order == DATE_YMD && p[2].digits <= 2);
	const struct part *year = first_year ? &p[0] : &p[2];

	if (p[1].digits > 2 || (first_year ? p[2].digits > 2 : p[0].digits > 2))
		return false;
	if (year->digits != 4 && year->digits != 2)
		return false;
	t->short_year = year->digits == 2;
	t->pair = !first_year;
	t->parts = first_year ? (struct date_parts){ p[0].value, p[1].value, p[2].value } :
	    (struct date_parts){ p[2].value, p[1].value, p[0].value };
	return true;
}

/* Exactly one part is the name of a month. */
static bool
with_name(const struct part *p, size_t count, struct date_text *t)
{
	const struct part *month = NULL, *other[2] = { NULL, NULL }, *year;
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (p[i].digits == 0 && month == NULL)
			month = &p[i];
		else if (p[i].digits != 0 && n < 2)
			other[n++] = &p[i];
		else
			return false;
	}
	year = n == 2 && other[0]->digits != 4 ? other[1] : other[0];
	if (month == NULL || n == 0 || (year->digits != 4 && (year->digits != 2 || n == 1)))
		return false;
	t->short_year = year->digits == 2;
	t->parts = (struct date_parts){ year->value, month->value, 0 };
	if (n == 2)
		t->parts.mday = year == other[0] ? other[1]->value : other[0]->value;
	return n == 1 || (t->parts.mday > 0 && other[year == other[0]]->digits <= 2);
}

static bool
two_numbers(const struct part *p, struct date_text *t)
{
	if (p[0].digits == 4 && p[1].digits <= 2)
		t->parts = (struct date_parts){ p[0].value, p[1].value, 0 };
	else if (p[1].digits == 4 && p[0].digits <= 2)
		t->parts = (struct date_parts){ p[1].value, p[0].value, 0 };
	else
		return false;
	return t->parts.month > 0;
}

/* --MM-DD and YYYYMMDD. */
static bool
packed(struct span s, struct date_text *t)
{
	if (s.len == 7 && span_starts(s, SPAN("--")) && ascii_digits(span_skip(s, 2)) == 2 &&
	    s.p[4] == '-' && ascii_digits(span_skip(s, 5)) == 2) {
		t->parts = (struct date_parts){ 0, number(span_make(s.p + 2, 2)),
		    number(span_make(s.p + 5, 2)) };
		t->rest = span_skip(s, 7);
		return true;
	}
	if (ascii_digits(s) != 8)
		return false;
	t->parts = (struct date_parts){ number(span_head(s, 4)), number(span_make(s.p + 4, 2)),
	    number(span_make(s.p + 6, 2)) };
	t->rest = span_skip(s, 8);
	return true;
}

/* DDMMYY and its like: six digits are a date only where the column has said its order. */
static bool
packed_short(struct span s, enum date_order order, struct date_text *t)
{
	int first, second, third;

	if (s.len != 6 || ascii_digits(s) != 6 || order == DATE_INFER)
		return false;
	first = number(span_head(s, 2)), second = number(span_make(s.p + 2, 2)), third = number(span_skip(s, 4));
	t->short_year = true;
	t->pair = order != DATE_YMD;
	t->parts = t->pair ? (struct date_parts){ third, second, first } : (struct date_parts){ first, second, third };
	t->rest = span_skip(s, 6);
	return true;
}

bool
date_read(struct span s, enum date_order order, struct date_text *t)
{
	const struct span whole = s;
	struct part p[3];
	size_t count;
	bool named = false;

	*t = (struct date_text){ .rest = span_skip(s, s.len) };
	if (packed(s, t) || packed_short(s, order, t))
		return true;
	if (s.len == 0 || is_mark(s.p[0]))
		return false;
	count = parts_of(&s, p);
	t->rest = s;
	for (size_t i = 0; i < count; i++)
		named |= p[i].digits == 0;
	if (named)
		return with_name(p, count, t);
	if (count == 3) {
		t->dotted = span_starts(span_skip(whole, p[0].digits), SPAN("."));
		return three_numbers(p, order, t);
	}
	if (count == 2)
		return two_numbers(p, t);
	t->parts.year = count == 1 ? p[0].value : 0;
	return count == 1 && p[0].digits == 4;
}

/* The latest year with these last digits that is not after the reference. */
static bool
settle_century(struct date_parts *p, instant reference)
{
	enum { OLDEST = 110 };
	int year, month, mday;

	if (reference == INSTANT_NONE)
		return false;
	day_parts((day)((reference - (reference < 0 ? DAY_MS - 1 : 0)) / DAY_MS), &year, &month,
	    &mday);
	p->year += year - year % 100;
	if (p->year > year || (p->year == year && (p->month > month ||
	    (p->month == month && p->mday > mday))))
		p->year -= 100;
	return year - p->year <= OLDEST;
}

const char *
date_settle(struct date_text *t, const struct normal_context *c)
{
	struct date_parts *p = &t->parts;
	int first = p->mday, second = p->month;

	if (t->pair && first != 0 && second != 0) {
		bool month_first = c->date_order == DATE_MDY || (second > 12 && first <= 12);

		if (first <= 12 && second <= 12 && first != second &&
		    c->date_order != DATE_DMY && c->date_order != DATE_MDY)
			return "order_unknown";
		if (c->date_order == DATE_DMY && second > 12 && first <= 12)
			return "order_conflict";
		if (c->date_order == DATE_MDY && first > 12 && second <= 12)
			return "order_conflict";
		if (month_first)
			*p = (struct date_parts){ p->year, first, second };
	}
	if (t->short_year && !settle_century(p, c->reference))
		return "century_unknown";
	return NULL;
}

bool
date_serial(struct span s, enum date_format format, instant *t)
{
	struct span whole = span_head(s, span_index(s, '.'));
	int64_t n;

	if (format == DATE_TEXT || ascii_digits(span_skip(s, whole.len + 1)) + whole.len + 1 < s.len ||
	    !i64_parse(whole, &n))
		return false;
	if (format == DATE_EXCEL && (n < 1 || n > 2958465))	/* 9999-12-31 */
		return false;
	if (n > INT64_C(253402300799999) || n < -INT64_C(62167219200000))
		return false;
	if (format == DATE_EPOCH_S && (n > INT64_C(253402300799) || n < -INT64_C(62167219200)))
		return false;
	*t = format == DATE_EXCEL ? (n - EXCEL_EPOCH) * DAY_MS : format == DATE_EPOCH_S ? n * 1000 : n;
	return true;
}

struct span
date_write(const struct date_parts *p, struct arena *arena)
{
	char *out = arena_alloc(arena, 10);
	const int v[] = { p->year / 100, p->year % 100, p->month, p->mday };
	size_t len = 0;

	for (size_t i = 0; i < 4 && (i < 2 || v[i] != 0); i++) {
		if (i >= 2)
			out[len++] = '-';
		out[len++] = (char)('0' + v[i] / 10);
		out[len++] = (char)('0' + v[i] % 10);
	}
	return span_make(out, len);
}
