/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/ahead.c: three rows ahead the slot of an address, two its row of the compiled state, one
 * its events. */
#include "consent/ahead.h"
#include "consent/event.h"
#include "consent/intake.h"
#include "io/chunk.h"

/* What an address has in it that little else has, and what stands in front of the first one; in the
 * order of intake's `seeks`. */
static const struct kind {
	struct span	type, front;
	char		sign;
} kinds[AHEAD_KINDS] = {
	{ SPAN_INIT("email"), SPAN_INIT("\"email\":[\""), '@' },
	{ SPAN_INIT("phone_number"), SPAN_INIT("\"phone_number\":[\""), '+' },
};

/* The first value of the kind in a line as it is written, or absent. */
static struct span
value_in(struct span line, const struct kind *k)
{
	const char *sign = memchr(line.p, k->sign, line.len), *begin, *end;

	if (sign == NULL)
		return span_none();
	for (begin = sign; begin > line.p && begin[-1] != '"' && sign - begin < AHEAD_VALUE; begin--)
		continue;
	end = memchr(sign, '"', line.len - (size_t)(sign - line.p));
	if (end == NULL || end - begin > AHEAD_VALUE || (size_t)(begin - line.p) < k->front.len ||
	    memcmp(begin - k->front.len, k->front.p, k->front.len) != 0)
		return span_none();
	return span_make(begin, (size_t)(end - begin));
}

static void
guess(const struct intake *in, const struct kind *k, struct span line, struct ahead_token *t)
{
	struct span value = in->seeks[k - kinds] ? value_in(line, k) : span_none();

	t->len = value.len;
	if (value.len == 0)
		return;
	memcpy(t->value, value.p, value.len);
	t->token = token_of(in->key, k->type, value);
	events_expect(in->events, &t->token, EXPECT_SLOT);
}

static void
expect(const struct ahead *a, const struct intake *in, size_t row, enum events_near near)
{
	const struct ahead_token *t = a->tokens[row % AHEAD_ROWS];

	for (size_t k = 0; row < a->seen && k < AHEAD_KINDS; k++)
		if (t[k].len > 0)
			events_expect(in->events, &t[k].token, near);
}

/* Rows stand in the order of their bytes and are asked for in it; another chunk may have the memory of
 * one before. */
static void
move_to(struct ahead *a, const struct chunk *c, struct span line)
{
	size_t at = (size_t)(line.p - c->bytes.p);

	if (a->chunk != c || a->row >= c->count || c->rows[a->row].at >= at) {
		a->chunk = c;
		a->row = 0;
		a->seen = 0;
	}
	while (a->row + 1 < c->count && c->rows[a->row].at < at)
		a->row++;
}

void
ahead_look(struct ahead *a, const struct intake *in, const struct chunk *c, struct span line)
{
	move_to(a, c, line);
	if (a->seen <= a->row)
		a->seen = a->row + 1;
	for (; a->seen < c->count && a->seen < a->row + AHEAD_ROWS; a->seen++)
		for (size_t k = 0; k < AHEAD_KINDS; k++)
			guess(in, &kinds[k], chunk_row(c, a->seen), &a->tokens[a->seen % AHEAD_ROWS][k]);
	expect(a, in, a->row + 2, EXPECT_ROW);
	expect(a, in, a->row + 1, EXPECT_EVENTS);
}

const struct token *
ahead_token(const struct ahead *a, struct span type, struct span value)
{
	const struct ahead_token *t = a == NULL ? NULL : a->tokens[a->row % AHEAD_ROWS];

	for (size_t k = 0; t != NULL && k < AHEAD_KINDS; k++)
		if (t[k].len == value.len && value.len > 0 && span_equal(kinds[k].type, type) &&
		    memcmp(t[k].value, value.p, value.len) == 0)
			return &t[k].token;
	return NULL;
}
