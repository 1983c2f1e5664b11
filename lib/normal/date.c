/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/date.c: what a date may be as a birth date or as any other. */
#include "base/arena.h"
#include "base/ascii.h"
#include "base/number.h"
#include "normal/date_read.h"
#include "normal/month.h"
#include "normal/placeholder.h"
#include "normal/text.h"

enum {
	OLD = 120,
	BUDDHIST_ERA = 543, BUDDHIST_FIRST = 2400, BUDDHIST_LAST = 2600,	/* nobody who lives was born then */
	ORDER_CERTAIN = 50	/* dates of one order for each of the other: people swap day and month in
				 * one of a hundred, and a column of two orders has more */
};

static bool
two(const char *p, int *n)
{
	*n = (p[0] - '0') * 10 + p[1] - '0';
	return ascii_digit((unsigned char)p[0]) && ascii_digit((unsigned char)p[1]);
}

bool
date_parse(struct span s, struct date_parts *p)
{
	int century, year;

	*p = (struct date_parts){ 0 };
	if ((s.len != 10 && s.len != 7 && s.len != 4) || !two(s.p, &century) || !two(s.p + 2, &year))
		return false;
	p->year = century * 100 + year;
	if (s.len == 4)
		return p->year != 0;
	if (s.p[4] != '-' || !two(s.p + 5, &p->month) || p->month < 1 || p->month > 12)
		return false;
	if (s.len == 7)
		return p->year != 0;
	return s.p[7] == '-' && two(s.p + 8, &p->mday) && day_valid(p->year, p->month, p->mday);
}

/* What systems write when nobody told them a date of birth. */
static bool
is_default(const struct date_parts *p)
{
	static const struct date_parts defaults[] = { { 1900, 1, 1 }, { 1901, 1, 1 },
	    { 1970, 1, 1 }, { 1, 1, 1 }, { 1111, 11, 11 }, { 9999, 12, 31 } };

	for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
		if (p->year == defaults[i].year && p->month == defaults[i].month &&
		    p->mday == defaults[i].mday)
			return true;
	return false;
}

static int
compare(const struct date_parts *a, const struct date_parts *b)
{
	if (a->year != b->year)
		return a->year < b->year ? -1 : 1;
	if (a->month != b->month)
		return a->month < b->month ? -1 : 1;
	return a->mday < b->mday ? -1 : a->mday > b->mday;
}

/* Whether the year alone says that the day was before the reference, and not OLD years. */
static bool
well_within(int year, instant reference)
{
	enum { DAYS_OF_400_YEARS = 146097 };
	int now = 1970 + (int)(reference / DAY_MS * 400 / DAYS_OF_400_YEARS);	/* or one beside it */

	return year < now - 1 && year + OLD > now + 1;
}

static struct normal
judge_birth(struct normal n, const struct date_parts *p, const struct normal_context *c)
{
	struct date_parts now, then;

	if (is_default(p))
		return normal_placeholder();
	if (c->reference == INSTANT_NONE || p->year == 0 || well_within(p->year, c->reference))
		return n;
	day_parts((day)((c->reference - (c->reference < 0 ? DAY_MS - 1 : 0)) / DAY_MS), &now.year,
	    &now.month, &now.mday);
	if (compare(p, &now) > 0)
		return normal_invalid("future");
	then = *p;
	then.year += OLD;
	return compare(&then, &now) < 0 ? normal_suspicious(n.value, "age") : n;
}

static bool
real(const struct date_parts *p)
{
	if (p->month == 0)
		return p->year != 0 && p->mday == 0;
	if (p->mday == 0)
		return p->year != 0 && p->month <= 12;
	return day_valid(p->year, p->month, p->mday);
}

/* The rest of a date is a time of day, or it is not a date. */
static bool
rest_good(struct span rest)
{
	if (rest.len > 0 && (rest.p[0] == 'T' || rest.p[0] == 't' || rest.p[0] == ' '))
		rest = span_skip(rest, 1);
	else if (rest.len > 0)
		return false;
	for (size_t i = 0; i < rest.len; i++)
		if (!ascii_digit((unsigned char)rest.p[i]) &&
		    memchr(":.+-, ZzAaPpMm", rest.p[i], 14) == NULL)
			return false;
	return true;
}

static void
settle_era(struct date_parts *p)
{
	if (p->year >= BUDDHIST_FIRST && p->year <= BUDDHIST_LAST)
		p->year -= BUDDHIST_ERA;
}

static const char *
parts_of(struct span s, const struct normal_context *c, bool birth, struct date_parts *p)
{
	struct date_text t;
	const char *reason;
	instant at;

	if (date_serial(s, c->date_format, &at)) {
		day_parts((day)((at - (at < 0 ? DAY_MS - 1 : 0)) / DAY_MS), &p->year, &p->month,
		    &p->mday);
		return NULL;
	}
	if (!date_read(s, c->date_order, &t) || !rest_good(t.rest))
		return "form";
	reason = date_settle(&t, c);
	*p = t.parts;
	if (birth)
		settle_era(p);
	return reason != NULL ? reason : real(p) ? NULL : "no_such_day";
}

static struct normal
clean(struct span raw, const struct normal_context *c, struct arena *arena, bool birth)
{
	struct date_parts p;
	struct normal text, n;
	const char *reason;

	if (c->date_format == DATE_TEXT && raw.len == 10 && date_parse(raw, &p) && p.year < BUDDHIST_FIRST) {
		n = (struct normal){ .outcome = OUTCOME_CLEAN, .value = raw };
		return birth ? judge_birth(n, &p, c) : n;
	}
	text = text_clean(raw, TEXT_CODE, c, arena);
	if (text.value.p == NULL)
		return text;
	reason = parts_of(text.value, c, birth, &p);
	if (reason != NULL)
		return placeholder_number(SPAN("date"), text.value, arena) ? normal_placeholder() :
		    normal_invalid(reason);
	n = normal_value(raw, date_write(&p, arena));
	return birth ? judge_birth(n, &p, c) : n;
}

