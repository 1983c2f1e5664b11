/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/import_gpc.c: the Sec-GPC header of a request that somebody was known in. */
#include "base/arena.h"
#include "base/ascii.h"
#include "base/error.h"
#include "consent/import.h"
#include "io/ndjson.h"
#include "model/consent.h"

enum { DAY_TEXT = 10 };		/* bytes of YYYY-MM-DD */

/* Header names are compared without case. */
static bool
is_gpc(struct span name)
{
	static const char gpc[] = "sec-gpc";

	if (name.len != sizeof gpc - 1)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (ascii_lowered(name.p[i]) != gpc[i])
			return false;
	return true;
}

/* Exactly 1, as text or as number: the specification knows no other value. */
static bool
is_one(const struct import_line *l, uint32_t node)
{
	const struct nd_node *x = &ndjson_nodes(l->tape, NULL)[node];

	return (x->type == ND_STRING || x->type == ND_NUMBER) &&
	    span_is(x->type == ND_STRING ? ndjson_text(l->tape, node, l->arena) :
	    ndjson_raw(l->tape, node), "1");
}

static bool
signals(const struct import_line *l, uint32_t headers)
{
	for (uint32_t key = ndjson_first(l->tape, headers); key != 0;
	    key = ndjson_sibling(l->tape, key + 1)) {
		uint32_t value = key + 1;
		bool many = ndjson_nodes(l->tape, NULL)[value].type == ND_ARRAY;

		if (!is_gpc(ndjson_text(l->tape, key, l->arena)))
			continue;
		for (uint32_t x = many ? ndjson_first(l->tape, value) : value; x != 0;
		    x = many ? ndjson_sibling(l->tape, x) : 0)
			if (is_one(l, x))
				return true;
	}
	return false;
}

/* The day in UTC; what is no full time stays as it is, for a no needs no time. */
static struct span
day_of(const struct import_line *l)
{
	struct span at = import_text_at(l, "at");
	struct buf text = { 0 };
	struct span s;
	instant t;

	if (at.p == NULL || !instant_parse(at, &t))
		return at;
	instant_write(&text, t);
	s = arena_copy(l->arena, span_head(buf_span(&text), DAY_TEXT));
	buf_done(&text);
	return s;
}

static int
line(struct import_line *l, struct error *e)
{
	struct consent_event c = { .type = SPAN_INIT("gpc"), .clock = SPAN_INIT("date_only") };
	uint32_t headers = import_find(l, "headers");
	struct import_subject s = { .count = 0 };

	if (headers == 0 || ndjson_nodes(l->tape, NULL)[headers].type != ND_OBJECT) {
		error_set(e, REFUSED, "E_TYPE", "the request has no object of headers");
		return 1;
	}
	if (!signals(l, headers)) {
		l->counts->silent++;
		return 0;
	}
	if (import_typed(l, import_find(l, "subject"), &s, e) < 0)
		return 1;
	c.at = day_of(l);
	c.channel = l->import->importer.channel;
	import_events(l, &s, &c, span_none(), span_none());
	return 0;
}

const struct import_format import_gpc = { "gpc", false, true, line };
