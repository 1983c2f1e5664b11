/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/guard.c: the baseline, and two limits in hundredths of a percent. */
#include "base/error.h"
#include "base/number.h"
#include "consent/facts.h"
#include "consent/guard.h"
#include "io/json_config.h"

#include <unistd.h>

enum { BASELINE_MOST = 1 << 20, ALL = 10000, GROWTH_MOST = 100000000 };

/* "5", "2.5", "0.25": a percentage, with or without its sign. */
static int
read_limit(const char *text, const char *name, int64_t most, int64_t *limit, struct error *e)
{
	struct span s = span_from(text);

	*limit = -1;
	if (text == NULL)
		return 0;
	if (span_ends(s, SPAN("%")))
		s = span_head(s, s.len - 1);
	if (!fixed_parse(s, 2, limit) || *limit < 0 || *limit > most)
		return error_set(e, USAGE, "E_USAGE",
		    "--%s wants a percentage, whole or with two decimals", name);
	return 0;
}

static bool
says(json_t *summary, const char *member, struct span wanted)
{
	struct span s = span_from(json_string_value(json_object_get(summary, member)));

	return wanted.p == NULL ? s.p == NULL : s.p != NULL && span_equal(s, wanted);
}

static int
compare_question(json_t *summary, const struct question *q, struct error *e)
{
	struct span to = q->destination == NULL ? span_none() : q->destination->id;

	if (!json_is_true(json_object_get(summary, "ok")) ||
	    !says(summary, "command", SPAN("filter")))
		return error_set(e, USAGE, "E_BASELINE",
		    "the baseline is no summary of a filter that ended well");
	if (!says(summary, "purpose", q->purpose->id) || !says(summary, "channel", q->channel) ||
	    !says(summary, "controller", q->controller) || !says(summary, "destination", to))
		return error_set(e, USAGE, "E_BASELINE", "the baseline answers another question");
	return 0;
}

static int
read_count(json_t *summary, const char *member, uint64_t *sum, struct error *e)
{
	json_t *n = json_object_get(summary, member);

	if (!json_is_integer(n) || json_integer_value(n) < 0)
		return error_set(e, USAGE, "E_BASELINE", "the baseline does not say %s", member);
	*sum += (uint64_t)json_integer_value(n);
	return 0;
}

static int
read_baseline(struct guard *g, const char *path, const struct question *q, struct error *e)
{
	json_t *summary = config_load(path, BASELINE_MOST, STATUS_USAGE, e);
	int r = summary == NULL ? -1 : compare_question(summary, q, e);

	if (r == 0 && (read_count(summary, "permitted", &g->before, e) < 0 ||
	    read_count(summary, "redacted", &g->before, e) < 0))
		r = -1;
	json_decref(summary);
	g->guards = r == 0;
	return r;
}

int
guard_open(struct guard *g, const struct guard_options *o, const struct question *q,
    struct error *e)
{
	bool asked = o->max_drop != NULL || o->max_grow != NULL;

	*g = (struct guard){ .guards = false };
	if (read_limit(o->max_drop, "max-drop", ALL, &g->max_drop, e) < 0 ||
	    read_limit(o->max_grow, "max-grow", GROWTH_MOST, &g->max_grow, e) < 0)
		return -1;
	if (!asked && (o->baseline != NULL || o->first_run))
		return error_set(e, USAGE, "E_USAGE", "a baseline guards nothing without --max-drop or "
		    "--max-grow");
	if (asked && o->baseline == NULL && !o->first_run)
		return error_set(e, USAGE, "E_USAGE", "--max-drop and --max-grow need --baseline, or "
		    "--first-run");
	if (o->baseline == NULL)
		return 0;
	if (access(o->baseline, F_OK) != 0) {
		if (o->first_run)
			return 0;
		return error_set(e, USAGE, "E_BASELINE", "there is no baseline %s yet (--first-run takes "
		    "that for none)", o->baseline);
	}
	return read_baseline(g, o->baseline, q, e);
}

/* a is more than `limit` hundredths of a percent of b. Counts of lines are far below 2^64 / 10^8. */
static bool
beyond(uint64_t a, uint64_t b, int64_t limit)
{
	return limit >= 0 && a * ALL > b * (uint64_t)limit;
}

int
guard_check(const struct guard *g, uint64_t now, struct error *e)
{
	if (!g->guards)
		return 0;
	if (now < g->before && beyond(g->before - now, g->before, g->max_drop))
		return error_set(e, UNSAFE, "G_DROP", "%llu rows may leave, %llu did before: more than "
		    "--max-drop fewer", (unsigned long long)now, (unsigned long long)g->before);
	if (now > g->before && beyond(now - g->before, g->before, g->max_grow))
		return error_set(e, UNSAFE, "G_GROW", "%llu rows may leave, %llu did before: more than "
		    "--max-grow more", (unsigned long long)now, (unsigned long long)g->before);
	return 0;
}
