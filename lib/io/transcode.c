/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/transcode.c: other encodings to UTF-8, on the fly. */
#include "base/alloc.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "io/transcode.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	STEP = 64 << 10,	/* bytes pulled at once */
	NOTHING = 0		/* in the table: the byte means nothing */
};

struct transcode {
	enum encoding	 from;
	pull_bytes	*pull;
	void		*arg;
	struct buf	 in, out;	/* pulled; converted and not given out */
	size_t		 in_at, out_at;
	bool		 ended;
};

/* windows-1252, 0x80 to 0x9F, as published by the Unicode consortium (CP1252.TXT); the rest
 * of the bytes are their own code points, as in iso-8859-1. */
static const uint16_t windows_1252[32] = {
	0x20ac, NOTHING, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, NOTHING, 0x017d, NOTHING,
	NOTHING, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, NOTHING, 0x017e, 0x0178
};

struct transcode *
transcode_new(enum encoding from, pull_bytes *pull, void *arg)
{
	struct transcode *t = mem_zero(1, sizeof *t);

	t->from = from;
	t->pull = pull;
	t->arg = arg;
	return t;
}

void
transcode_free(struct transcode *t)
{
	if (t == NULL)
		return;
	buf_done(&t->in);
	buf_done(&t->out);
	mem_free(t);
}

void
transcode_give(struct transcode *t, struct span bytes)
{
	buf_add(&t->in, bytes);
}

static void
put(struct transcode *t, uint32_t cp)
{
	char bytes[4];

	buf_add(&t->out, span_make(bytes, utf8_put(bytes, cp)));
}

static void
convert_bytes(struct transcode *t)
{
	for (; t->in_at < t->in.len; t->in_at++) {
		unsigned char c = (unsigned char)t->in.p[t->in_at];

		if (c < 0x80)
			buf_byte(&t->out, (char)c);
		else if (c >= 0xa0 || t->from == ENCODING_ISO_8859_1)
			put(t, c);
		else if (windows_1252[c - 0x80] == NOTHING)
			buf_byte(&t->out, '\xff');
		else
			put(t, windows_1252[c - 0x80]);
	}
}

static uint32_t
unit_at(const struct transcode *t, size_t at)
{
	uint32_t a = (unsigned char)t->in.p[at], b = (unsigned char)t->in.p[at + 1];

	return t->from == ENCODING_UTF_16LE ? b << 8 | a : a << 8 | b;
}

/* Leaves a unit, or the first half of a pair, that the end of what was pulled cuts. */
static void
convert_units(struct transcode *t)
{
	while (t->in.len - t->in_at >= 2) {
		uint32_t unit = unit_at(t, t->in_at), low;

		if (unit < 0xd800 || unit > 0xdfff) {
			put(t, unit);
			t->in_at += 2;
			continue;
		}
		if (unit <= 0xdbff && t->in.len - t->in_at < 4)
			return;
		low = unit <= 0xdbff ? unit_at(t, t->in_at + 2) : 0;
		if (low >= 0xdc00 && low <= 0xdfff) {
			put(t, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
			t->in_at += 4;
		} else {
			buf_byte(&t->out, '\xff');
			t->in_at += 2;
		}
	}
}

static void
convert(struct transcode *t)
{
	if (t->from == ENCODING_UTF_16LE || t->from == ENCODING_UTF_16BE)
		convert_units(t);
	else
		convert_bytes(t);
	t->in.len -= t->in_at;
	memmove(t->in.p, t->in.p + t->in_at, t->in.len);
	t->in_at = 0;
}

/* Pulls and converts once; at the end a piece of a unit that is left means nothing. */
static int
step(struct transcode *t, struct error *e)
{
	ssize_t n;

	buf_room(&t->in, STEP);
	n = t->pull(t->arg, t->in.p + t->in.len, STEP, e);
	if (n < 0)
		return -1;
	t->in.len += (size_t)n;
	convert(t);
	if (n > 0)
		return 0;
	t->ended = true;
	if (t->in.len > 0)
		buf_byte(&t->out, '\xff');
	return 0;
}

ssize_t
transcode_read(struct transcode *t, char *p, size_t room, struct error *e)
{
	size_t n;

	if (t->out_at == t->out.len) {
		buf_reset(&t->out);
		t->out_at = 0;
	}
	while (t->out.len == 0 && !t->ended)
		if (step(t, e) < 0)
			return -1;
	n = t->out.len - t->out_at;
	if (n > room)
		n = room;
	if (n > 0)
		memcpy(p, t->out.p + t->out_at, n);
	t->out_at += n;
	return (ssize_t)n;
}
