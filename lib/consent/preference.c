/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/preference.c: settings out of an event's data */
#include "base/arena.h"
#include "base/ascii.h"
#include "base/error.h"
#include "base/number.h"
#include "consent/event_id.h"
#include "consent/preference.h"
#include "io/json_config.h"

enum { LIST_MAX = 32, ZONE_MAX = 40, LANG_MAX = 35, MESSAGES_MAX = 10000 };

static bool
read_list(json_t *value, struct policy_names *list, struct arena *arena)
{
	size_t n = json_array_size(value);

	if (!json_is_array(value) || n == 0 || n > LIST_MAX)
		return false;
	list->v = arena_zero(arena, n, sizeof list->v[0]);
	for (; list->n < n; list->n++) {
		struct span s = span_from(json_string_value(json_array_get(value, list->n)));

		if (s.p == NULL || !event_id_readable(s))
			return false;
		list->v[list->n] = arena_copy(arena, s);
	}
	return true;
}

static bool
of_letters(struct span s, const char *others, size_t most)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (!(ascii_alnum(c) || strchr(others, c) != NULL))
			return false;
	}
	return s.len > 0 && s.len <= most;
}

/* "HH:MM" */
static bool
is_time(struct span s)
{
	uint64_t hour, minute;

	return s.len == 5 && s.p[2] == ':' && u64_parse(span_head(s, 2), &hour) &&
	    hour < 24 && u64_parse(span_skip(s, 3), &minute) && minute < 60;
}

static bool
is_quiet(struct span s)
{
	return s.len == 11 && s.p[5] == '-' && is_time(span_head(s, 5)) && is_time(span_skip(s, 6));
}

/* "2/P7D" */
static bool
read_max(struct span s, struct preference *p)
{
	size_t slash = span_index(s, '/');
	uint64_t n;

	if (!u64_parse(span_head(s, slash), &n) || n == 0 || n > MESSAGES_MAX ||
	    s.len > ZONE_MAX || !duration_parse(span_skip(s, slash + 1), &p->per))
		return false;
	p->max = (int64_t)n;
	return true;
}

static bool
read_text(const char *name, struct span s, struct preference *p, struct arena *arena)
{
	struct span *to;

	if (s.p == NULL)
		return false;
	if (strcmp(name, "quiet") == 0 && is_quiet(s))
		to = &p->quiet;
	else if (strcmp(name, "tz") == 0 && of_letters(s, "/_+-:", ZONE_MAX))
		to = &p->tz;
	else if (strcmp(name, "lang") == 0 && of_letters(s, "-", LANG_MAX))
		to = &p->lang;
	else if (strcmp(name, "max_per") == 0 && read_max(s, p))
		to = &p->max_per;
	else
		return false;
	*to = arena_copy(arena, s);
	return true;
}

static bool
read_member(const char *name, json_t *value, struct preference *p, struct arena *arena)
{
	if (strcmp(name, "topics_out") == 0)
		return read_list(value, &p->topics_out, arena);
	if (strcmp(name, "channels") == 0)
		return read_list(value, &p->channels, arena);
	if (strcmp(name, "channels_out") == 0)
		return read_list(value, &p->channels_out, arena);
	if (strcmp(name, "hard") == 0) {
		p->hard = json_is_true(value);
		return json_is_boolean(value);
	}
	return read_text(name, span_from(json_string_value(value)), p, arena);
}

/* Quiet hours without a zone would be quiet somewhere else. */
bool
preference_read(struct span data, struct preference *p, struct arena *arena)
{
	struct error ignored = { 0 };
	json_t *object = config_parse(data, "data", STATUS_REFUSED, &ignored), *value;
	bool good = json_object_size(object) > 0;
	const char *name;

	*p = (struct preference){ 0 };
	json_object_foreach(object, name, value)
		good = good && read_member(name, value, p, arena);
	json_decref(object);
	return good && (p->quiet.p == NULL || p->tz.p != NULL);
}
