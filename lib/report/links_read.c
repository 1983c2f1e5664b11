/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/links_read.c: scored pairs from the lines of cdp-resolve --links. */
#include "base/error.h"
#include "base/number.h"
#include "io/ndjson.h"
#include "report/links.h"
#include "report/links_read.h"
#include "report/scores.h"

static struct span
member(const struct feed_line *line, const char *name, struct arena *arena)
{
	uint32_t at = ndjson_find(line->tape, 0, span_from(name));

	if (at == 0 || ndjson_nodes(line->tape, NULL)[at].type == ND_NULL)
		return span_none();
	return ndjson_text(line->tape, at, arena);
}

/* A member that may be missing. False: it is there and is no number within the bounds. */
static bool
number(struct span text, int places, int64_t least, int64_t most, int64_t *n)
{
	return text.p == NULL || (fixed_parse(text, places, n) && *n >= least && *n <= most);
}

/* -1: too many rules. */
static int
rule_mask(struct links *l, const struct feed_line *line, struct arena *arena, uint64_t *mask)
{
	uint32_t list = ndjson_find(line->tape, 0, SPAN("rules"));

	if (list == 0 || ndjson_nodes(line->tape, NULL)[list].type != ND_ARRAY)
		return 0;
	for (uint32_t v = ndjson_first(line->tape, list); v != 0;
	    v = ndjson_sibling(line->tape, v)) {
		int bit = links_rule(l, ndjson_text(line->tape, v, arena));

		if (bit < 0)
			return -1;
		*mask |= UINT64_C(1) << bit;
	}
	return 0;
}

static int
one_line(void *arg, struct feed_part *part, const struct feed_line *line, struct error *e)
{
	struct span a, b;
	struct link one = { 0 };
	int64_t weight_w = LINK_WEIGHT_MAX, p = NO_PROBABILITY;

	if (line->kind != FEED_LINK)
		return 0;
	a = member(line, "a", part->arena);
	b = member(line, "b", part->arena);
	if (a.len == 0 || b.len == 0 ||
	    !number(member(line, "weight", part->arena), BITS_PLACES, -LINK_WEIGHT_MAX,
	    LINK_WEIGHT_MAX, &weight_w) ||
	    !number(member(line, "p", part->arena), RATIO_PLACES, 0, 1000000, &p)) {
		error_set(e, REFUSED, "E_LINK", "a link needs \"a\" and \"b\"; \"weight\" is bits with "
		    "three decimals, \"p\" lies between 0 and 1");
		return 1;
	}
	one.weight_w = (int32_t)weight_w;
	one.p = (uint32_t)p;
	one.kept = span_is(member(line, "verdict", part->arena), "link");
	if (rule_mask(arg, line, part->arena, &one.rules) < 0)
		return error_set(e, INPUT, "E_LIMIT", "more than %d blocking rules", LINK_RULES_MAX);
	links_add(arg, a, b, &one);
	return 0;
}

int
links_read(struct links *l, const char *path, const struct feed_options *feed, uint64_t *lines,
    struct error *e)
{
	struct feed_ops ops = { .line = one_line };
	struct feed_options o = *feed;
	struct feed_counts counts = { 0 };
	int r;

	o.paths = &path;
	o.path_count = 1;
	o.threads = 1;		/* the lines go straight into the collector */
	r = feed_run(&o, &ops, l, &counts, e);
	*lines += counts.in;
	return r;
}
