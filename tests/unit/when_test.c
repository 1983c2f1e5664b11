/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/when_test.c: the table of intervals, row by row, for grants and for refusals. */
#include "base/buf.h"
#include "consent/when.h"
#include "tap.h"

#define RECV	"2026-03-10T12:00:00Z"
enum zone { NO_TZ, UTC, BERLIN };	/* BERLIN: +01:00,+02:00 */

struct row {
	const char		*name, *at;
	enum clock_class	 clock;
	enum zone		 zone;
	const char		*lo, *hi;
	const char		*grant;		/* code; NULL: a grant has the same interval */
};

static const struct row rows[] = {
	{ "a full time by a trusted clock is itself",
	    "2026-03-01T10:00:00+01:00", CLOCK_TRUSTED, NO_TZ,
	    "2026-03-01T09:00:00Z", "2026-03-01T09:00:00Z", NULL },
	{ "its own zone counts, not the source's", "2026-03-01T10:00:00Z", CLOCK_TRUSTED, BERLIN,
	    "2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z", NULL },
	{ "a date is the whole day where the source is", "2026-03-01", CLOCK_TRUSTED, UTC,
	    "2026-03-01T00:00:00Z", "2026-03-01T23:59:59.999Z", NULL },
	{ "with summer time the day has two readings", "2026-03-01", CLOCK_TRUSTED, BERLIN,
	    "2026-02-28T22:00:00Z", "2026-03-01T22:59:59.999Z", NULL },
	{ "a date of a date_only source is the same day", "2026-03-01", CLOCK_DATE_ONLY, UTC,
	    "2026-03-01T00:00:00Z", "2026-03-01T23:59:59.999Z", NULL },
	{ "a date without any zone is a day anywhere on earth", "2026-03-01", CLOCK_TRUSTED, NO_TZ,
	    "2026-02-28T10:00:00Z", "2026-03-02T11:59:59.999Z", "Q_NO_ZONE" },
	{ "no zone: by the source's", "2026-03-01T10:00:00", CLOCK_TRUSTED, UTC,
	    "2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z", NULL },
	{ "no zone, two offsets: the larger one is earlier",
	    "2026-03-01T10:00:00", CLOCK_TRUSTED, BERLIN,
	    "2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z", NULL },
	{ "no zone at all: from 14 hours before to 12 after",
	    "2026-03-01T10:00:00", CLOCK_TRUSTED, NO_TZ,
	    "2026-02-28T20:00:00Z", "2026-03-01T22:00:00Z", "Q_NO_ZONE" },
	{ "a full time of a date_only source is its day",
	    "2026-03-01T10:00:00Z", CLOCK_DATE_ONLY, UTC,
	    "2026-03-01T00:00:00Z", "2026-03-01T23:59:59.999Z", NULL },
	{ "which begins where the source is", "2026-03-01T23:30:00Z", CLOCK_DATE_ONLY, BERLIN,
	    "2026-03-01T22:00:00Z", "2026-03-02T22:59:59.999Z", NULL },
	{ "a device may be off by the skew, and told late",
	    "2026-03-01T10:00:00Z", CLOCK_DEVICE, NO_TZ,
	    "2026-02-28T10:00:00Z", RECV, NULL },
	{ "a device without zone has both doubts", "2026-03-01T10:00:00", CLOCK_DEVICE, BERLIN,
	    "2026-02-28T08:00:00Z", RECV, NULL },
	{ "an unknown zone is no time", "2026-03-01T10:00:00-00:00", CLOCK_TRUSTED, UTC,
	    RECV, RECV, "Q_TIME" },
	{ "nor is a text", "yesterday", CLOCK_TRUSTED, UTC, RECV, RECV, "Q_TIME" },
	{ "nor a day that is not there", "2026-02-30", CLOCK_TRUSTED, UTC, RECV, RECV, "Q_TIME" },
	{ "nor an empty one", "", CLOCK_TRUSTED, UTC, RECV, RECV, "Q_TIME" },
	{ "nor none", NULL, CLOCK_TRUSTED, UTC, RECV, RECV, "Q_TIME" },
	{ "today is over when we hear of it", "2026-03-10", CLOCK_TRUSTED, UTC,
	    "2026-03-10T00:00:00Z", RECV, NULL },
	{ "within the tolerance it was now", "2026-03-10T12:05:00Z", CLOCK_TRUSTED, UTC,
	    RECV, RECV, NULL },
	{ "beyond it a refusal was now, a grant is none",
	    "2026-03-10T12:05:00.001Z", CLOCK_TRUSTED, UTC,
	    RECV, RECV, "Q_FUTURE_GRANT" },
	{ "second 60 is the last moment of 59", "2026-02-28T23:59:60Z", CLOCK_TRUSTED, UTC,
	    "2026-02-28T23:59:59.999Z", "2026-02-28T23:59:59.999Z", NULL },
	{ "a day before 1970 begins at its start", "1969-12-31T10:00:00Z", CLOCK_DATE_ONLY, UTC,
	    "1969-12-31T00:00:00Z", "1969-12-31T23:59:59.999Z", NULL },
};

static instant
moment(const char *text)
{
	instant t = INSTANT_NONE;

	return instant_parse(span_from(text), &t) ? t : INSTANT_NONE;
}

static void
show(const char *what, instant t)
{
	struct buf text = { 0 };

	instant_write(&text, t);
	printf("# %s %.*s\n", what, (int)text.len, text.p);
	buf_done(&text);
}

static void
check(const struct row *r, bool grant)
{
	struct when_context c = { .clock = r->clock, .has_tz = r->zone != NO_TZ,
	    .tz_early = r->zone == BERLIN ? 120 : 0, .tz_late = r->zone == BERLIN ? 60 : 0,
	    .device_skew = { 0, DAY_MS }, .future_tolerance = { 0, 300000 }, .recv = moment(RECV),
	    .grant = grant };
	struct span at = r->at == NULL ? span_none() : span_from(r->at);
	instant lo, hi;
	const char *code = when_interval(at, &c, &lo, &hi), *want = grant ? r->grant : NULL;
	bool held = want != NULL ? code != NULL && strcmp(code, want) == 0 :
	    code == NULL && lo == moment(r->lo) && hi == moment(r->hi);

	if (ok(held, "%s: %s", grant ? "grant" : "refusal", r->name))
		return;
	printf("# code %s\n", code == NULL ? "none" : code);
	show("lo", lo);
	show("hi", hi);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		check(&rows[i], false);
		check(&rows[i], true);
	}
	return tap_done();
}
