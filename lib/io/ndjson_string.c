/* SPDX-License-Identifier: Apache-2.0 */
/* lib/io/ndjson_string.c: what is rare in strings: escapes, characters beyond ASCII, faults. */
#include "base/ascii.h"
#include "base/utf8.h"
#include "io/ndjson_priv.h"

/* The byte after the last one is a fault of its own: the line ends too early. */
const unsigned char *
nd_stop_inside(struct ndjson *n, const unsigned char *at)
{
	if (at == n->tape.end)
		return nd_stop(n, at, FAULT_SYNTAX);
	if (*at == '\0')
		return nd_stop(n, at, FAULT_NUL);
	if (*at == '\r')
		return nd_stop(n, at, FAULT_RAW_CR);
	return nd_stop(n, at, *at < 0x20 ? FAULT_CONTROL : FAULT_SYNTAX);
}

static struct span
rest(const struct ndjson *n, const unsigned char *at)
{
	return span_make((const char *)at, (size_t)(n->tape.end - at));
}

const unsigned char *
nd_stop_outside(struct ndjson *n, const unsigned char *at, enum nd_fault otherwise)
{
	if (at == n->tape.end)
		return nd_stop(n, at, FAULT_SYNTAX);
	if (*at == '\0')
		return nd_stop(n, at, FAULT_NUL);
	if (*at == '\r')
		return nd_stop(n, at, FAULT_RAW_CR);
	if (*at < 0x20)
		return nd_stop(n, at, FAULT_SYNTAX);
	if (span_starts(rest(n, at), SPAN("\xef\xbb\xbf")))
		return nd_stop(n, at, FAULT_BOM);
	if (*at >= 0x80 && utf8_bad(span_head(rest(n, at), 4)) == 0)
		return nd_stop(n, at, FAULT_UTF8);
	return nd_stop(n, at, otherwise);
}

/* One character by table 3-7 of the Unicode Standard. A cut one is wrong at the byte after. */
const unsigned char *
nd_character(struct ndjson *n, const unsigned char *p)
{
	unsigned char c = *p++, least = 0x80, most = 0xbf;
	int more;

	if (c < 0xc2 || c > 0xf4)
		return nd_stop(n, p - 1, FAULT_UTF8);
	more = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
	if (c == 0xe0 || c == 0xf0)
		least = c == 0xe0 ? 0xa0 : 0x90;
	if (c == 0xed || c == 0xf4)
		most = c == 0xed ? 0x9f : 0x8f;
	for (; more > 0; more--, p++) {
		if (p == n->tape.end || *p < least || *p > most)
			return nd_stop(n, p, FAULT_UTF8);
		least = 0x80;
		most = 0xbf;
	}
	return p;
}

static int
hex_value(unsigned char c)
{
	if (ascii_digit(c))
		return c - '0';
	return ascii_hex(c) ? (c | 0x20) - 'a' + 10 : -1;
}

/* Four hex digits at p, or NULL. */
static const unsigned char *
hex_digits(struct ndjson *n, const unsigned char *p, unsigned *unit)
{
	*unit = 0;
	for (int i = 0; i < 4; i++, p++) {
		int v = p == n->tape.end ? -1 : hex_value(*p);

		if (v < 0)
			return nd_stop_inside(n, p);
		*unit = *unit << 4 | (unsigned)v;
	}
	return p;
}

/* p is after a high surrogate. The pair is wrong at the first byte by which what follows
 * cannot be \uDC00 to \uDFFF. */
static const unsigned char *
low_surrogate(struct ndjson *n, const unsigned char *p)
{
	unsigned unit;

	for (int i = 0; i < 2; i++, p++) {
		if (p == n->tape.end)
			return nd_stop_inside(n, p);
		if (*p != (i == 0 ? '\\' : 'u'))
			return nd_stop(n, p, FAULT_SURROGATE);
	}
	if (hex_digits(n, p, &unit) == NULL)
		return NULL;
	if (unit >> 12 != 0xd)
		return nd_stop(n, p, FAULT_SURROGATE);
	if (unit < 0xdc00)
		return nd_stop(n, p + 1, FAULT_SURROGATE);
	return p + 4;
}

static const unsigned char *
unicode_escape(struct ndjson *n, const unsigned char *p)
{
	unsigned unit;
	const unsigned char *after = hex_digits(n, p, &unit);

	if (after == NULL)
		return NULL;
	if (unit == 0)
		return nd_stop(n, after - 1, FAULT_NUL);
	if (unit < 0xd800 || unit > 0xdfff)
		return after;
	if (unit >= 0xdc00)
		return nd_stop(n, p + 1, FAULT_SURROGATE);
	return low_surrogate(n, after);
}

const unsigned char *
nd_escape(struct ndjson *n, const unsigned char *p)
{
	p++;
	if (p == n->tape.end)
		return nd_stop_inside(n, p);
	switch (*p) {
	case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
		return p + 1;
	case 'u':
		return unicode_escape(n, p + 1);
	default:
		if (*p >= 0x80 && nd_character(n, p) == NULL && n->fault_at == p)
			return NULL;
		return nd_stop_inside(n, p);
	}
}

static uint32_t
code_unit(const char *p)
{
	uint32_t unit = 0;

	for (int i = 0; i < 4; i++)
		unit = unit << 4 | (uint32_t)hex_value((unsigned char)p[i]);
	return unit;
}

/* p is after "\u"; appends the character and gives the bytes taken from there. */
static size_t
put_unicode(const char *p, struct buf *out)
{
	uint32_t cp = code_unit(p);
	size_t taken = 4;
	char utf8[4];

	if (cp >= 0xd800 && cp < 0xdc00) {
		cp = 0x10000 + ((cp - 0xd800) << 10) + (code_unit(p + 6) - 0xdc00);
		taken = 10;
	}
	buf_add(out, span_make(utf8, utf8_put(utf8, cp)));
	return taken;
}

static char
short_escape(char c)
{
	switch (c) {
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	default:
		return c;
	}
}

void
nd_unescape(struct span raw, struct buf *out)
{
	while (raw.len > 0) {
		size_t run = span_index(raw, '\\'), taken = 2;

		buf_add(out, span_head(raw, run));
		raw = span_skip(raw, run);
		if (raw.len == 0)
			return;
		if (raw.p[1] == 'u')
			taken += put_unicode(raw.p + 2, out);
		else
			buf_byte(out, short_escape(raw.p[1]));
		raw = span_skip(raw, taken);
	}
}
