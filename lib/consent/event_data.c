/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/event_data.c: which members the data of each type of event may have */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/number.h"
#include "consent/event_data.h"
#include "consent/event_id.h"
#include "consent/preference.h"
#include "io/json_config.h"

enum { DATA_MAX = 1024 };		/* bytes */

/* "YYYY-MM": the last day of that month, so that nobody is taken for older than he may be. */
static instant
born_by(struct span s)
{
	uint64_t year, month;

	if (s.p == NULL || s.len != 7 || s.p[4] != '-' || !u64_parse(span_head(s, 4), &year) ||
	    !u64_parse(span_skip(s, 5), &month) || month < 1 || month > 12)
		return INSTANT_NONE;
	return (instant)day_from((int)year, (int)month, day_month_length((int)year, (int)month)) *
	    DAY_MS;
}

static bool
is_birthdate(json_t *object)
{
	return json_object_size(object) == 1 && born_by(span_from(json_string_value(
	    json_object_get(object, "birthdate")))) != INSTANT_NONE;
}

static bool
is_bounce(json_t *object)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
		if ((strcmp(name, "hard") != 0 && strcmp(name, "cleared") != 0) ||
		    !json_is_boolean(value))
			return false;
	return true;
}

/* How far a stop reaches, and references. */
static bool
are_references(json_t *object)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value) {
		struct span s = span_from(json_string_value(value));
		bool fits = strcmp(name, "reach") == 0 ?
		    s.p != NULL && (span_is(s, "person") || span_is(s, "address")) :
		    (strcmp(name, "contract") == 0 || strcmp(name, "incident") == 0 ||
		    strcmp(name, "reference") == 0) && s.p != NULL && event_id_readable(s);

		if (!fits)
			return false;
	}
	return true;
}

static bool
fits(enum event_type type, json_t *object, struct span text, struct arena *arena)
{
	struct preference ignored;

	switch (type) {
	case EVENT_PREFERENCE_SET:
		return preference_read(text, &ignored, arena);
	case EVENT_BIRTHDATE_KNOWN:
		return is_birthdate(object);
	case EVENT_BOUNCE:
		return is_bounce(object);
	default:
		return are_references(object);
	}
}

struct span
event_data_canonical(enum event_type type, struct span data, struct arena *arena)
{
	struct error ignored = { 0 };
	json_t *object = data.len > DATA_MAX ? NULL :
	    config_parse(data, "data", STATUS_REFUSED, &ignored);
	struct span s = span_none();
	struct buf text = { 0 };

	if (json_is_object(object) && fits(type, object, data, arena)) {
		config_canonical(object, &text);
		s = arena_copy(arena, buf_span(&text));
	}
	json_decref(object);
	buf_done(&text);
	return s;
}

/* The text is canonical: a name and its value stand there in one spelling. */
static bool
says(struct span data, const char *member)
{
	return data.p != NULL && memmem(data.p, data.len, member, strlen(member)) != NULL;
}

bool
event_data_read(struct event *v, struct span data, struct arena *arena)
{
	static const struct span head = SPAN_INIT("{\"birthdate\":\"");
	struct preference *p;

	switch (v->type) {
	case EVENT_PREFERENCE_SET:
		p = arena_alloc(arena, sizeof *p);
		v->preference = p;
		if (data.p == NULL || !preference_read(data, p, arena))
			return false;
		p->text = arena_copy(arena, data);
		return true;
	case EVENT_BIRTHDATE_KNOWN:
		if (data.p != NULL && span_starts(data, head))
			v->born = born_by(span_head(span_skip(data, head.len), 7));
		return v->born != INSTANT_NONE;
	case EVENT_BOUNCE:
		v->hard = says(data, "\"hard\":true");
		v->cleared = says(data, "\"cleared\":true");
		return true;
	default:
		return true;
	}
}
