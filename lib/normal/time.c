/* SPDX-License-Identifier: Apache-2.0 */
/* lib/normal/time.c: a date, a time of day and a zone, to UTC. */
#include "base/arena.h"
#include "base/buf.h"
#include "normal/date_read.h"
#include "normal/text.h"
#include "normal/time.h"

static struct span
written(instant t, struct arena *arena)
{
	struct buf b = { 0 };
	struct span s;

	instant_write(&b, t);
	s = arena_copy(arena, buf_span(&b));
	buf_done(&b);
	return s;
}

/* The date in ISO form and the rest as it is, for time_parse; hours get their second digit. */
static struct span
iso_of(const struct date_text *t, struct arena *arena)
{
	struct span date = date_write(&t->parts, arena), rest = span_trim(t->rest);
	char *out = arena_alloc(arena, date.len + rest.len + 2);
	size_t len = date.len;

	memcpy(out, date.p, date.len);
	if (rest.len > 0 && (rest.p[0] == 'T' || rest.p[0] == 't'))
		rest = span_skip(rest, 1);
	if (rest.len > 0) {
		out[len++] = 'T';
		if (rest.len > 1 && rest.p[1] == ':')
			out[len++] = '0';
	}
	for (size_t i = 0; i < rest.len; i++)
		if (rest.p[i] != ' ')
			out[len++] = rest.p[i];
	return span_make(out, len);
}

static struct normal
judge(struct span raw, const struct time_text *t, const struct normal_context *c,
    struct arena *arena)
{
	instant at = t->at;
	struct span value;

	if (!t->has_zone && c->has_zone)
		at -= (instant)c->zone_minutes * 60000;
	value = written(at, arena);
	if (!t->has_zone && !c->has_zone)
		return normal_suspicious(value, "zone_assumed");
	return normal_value(raw, value);
}

/* "2026-05-01T10:00:00Z" or "2026-05-01", the forms in which times and dates are written: nothing of
 * them changes. */
static bool
is_written(struct span s)
{
	struct time_text t;

	if (s.len == 10)
		return time_parse(s, &t) && t.date_only;
	return s.len == 20 && s.p[10] == 'T' && s.p[17] != '6' && s.p[19] == 'Z' && time_parse(s, &t);
}

struct normal
time_clean(struct span raw, const struct normal_context *c, struct arena *arena)
{
	struct date_text date;
	struct time_text t;
	struct normal text;
	const char *reason;
	instant at;

	if (c->date_format == DATE_TEXT && is_written(raw))
		return (struct normal){ .outcome = OUTCOME_CLEAN, .value = raw };
	text = text_clean(raw, TEXT_CODE, c, arena);
	if (text.value.p == NULL)
		return text;
	if (c->date_format != DATE_TEXT && date_serial(text.value, c->date_format, &at)) {
		if (c->date_format == DATE_EXCEL)
			return date_clean(raw, c, arena);
		return normal_value(raw, written(at, arena));
	}
	if (time_parse(text.value, &t) && !t.date_only)
		return judge(raw, &t, c, arena);
	if (!date_read(text.value, c->date_order, &date) || span_trim(date.rest).len == 0)
		return date_clean(raw, c, arena);
	reason = date_settle(&date, c);
	if (reason != NULL)
		return normal_invalid(reason);
	if (!time_parse(iso_of(&date, arena), &t) || t.date_only)
		return normal_invalid(day_valid(date.parts.year, date.parts.month, date.parts.mday) ?
		    "time" : "no_such_day");
	return judge(raw, &t, c, arena);
}