struct normal
birthdate_clean(struct span raw, const struct normal_context *c, struct arena *arena)
{
	return clean(raw, c, arena, true);
}

struct normal
date_clean(struct span raw, const struct normal_context *c, struct arena *arena)
{
	return clean(raw, c, arena, false);
}

static bool
part_number(struct span s, bool month, int *n)
{
	uint64_t v;

	*n = 0;
	s = span_trim(s);
	if (s.len == 0)
		return true;
	if (u64_parse(s, &v) && v <= 9999)
		*n = (int)v;
	else if (month)
		*n = month_find(s);
	return *n != 0;
}

struct normal
birthdate_of_parts(struct span year, struct span month, struct span mday,
    const struct normal_context *c, struct arena *arena)
{
	struct date_text t = { 0 };
	struct date_parts *p = &t.parts;
	const char *reason;

	if (span_trim(year).len + span_trim(month).len + span_trim(mday).len == 0)
		return normal_absent();
	if (!part_number(year, false, &p->year) || !part_number(month, true, &p->month) ||
	    !part_number(mday, false, &p->mday))
		return normal_invalid("no_such_day");
	t.short_year = span_trim(year).len == 2;
	reason = date_settle(&t, c);
	if (reason != NULL)
		return normal_invalid(reason);
	settle_era(p);
	if (!real(p))
		return normal_invalid("no_such_day");
	return judge_birth((struct normal){ .outcome = OUTCOME_CHANGED,
	    .value = date_write(p, arena) }, p, c);
}

static instant
end_of(int year)
{
	return (instant)day_from(year, 12, 31) * DAY_MS;
}

bool
date_alternatives(struct span raw, const struct normal_context *c, struct arena *arena,
    struct span alternatives[2])
{
	struct normal_context first = *c, second = *c;
	const char *reason = date_clean(raw, c, arena).reason;

	if (reason != NULL && strcmp(reason, "century_unknown") == 0) {
		first.reference = end_of(1999);
		second.reference = end_of(2099);
	} else {
		first.date_order = DATE_DMY;
		second.date_order = DATE_MDY;
	}
	alternatives[0] = date_clean(raw, &first, arena).value;
	alternatives[1] = date_clean(raw, &second, arena).value;
	return alternatives[0].p != NULL && alternatives[1].p != NULL;
}

bool
date_looks_counted(struct span raw)
{
	size_t n = ascii_digits(raw);

	return n == 5 && raw.p[0] <= '5' && (raw.len == 5 ||	/* up to the year 2064, maybe with a time */
	    (raw.p[5] == '.' && ascii_digits(span_skip(raw, 6)) + 6 == raw.len));
}

bool
date_looks_packed(struct span raw)
{
	return raw.len == 6 && ascii_digits(raw) == 6;
}

static void
add_six(struct date_evidence *d, struct span s)
{
	int a, b, c;

	(void)two(s.p, &a), (void)two(s.p + 2, &b), (void)two(s.p + 4, &c);
	d->sixes++;
	d->day_first_sixes += a >= 1 && a <= 31 && b >= 1 && b <= 12;
	d->month_first_sixes += a >= 1 && a <= 12 && b >= 1 && b <= 31;
	d->year_first_sixes += b >= 1 && b <= 12 && c >= 1 && c <= 31;
}

void
date_evidence_add(struct date_evidence *d, struct span raw)
{
	struct date_text t;

	d->cells += ascii_has_digit(raw);	/* the header is none */
	d->serials += date_looks_counted(span_trim(raw));
	if (date_looks_packed(span_trim(raw)))
		add_six(d, span_trim(raw));
	if (!date_read(span_trim(raw), DATE_INFER, &t))
		return;
	d->short_years += t.short_year;
	if (!t.pair)
		return;
	d->pairs++;
	d->dotted += t.dotted;
	d->first_gt_12 += t.parts.mday > 12 && t.parts.mday <= 31 && t.parts.month <= 12;
	d->second_gt_12 += t.parts.month > 12 && t.parts.month <= 31 && t.parts.mday <= 12;
}

bool
date_evidence_counted(const struct date_evidence *d)
{
	return d->serials > 0 && d->serials * 10 >= d->cells * 9;
}

/* The order that nearly all have, if far fewer could have another. */
static enum date_order
order_of_sixes(const struct date_evidence *d)
{
	const struct { enum date_order order; uint64_t n; } can[] = { { DATE_DMY, d->day_first_sixes },
	    { DATE_MDY, d->month_first_sixes }, { DATE_YMD, d->year_first_sixes } };
	enum date_order found = DATE_INFER;
	size_t likely = 0;

	for (size_t i = 0; i < sizeof can / sizeof *can; i++) {
		if (can[i].n * 10 < d->sixes * 9)
			continue;
		likely++;
		found = can[i].order;
	}
	return likely == 1 ? found : DATE_INFER;
}

enum date_order
date_evidence_order(const struct date_evidence *d)
{
	if (d->sixes * 10 >= d->cells * 9 && d->sixes > 0)
		return order_of_sixes(d);
	if (d->first_gt_12 >= 3 && d->second_gt_12 * ORDER_CERTAIN <= d->first_gt_12)
		return DATE_DMY;
	if (d->second_gt_12 >= 3 && d->first_gt_12 * ORDER_CERTAIN <= d->second_gt_12)
		return DATE_MDY;
	if (d->pairs > 0 && (d->day_first || d->dotted == d->pairs) && d->second_gt_12 == 0)
		return DATE_DMY;
	return DATE_INFER;
}
