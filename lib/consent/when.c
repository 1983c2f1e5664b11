/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/when.c: what we were told about a time, as the earliest and the latest instant. */
#include "consent/when.h"

enum { HOUR_MS = 3600000, MINUTE_MS = 60000 };

static void
cap(const struct when_context *c, instant *lo, instant *hi)
{
	*lo = *lo < c->recv ? *lo : c->recv;
	*hi = *hi < c->recv ? *hi : c->recv;
}

/* Without a zone: by the source's, else anywhere on earth. */
static void
without_zone(const struct time_text *t, const struct when_context *c, instant *lo, instant *hi)
{
	instant end = t->at + (t->date_only ? DAY_MS - 1 : 0);

	if (c->has_tz) {
		*lo = t->at - (instant)c->tz_early * MINUTE_MS;
		*hi = end - (instant)c->tz_late * MINUTE_MS;
	} else {
		*lo = t->at - 14 * HOUR_MS;
		*hi = end + 12 * HOUR_MS;
	}
}

/* Start of the day that the instant lies in, offset minutes east of Greenwich. */
static instant
day_start(instant t, int32_t offset)
{
	instant local = t + (instant)offset * MINUTE_MS, rest = local % DAY_MS;

	return t - (rest < 0 ? rest + DAY_MS : rest);
}

const char *
when_interval(struct span at, const struct when_context *c, instant *lo, instant *hi)
{
	struct time_text t;

	*lo = *hi = c->recv;
	if (at.p == NULL || !time_parse(at, &t) || t.unknown_zone)
		return c->grant ? "Q_TIME" : NULL;
	if (!t.has_zone && !c->has_tz && c->grant)
		return "Q_NO_ZONE";
	if (!t.has_zone)
		without_zone(&t, c, lo, hi);
	else
		*lo = *hi = t.at;
	if (c->clock == CLOCK_DATE_ONLY && !t.date_only) {
		*lo = day_start(*lo, c->tz_early);
		*hi = day_start(*hi, c->tz_late) + DAY_MS - 1;
	}
	if (c->clock == CLOCK_DEVICE) {
		*lo = instant_add(*lo, c->device_skew, -1);
		*hi = *hi > c->recv ? *hi : c->recv;
	}
	if (c->grant && *lo > instant_add(c->recv, c->future_tolerance, 1))
		return "Q_FUTURE_GRANT";
	cap(c, lo, hi);
	return NULL;
}
