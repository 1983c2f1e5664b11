/* SPDX-License-Identifier: Apache-2.0 */
/* lib/report/scores.c: named figures as JSON, as text, and held against an expectation. */
#include "base/buf.h"
#include "base/number.h"
#include "io/json_write.h"
#include "report/scores.h"

#include <assert.h>

enum { MILLION = 1000000 };

static struct score *
add(struct scores *s, const char *name, unsigned char places)
{
	assert(s->n < SCORES_MAX);
	s->v[s->n] = (struct score){ .name = name, .places = places };
	return &s->v[s->n++];
}

void
scores_count(struct scores *s, const char *name, uint64_t n)
{
	add(s, name, 0)->value = (int64_t)n;
}

void
scores_value(struct scores *s, const char *name, int64_t value, unsigned char places)
{
	add(s, name, places)->value = value;
}

void
scores_none(struct scores *s, const char *name, unsigned char places)
{
	add(s, name, places)->none = true;
}

int64_t
ratio_of(wide num, wide den)
{
	return (int64_t)((num * MILLION * 2 + den) / (den * 2));
}

void
scores_ratio(struct scores *s, const char *name, uint64_t num, uint64_t den)
{
	if (den == 0)
		scores_none(s, name, RATIO_PLACES);
	else
		scores_value(s, name, ratio_of(num, den), RATIO_PLACES);
}

void
scores_fraction(struct scores *s, const char *name, wide value, wide slack)
{
	wide half = (wide)1 << (FRACTION_BITS - 1);

	scores_value(s, name, (int64_t)(((value + slack) * MILLION + half) >> FRACTION_BITS),
	    RATIO_PLACES);
}

wide
square_root(wide x)
{
	wide root = 0;

	for (int bit = 62; bit >= 0; bit--) {
		wide more = root | (wide)1 << bit;

		if (more * more <= x)
			root = more;
	}
	return root;
}

const struct score *
scores_find(const struct scores *s, struct span name)
{
	for (size_t i = 0; i < s->n; i++)
		if (span_is(name, s->v[i].name))
			return &s->v[i];
	return NULL;
}

static void
value_write(const struct score *one, const char *none, struct buf *out)
{
	if (one->none)
		buf_text(out, none);
	else
		fixed_write(out, one->value, one->places);
}

void
scores_json(const struct scores *s, struct json_writer *w)
{
	struct buf value = { 0 };

	for (size_t i = 0; i < s->n; i++) {
		buf_reset(&value);
		value_write(&s->v[i], "null", &value);
		json_member_raw(w, s->v[i].name, buf_span(&value));
	}
	buf_done(&value);
}

void
scores_text(const struct scores *s, struct buf *out)
{
	for (size_t i = 0; i < s->n; i++) {
		buf_print(out, "%-30s ", s->v[i].name);
		value_write(&s->v[i], "-", out);
		buf_byte(out, '\n');
	}
}

/* The operators, longer ones first; which of less, equal, greater satisfies each. */
static const struct {
	const char	*sign;
	bool		 less, equal, greater;
} operators[] = {
	{ ">=", false, true, true }, { "<=", true, true, false }, { "==", false, true, false },
	{ ">", false, false, true }, { "<", true, false, false },
};

int
expect_holds(const struct scores *s, struct span text, bool *holds)
{
	size_t at = 0, which = 0, count = sizeof operators / sizeof *operators;
	const struct score *one;
	struct span limit;
	int64_t wanted;

	while (at < text.len && text.p[at] != '<' && text.p[at] != '>' && text.p[at] != '=')
		at++;
	while (which < count &&
	    !span_starts(span_skip(text, at), span_from(operators[which].sign)))
		which++;
	if (which == count)
		return -1;
	one = scores_find(s, span_trim(span_head(text, at)));
	limit = span_trim(span_skip(text, at + strlen(operators[which].sign)));
	if (one == NULL || !fixed_parse(limit, one->places, &wanted))
		return -1;
	*holds = !one->none &&
	    ((one->value < wanted && operators[which].less) ||
	    (one->value == wanted && operators[which].equal) ||
	    (one->value > wanted && operators[which].greater));
	return 0;
}
